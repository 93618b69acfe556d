//! The knowledge on this device: content, index, rendered articles.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use content::{
    Article, Audience, Content, Links, LoadError, Platform, Playbook, Report, html, load,
    locale_language,
};
use jiff::civil::Date;
use search::{Document, Index, SearchError};
use ticket::{Access, Cause, CheckId, Scenario};
use triage::Classifier;

use crate::meaning::Reader;
use crate::view::{
    AccessView, ArticleLink, ArticleView, BlockView, Fragment, GuideCard, OfferView, Pace,
    ResultView, SearchView,
};

/// Results on the Ask screen.
const RESULTS: usize = 5;
/// A scenario this likely gets its card.
const CARD_CONFIDENCE: f32 = 0.5;
/// An unclear word is not worth a card.
const SHORTEST_QUERY: usize = 3;

/// For what is known of an article; see [`Knowledge::prior`].
const ELSEWHERE: f32 = 0.8;
const OVERDUE: f32 = 0.95;
const HELPED: f32 = 1.1;
const DID_NOT_HELP: f32 = 0.8;

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
    index: RwLock<Option<Arc<Index>>>,
    /// Articles that are in the index being built.
    indexed: AtomicUsize,
    pub(crate) meaning: Reader,
}

impl Knowledge {
    /// Loads the content; the index comes later.
    pub(crate) fn load(root: &Path) -> Result<Self, LoadError> {
        let (content, report) = load(root, Audience::App)?;
        for problem in &report.problems {
            tracing::warn!(%problem, "content problem");
        }
        let meaning = Reader::new(root);
        let (classifier, index) = (OnceLock::new(), RwLock::new(None));
        Ok(Self { content, report, classifier, index, indexed: AtomicUsize::new(0), meaning })
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

    /// Opens the index of this content under `data`. If it is not there or is damaged, it is built first,
    /// from an earlier one as far as articles are the same. Takes seconds: call it in the background.
    pub(crate) fn open_index(&self, data: &Path) -> Result<u64, SearchError> {
        let folder = self.index_folder(data);
        let index = match Index::open(&folder) {
            Ok(index) => index,
            Err(error) => {
                tracing::info!(%error, "building the search index");
                let documents: Vec<_> = self.content.articles.iter().map(Document::from).collect();
                let done = |done| self.indexed.store(done, Ordering::Relaxed);
                let built = search::update(&folder, &others(data, &folder), &documents, done)?;
                tracing::info!(built.kept, built.read, "built the search index");
                Index::open(&folder)?
            }
        };
        let articles = index.len();
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        Ok(articles)
    }

    /// Lets a damaged index go, so that it is built anew.
    pub(crate) fn give_up_index(&self, data: &Path) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = None;
        if let Err(error) = std::fs::remove_dir_all(self.index_folder(data)) {
            tracing::warn!(%error, "a damaged search index stays");
        }
    }

    fn index(&self) -> Option<Arc<Index>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes ready what searches by meaning, while `goes_on` says so. May take minutes: call it in the
    /// background.
    pub(crate) fn prepare_meaning(&self, data: &Path, goes_on: impl Fn() -> bool) {
        let documents: Vec<_> = self.content.articles.iter().map(Document::from).collect();
        self.meaning.prepare(&documents, data, goes_on);
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
        pace: Pace,
        locale: &str,
        today: Date,
        helped: impl Fn(&str) -> Option<bool>,
    ) -> Result<SearchView, SearchError> {
        let is_long_enough = query.trim().chars().count() >= SHORTEST_QUERY;
        let classifier = self.classifier.get().filter(|_| is_long_enough);
        let label = classifier
            .map(|classifier| classifier.classify(query, None))
            .and_then(|triage| triage.labels.into_iter().next())
            .filter(|label| label.confidence >= CARD_CONFIDENCE);
        let scenario = label.map(|label| label.scenario);
        let index = self.index();
        let indexing = index.is_none() || self.classifier.get().is_none();
        let (mut hits, mut answers) = (Vec::new(), true);
        if let Some(index) = &index {
            let both = match pace {
                Pace::Typing => None,
                // The model is large: not for a letter that somebody has typed.
                Pace::Pause if is_long_enough => self.meaning.order(index, query, locale),
                Pace::Pause => None,
            };
            let order = both.unwrap_or_else(|| index.by_words(query, locale))?;
            let order = index.with_prior(order, |id| self.prior(id, locale, today, helped(id)));
            hits = index.show(&order, query, locale, RESULTS)?;
            // Half a question is answered by nothing.
            answers = pace == Pace::Typing || !is_long_enough || order.answers();
        }
        Ok(SearchView {
            query: query.to_owned(),
            pace,
            indexing,
            indexed: u32::try_from(self.indexed.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
            answers,
            guide: scenario.and_then(|scenario| self.card_for(scenario, locale)),
            security: scenario == Some(Scenario::SecurityIncident),
            results: hits.into_iter().map(|hit| result(hit, today)).collect(),
        })
    }

    /// How much more likely an article is to be the right one than its words and meaning say: a little
    /// less if it is for other systems, is overdue, or did not help here before.
    fn prior(&self, id: &str, locale: &str, today: Date, helped: Option<bool>) -> f32 {
        let Some(article) = self.content.article(id, locale) else { return 1.0 };
        let on_desk = [Platform::Windows, Platform::Macos, Platform::Linux];
        let is_elsewhere = !article.platforms.contains(&this_platform())
            && article.platforms.iter().any(|platform| on_desk.contains(platform));
        let factors = [
            (is_elsewhere, ELSEWHERE),
            (article.review_by < today, OVERDUE),
            (helped == Some(true), HELPED),
            (helped == Some(false), DID_NOT_HELP),
        ];
        factors.iter().filter(|(is_so, _)| *is_so).map(|(_, factor)| factor).product()
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
            offer: self.offer_of(article, locale),
        })
    }

    /// The entry of the catalogue that an article is made from.
    fn offer_of(&self, article: &Article, locale: &str) -> Option<OfferView> {
        let entry = self.content.catalogue.iter().find(|it| it.page_id() == article.id)?;
        let rights = entry.rights.iter().map(|offered| offered.right).collect();
        let name = entry.name.get(locale).to_owned();
        Some(OfferView { entry: entry.id.clone(), name, rights })
    }

    /// Access as the catalogue calls it; nothing, where it does not offer that.
    pub(crate) fn offered(&self, access: &Access, locale: &str) -> Option<AccessView> {
        let entry = self.content.catalogue.iter().find(|it| it.id == access.entry)?;
        let is_offered = entry.rights.iter().any(|it| it.right == access.right);
        let name = entry.name.get(locale).to_owned();
        is_offered.then_some(AccessView { name, right: access.right })
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

/// The folders of indexes of other content.
fn others(data: &Path, than: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data).into_iter().flatten().flatten();
    let name = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(INDEX_PREFIX))
    };
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_dir() && path != than && name(path)).collect()
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
        html: html(&block.markdown, Links::Fragments),
    }
}

/// The system this program was built for.
const fn this_platform() -> Platform {
    if cfg!(windows) {
        Platform::Windows
    } else if cfg!(target_os = "macos") {
        Platform::Macos
    } else {
        Platform::Linux
    }
}

/// The article's tab for the system this program was built for.
fn own_platform(article: &Article) -> Option<String> {
    let own = this_platform();
    let has_tab = article.blocks.iter().any(|block| block.platform == Some(own));
    has_tab.then(|| own.heading().to_owned())
}
