use std::collections::BTreeMap;
use std::path::Path;

use super::{Source, check_id, check_upkeep, check_version, source, yaml};
use crate::article::FrontMatter;
use crate::{Article, ContentProblem, Report, Routing};

/// Every sound article with its file.
pub(super) fn load(
    root: &Path,
    routing: Option<&Routing>,
    report: &mut Report,
) -> Vec<(Article, Source)> {
    let mut articles: Vec<(Article, Source)> = Vec::new();
    let mut files: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut owners: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for source in source::read_folder(root, "articles", "md", report) {
        let article = match read(&source) {
            Ok(article) => article,
            Err(problem) => {
                report.add(problem);
                continue;
            }
        };
        let key = (article.id.clone(), article.locale.clone());
        if let Some(first) = files.get(&key) {
            report.add(source.problem(
                source.line_of_key("locale"),
                format!("{first} is the same article in the same language"),
                "Remove one of the two files.".to_owned(),
            ));
            continue;
        }
        files.insert(key, source.file.clone());
        // Each cause and check leads to one article; its translations are the same article.
        let causes = article.causes.iter().map(|cause| ("causes", cause.as_str()));
        let checks = article.checks.iter().map(|check| ("checks", check.as_str()));
        for (key, word) in causes.chain(checks) {
            let owner = owners.entry((key, word)).or_insert_with(|| article.id.clone());
            if *owner != article.id {
                report.add(source.problem(
                    source.line_of_key(key),
                    format!("`{word}` belongs to the article `{owner}` already"),
                    "Name it in one of the two articles.".to_owned(),
                ));
            }
        }
        let dates = (article.reviewed, article.review_by);
        check_upkeep(&source, &article.owner, dates, routing, report);
        articles.push((article, source));
    }
    articles.sort_by(|(a, _), (b, _)| (&a.id, &a.locale).cmp(&(&b.id, &b.locale)));
    articles
}

fn read(source: &Source) -> Result<Article, ContentProblem> {
    let (front, body) = split(source)?;
    // The opening `---` is line 1.
    let front: FrontMatter = yaml::parse(source, front, 2)?;
    check_version(source, front.version)?;
    check_id(source, &front.id)?;
    check_locale(source, &front.locale)?;
    if body.trim().is_empty() {
        let what = "the article has no text".to_owned();
        let advice = "Write the text below the second `---`.".to_owned();
        return Err(source.problem(None, what, advice));
    }
    Ok(front.into_article(body))
}

/// Front matter and body.
fn split(source: &Source) -> Result<(&str, &str), ContentProblem> {
    let problem = |line, what: &str, advice: &str| {
        Err(source.problem(Some(line), what.to_owned(), advice.to_owned()))
    };
    let Some(rest) = after_fence(&source.text) else {
        let advice = "Begin the file with `---`, then `version: 1`, as the example in README.md.";
        return problem(1, "the front matter is missing", advice);
    };
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        let body = rest.get(end..).and_then(after_fence);
        if let (Some(front), Some(body)) = (rest.get(..end), body) {
            return Ok((front, body));
        }
        end += line.len();
    }
    problem(1, "the front matter does not end", "Close it with a line `---`.")
}

/// What follows if the text begins with a line `---`.
fn after_fence(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("---")?;
    rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n"))
}

fn check_locale(source: &Source, locale: &str) -> Result<(), ContentProblem> {
    match source.locale() {
        Some(named) if named != locale => Err(source.problem(
            source.line_of_key("locale"),
            format!("the locale `{locale}` and the file name's `{named}` differ"),
            format!("Write `locale: {named}`, or rename the file."),
        )),
        _ => Ok(()),
    }
}
