//! The app without a window: every use case the window can ask for, and the two loops that run
//! beside it, one that delivers what waits and one that listens for answers.

mod approvals;
mod backend;
mod checks;
mod delivery;
mod device;
mod draft;
mod events;
mod guide;
mod incidents;
mod knowledge;
mod known;
mod learning;
mod link;
mod meaning;
mod preferences;
mod problem;
mod requests;
mod security;
mod server;
mod session;
mod start;
mod usage;
/// What the window shows.
pub mod view;
mod words;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use content::locale_language;
use identity::{InstallationKey, Keyring};
use jiff::{Timestamp, ZonedDateTime};
use outbox::{Entry, Outbox, Owner, Payload};
use settings::Settings;
use ticket::{DeviceReport, OpenIncident, Problem as WireProblem};
use tokio::sync::{Notify, broadcast};

pub use settings::MANAGED_PATH;
pub use start::StartError;
pub use ticket::{
    Access, ApprovalWord, DetailGroup, OwnAccount, Problem, ProblemCode, ReplyAction,
};

use approvals::Waiting;
use backend::Backend;
use device::Inspection;
use draft::Draft;
use guide::Guide;
use knowledge::Knowledge;
use known::Known;
use learning::Learning;
use problem::problem;
use session::Person;
use start::Unread;
use usage::Usage;
use view::{ArticleView, OutsideTarget, Pace, SearchView};

/// Opens an address in the system's browser, or says why not.
pub type Opener = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// Where this program keeps its files.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The person's settings.
    pub config: PathBuf,
    /// Index, outbox, known requests.
    pub data: PathBuf,
    /// IT's managed configuration, a file.
    pub managed: PathBuf,
}

/// What the shell knows and the use cases need.
#[derive(Clone)]
pub struct Options {
    /// Where files are.
    pub folders: Folders,
    /// The content IT wrote.
    pub knowledge: PathBuf,
    /// Version of this program.
    pub version: String,
    /// Language of the person's desktop, BCP 47.
    pub system_locale: String,
    /// The way to the system's browser.
    pub open: Opener,
}

/// Something the window should show anew.
#[derive(Debug, Clone)]
pub enum Change {
    /// Who is signed in, or what works.
    Session(view::SessionView),
    /// Guided help moved on.
    Guide(view::GuideView),
    /// The request being written.
    Draft(view::DraftView),
    /// The checks of this device moved on.
    Device(view::DeviceView),
    /// The list of requests.
    Requests {
        /// How many wait for the employee.
        waiting: u32,
    },
    /// The index can be searched.
    Index {
        /// How many articles are in it.
        articles: u32,
    },
    /// What waits for the person's yes.
    Approvals,
    /// Settings, in a file of IT's or of the person's.
    Settings,
    /// Something worth a notification.
    News(News),
}

/// Something worth a notification. It holds no text of a request: others can see the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// An answer arrived.
    Answered {
        /// Number of the ticket.
        number: u32,
    },
    /// One question is open.
    Question {
        /// Number of the ticket.
        number: u32,
    },
    /// Somebody needs the person's yes.
    Approval,
    /// It ends within a day without it.
    ApprovalEnds,
    /// A team has it.
    HandedOff {
        /// Number of the ticket.
        number: u32,
    },
}

/// The app.
pub struct Desktop {
    options: Options,
    knowledge: Arc<Knowledge>,
    settings: Mutex<Settings>,
    keyring: Keyring,
    installation: Arc<InstallationKey>,
    /// Absent when this device cannot store anything.
    outbox: Option<Arc<Outbox>>,
    has_file_key: bool,
    unread: Unread,
    /// The keys that open the window belong to another program.
    keys_taken: AtomicBool,
    /// The index was damaged and is built anew; another time it is the disk.
    has_rebuilt: AtomicBool,
    known: Known,
    usage: Usage,
    learning: Mutex<Learning>,
    backend: RwLock<Arc<Backend>>,
    person: Mutex<Person>,
    guide: Mutex<Option<Guide>>,
    draft: Mutex<Option<Draft>>,
    inspection: Mutex<Option<Inspection>>,
    /// What waits for the yes of the person, as the agent told last.
    asked: Mutex<Waiting>,
    /// Faults that several people have, as the agent told last.
    incidents: Mutex<Vec<OpenIncident>>,
    changes: broadcast::Sender<Change>,
    /// Wakes the delivery loop.
    to_deliver: Notify,
    /// Wakes the listening loop.
    to_listen: Notify,
    /// Wakes what tells how articles are used.
    to_tell: Notify,
    /// Told when the window asks for its first screen.
    first_screen: Notify,
    /// Told after every round of delivery.
    delivered: Notify,
}

