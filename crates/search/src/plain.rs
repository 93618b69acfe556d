/// The words of a Markdown text, one line per paragraph or step, without marks and link targets.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    markdown.lines().map(plain_line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn plain_line(line: &str) -> String {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '>' | '-'));
    let line = strip_number(line);
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(position) = rest.find("](") {
        text.push_str(&rest[..position]);
        rest = rest[position..].split_once(')').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.retain(|c| !matches!(c, '*' | '`' | '[' | ']'));
    text.trim().to_owned()
}

fn strip_number(line: &str) -> &str {
    let after = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() < line.len() { after.strip_prefix(". ").unwrap_or(line) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_words_and_drops_marks() {
        let markdown =
            "## Before\n\n1. Press **Start**, then `ipconfig`.\n2. See [the page](article:x) now.";
        assert_eq!(plain_text(markdown), "Before\nPress Start, then ipconfig.\nSee the page now.");
    }
}
