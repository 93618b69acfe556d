const MAX_CHARS: usize = 120;

/// Makes text from the system fit to show: one line, nothing invisible, at most 120 characters.
pub(crate) fn clean(text: &str) -> String {
    let visible: String =
        text.trim().chars().filter(|c| !is_invisible(*c)).take(MAX_CHARS).collect();
    visible.trim_end().to_owned()
}

/// Control characters, and the marks of Unicode that hide or turn text around.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_the_system_becomes_one_short_visible_line() {
        for (text, expect) in [
            ("  ThinkPad X1  \n", "ThinkPad X1"),
            ("lap\u{1b}[2Jtop\u{0}", "lap[2Jtop"),
            ("a\nb\tc", "abc"),
            ("fdp\u{202e}exe", "fdpexe"),
            ("Zürich–Büro", "Zürich–Büro"),
            ("\u{7}", ""),
        ] {
            assert_eq!(clean(text), expect);
        }
        assert_eq!(clean(&"ä".repeat(500)).chars().count(), MAX_CHARS);
    }
}