impl Desktop {
    /// What happens from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Searches articles and recognizes the scenario.
    ///
    /// # Errors
    /// The index cannot be read.
    pub async fn search(self: &Arc<Self>, query: &str, pace: Pace) -> Result<SearchView, Problem> {
        let (knowledge, language) = (Arc::clone(&self.knowledge), self.language());
        let (query, desktop) = (query.to_owned(), Arc::clone(self));
        let found = tokio::task::spawn_blocking(move || {
            let helped = |id: &str| desktop.usage.helped(id);
            knowledge.search(&query, pace, &language, ZonedDateTime::now().date(), helped)
        });
        let found = found.await.map_err(|error| problem(ProblemCode::Internal, error))?;
        if found.is_err() && !self.has_rebuilt.swap(true, Ordering::Relaxed) {
            self.knowledge.give_up_index(&self.options.folders.data);
            tokio::spawn(Arc::clone(self).index());
        }
        let found = found.map_err(|error| problem(ProblemCode::DeviceStorage, error))?;
        self.asked(&found);
        Ok(found)
    }

    /// An article, rendered.
    ///
    /// # Errors
    /// There is no such article.
    pub fn article(&self, id: &str) -> Result<ArticleView, Problem> {
        let article = self.knowledge.article(id, &self.language(), ZonedDateTime::now().date());
        let article = article.ok_or_else(|| problem(ProblemCode::NotFound, "no such article"))?;
        self.usage.opened(id);
        self.opened_article(id);
        Ok(ArticleView { helped: self.usage.helped(id), ..article })
    }

    /// Keeps the answer to "Did this help?".
    ///
    /// # Errors
    /// There is no such article.
    pub async fn article_feedback(&self, id: &str, helped: bool) -> Result<(), Problem> {
        if self.knowledge.link(id, &self.language()).is_none() {
            return Err(problem(ProblemCode::NotFound, "no such article"));
        }
        if self.usage.set_helped(id, helped) && !helped {
            self.did_not_help(id);
        }
        Ok(())
    }

    /// Opens one of the few places outside of the app.
    ///
    /// # Errors
    /// The system's browser cannot be opened.
    pub fn open_outside(&self, target: OutsideTarget) -> Result<(), Problem> {
        let address = match target {
            OutsideTarget::PasswordPage => {
                self.knowledge.content.organization.password_page.clone()
            }
            // Any plain page makes the Wi-Fi show its own; the probe is one we know is plain.
            OutsideTarget::NetworkSignIn => {
                self.lock(&self.settings).value(settings::Key::InternetProbeUrl).to_owned()
            }
        };
        (self.options.open)(&address).map_err(|error| problem(ProblemCode::Internal, error))
    }

    /// Language of the texts: `en` or `de`.
    #[must_use]
    pub fn language(&self) -> String {
        let chosen = self.lock(&self.settings).language();
        let language = match chosen {
            settings::Language::English => "en",
            settings::Language::German => "de",
            settings::Language::System => locale_language(&self.options.system_locale),
        };
        if language == "de" { "de".to_owned() } else { "en".to_owned() }
    }

    fn tell(&self, change: Change) {
        // Nobody listening is fine: the window asks when it opens.
        let _ = self.changes.send(change);
    }

    #[expect(clippy::unused_self, reason = "reads as one word at every use")]
    fn lock<'a, T>(&self, mutex: &'a Mutex<T>) -> MutexGuard<'a, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outbox(&self) -> Result<&Arc<Outbox>, WireProblem> {
        self.outbox
            .as_ref()
            .ok_or_else(|| problem(ProblemCode::DeviceStorage, "no outbox on this device"))
    }

    /// Everything of the person and of the installation that is on this device.
    fn entries(&self) -> Vec<Entry> {
        let owners = [self.owner(), Owner::Installation];
        self.outbox.as_ref().map(|outbox| outbox.list(&owners)).unwrap_or_default()
    }

    /// Puts something on the disk and wakes the delivery; returns when it is synced.
    async fn store(
        &self,
        owner: Owner,
        payload: Payload,
        hold: Option<std::time::Duration>,
    ) -> Result<(), Problem> {
        let outbox = Arc::clone(self.outbox()?);
        let now = Timestamp::now();
        let entry = match hold {
            Some(hold) => Entry::held(owner, payload, now, hold),
            None => Entry::new(owner, payload, now),
        };
        let stored = tokio::task::spawn_blocking(move || outbox.put(entry)).await;
        let stored = stored.map_err(|error| problem(ProblemCode::Internal, error))?;
        stored.map_err(|error| problem(ProblemCode::DeviceStorage, error))?;
        self.to_deliver.notify_one();
        self.requests_changed();
        self.session_changed();
        Ok(())
    }

    async fn device_report(&self) -> Result<DeviceReport, Problem> {
        let context = self.backend().checks.clone();
        let asset = self.lock(&self.settings).asset_name().map(str::to_owned);
        Ok(diagnostics::device_report(&context, &self.options.version, asset).await)
    }

    fn check_context(&self) -> diagnostics::Context {
        self.backend().checks.clone()
    }

    fn backend(&self) -> Arc<Backend> {
        Arc::clone(&self.backend.read().unwrap_or_else(PoisonError::into_inner))
    }
}
