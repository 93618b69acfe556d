//! Markdown to HTML that is safe to show: no scripts, no pictures from elsewhere, and the only links are to
//! articles, playbooks and checks.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

/// The schemes an article may link with.
const SCHEMES: [&str; 3] = ["article", "playbook", "check"];

/// Where the links of an article lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// To fragments, which the window understands.
    Fragments,
    /// To pages of articles below an address, and nowhere else.
    ArticlesBelow(String),
}

impl Links {
    fn target(&self, link: &str) -> Option<String> {
        let (scheme, id) = link.split_once(':').filter(|(it, _)| SCHEMES.contains(it))?;
        match self {
            Self::Fragments => Some(format!("#{link}")),
            Self::ArticlesBelow(address) => {
                let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let is_page = scheme == "article" && !id.is_empty() && id.chars().all(is_id);
                is_page.then(|| format!("{address}/{id}"))
            }
        }
    }
}

const TAGS: [&str; 21] = [
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The HTML of a part of an article.
#[must_use]
pub fn html(markdown: &str, links: Links) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    let html = comrak::markdown_to_html(markdown, &options);
    Builder::new()
        .tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(SCHEMES))
        // The filter below lets nothing through but our own schemes, as fragments.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("a", "href") => links.target(value).map(Cow::Owned),
            ("ol", "start") | ("td" | "th", "align") => Some(Cow::Borrowed(value)),
            _ => None,
        })
        .clean(&html)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expect: &str) {
        assert_eq!(html(markdown, Links::Fragments).trim(), expect);
    }

    #[test]
    fn on_a_page_only_articles_are_led_to() {
        let on_page =
            |markdown| html(markdown, Links::ArticlesBelow("/portal/articles".to_owned()));
        for (markdown, expect) in [
            ("[more](article:disk-full)", "<p><a href=\"/portal/articles/disk-full\">more</a></p>"),
            ("[check](check:network)", "<p><a>check</a></p>"),
            ("[x](article:../sign-out)", "<p><a>x</a></p>"),
            ("[x](https://example.com)", "<p><a>x</a></p>"),
        ] {
            assert_eq!(on_page(markdown).trim(), expect);
        }
    }

    #[test]
    fn renders_numbered_steps() {
        check("1. Press **Start**.", "<ol>\n<li>Press <strong>Start</strong>.</li>\n</ol>");
    }

    #[test]
    fn turns_our_links_into_fragments() {
        check("[more](article:disk-full)", "<p><a href=\"#article:disk-full\">more</a></p>");
        check("[check](check:network)", "<p><a href=\"#check:network\">check</a></p>");
    }

    #[test]
    fn drops_everything_that_could_act_or_call_out() {
        for (markdown, expect) in [
            ("[x](javascript:alert(1))", "<p><a>x</a></p>"),
            ("[x](https://example.com)", "<p><a>x</a></p>"),
            ("[x](//example.com)", "<p><a>x</a></p>"),
            ("![x](https://example.com/p.png)", "<p></p>"),
            ("<script>alert(1)</script>", ""),
            ("<p onclick=\"x()\" style=\"y\">hi</p>", ""),
        ] {
            let html = html(markdown, Links::Fragments);
            assert!(
                !html.contains("script")
                    && !html.contains("example.com")
                    && !html.contains("onclick")
            );
            if !expect.is_empty() {
                assert_eq!(html.trim(), expect, "{markdown}");
            }
        }
    }
}
