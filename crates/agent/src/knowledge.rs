use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use content::{
    Article, Audience, Content, Kind, LoadError, Organization, Rota, Routing, Runbook, Sponsor,
    Team, Work,
};
use decision::{Offer, Procedure, Rulebook};
use embedding::Embedder;
use jiff::Timestamp;
use policy::{Gate, Mode};
use ring::digest::{Context, SHA256, digest};
use ticket::{Scenario, Submission, SubmissionKind};
use triage::{Classifier, Meaning};

use crate::outside::Outside;
use crate::runs::approving::approver;
use crate::runs::gravest;

/// Articles an answer offers at most.
const MOST_ARTICLES: usize = 3;
/// An article is offered beside the best one if it fits at least this well, as a share.
const NEARLY_AS_GOOD: f32 = 0.6;
/// Promised when no team is configured, in minutes.
const RESPOND_WITHIN: u32 = 240;

/// What IT wrote, ready for decisions.
#[derive(Debug)]
pub(crate) struct Knowledge {
    manifest: Manifest,
    content: Content,
    classifier: Classifier,
    routing: Routing,
    gate: Arc<Gate>,
    books: Vec<Book>,
    /// By id and language: what an article is about.
    articles: HashMap<(String, String), Described>,
    /// In how many articles a word stands.
    spread: HashMap<String, usize>,
}

/// A runbook that is used as it is.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) runbook: Runbook,
    /// SHA-256 of its text, in hexadecimal.
    pub(crate) digest: String,
    /// It does not do what its tests say, or they show too little.
    pub(crate) fails_tests: bool,
}

impl Book {
    pub(crate) fn new(runbook: Runbook) -> Self {
        let fails = runbook.tests.iter().any(|trial| runbook::try_out(&runbook, trial).is_err());
        let fails_tests = fails || !runbook::weak_spots(&runbook).is_empty();
        let digest = hex(digest(&SHA256, runbook.source.as_bytes()).as_ref());
        Self { runbook, digest, fails_tests }
    }

