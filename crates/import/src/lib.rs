//! Articles of other systems, made ours: what they export is read and turned into Markdown with our front
//! matter. Ids stay, so that the next import brings the same files up to date; whatever cannot be taken over
//! is told. All that is read is somebody else's text: nothing in it is run, fetched or followed.

mod article;
mod confluence;
mod docx;
mod files;
mod html;
mod links;
mod markdown;
mod service_now;
mod zendesk;

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

pub use article::{Defaults, Written, write};

/// What an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A folder of Markdown, perhaps with front matter.
    Markdown,
    /// A folder of HTML pages.
    Html,
    /// A space of Confluence, exported as XML or HTML: the archive, or its folder.
    Confluence,
    /// Knowledge articles of ServiceNow: JSON or CSV of the table `kb_knowledge`.
    ServiceNow,
    /// Articles of Zendesk Guide: JSON as its API gives it, one or several pages.
    Zendesk,
    /// Word documents.
    Docx,
}

impl Format {
    /// Its name, as people know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Confluence => "Confluence",
            Self::ServiceNow => "ServiceNow",
            Self::Zendesk => "Zendesk",
            Self::Docx => "Word",
        }
    }
}

/// An article as another system has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Foreign {
    /// Our id, made from theirs.
    pub id: String,
    /// What they call it: a number, an address, a file.
    pub name: String,
    /// What others write to link to it.
    pub addresses: Vec<String>,
    /// The title.
    pub title: String,
    /// The text, in Markdown.
    pub markdown: String,
    /// The language, in two letters, if it is told.
    pub language: Option<String>,
    /// Labels.
    pub keywords: Vec<String>,
    /// When it was last changed.
    pub changed: Option<Date>,
}

/// Something that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Of which article or file.
    pub of: String,
    /// What, or why all of it.
    pub what: Loss,
}

/// What was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The article: it is not published there, but in this state.
    NotPublished(String),
    /// The article: it has no title.
    NoTitle,
    /// The article: it has no text.
    NoText,
    /// The article: another one has its id.
    SameId(String),
    /// The article: a file of ours that was not imported has its id.
    Taken(PathBuf),
    /// The file: it cannot be read.
    Unreadable(String),
    /// The file: it is of another kind.
    OtherKind,
    /// So many pictures.
    Pictures(usize),
    /// So many links that lead out; their addresses are in the text.
    LinksOut(usize),
    /// A link to something that is not in the export.
    LinkNowhere(String),
    /// A part that only works there.
    Part(String),
}

impl fmt::Display for Left {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, what } = self;
        match what {
            Loss::NotPublished(state) => write!(formatter, "{of}: not taken, it is “{state}”"),
            Loss::NoTitle => write!(formatter, "{of}: not taken, it has no title"),
            Loss::NoText => write!(formatter, "{of}: not taken, it has no text"),
            Loss::SameId(id) => {
                write!(
                    formatter,
                    "{of}: not taken, another article in this language is `{id}` already"
                )
            }
            Loss::Taken(path) => write!(
                formatter,
                "{of}: not taken, {} was not imported and stays; rename one of the two",
                path.display()
            ),
            Loss::Unreadable(why) => write!(formatter, "{of}: cannot be read, {why}"),
            Loss::OtherKind => write!(formatter, "{of}: passed over, it is of another kind"),
            Loss::Pictures(count) => {
                write!(
                    formatter,
                    "{of}: {count} pictures were dropped, what stood for them is in the text"
                )
            }
            Loss::LinksOut(count) => {
                write!(formatter, "{of}: {count} links lead out, their addresses are in the text")
            }
            Loss::LinkNowhere(target) => {
                write!(formatter, "{of}: the link to `{target}` was dropped, its words stay")
            }
            Loss::Part(name) => write!(formatter, "{of}: the part `{name}` was dropped"),
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The articles, links among them already ours.
    pub articles: Vec<Foreign>,
    /// What was not taken over.
    pub left: Vec<Left>,
}

impl Import {
    fn lose(&mut self, of: &str, what: Loss) {
        self.left.push(Left { of: of.to_owned(), what });
    }

    /// Takes an article, unless something it needs is missing.
    fn take(&mut self, article: Foreign) {
        if article.title.trim().is_empty() {
            self.lose(&article.name, Loss::NoTitle);
        } else if article.markdown.trim().is_empty() {
            self.lose(&article.name, Loss::NoText);
        } else {
            self.articles.push(article);
        }
    }

    /// An id can be there once in each language.
    fn keep_first(&mut self) {
        let mut known = HashSet::new();
        let articles = std::mem::take(&mut self.articles);
        for article in articles {
            if known.insert((article.id.clone(), article.language.clone())) {
                self.articles.push(article);
            } else {
                self.lose(&article.name, Loss::SameId(article.id));
            }
        }
    }
}

/// Why nothing can be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The export cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is no export of {format}: {why}")]
    Format {
        /// Which file.
        path: PathBuf,
        /// What it should be.
        format: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A file of ours cannot be written.
    #[error("{path} cannot be written")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Reads an export.
///
/// # Errors
/// The export cannot be read, or is of another format. Single articles that cannot be taken are told in
/// [`Import::left`].
pub fn read(format: Format, export: &Path) -> Result<Import, ImportError> {
    let mut import = match format {
        Format::Markdown => markdown::read(export)?,
        Format::Html => html::read(export)?,
        Format::Confluence => confluence::read(export)?,
        Format::ServiceNow => service_now::read(export)?,
        Format::Zendesk => zendesk::read(export)?,
        Format::Docx => docx::read(export)?,
    };
    import.keep_first();
    links::mend(&mut import);
    Ok(import)
}

/// An id as ours are: lower-case letters and digits of ASCII, parted by hyphens.
fn id(name: &str) -> String {
    let mut id = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'ä' => "ae",
            'ö' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            _ if letter.is_ascii_alphanumeric() => {
                id.push(letter);
                continue;
            }
            _ => {
                if !id.is_empty() && !id.ends_with('-') {
                    id.push('-');
                }
                continue;
            }
        };
        id.push_str(plain);
    }
    id.trim_end_matches('-').to_owned()
}

/// A language in two letters: `en-us` and `EN` are both `en`.
fn language(locale: &str) -> Option<String> {
    let language = locale.split(['-', '_']).next()?.to_lowercase();
    (language.len() == 2 && language.chars().all(|letter| letter.is_ascii_lowercase()))
        .then_some(language)
}

/// The day at the beginning of a time as ISO 8601 writes it.
fn day(time: &str) -> Option<Date> {
    time.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain() {
        for (name, expect) in [
            ("KB0010023", "kb0010023"),
            ("How to: Reset a Password?", "how-to-reset-a-password"),
            ("  Über große Dateien ", "ueber-grosse-dateien"),
            ("日本", ""),
            ("a__b--c", "a-b-c"),
        ] {
            assert_eq!(id(name), expect, "{name}");
        }
    }

    #[test]
    fn languages_have_two_letters() {
        let check = |locale, expect: Option<&str>| {
            assert_eq!(language(locale).as_deref(), expect, "{locale}");
        };
        check("en-us", Some("en"));
        check("DE", Some("de"));
        check("pt_BR", Some("pt"));
        check("english", None);
        check("", None);
    }
}
