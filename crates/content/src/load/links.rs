use std::collections::BTreeSet;

use super::{Source, steps};
use crate::{Article, CatalogueEntry, ContentProblem, Playbook, Report};

/// Reports what points to an article or a playbook that is not there.
pub(super) fn check(
    articles: &[(Article, Source)],
    playbooks: &[(Playbook, Source)],
    catalogue: &[(CatalogueEntry, Source)],
    report: &mut Report,
) {
    let known = Known {
        articles: articles.iter().map(|(article, _)| article.id.as_str()).collect(),
        playbooks: playbooks.iter().map(|(playbook, _)| playbook.id.as_str()).collect(),
    };
    let in_articles = articles.iter().flat_map(|(_, source)| known.broken_in(source));
    let in_playbooks =
        playbooks.iter().flat_map(|(playbook, source)| known.broken_in_steps(playbook, source));
    let in_catalogue =
        catalogue.iter().flat_map(|(entry, source)| known.broken_in_entry(entry, source));
    in_articles.chain(in_playbooks).chain(in_catalogue).for_each(|problem| report.add(problem));
}

struct Known<'a> {
    articles: BTreeSet<&'a str>,
    playbooks: BTreeSet<&'a str>,
}

impl Known<'_> {
    fn broken_in(&self, source: &Source) -> Vec<ContentProblem> {
        let in_line = |(number, line)| {
            targets(line)
                .filter_map(|target| self.trouble(target))
                .map(|(what, advice)| source.problem(Some(number), what, advice))
                .collect::<Vec<_>>()
        };
        source.lines().flat_map(in_line).collect()
    }

    fn broken_in_steps(&self, playbook: &Playbook, source: &Source) -> Vec<ContentProblem> {
        let broken = |(id, step): (&String, &crate::Step)| {
            let article = step.article.as_deref()?;
            let (what, advice) = self.missing_article(article)?;
            let line = source.line_with(steps::line_of(source, id), article);
            Some(source.problem(line, what, advice))
        };
        playbook.steps.iter().filter_map(broken).collect()
    }

    /// An entry's page must not take an article's place.
    fn broken_in_entry(&self, entry: &CatalogueEntry, source: &Source) -> Vec<ContentProblem> {
        let article = entry.article.as_deref().and_then(|id| {
            let (what, advice) = self.missing_article(id)?;
            Some(source.problem(source.line_of_key("article"), what, advice))
        });
        let page = entry.page_id();
        let taken = self.articles.contains(page.as_str()).then(|| {
            source.problem(
                source.line_of_key("id"),
                format!("its page and the article `{page}` have the same id"),
                "Give one of them another id.".to_owned(),
            )
        });
        article.into_iter().chain(taken).collect()
    }

    fn trouble(&self, target: &str) -> Option<(String, String)> {
        match target.split_once(':') {
            Some(("article", id)) => self.missing_article(id),
            Some(("playbook", id)) => self.missing_playbook(id),
            Some(("check", "network")) => None,
            _ => Some((
                format!("the link `{target}` leads out of the app"),
                "Link to `article:ID`, `playbook:ID` or `check:network`.".to_owned(),
            )),
        }
    }

    fn missing_article(&self, id: &str) -> Option<(String, String)> {
        (!self.articles.contains(id)).then(|| {
            let what = format!("there is no article `{id}`, or it has a problem of its own");
            (what, "Use the id of a file in articles/.".to_owned())
        })
    }

    fn missing_playbook(&self, id: &str) -> Option<(String, String)> {
        (!self.playbooks.contains(id)).then(|| {
            let what = format!("there is no playbook `{id}`, or it has a problem of its own");
            (what, "Use the id of a file in playbooks/.".to_owned())
        })
    }
}

/// The targets of the Markdown links in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}
