use std::path::{Path, PathBuf};

use ticket::{Cause, CheckId};

use crate::{
    Article, ArticleKind, CatalogueEntry, Concept, ContentProblem, Organization, Playbook, Report,
    Routing, Runbook, TriageRules, locale_language,
};

mod articles;
mod catalogue;
mod concepts;
mod links;
mod model;
mod organization;
mod playbooks;
mod policies;
mod routing;
mod rules;
mod runbooks;
mod source;
mod steps;
mod yaml;

use source::Source;

/// Who the content is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every laptop: never reads what is only for the agent.
    App,
    /// The central agent.
    Agent,
}

/// What is sound in `knowledge/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The articles, by id and language; with those that are made from the catalogue.
    pub articles: Vec<Article>,
    /// What people can ask access to, by id.
    pub catalogue: Vec<CatalogueEntry>,
    /// The playbooks, by id.
    pub playbooks: Vec<Playbook>,
    /// The company.
    pub organization: Organization,
    /// The rules that label a text; empty when their file cannot be used.
    pub rules: TriageRules,
    /// What words mean, for the statistical model; empty when there is none or it cannot be used.
    pub concepts: Vec<Concept>,
    /// The statistical model, as its file; absent when there is none or it cannot be read.
    pub model: Option<Vec<u8>>,
    /// Who gets what; absent for [`Audience::App`] and when the file cannot be used.
    pub routing: Option<Routing>,
    /// What the agent can carry out, by id; empty for [`Audience::App`].
    pub runbooks: Vec<Runbook>,
    /// What the agent may do; absent for [`Audience::App`] and when a file cannot be read.
    pub policies: Option<Policies>,
}

impl Content {
    /// The articles that somebody wrote: all but the pages that are made from the catalogue.
    pub fn written(&self) -> impl Iterator<Item = &Article> {
        self.articles.iter().filter(|article| article.kind != ArticleKind::Access)
    }

    /// The article in the language of `locale`, or in English, or in the language there is.
    #[must_use]
    pub fn article(&self, id: &str, locale: &str) -> Option<&Article> {
        let written_in = |language: &str| {
            self.articles
                .iter()
                .find(|article| article.id == id && locale_language(&article.locale) == language)
        };
        written_in(locale_language(locale))
            .or_else(|| written_in("en"))
            .or_else(|| self.articles.iter().find(|article| article.id == id))
    }

    /// The article that helps with this cause.
    #[must_use]
    pub fn article_for_cause(&self, cause: Cause, locale: &str) -> Option<&Article> {
        let about = self.articles.iter().find(|article| article.causes.contains(&cause))?;
        self.article(&about.id, locale)
    }

    /// The article that helps where this check found something.
    #[must_use]
    pub fn article_for_check(&self, check: CheckId, locale: &str) -> Option<&Article> {
        let about = self.articles.iter().find(|article| article.checks.contains(&check))?;
        self.article(&about.id, locale)
    }

    /// The playbook of this id.
    #[must_use]
    pub fn playbook(&self, id: &str) -> Option<&Playbook> {
        self.playbooks.iter().find(|playbook| playbook.id == id)
    }
}

/// What the agent may do, as IT wrote it in Cedar; not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    /// What the policies may speak about.
    pub schema: String,
    /// The policies.
    pub policies: String,
}

/// Why there is no content at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder is not there or is not a folder.
    #[error("{} is not a folder that can be read", .0.display())]
    Folder(PathBuf),
    /// Without the company's names and phone numbers nothing is shown.
    #[error("{0}")]
    Organization(ContentProblem),
}

/// Loads `root` (the folder `knowledge/`) for an audience. A file with a problem that makes it
/// unsafe to use (it cannot be read, its name and id differ, its steps lead nowhere) is left out;
/// any other problem is only reported.
///
/// # Errors
/// The folder or `organization.yaml` cannot be used at all.
pub fn load(root: &Path, audience: Audience) -> Result<(Content, Report), LoadError> {
    if !root.is_dir() {
        return Err(LoadError::Folder(root.to_owned()));
    }
    let mut report = Report::default();
    let organization = organization::load(root, &mut report).map_err(LoadError::Organization)?;
    let (routing, policies) = match audience {
        Audience::App => (None, None),
        Audience::Agent => (routing::load(root, &mut report), policies::load(root, &mut report)),
    };
    let runbooks = match audience {
        Audience::App => Vec::new(),
        Audience::Agent => runbooks::load(root, routing.as_ref(), &mut report),
    };
    let rules = rules::load(root, &mut report);
    let concepts = concepts::load(root, &mut report);
    let model = model::load(root, &mut report);
    let articles = articles::load(root, routing.as_ref(), &mut report);
    let playbooks = playbooks::load(root, routing.as_ref(), &mut report);
    let catalogue = catalogue::load(root, routing.as_ref(), &mut report);
    links::check(&articles, &playbooks, &catalogue, &mut report);
    report.sort();
    let catalogue: Vec<_> = catalogue.into_iter().map(|(entry, _)| entry).collect();
    let mut articles: Vec<_> = articles.into_iter().map(|(article, _)| article).collect();
    articles.extend(catalogue.iter().flat_map(CatalogueEntry::pages));
    articles.sort_by(|a, b| (&a.id, &a.locale).cmp(&(&b.id, &b.locale)));
    let playbooks = playbooks.into_iter().map(|(playbook, _)| playbook).collect();
    let content = Content {
        articles,
        catalogue,
        playbooks,
        organization,
        rules,
        concepts,
        model,
        routing,
        runbooks,
        policies,
    };
    Ok((content, report))
}

/// The format version every file carries.
const FORMAT_VERSION: u16 = 1;

fn check_version(source: &Source, version: u16) -> Result<(), ContentProblem> {
    if version == FORMAT_VERSION {
        return Ok(());
    }
    Err(source.problem(
        source.line_of_key("version"),
        format!("format version {version} is not known"),
        format!("Write `version: {FORMAT_VERSION}`, or use a newer program."),
    ))
}

fn check_id(source: &Source, id: &str) -> Result<(), ContentProblem> {
    let stem = source.stem();
    if id == stem {
        return Ok(());
    }
    Err(source.problem(
        source.line_of_key("id"),
        format!("the id `{id}` and the file name `{stem}` differ"),
        format!("Write `id: {stem}`, or rename the file."),
    ))
}

/// What articles and playbooks share: somebody keeps them true, and by a day after the last look.
fn check_upkeep(
    source: &Source,
    owner: &str,
    dates: (jiff::civil::Date, jiff::civil::Date),
    routing: Option<&Routing>,
    report: &mut Report,
) {
    let (reviewed, review_by) = dates;
    if review_by <= reviewed {
        report.add(source.problem(
            source.line_of_key("review_by"),
            format!("review_by {review_by} is not after reviewed {reviewed}"),
            "Write the day by which it must be read again.".to_owned(),
        ));
    }
    let line = source.line_of_key("owner");
    if owner.trim().is_empty() {
        let advice = "Name the team that keeps it true.".to_owned();
        report.add(source.problem(line, "nobody owns this".to_owned(), advice));
    } else if let Some(routing) = routing
        && !routing.teams.iter().any(|team| team.id == owner)
    {
        report.add(source.problem(
            line,
            format!("the owner `{owner}` is not a team"),
            "Use the id of a team in routing/teams.yaml.".to_owned(),
        ));
    }
}
