//! A folder of HTML pages.

use std::path::Path;

use dom_query::Document;

use crate::{Foreign, Format, Import, ImportError, Loss, files, id, language};

/// Where the text of a page is, the best place first.
const PLACES: [&str; 6] = ["#main-content", "main", "article", "[role=main]", "#content", "body"];
/// What is around the text of a page.
const AROUND: &str = "script, style, noscript, template, nav, header, footer, aside, form, button, \
                      iframe, object, svg, head, #breadcrumbs, #breadcrumb-section, .page-metadata";

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    files::each(export, Format::Html, is_page, |file, place| {
        Ok(page(&files::text(file).map_err(|error| unreadable(&error))?, place))
    })
}

pub(crate) fn is_page(file: &Path) -> bool {
    matches!(files::ending(file).as_str(), "html" | "htm" | "xhtml")
}

/// A file that cannot be read, as something that was not taken over.
pub(crate) fn unreadable(error: &ImportError) -> Loss {
    Loss::Unreadable(cause(error))
}

/// What the system said of a file.
pub(crate) fn cause(error: &ImportError) -> String {
    match error {
        ImportError::Read { source, .. } | ImportError::Write { source, .. } => source.to_string(),
        ImportError::Format { why, .. } => why.clone(),
    }
}

/// One page; `place` is where it is.
pub(crate) fn page(html: &str, place: &str) -> Foreign {
    let document = Document::from(html);
    let own = document.select_single("html").attr("lang");
    let head = document.select_single("head title").text().trim().to_owned();
    let heading = document.select_single("h1");
    let title = Some(heading.text().trim().to_owned()).filter(|title| !title.is_empty());
    let meta = document.select_single("meta[name=keywords]").attr("content");
    let keywords = meta.as_deref().unwrap_or_default().split(',').map(str::trim);
    let keywords = keywords.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    heading.remove();
    Foreign {
        id: id(place.rsplit_once('.').map_or(place, |(name, _)| name)),
        name: place.to_owned(),
        addresses: vec![place.to_owned(), place.rsplit('/').next().unwrap_or(place).to_owned()],
        title: title.unwrap_or(head),
        markdown: text(&document),
        language: own.and_then(|own| language(&own)),
        keywords,
        changed: None,
    }
}

/// The text of a page or a fragment, in Markdown.
pub(crate) fn text(document: &Document) -> String {
    document.select(AROUND).remove();
    let place = PLACES.iter().map(|place| document.select_single(place)).find(|it| it.exists());
    let node = place.and_then(|place| place.nodes().first().copied());
    let markdown = node.map(|node| node.md(None).to_string()).unwrap_or_default();
    below_title(&markdown)
}

/// A fragment of HTML, in Markdown.
pub(crate) fn fragment(html: &str) -> String {
    text(&Document::from(html))
}

/// The title stands above the text, so headings in it begin at the second level.
fn below_title(markdown: &str) -> String {
    let is_first = |line: &str| line.starts_with("# ");
    if !markdown.lines().any(is_first) {
        return markdown.trim().to_owned();
    }
    let lines = markdown.lines().map(|line| {
        let level = line.chars().take_while(|letter| *letter == '#').count();
        let is_heading = (1..6).contains(&level) && line.chars().nth(level) == Some(' ');
        if is_heading { format!("#{line}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_title_text_and_language() {
        let html = "<!doctype html><html lang=en-GB><head><title>Site: VPN</title>\
            <meta name=keywords content='tunnel, remote'><script>alert(1)</script></head><body>\
            <nav><a href=/>Home</a></nav><main><h1>Set up the VPN</h1><p>For <b>everybody</b>.</p>\
            <ol><li>Open <code>wg</code>.</li><li>Choose <em>Activate</em>.</li></ol>\
            <h2>Trouble</h2><p>See <a href='sub/b.html'>the other</a>.</p></main><footer>x</footer>";
        let page = page(html, "a/vpn.html");
        assert_eq!(page.id, "a-vpn");
        assert_eq!(page.title, "Set up the VPN");
        assert_eq!(page.language.as_deref(), Some("en"));
        assert_eq!(page.keywords, ["tunnel", "remote"]);
        assert_eq!(
            page.markdown,
            "For **everybody**.\n\n1. Open `wg`.\n2. Choose *Activate*.\n\n## Trouble\n\n\
             See [the other](sub/b.html)."
        );
    }

    #[test]
    fn a_text_with_headings_of_the_first_level_goes_below_the_title() {
        assert_eq!(fragment("<h1>A</h1><p>b</p><h2>C</h2>"), "## A\n\nb\n\n### C");
        assert_eq!(fragment("<h2>A</h2>"), "## A");
    }
}
