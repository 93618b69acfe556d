//! Foreign articles as files of ours.

use std::path::{Path, PathBuf};

use dom_query::Document;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::{Foreign, Format, Import, ImportError, Left, Loss};

/// The longest summary, in characters.
const SUMMARY: usize = 160;
/// Language where the export tells none.
const ENGLISH: &str = "en";

/// What an export does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defaults {
    /// The team that keeps the articles true, as `routing/teams.yaml` names it.
    pub owner: String,
    /// The language of articles that name none, in two letters.
    pub language: String,
    /// Months after which an article must be read again.
    pub months: u16,
    /// Today, for articles that do not tell when they were changed.
    pub today: Date,
}

/// What came of writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Files that are new.
    pub new: Vec<PathBuf>,
    /// Files that were brought up to date.
    pub changed: Vec<PathBuf>,
    /// Files that are the same.
    pub same: Vec<PathBuf>,
    /// Files of an earlier import whose article is not in the export any more. They stay.
    pub gone: Vec<PathBuf>,
    /// What was not taken over.
    pub left: Vec<Left>,
}

/// Writes the articles into the folder of ours. A file that an import has made is brought up to date: title,
/// text and dates are theirs, everything else in its front matter is IT's and stays. With `only_look` nothing is
/// written.
///
/// # Errors
/// A file cannot be read or written.
pub fn write(
    import: &Import,
    format: Format,
    folder: &Path,
    defaults: &Defaults,
    only_look: bool,
) -> Result<Written, ImportError> {
    let mut written = Written { left: import.left.clone(), ..Written::default() };
    let mut known = Vec::new();
    for article in &import.articles {
        let language = article.language.as_deref().unwrap_or(&defaults.language);
        let ending = if language == ENGLISH { String::new() } else { format!(".{language}") };
        let path = folder.join(format!("{}{ending}.md", article.id));
        known.push(path.clone());
        let before = match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(ImportError::Read { path, source }),
        };
        let text = match &before {
            Some(before) if !was_imported(before, format) => {
                let what = Loss::Taken(path);
                written.left.push(Left { of: article.name.clone(), what });
                continue;
            }
            Some(before) => updated(before, article, format, defaults),
            None => text(article, format, language, defaults),
        };
        if before.as_ref() == Some(&text) {
            written.same.push(path);
            continue;
        }
        if !only_look {
            std::fs::write(&path, text)
                .map_err(|source| ImportError::Write { path: path.clone(), source })?;
        }
        if before.is_some() { written.changed.push(path) } else { written.new.push(path) }
    }
    written.gone = gone(folder, format, &known)?;
    Ok(written)
}

fn gone(folder: &Path, format: Format, known: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let unreadable = |source| ImportError::Read { path: folder.to_owned(), source };
    let mut gone = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_ours = |path: &PathBuf| {
            std::fs::read_to_string(path).is_ok_and(|text| was_imported(&text, format))
        };
        if !known.contains(&path) && path.extension().is_some_and(|it| it == "md") && is_ours(&path)
        {
            gone.push(path);
        }
    }
    gone.sort();
    Ok(gone)
}

/// How `source` begins in a file that an import has made.
fn origin(format: Format) -> String {
    format!("source: \"Imported from {}: ", format.name())
}

fn was_imported(text: &str, format: Format) -> bool {
    let origin = origin(format);
    text.lines().skip(1).take_while(|line| *line != "---").any(|line| line.starts_with(&origin))
}

fn dates(article: &Foreign, defaults: &Defaults) -> (Date, Date) {
    let reviewed = article.changed.filter(|it| *it <= defaults.today).unwrap_or(defaults.today);
    let after: Span = i32::from(defaults.months).months();
    (reviewed, reviewed.checked_add(after).unwrap_or(Date::MAX))
}

fn text(article: &Foreign, format: Format, language: &str, defaults: &Defaults) -> String {
    let (reviewed, review_by) = dates(article, defaults);
    let keywords: Vec<String> = article.keywords.iter().map(|word| quoted(word)).collect();
    format!(
        "---\nversion: 1\nid: {}\ntitle: {}\nsummary: {}\nkind: how-to\nlocale: {language}\n\
         platforms: [windows, macos, linux, ios, android]\nkeywords: [{}]\nowner: {}\n\
         reviewed: {reviewed}\nreview_by: {review_by}\n{}{}; checked: no\"\n---\n{}\n",
        article.id,
        quoted(&article.title),
        quoted(&summary(&article.markdown).unwrap_or_else(|| article.title.clone())),
        keywords.join(", "),
        defaults.owner,
        origin(format),
        plain(&article.name),
        article.markdown,
    )
}

