//! What a careful reader would mend, though it can be used as it is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{Article, Content, ContentProblem, locale_language};

/// Words a step may have: a person reads it, does it, and comes back.
const LONGEST_STEP: usize = 60;
/// Words a sentence may have on average: plain language keeps to 15 to 20 (ISO 24495-1).
const LONGEST_SENTENCES: usize = 20;
/// Characters that fit in the list of results.
const LONGEST_TITLE: usize = 80;
const LONGEST_SUMMARY: usize = 140;
/// Steps without which an article helps nobody.
const FEWEST_STEPS: usize = 3;
/// Two articles whose title, summary and keywords point more alike than this are about the same (cosine).
const LARGEST_LIKENESS: f32 = 0.9;
/// Words in a run that two texts have in common, and the largest share of such runs.
const RUN: usize = 5;
const LARGEST_OVERLAP: f64 = 0.2;

/// Advice on every article that somebody wrote: overdue, hard to read, unconnected, without steps, much like another one.
/// In the order of the files.
#[must_use]
pub fn lint(content: &Content, today: Date) -> Vec<ContentProblem> {
    let linked = linked(content);
    let written: Vec<&Article> = content.written().collect();
    let mut found: Vec<ContentProblem> = written
        .iter()
        .flat_map(|article| {
            let looks = [upkeep(article, today), connections(article, &linked)];
            looks.into_iter().flatten().chain(reading(article))
        })
        .collect();
    found.extend(alike(&written));
    found.extend(content.catalogue.iter().filter(|entry| entry.review_by < today).map(|entry| {
        ContentProblem {
            file: format!("catalogue/{}.yaml", entry.id),
            line: None,
            what: overdue(entry.review_by),
            advice: READ_AGAIN.to_owned(),
        }
    }));
    found.sort();
    found
}

/// Articles and entries of the catalogue whose facts nobody could look up at their source.
#[must_use]
pub fn unchecked(content: &Content) -> usize {
    let articles = content.written().map(|article| &article.source);
    let sources = articles.chain(content.catalogue.iter().map(|entry| &entry.source));
    sources.filter(|source| source.contains("checked: no")).count()
}

/// Pairs of articles in one language that mean the same in other words; `meant` has a vector of length one
/// for each.
#[must_use]
pub fn same_meaning(meant: &[(&Article, Vec<f32>)]) -> Vec<ContentProblem> {
    let mut problems = Vec::new();
    for (at, (article, vector)) in meant.iter().enumerate() {
        for (other, meaning) in meant.iter().skip(at + 1) {
            let cosine: f32 = vector.iter().zip(meaning).map(|(one, other)| one * other).sum();
            if cosine > LARGEST_LIKENESS && article.locale == other.locale {
                let what = format!("it seems to be about the same as `{}`", other.id);
                problems.push(tell(
                    article,
                    what,
                    "Write it once and link to it, or say in both what is different.",
                ));
            }
        }
    }
    problems
}

fn tell(article: &Article, what: String, advice: &str) -> ContentProblem {
    let language = locale_language(&article.locale);
    let suffix = if language == "en" { String::new() } else { format!(".{language}") };
    let file = format!("articles/{}{suffix}.md", article.id);
    ContentProblem { file, line: None, what, advice: advice.to_owned() }
}

fn upkeep(article: &Article, today: Date) -> Option<ContentProblem> {
    (article.review_by < today).then(|| {
        let what = overdue(article.review_by);
        tell(article, what, READ_AGAIN)
    })
}

const READ_AGAIN: &str = "Read it for truth and set `reviewed` and `review_by`, or take it out.";

fn overdue(review_by: Date) -> String {
    format!("it was to be read again by {review_by}")
}

/// Ids that an article, a playbook, a cause, a check or the first page leads to.
fn linked(content: &Content) -> BTreeSet<&str> {
    let steps = content.playbooks.iter().flat_map(|playbook| playbook.steps.values());
    let popular = content.organization.popular.iter().map(String::as_str);
    let found = content
        .articles
        .iter()
        .filter(|article| !article.causes.is_empty() || !article.checks.is_empty());
    let from_articles = content
        .articles
        .iter()
        .flat_map(|article| lines(article).flat_map(targets).filter(|id| *id != article.id));
    steps
        .filter_map(|step| step.article.as_deref())
        .chain(popular)
        .chain(found.map(|article| article.id.as_str()))
        .chain(from_articles)
        .collect()
}

