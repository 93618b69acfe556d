//! The knowledge on this device: content, index, rendered articles.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use content::{Article, Audience, Content, LoadError, Playbook, Report, load, locale_language};
use jiff::civil::Date;
use search::{Index, SearchError};
use ticket::{Cause, CheckId, Scenario};
use triage::Classifier;

use crate::render;
use crate::view::{
    ArticleLink, ArticleView, BlockView, Fragment, GuideCard, ResultView, SearchView,
};

/// Results on the Ask screen.
const RESULTS: usize = 5;
/// A scenario this likely gets its card.
const CARD_CONFIDENCE: f32 = 0.5;
/// An unclear word is not worth a card.
const SHORTEST_QUERY: usize = 3;

/// What people need most, in this order. A security report has its own place on every screen.
const OFTEN: [Scenario; 6] = [
    Scenario::VpnConnectivity,
    Scenario::PasswordResetLockout,
    Scenario::HardwareFault,
    Scenario::SoftwareAccess,
    Scenario::HowTo,
    Scenario::Outage,
];

/// Everything IT wrote, as this device holds it.
pub(crate) struct Knowledge {
    pub(crate) content: Content,
    pub(crate) report: Report,
    classifier: OnceLock<Classifier>,
    index: OnceLock<Index>,
}

impl Knowledge {
    /// Loads the content; the index comes later.
    pub(crate) fn load(root: &Path) -> Result<Self, LoadError> {
        let (content, report) = load(root, Audience::App)?;
        for problem in &report.problems {
            tracing::warn!(%problem, "content problem");
        }
        Ok(Self { content, report, classifier: OnceLock::new(), index: OnceLock::new() })
    }

    /// Makes ready what recognizes a scenario. Takes a while: call it in the background.
    pub(crate) fn prepare_classifier(&self) {
        let (classifier, problems) = Classifier::new(&self.content);
        for problem in &problems {
            tracing::warn!(%problem, "scenarios are recognized with less");
        }
        // Prepared twice at once: the first one stays, the second is as good.
        let _ = self.classifier.set(classifier);
    }

    /// Opens the index of this content under `data`, building it first if it is not there or is
    /// damaged. Takes seconds: call it in the background.
    pub(crate) fn open_index(&self, data: &Path) -> Result<u64, SearchError> {
        let folder = self.index_folder(data);
        let index = match Index::open(&folder) {
            Ok(index) => index,
            Err(error) => {
                tracing::info!(%error, "building the search index");
                search::build(&folder, &self.content.articles)?;
                Index::open(&folder)?
            }
        };
        remove_others(data, &folder);
        let articles = index.len();
        // Opened twice at once: the first one stays, the second is as good.
        let _ = self.index.set(index);
        Ok(articles)
    }

