//! A folder of Markdown, as wikis and generators of pages keep it.

use std::path::Path;

use serde::Deserialize;

use crate::{Foreign, Format, Import, ImportError, Loss, files, html, id, language};

/// What is taken of a file's front matter; everything else is passed over.
#[derive(Debug, Default, Deserialize)]
struct Front {
    id: Option<String>,
    title: Option<String>,
    #[serde(alias = "locale")]
    lang: Option<String>,
    #[serde(default, alias = "keywords")]
    tags: Vec<String>,
    #[serde(alias = "lastmod", alias = "date")]
    updated: Option<String>,
    #[serde(default)]
    draft: bool,
}

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    let is_page = |file: &Path| matches!(files::ending(file).as_str(), "md" | "markdown");
    files::each(export, Format::Markdown, is_page, |file, place| {
        page(
            &files::text(file).map_err(|error| html::unreadable(&error))?,
            place,
            &files::stem(file),
        )
    })
}

fn page(text: &str, place: &str, stem: &str) -> Result<Foreign, Loss> {
    let text = text.replace("\r\n", "\n");
    let (front, body) = split(&text)?;
    if front.draft {
        return Err(Loss::NotPublished("draft".to_owned()));
    }
    let (heading, body) = title(body);
    let title = front.title.or(heading).unwrap_or_else(|| stem.replace(['-', '_'], " "));
    Ok(Foreign {
        id: id(front
            .id
            .as_deref()
            .unwrap_or(place.rsplit_once('.').map_or(place, |(name, _)| name))),
        name: place.to_owned(),
        addresses: vec![
            place.to_owned(),
            place.rsplit('/').next().unwrap_or(place).to_owned(),
            stem.to_owned(),
        ],
        title: title.trim().to_owned(),
        markdown: body.trim().to_owned(),
        language: front.lang.as_deref().and_then(language),
        keywords: front.tags,
        changed: front.updated.as_deref().and_then(crate::day),
    })
}

/// Front matter, if there is one, and the rest.
fn split(text: &str) -> Result<(Front, &str), Loss> {
    let Some(rest) = text.strip_prefix("---\n") else { return Ok((Front::default(), text)) };
    let Some((front, body)) = rest.split_once("\n---\n") else {
        return Ok((Front::default(), text));
    };
    let front = serde_saphyr::from_str(front);
    front.map(|front| (front, body)).map_err(|error| Loss::Unreadable(error.to_string()))
}

/// The heading of the first level that a text begins with, and the rest.
fn title(body: &str) -> (Option<String>, &str) {
    let body = body.trim_start();
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    match first.strip_prefix("# ") {
        Some(heading) => (Some(heading.trim().trim_end_matches('#').trim().to_owned()), rest),
        None => (None, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_front_matter_and_text() {
        let text = "---\ntitle: VPN\nlang: de-DE\ntags: [a, b]\ndate: 2025-03-04T10:00:00Z\nlayout: x\n---\n\n# Ignored\n\nText.\n";
        let article = page(text, "net/vpn.md", "vpn").unwrap();
        assert_eq!((article.title.as_str(), article.markdown.as_str()), ("VPN", "Text."));
        assert_eq!(article.language.as_deref(), Some("de"));
        assert_eq!(article.keywords, ["a", "b"]);
        assert_eq!(article.changed.unwrap().to_string(), "2025-03-04");
    }

    #[test]
    fn a_title_comes_from_the_heading_or_the_name() {
        assert_eq!(page("# A *b* #\nText", "x.md", "x").unwrap().title, "A *b*");
        assert_eq!(
            page("Text", "old-vpn_notes.md", "old-vpn_notes").unwrap().title,
            "old vpn notes"
        );
    }

    #[test]
    fn a_draft_and_a_broken_front_matter_are_told() {
        let draft = page("---\ndraft: true\n---\nx", "x.md", "x");
        assert_eq!(draft.unwrap_err(), Loss::NotPublished("draft".to_owned()));
        assert!(matches!(page("---\ntags: 3: 4\n---\nx", "x.md", "x"), Err(Loss::Unreadable(_))));
    }
}
