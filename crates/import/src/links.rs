//! Links and pictures. A link to an article of the same export becomes one of ours; what leads out is
//! written as text, since articles do not lead out of the app.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{Import, Left, Loss};

#[expect(clippy::unwrap_used, reason = "tested below")]
static PICTURE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"!\[([^\]]*)\]\([^)]*\)").unwrap());
#[expect(clippy::unwrap_used, reason = "tested below")]
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\[((?:[^\[\]\\]|\\.)*)\]\(<?([^)\s>]*)>?(?:\s+"[^"]*")?\)"#).unwrap()
});

/// Mends the links and pictures of all articles.
pub(crate) fn mend(import: &mut Import) {
    let mut by_address: HashMap<String, String> = HashMap::new();
    for article in &import.articles {
        for address in &article.addresses {
            by_address.entry(address.clone()).or_insert_with(|| article.id.clone());
        }
    }
    for article in &mut import.articles {
        let (mut pictures, mut out, mut nowhere) = (0, 0, Vec::new());
        let text = PICTURE.replace_all(&article.markdown, |found: &Captures<'_>| {
            pictures += 1;
            let words = found.get(1).map_or("", |words| words.as_str()).trim();
            if words.is_empty() { String::new() } else { format!("*{words}*") }
        });
        let text = LINK.replace_all(&text, |found: &Captures<'_>| {
            let [words, target] = [1, 2].map(|at| found.get(at).map_or("", |it| it.as_str()));
            if words.trim().is_empty() {
                return String::new();
            }
            match leads(target, &by_address) {
                Leads::ToArticle(id) => format!("[{words}](article:{id})"),
                Leads::Out => {
                    out += 1;
                    if words == target {
                        format!("`{target}`")
                    } else {
                        format!("{words} (`{target}`)")
                    }
                }
                Leads::Nowhere => {
                    nowhere.push(target.to_owned());
                    words.to_owned()
                }
                Leads::Here => words.to_owned(),
            }
        });
        article.markdown = text.into_owned();
        let mut lose = |what| import.left.push(Left { of: article.name.clone(), what });
        if pictures > 0 {
            lose(Loss::Pictures(pictures));
        }
        if out > 0 {
            lose(Loss::LinksOut(out));
        }
        nowhere.into_iter().for_each(|target| lose(Loss::LinkNowhere(target)));
    }
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
enum Leads<'a> {
    ToArticle(&'a str),
    /// To another place of the same article.
    Here,
    /// Out of the app.
    Out,
    /// To something that is not in the export.
    Nowhere,
}

fn leads<'a>(target: &str, by_address: &'a HashMap<String, String>) -> Leads<'a> {
    let page = target.split(['#', '?']).next().unwrap_or_default();
    for address in [target, page] {
        if let Some(id) = by_address.get(address.trim_start_matches("./")) {
            return Leads::ToArticle(id);
        }
    }
    let last = |path: &str| by_address.get(path.rsplit('/').next().unwrap_or_default());
    // ServiceNow names an article in the query.
    match last(target).or_else(|| last(page)) {
        Some(id) => Leads::ToArticle(id),
        None if page.is_empty() => Leads::Here,
        None if target.contains("://") || target.starts_with("mailto:") => Leads::Out,
        None => Leads::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Foreign;

    fn mended(markdown: &str) -> (String, Vec<Loss>) {
        let article = |id: &str, address: &str, markdown: &str| Foreign {
            id: id.to_owned(),
            name: id.to_owned(),
            addresses: vec![address.to_owned()],
            markdown: markdown.to_owned(),
            ..Foreign::default()
        };
        let articles = vec![article("one", "one.html", markdown), article("two", "two.html", "x")];
        let mut import = Import { articles, left: Vec::new() };
        mend(&mut import);
        let left = import.left.into_iter().map(|left| left.what).collect();
        (import.articles[0].markdown.clone(), left)
    }

    #[test]
    fn links_among_articles_stay_and_others_become_text() {
        let check = |from: &str, to: &str, lost: &[Loss]| {
            assert_eq!(mended(from), (to.to_owned(), lost.to_vec()), "{from}");
        };
        check("[second](two.html#a)", "[second](article:two)", &[]);
        check("[second](../x/two.html \"t\")", "[second](article:two)", &[]);
        check("[top](#a)", "top", &[]);
        check("[x](https://a.example/b)", "x (`https://a.example/b`)", &[Loss::LinksOut(1)]);
        check("[gone](three.html)", "gone", &[Loss::LinkNowhere("three.html".to_owned())]);
        check("[a \\[b\\]](two.html)", "[a \\[b\\]](article:two)", &[]);
        check("![a plug](p.png) and ![](q.png)", "*a plug* and ", &[Loss::Pictures(2)]);
        check("[![logo](l.png)](two.html)", "[*logo*](article:two)", &[Loss::Pictures(1)]);
    }
}