    /// One folder per content and format: an index of other content is never opened.
    fn index_folder(&self, data: &Path) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        for article in &self.content.articles {
            format!("{article:?}").hash(&mut hasher);
        }
        data.join(format!("{INDEX_PREFIX}{:016x}", hasher.finish()))
    }

    pub(crate) fn search(
        &self,
        query: &str,
        locale: &str,
        today: Date,
    ) -> Result<SearchView, SearchError> {
        let is_long_enough = query.trim().chars().count() >= SHORTEST_QUERY;
        let classifier = self.classifier.get().filter(|_| is_long_enough);
        let label = classifier
            .map(|classifier| classifier.classify(query, None))
            .and_then(|triage| triage.labels.into_iter().next())
            .filter(|label| label.confidence >= CARD_CONFIDENCE);
        let scenario = label.map(|label| label.scenario);
        let hits = match self.index.get() {
            Some(index) => index.search(query, locale, RESULTS)?,
            None => Vec::new(),
        };
        Ok(SearchView {
            query: query.to_owned(),
            indexing: self.index.get().is_none() || self.classifier.get().is_none(),
            guide: scenario.and_then(|scenario| self.card_for(scenario, locale)),
            security: scenario == Some(Scenario::SecurityIncident),
            results: hits.into_iter().map(|hit| result(hit, today)).collect(),
        })
    }

    pub(crate) fn card_for(&self, scenario: Scenario, locale: &str) -> Option<GuideCard> {
        let playbooks = &self.content.playbooks;
        playbooks
            .iter()
            .find(|playbook| playbook.scenario == scenario)
            .map(|playbook| card(playbook, locale))
    }

    pub(crate) fn cards(&self, locale: &str) -> Vec<GuideCard> {
        OFTEN.iter().filter_map(|scenario| self.card_for(*scenario, locale)).collect()
    }

    pub(crate) fn link(&self, id: &str, locale: &str) -> Option<ArticleLink> {
        let article = self.content.article(id, locale)?;
        Some(ArticleLink { id: article.id.clone(), title: article.title.clone() })
    }

    pub(crate) fn link_for_cause(&self, cause: Cause, locale: &str) -> Option<ArticleLink> {
        self.link(&self.content.article_for_cause(cause, locale)?.id, locale)
    }

    pub(crate) fn link_for_check(&self, check: CheckId, locale: &str) -> Option<ArticleLink> {
        self.link(&self.content.article_for_check(check, locale)?.id, locale)
    }

    pub(crate) fn article(&self, id: &str, locale: &str, today: Date) -> Option<ArticleView> {
        let article = self.content.article(id, locale)?;
        let language = locale_language(&article.locale);
        Some(ArticleView {
            id: article.id.clone(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            other_language: (language != locale_language(locale)).then(|| language.to_owned()),
            blocks: article.blocks.iter().map(block).collect(),
            platform: own_platform(article),
            reviewed: article.reviewed.to_string(),
            overdue: article.review_by < today,
            helped: None,
            guide: self.guide_of(article, locale),
        })
    }

    /// The guided help an article belongs to: one of its steps points to it.
    fn guide_of(&self, article: &Article, locale: &str) -> Option<GuideCard> {
        let names_it = |playbook: &&Playbook| {
            playbook.steps.values().any(|step| step.article.as_deref() == Some(article.id.as_str()))
        };
        self.content.playbooks.iter().find(names_it).map(|playbook| card(playbook, locale))
    }
}

const INDEX_PREFIX: &str = "index-";

/// Indexes of older content are only space.
fn remove_others(data: &Path, keep: &Path) {
    let Ok(entries) = std::fs::read_dir(data) else { return };
    for entry in entries.flatten() {
        let is_index = entry.file_name().to_string_lossy().starts_with(INDEX_PREFIX);
        if is_index
            && entry.path() != keep
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, "an old search index stays");
        }
    }
}

fn result(hit: search::Hit, today: Date) -> ResultView {
    let overdue = hit.review_by.parse::<Date>().is_ok_and(|review_by| review_by < today);
    ResultView {
        id: hit.id,
        title: hit.title.into_iter().map(fragment).collect(),
        snippet: hit.snippet.into_iter().map(fragment).collect(),
        reviewed: hit.reviewed,
        overdue,
    }
}

fn fragment(fragment: search::Fragment) -> Fragment {
    Fragment { text: fragment.text, marked: fragment.is_marked }
}

pub(crate) fn card(playbook: &Playbook, locale: &str) -> GuideCard {
    GuideCard {
        playbook: playbook.id.clone(),
        scenario: playbook.scenario,
        title: playbook.title.get(locale).to_owned(),
        summary: playbook.summary.get(locale).to_owned(),
        minutes: playbook.minutes,
    }
}

fn block(block: &content::Block) -> BlockView {
    BlockView {
        platform: block.platform.map(|platform| platform.heading().to_owned()),
        html: render::html(&block.markdown),
    }
}

/// The article's tab for the system this program was built for.
fn own_platform(article: &Article) -> Option<String> {
    let own = match std::env::consts::OS {
        "windows" => content::Platform::Windows,
        "macos" => content::Platform::Macos,
        _ => content::Platform::Linux,
    };
    let has_tab = article.blocks.iter().any(|block| block.platform == Some(own));
    has_tab.then(|| own.heading().to_owned())
}