fn connections(article: &Article, linked: &BTreeSet<&str>) -> Option<ContentProblem> {
    if !linked.contains(article.id.as_str()) {
        let advice = "Link to it from an article or a playbook that comes near it.";
        return Some(tell(article, "nothing leads to it".to_owned(), advice));
    }
    let leads_on =
        lines(article).any(|line| line.contains("](article:") || line.contains("](playbook:"));
    (!leads_on).then(|| {
        let advice = "Name the article or the playbook for those whom it did not help.";
        tell(article, "it leads nowhere".to_owned(), advice)
    })
}

fn reading(article: &Article) -> Vec<ContentProblem> {
    let mut found = Vec::new();
    let mut add = |what: String, advice| found.push(tell(article, what, advice));
    for (text, name, longest) in
        [(&article.title, "title", LONGEST_TITLE), (&article.summary, "summary", LONGEST_SUMMARY)]
    {
        let length = text.chars().count();
        if length > longest {
            add(
                format!("the {name} has {length} characters"),
                "It is cut in the list of results: say it shorter.",
            );
        }
    }
    let steps: Vec<&str> = lines(article).filter_map(step).collect();
    if steps.len() < FEWEST_STEPS {
        add(
            format!("it has {} numbered steps", steps.len()),
            "Write what to do as `1.`, `2.`, `3.`, and what is to be seen after each.",
        );
    }
    for step in steps {
        let count = words(step).count();
        if count > LONGEST_STEP {
            let begin: Vec<_> = words(step).take(RUN).collect();
            add(format!("the step `{} …` has {count} words", begin.join(" ")), "Make two of it.");
        }
    }
    let (all, sentences) = lines(article).filter(|line| !line.starts_with('#')).fold(
        (0, 0),
        |(all, sentences), line| {
            let here = line
                .split(['.', '?', '!', ':', ';'])
                .filter(|part| words(part).count() > 1)
                .count();
            (all + words(line).count(), sentences + here)
        },
    );
    if all > LONGEST_SENTENCES * sentences.max(1) {
        let mean = all / sentences.max(1);
        add(
            format!("its sentences have {mean} words on average"),
            "Cut the long ones: one thought each.",
        );
    }
    found
}

/// Pairs of articles in one language that say the same in the same words.
fn alike(articles: &[&Article]) -> Vec<ContentProblem> {
    let runs: Vec<BTreeSet<String>> = articles.iter().map(|article| runs(article)).collect();
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, runs) in runs.iter().enumerate() {
        for run in runs {
            let earlier = holders.entry(run).or_default();
            for other in earlier.iter() {
                *common.entry((*other, at)).or_default() += 1;
            }
            earlier.push(at);
        }
    }
    let size = |at: usize| runs.get(at).map_or(1, BTreeSet::len).max(1);
    let pairs = common.into_iter().filter_map(|((one, other), count)| {
        let share = count as f64 / size(one).min(size(other)) as f64;
        let (one, other) = (articles.get(one)?, articles.get(other)?);
        (share > LARGEST_OVERLAP && one.locale == other.locale).then(|| {
            let what =
                format!("{:.0} of 100 of its words are in `{}` too", share * 100.0, other.id);
            tell(one, what, "Write it once and link to it.")
        })
    });
    pairs.collect()
}

fn runs(article: &Article) -> BTreeSet<String> {
    let text: Vec<_> = lines(article).collect();
    let text = text.join(" ").to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(RUN).map(|run| run.join(" ")).collect()
}

fn lines(article: &Article) -> impl Iterator<Item = &str> {
    article.blocks.iter().flat_map(|block| block.markdown.lines())
}

/// A numbered step, without its number.
fn step(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(". ").filter(|_| rest.len() < line.len())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric))
}

/// Ids of the articles that a line links to.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](article:").skip(1).filter_map(|rest| rest.split_once(')').map(|(id, _)| id))
}
