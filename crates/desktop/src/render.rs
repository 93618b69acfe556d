//! Markdown to HTML that is safe to show: no scripts, no pictures from elsewhere, and the only
//! links are to articles, playbooks and checks.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};

/// The schemes an article may link with; each becomes a fragment the window understands.
const SCHEMES: [&str; 3] = ["article", "playbook", "check"];

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
pub(crate) fn html(markdown: &str) -> String {
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
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("a", "href") => is_ours(value).then(|| Cow::Owned(format!("#{value}"))),
            ("ol", "start") | ("td" | "th", "align") => Some(Cow::Borrowed(value)),
            _ => None,
        })
        .clean(&html)
        .to_string()
}

fn is_ours(link: &str) -> bool {
    link.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expect: &str) {
        assert_eq!(html(markdown).trim(), expect);
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
            let html = html(markdown);
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