    /// As decisions know it; nothing, if the agent cannot carry it out without other people than a manager and an
    /// owner, or without being told more than whom it is for and what they chose from the catalogue.
    fn procedure(&self, mode: Mode) -> Option<Procedure> {
        let Runbook { id, scenario, causes, grants, needs, inputs, steps, .. } = &self.runbook;
        let waits = steps.iter().any(|it| match &it.work {
            // Who these are says the directory; nobody says yet who else there is.
            Work::Approve(from) => {
                !from.iter().all(|it| matches!(it, Sponsor::Manager | Sponsor::Owner))
            }
            Work::Manual(_) => true,
            Work::Read(_) | Work::Require(_) | Work::Change(_) => false,
        });
        let asked = steps.iter().filter_map(|it| match &it.work {
            Work::Approve(from) => Some(from),
            _ => None,
        });
        let asks: BTreeSet<_> = asked.flatten().filter_map(|it| approver(*it)).collect();
        let is_chosen = |kind: &Kind| matches!(kind, Kind::Group | Kind::Entry);
        let is_about_choice = inputs.iter().any(is_chosen);
        let is_told = inputs.iter().all(|kind| {
            matches!(kind, Kind::Ticket | Kind::Person) || (grants.is_some() && is_chosen(kind))
        });
        (is_told && !waits).then(|| Procedure {
            id: id.clone(),
            scenario: *scenario,
            // A cause does not say which group.
            causes: if is_about_choice { Vec::new() } else { causes.clone() },
            grants: *grants,
            needs: *needs,
            action: gravest(&self.runbook),
            mode,
            asks: asks.into_iter().collect(),
        })
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why there is nothing to decide with.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The folder cannot be used at all.
    #[error("the knowledge folder cannot be used")]
    Load(#[from] LoadError),
    /// A file of the folder cannot be read.
    #[error("a file of the knowledge folder cannot be read")]
    Read(#[from] std::io::Error),
    /// Without teams nobody could take over.
    #[error("no teams are known: routing/teams.yaml is missing or cannot be used")]
    NoRouting,
}

impl Knowledge {
    /// Loads a folder. Problems of single files are logged; the rest is used.
    pub(crate) fn load(folder: &Path) -> Result<Self, KnowledgeError> {
        let manifest = Manifest::of(folder)?;
        let (mut content, report) = content::load(folder, Audience::Agent)?;
        for problem in &report.problems {
            tracing::warn!(%problem, "a file of the knowledge folder has a problem");
        }
        let (classifier, problems) = Classifier::new(&content);
        for problem in &problems {
            tracing::warn!(%problem, "requests are labelled with less");
        }
        let classifier = match Embedder::load(&folder.join("embedding")) {
            Ok(embedder) => classifier.with_meaning(Meaning::new(move |text| {
                let vector = embedder.embed(text);
                vector.inspect_err(|error| tracing::warn!(%error, "labelled by words alone")).ok()
            })),
            Err(error) => {
                tracing::warn!(%error, "requests are labelled by words alone");
                classifier
            }
        };
        let gate = content.policies.take().map(|it| Gate::parse(&it.schema, &it.policies));
        let gate = gate.transpose().unwrap_or_else(|error| {
            tracing::error!(%error, "nothing is started until the policies are mended");
            None
        });
        let gate = Arc::new(gate.unwrap_or_default());
        let books = std::mem::take(&mut content.runbooks).into_iter().map(Book::new).collect();
        let routing = content.routing.take().ok_or(KnowledgeError::NoRouting)?;
        let articles: Vec<Described> =
            content.articles.iter().map(|article| described(article, &classifier)).collect();
        let mut spread = HashMap::new();
        for word in articles.iter().flat_map(HashMap::keys) {
            *spread.entry(word.clone()).or_insert(0) += 1;
        }
        let articles = content
            .articles
            .iter()
            .zip(articles)
            .map(|(article, described)| ((article.id.clone(), article.locale.clone()), described))
            .collect();
        Ok(Self { manifest, content, classifier, routing, gate, books, articles, spread })
    }

    /// Where teams read their mail, by their ids.
    pub(crate) fn mail_of_teams(&self) -> BTreeMap<String, String> {
        let teams = self.routing.teams.iter();
        teams.filter_map(|team| Some((team.id.clone(), team.mail.clone()?))).collect()
    }

    pub(crate) fn into_routing(self) -> Routing {
        self.routing
    }

    /// Names the content every decision rests on.
    pub(crate) fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// The same, and of each of its files.
    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(crate) fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// Minutes until somebody or something answers, as promised at acceptance.
    pub(crate) fn promise(&self, submission: &Submission, now: Timestamp) -> u32 {
        let scenario = match submission.kind {
            SubmissionKind::SecurityReport => Scenario::SecurityIncident,
            SubmissionKind::Request => submission.scenario.unwrap_or(Scenario::Other),
        };
        let team = self.routing.team_for(scenario);
        team.map_or(RESPOND_WITHIN, |team| decision::minutes_until(now, team.answers_by(now)))
    }

    /// The team that has a scenario.
    pub(crate) fn team_for(&self, scenario: Scenario) -> Option<&str> {
        self.routing.team_for(scenario).map(|team| team.id.as_str())
    }

    /// A team by its id.
    pub(crate) fn team(&self, id: &str) -> Option<&Team> {
        self.routing.teams.iter().find(|team| team.id == id)
    }

    /// Where employees reach who is on call for a team.
    pub(crate) fn on_call_line(&self, team: &str) -> Option<&str> {
        self.routing.on_call.iter().find(|it| it.team == team)?.line.as_deref()
    }

    /// Who is on call when, by the ids of their teams.
    pub(crate) fn rotas(&self) -> BTreeMap<String, Rota> {
        let all = self.routing.on_call.iter();
        all.filter_map(|it| Some((it.team.clone(), it.rota.clone()?))).collect()
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Every sound runbook.
    pub(crate) fn books(&self) -> &[Book] {
        &self.books
    }

    /// A runbook by its id.
    pub(crate) fn book(&self, id: &str) -> Option<&Book> {
        self.books.iter().find(|book| book.runbook.id == id)
    }

    /// The team that has this name in some language.
    pub(crate) fn team_named(&self, name: &str) -> Option<&str> {
        self.routing.teams.iter().find(|team| team.is_called(name)).map(|team| team.id.as_str())
    }

    /// Whether the catalogue says that an entry is not for everybody.
    pub(crate) fn names_roles(&self, entry: &str) -> bool {
        self.content.catalogue.iter().any(|it| it.id == entry && !it.roles.is_empty())
    }

    /// An article, in this language or the one it has.
    pub(crate) fn article(&self, id: &str, language: &str) -> Option<&Article> {
        let mut all = self.content.articles.iter().filter(|it| it.id == id);
        let first = all.next()?;
        let better = all.find(|it| it.locale == language && first.locale != language);
        Some(better.unwrap_or(first))
    }

    /// What an entry of the catalogue is called.
    pub(crate) fn entry_named(&self, entry: &str, language: &str) -> Option<&str> {
        let entry = self.content.catalogue.iter().find(|it| it.id == entry)?;
        Some(entry.name.get(language))
    }

    /// What only the customer can say.
    pub(crate) fn organization(&self) -> &Organization {
        &self.content.organization
    }

    /// The ids of the teams.
    pub(crate) fn teams(&self) -> impl Iterator<Item = &str> {
        self.routing.teams.iter().map(|team| team.id.as_str())
    }

    /// The rulebook for one text, with the articles that are offered for it, the modes of runbooks and who is on call.
    pub(crate) fn rulebook(
        &self,
        articles: BTreeMap<Scenario, Vec<String>>,
        outside: &Outside,
    ) -> Rulebook {
        let (routing, gate) = (self.routing.clone(), Arc::clone(&self.gate));
        let runbooks = self.books.iter().filter_map(|book| {
            book.procedure(outside.modes.get(&book.runbook.id).copied().unwrap_or(Mode::Shadow))
        });
        let catalogue = self.content.catalogue.iter().map(|entry| {
            let rights = entry.rights.iter().map(|offered| offered.right).collect();
            let offer = Offer { sensitivity: entry.sensitivity, approval: entry.approval, rights };
            (entry.id.clone(), offer)
        });
        Rulebook {
            articles,
            routing,
            gate,
            runbooks: runbooks.collect(),
            catalogue: catalogue.collect(),
            on_call: outside.on_call.clone(),
        }
    }

    /// Per scenario the articles that fit a text best.
    pub(crate) fn offers(&self, text: &str, locale: &str) -> BTreeMap<Scenario, Vec<String>> {
        let words: HashSet<String> = words(text, &self.classifier).collect();
        let offer = |scenario| (scenario, self.offer(scenario, &words, locale));
        Scenario::ALL.into_iter().map(offer).collect()
    }

    /// The articles of a scenario's playbooks, best first. Where any article may be meant, those
    /// that share words with the text.
    fn offer(&self, scenario: Scenario, words: &HashSet<String>, locale: &str) -> Vec<String> {
        let (ids, least) = match scenario {
            Scenario::HowTo | Scenario::Other => (self.all_ids(), f32::MIN_POSITIVE),
            _ => (self.playbook_ids(scenario), 0.0),
        };
        let mut scored: Vec<(f32, &str)> = ids
            .into_iter()
            .filter_map(|id| Some((self.score(self.content.article(id, locale)?, words), id)))
            .filter(|(score, _)| *score >= least)
            .collect();
        scored.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        let best = scored.first().map_or(0.0, |(score, _)| *score);
        scored.retain(|(score, _)| *score >= best * NEARLY_AS_GOOD);
        scored.into_iter().take(MOST_ARTICLES).map(|(_, id)| id.to_owned()).collect()
    }

    fn all_ids(&self) -> BTreeSet<&str> {
        self.content.articles.iter().map(|article| article.id.as_str()).collect()
    }

    fn playbook_ids(&self, scenario: Scenario) -> BTreeSet<&str> {
        let playbooks = self.content.playbooks.iter().filter(|it| it.scenario == scenario);
        playbooks
            .flat_map(|playbook| playbook.steps.values())
            .filter_map(|step| step.article.as_deref())
            .collect()
    }

    /// Shared words, each worth more the fewer articles have it (inverse document frequency).
    fn score(&self, article: &Article, words: &HashSet<String>) -> f32 {
        let articles = self.content.articles.len() as f32;
        let rarity = |word: &str| (articles / *self.spread.get(word).unwrap_or(&1) as f32).ln_1p();
        let described = self.articles.get(&(article.id.clone(), article.locale.clone()));
        described
            .into_iter()
            .flatten()
            .filter(|(word, _)| words.contains(*word))
            .map(|(word, weight)| rarity(word) * weight)
            .sum()
    }
}

/// What deciding never reads: labelled rows are for learning and measuring, vectors for devices.
const NOT_READ: [&str; 3] = ["jsonl", "md", "vectors"];
const CONCEPTS: &str = "concepts.jsonl";

/// Names the files that decisions depend on and what they say. Articles are Markdown below `articles/`; Markdown
/// elsewhere explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// SHA-256 over names and contents, in the order of their names.
    pub(crate) digest: String,
    /// SHA-256 of each file, by its name.
    pub(crate) files: BTreeMap<String, String>,
}

impl Manifest {
    pub(crate) fn of(folder: &Path) -> Result<Self, std::io::Error> {
        let (mut all, mut files) = (Vec::new(), BTreeMap::new());
        collect(folder, &mut all)?;
        all.sort();
        let mut context = Context::new(&SHA256);
        for file in all {
            let name = file.strip_prefix(folder).unwrap_or(&file);
            let name = name.to_string_lossy().replace('\\', "/");
            let content = std::fs::read(&file)?;
            for part in [name.as_bytes(), &content] {
                context.update(&(part.len() as u64).to_le_bytes());
                context.update(part);
            }
            files.insert(name, hex(digest(&SHA256, &content).as_ref()));
        }
        Ok(Self { digest: hex(context.finish().as_ref()), files })
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), std::io::Error> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if is_read(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_read(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let is_article = path.parent().is_some_and(|folder| folder.ends_with("articles"));
    is_article || path.ends_with(CONCEPTS) || !NOT_READ.contains(&extension)
}

/// The words that say what an article is about, with how much each says.
type Described = HashMap<String, f32>;

fn described(article: &Article, classifier: &Classifier) -> Described {
    let mut described = HashMap::new();
    let keywords = article.keywords.join(" ");
    for (text, weight) in [(&article.summary, 1.0), (&keywords, 2.0), (&article.title, 3.0)] {
        for word in words(text, classifier) {
            described.insert(word, weight);
        }
    }
    described
}

/// The words of a text, and the concepts they name: those are the same in every language.
fn words(text: &str, classifier: &Classifier) -> impl Iterator<Item = String> {
    let concepts = classifier.concepts(text).into_iter().map(|concept| format!("{concept}*"));
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_lowercase)
        .chain(concepts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best article the shipped knowledge offers.
    fn check(scenario: Scenario, locale: &str, text: &str, expect: &str) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
        let knowledge = Knowledge::load(Path::new(folder)).unwrap();
        let offers = knowledge.offers(text, locale).remove(&scenario).unwrap();
        assert_eq!(offers.first().map(String::as_str), Some(expect), "{text}: {offers:?}");
        assert!(offers.len() <= MOST_ARTICLES);
    }

    #[test]
    fn the_article_that_shares_the_rarest_words_comes_first() {
        use Scenario::{HowTo, PasswordResetLockout, VpnConnectivity};
        check(VpnConnectivity, "en", "My VPN is not connecting", "vpn-not-connecting");
        check(VpnConnectivity, "en", "VPN on hotel Wi-Fi fails", "vpn-hotel-train-wifi");
        check(PasswordResetLockout, "en", "My account is locked", "account-locked");
        check(PasswordResetLockout, "en", "I forgot my password", "password-forgotten");
        check(HowTo, "en", "How do I share a file in OneDrive?", "share-files-onedrive");
        check(HowTo, "en", "How do I add a printer?", "printer-add");
        check(HowTo, "es", "¿Cómo añado una impresora?", "printer-add");
        check(PasswordResetLockout, "pl", "Zapomniałem hasła", "password-forgotten");
    }
}