/// The file as it was, with their title, text and dates.
fn updated(before: &str, article: &Foreign, format: Format, defaults: &Defaults) -> String {
    let (reviewed, review_by) = dates(article, defaults);
    let front = before.lines().skip(1).take_while(|line| *line != "---");
    let mut is_replaced = false;
    let mut lines = vec!["---".to_owned()];
    for line in front {
        if line.starts_with([' ', '\t']) && is_replaced {
            // Goes on with a value that is written anew.
            continue;
        }
        let key = line.split_once(':').map_or("", |(key, _)| key);
        let was =
            |key: &str| line.strip_prefix(key).and_then(|date| date.trim().parse::<Date>().ok());
        let new = match key {
            "title" => Some(format!("title: {}", quoted(&article.title))),
            "source" => Some(format!("{}{}; checked: no\"", origin(format), plain(&article.name))),
            // Who has read it since knows better.
            "reviewed" if was("reviewed:").is_none_or(|was| was < reviewed) => {
                Some(format!("reviewed: {reviewed}"))
            }
            "review_by" if was("review_by:").is_none_or(|was| was < review_by) => {
                Some(format!("review_by: {review_by}"))
            }
            _ => None,
        };
        is_replaced = new.is_some();
        lines.push(new.unwrap_or_else(|| line.to_owned()));
    }
    format!("{}\n---\n{}\n", lines.join("\n"), article.markdown)
}

/// A text in YAML, in one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// As it can stand between double quotes.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|letter| !letter.is_control())
        .collect::<String>()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}

/// The first sentence of the first paragraph that has one.
fn summary(markdown: &str) -> Option<String> {
    let html = comrak::markdown_to_html(markdown, &comrak::Options::default());
    let document = Document::from(html.as_str());
    let paragraph = document.select("p, li").iter().map(|it| it.text().trim().to_owned());
    let paragraph = paragraph.into_iter().find(|text| text.chars().count() > 15)?;
    let end = paragraph.find(['.', '!', '?']).filter(|end| *end > 15);
    let sentence =
        end.map_or(paragraph.as_str(), |end| paragraph.get(..=end).unwrap_or(&paragraph));
    if sentence.chars().count() <= SUMMARY {
        return Some(sentence.to_owned());
    }
    let cut: String = sentence.chars().take(SUMMARY).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    Some(format!("{cut} …"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_summary_is_the_first_sentence() {
        let check = |markdown: &str, expect: Option<&str>| {
            assert_eq!(summary(markdown).as_deref(), expect, "{markdown}");
        };
        check(
            "## A heading\n\nFor *everybody* with a [laptop](article:x). More.",
            Some("For everybody with a laptop."),
        );
        check("1. Open the settings of the phone", Some("Open the settings of the phone"));
        check("Short.", None);
        let long = summary(&"word ".repeat(100)).unwrap();
        assert!(long.chars().count() <= SUMMARY + 2 && long.ends_with("word …"), "{long}");
    }

    #[test]
    fn what_it_added_stays_when_a_file_is_brought_up_to_date() {
        let defaults = Defaults {
            owner: "service-desk".to_owned(),
            language: "en".to_owned(),
            months: 12,
            today: date(2026, 11, 1),
        };
        let mut article = Foreign {
            id: "kb1".to_owned(),
            name: "KB1".to_owned(),
            title: "A \"quoted\" title".to_owned(),
            markdown: "For everybody who needs it.".to_owned(),
            changed: Some(date(2026, 3, 4)),
            ..Foreign::default()
        };
        let first = text(&article, Format::ServiceNow, "en", &defaults);
        assert!(first.contains("title: \"A \\\"quoted\\\" title\"\n"), "{first}");
        assert!(first.contains("reviewed: 2026-03-04\nreview_by: 2027-03-04\n"), "{first}");
        assert!(was_imported(&first, Format::ServiceNow) && !was_imported(&first, Format::Zendesk));
        let by_it =
            first.replace("owner: service-desk", "owner: network\ncauses: [captive_portal]");
        article.title = "Another title".to_owned();
        article.markdown = "New text for everybody.".to_owned();
        article.changed = Some(date(2026, 5, 6));
        let second = updated(&by_it, &article, Format::ServiceNow, &defaults);
        assert!(
            second.contains("owner: network\ncauses: [captive_portal]\nreviewed: 2026-05-06\n"),
            "{second}"
        );
        assert!(second.contains("title: \"Another title\"\n"), "{second}");
        assert!(second.ends_with("---\nNew text for everybody.\n"), "{second}");
        assert_eq!(updated(&second, &article, Format::ServiceNow, &defaults), second);
    }
}
