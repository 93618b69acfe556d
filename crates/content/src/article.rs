use jiff::civil::Date;
use serde::Deserialize;
use ticket::{Cause, CheckId};

/// A system an article or a section of it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Windows.
    Windows,
    /// macOS.
    Macos,
    /// Linux.
    Linux,
    /// iPhone and iPad.
    Ios,
    /// Android.
    Android,
}

impl Platform {
    /// The heading that opens a section for this platform.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Macos => "macOS",
            Self::Linux => "Linux",
            Self::Ios => "iPhone and iPad",
            Self::Android => "Android",
        }
    }

    /// The platform a level-two heading names, if it is exactly one of ours.
    #[must_use]
    pub fn from_heading(heading: &str) -> Option<Self> {
        [Self::Windows, Self::Macos, Self::Linux, Self::Ios, Self::Android]
            .into_iter()
            .find(|platform| platform.heading() == heading.trim())
    }
}

/// What an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// How something is done.
    HowTo,
    /// What the company's rule is.
    Policy,
    /// A fault that is known, with its workaround.
    KnownIssue,
    /// How access to something is asked for; made from the catalogue, never written.
    #[serde(skip)]
    Access,
}

/// A part of an article: for everybody, or for one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Absent: for everybody.
    pub platform: Option<Platform>,
    /// Markdown, without the platform's heading.
    pub markdown: String,
}

/// An article of the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Equal to the file's name.
    pub id: String,
    /// The title.
    pub title: String,
    /// One sentence for result lists.
    pub summary: String,
    /// What it is.
    pub kind: ArticleKind,
    /// Language, BCP 47.
    pub locale: String,
    /// The systems it is for.
    pub platforms: Vec<Platform>,
    /// Words people use for it that the text does not.
    pub keywords: Vec<String>,
    /// Team that keeps it true.
    pub owner: String,
    /// When it was last read for truth.
    pub reviewed: Date,
    /// When it must be read again.
    pub review_by: Date,
    /// Where its facts come from.
    pub source: String,
    /// The causes it helps with, when a diagnosis names one.
    pub causes: Vec<Cause>,
    /// The checks it helps with, when one of them found something.
    pub checks: Vec<CheckId>,
    /// Its parts in order.
    pub blocks: Vec<Block>,
}

/// The front matter as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontMatter {
    pub(crate) version: u16,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: ArticleKind,
    pub(crate) locale: String,
    pub(crate) platforms: Vec<Platform>,
    pub(crate) keywords: Vec<String>,
    pub(crate) owner: String,
    pub(crate) reviewed: Date,
    pub(crate) review_by: Date,
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) causes: Vec<Cause>,
    #[serde(default)]
    pub(crate) checks: Vec<CheckId>,
}

impl FrontMatter {
    pub(crate) fn into_article(self, body: &str) -> Article {
        Article {
            id: self.id,
            title: self.title,
            summary: self.summary,
            kind: self.kind,
            locale: self.locale,
            platforms: self.platforms,
            keywords: self.keywords,
            owner: self.owner,
            reviewed: self.reviewed,
            review_by: self.review_by,
            source: self.source,
            causes: self.causes,
            checks: self.checks,
            blocks: blocks(body),
        }
    }
}

/// Splits a body at its level-two headings: a heading that names a platform opens a part for it,
/// any other one ends it.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks = vec![Block { platform: None, markdown: String::new() }];
    for line in body.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let platform = Platform::from_heading(heading);
            blocks.push(Block { platform, markdown: String::new() });
            if platform.is_some() {
                continue;
            }
        }
        if let Some(block) = blocks.last_mut() {
            block.markdown.push_str(line);
            block.markdown.push('\n');
        }
    }
    blocks.retain(|block| !block.markdown.trim().is_empty());
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_body_into_parts_by_platform() {
        let body =
            "Intro.\n\n## Windows\n1. Start\n\n## macOS\n1. Apple menu\n\n## If it fails\nCall.\n";
        let platforms: Vec<_> = blocks(body).into_iter().map(|block| block.platform).collect();
        assert_eq!(platforms, [None, Some(Platform::Windows), Some(Platform::Macos), None]);
    }
}
