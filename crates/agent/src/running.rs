use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connectors::{DirectoryPort, Ports, RecordedDirectory};
use jiff::Timestamp;
use systems::{
    Ldap, LdapError, LdapWriter, Mail, PagerError, Pagers, RequestTracker, RequestTrackerError,
    RequestTrackerWriter, Teams, TeamsError,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api;
use crate::at_desk;
use crate::auth::Keys;
use crate::config::{Config, ConfigError};
use crate::contents;
use crate::counsel::Counsel;
use crate::desk::{Connected, Desk, Parts, Reach};
use crate::execute;
use crate::guarded::guarded;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::letters;
use crate::limits::Limits;
use crate::modes::Signers;
use crate::portal::{self, Portal, PortalError};
use crate::refused;
use crate::store::{Store, StoreError, holders};
use crate::tidings;
use crate::work;

/// Open requests get this long to end when the agent stops.
const LONGEST_GOODBYE: Duration = Duration::from_secs(10);

/// Why the agent did not start, or could not answer.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The recorded directory cannot be used.
    #[error("the recorded directory {} cannot be used: {why}", file.display())]
    Directory {
        /// Its file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The company's directory cannot be used.
    #[error("the directory cannot be used")]
    Ldap(#[from] LdapError),
    /// The company's help desk cannot be used.
    #[error("the help desk cannot be used")]
    RequestTracker(#[from] RequestTrackerError),
    /// Everybody would qualify for what is not for everybody.
    #[error(
        "`ldap.grants`: the catalogue says for whom `{0}` is, and no group does; name its groups under `roles`"
    )]
    Roles(String),
    /// Teams cannot be told.
    #[error("teams cannot be told")]
    Teams(#[from] TeamsError),
    /// Nobody can be paged.
    #[error("nobody who is on call can be paged")]
    Pagers(#[from] PagerError),
    /// The configuration cannot be used.
    #[error("the configuration cannot be used")]
    Config(#[from] ConfigError),
    /// The page for employees cannot be set up.
    #[error("the portal cannot be set up")]
    Portal(#[from] PortalError),
    /// The knowledge folder cannot be used.
    #[error("there is nothing to decide with")]
    Knowledge(#[from] KnowledgeError),
    /// The database cannot be used.
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address as configured.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// No client for the identity provider or the model could be made.
    #[error("cannot make a client for the identity provider or the model")]
    Client(#[from] reqwest::Error),
}

/// What a process does of the agent's work. A small site runs all of it in one; a large one several of each,
/// on one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// It answers apps and people.
    pub serves: bool,
    /// It decides.
    pub decides: bool,
    /// It changes systems outside: it alone has the credentials for that, and it opens no port.
    pub executes: bool,
}

impl Roles {
    /// Everything.
    pub const ALL: Self = Self { serves: true, decides: true, executes: true };
    /// Answering alone.
    pub const SERVE: Self = Self { serves: true, decides: false, executes: false };
    /// Deciding alone.
    pub const DECIDE: Self = Self { serves: false, decides: true, executes: false };
    /// Changing systems alone.
    pub const EXECUTE: Self = Self { serves: false, decides: false, executes: true };
}

/// An agent at work.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    store: Store,
}

/// Starts the agent in this process: store, and what its roles need. The caller has installed a `rustls`
/// crypto provider.
///
/// # Errors
/// When the configuration, the knowledge folder, the database or the address cannot be used.
pub async fn start(config: Config, roles: Roles) -> Result<Running, AgentError> {
    start_with(config, roles, Limits::default(), Ports::default()).await
}

/// Adds the directory that is configured: what is read there, and, where there are credentials for it, what
/// is changed.
fn add_directory(config: &Config, roles: Roles, ports: &mut Ports) -> Result<(), AgentError> {
    if let Some(file) = &config.recorded_directory {
        ports.directory.get_or_insert(recorded(file)?);
    }
    let Some(ldap) = &config.ldap else { return Ok(()) };
    let reader = Arc::new(Ldap::open(ldap.clone())?);
    ports.directory.get_or_insert(reader.clone());
    ports.reads.push(reader);
    if let Some(writer) = config.ldap_writer.as_ref().filter(|_| roles.executes) {
        ports.acts.push(Arc::new(LdapWriter::open(ldap.clone(), writer)?));
    }
    Ok(())
}

/// Adds the help desk that is configured: who decides sees what people do there, who executes writes there.
fn add_desk(config: &Config, roles: Roles, ports: &mut Ports) -> Result<(), AgentError> {
    let Some(tracker) = &config.request_tracker else { return Ok(()) };
    if roles.decides {
        ports.desk_watch = Some(Arc::new(RequestTracker::open(tracker)?));
    }
    if roles.executes {
        ports.desk = Some(Arc::new(RequestTrackerWriter::open(tracker)?));
    }
    Ok(())
}

/// Says where a system is set up for a team that the routing does not have: nothing ever goes there.
fn warn_of_unknown_teams(config: &Config, knowledge: &Knowledge) {
    for (setting, team) in config.teams().filter(|(_, team)| knowledge.team(team).is_none()) {
        tracing::warn!(setting, team, "the routing has no such team: nothing ever goes there");
    }
}

/// The catalogue tells people for whom an entry is, the groups tell the agent: neither without the other.
fn check_roles(config: &Config, knowledge: &Knowledge) -> Result<(), AgentError> {
    let mut grants = config.ldap.iter().flat_map(|ldap| &ldap.grants);
    match grants.find(|it| it.roles.is_empty() && knowledge.names_roles(&it.entry)) {
        Some(grant) => Err(AgentError::Roles(grant.entry.clone())),
        None => Ok(()),
    }
}

fn recorded(file: &Path) -> Result<Arc<dyn DirectoryPort>, AgentError> {
    let broken = |why: String| AgentError::Directory { file: file.to_owned(), why };
    let text = std::fs::read_to_string(file).map_err(|error| broken(error.to_string()))?;
    let directory: RecordedDirectory =
        serde_saphyr::from_str(&text).map_err(|error| broken(error.to_string()))?;
    Ok(Arc::new(directory))
}

/// Adds how teams and people are told.
fn add_messages(
    config: &Config,
    knowledge: &Knowledge,
    ports: &mut Ports,
) -> Result<(), AgentError> {
    if ports.messages.is_none() && tells_teams(config) {
        let addresses = knowledge.mail_of_teams();
        let teams = Teams::open(&config.chats, config.mail.as_ref(), &addresses)?;
        ports.messages = Some(Arc::new(teams));
    }
    if let Some(mail) = config.mail.as_ref().filter(|_| ports.letters.is_none()) {
        let letters = Mail::open(mail, &BTreeMap::new()).map_err(TeamsError::from)?;
        ports.letters = Some(Arc::new(letters));
    }
    let rotas = knowledge.rotas();
    let wakes_by_rota = config.mail.is_some() && !rotas.is_empty();
    if ports.pager.is_none() && (wakes_by_rota || !config.pagers.is_empty()) {
        ports.pager = Some(Arc::new(Pagers::open(&config.pagers, rotas, config.mail.as_ref())?));
    }
    Ok(())
}

/// The teams for which somebody can be woken: by a pager, or by mail to who the rota names.
fn with_somebody_on_call(config: &Config, knowledge: &Knowledge) -> BTreeSet<String> {
    let by_pager = config.pagers.keys().cloned();
    let by_rota = knowledge.rotas().into_keys().filter(|_| config.mail.is_some());
    by_pager.chain(by_rota).collect()
}

fn tells_teams(config: &Config) -> bool {
    config.mail.is_some() || !config.chats.is_empty()
}

/// Starts the agent as [`start`] does, with other limits and with systems to change.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    config: Config,
    roles: Roles,
    limits: Limits,
    mut ports: Ports,
) -> Result<Running, AgentError> {
    config.check()?;
    let knowledge = Knowledge::load(&config.knowledge)?;
    let connected = Connected {
        desk: match (&ports.desk, &config.request_tracker) {
            (Some(_), _) => Reach::Everybody,
            (None, Some(tracker)) => Reach::Teams(tracker.queues.keys().cloned().collect()),
            (None, None) => Reach::Teams(BTreeSet::new()),
        },
        messages: ports.messages.is_some() || tells_teams(&config),
        on_call: match ports.pager {
            Some(_) => Reach::Everybody,
            None => Reach::Teams(with_somebody_on_call(&config, &knowledge)),
        },
    };
    add_directory(&config, roles, &mut ports)?;
    add_desk(&config, roles, &mut ports)?;
    check_roles(&config, &knowledge)?;
    warn_of_unknown_teams(&config, &knowledge);
    if roles.executes {
        add_messages(&config, &knowledge, &mut ports)?;
    }
    let store = Store::open(&config).await?;
    let mut writing = store.write().await?;
    let holder = holders::arrive(&mut writing, Timestamp::now()).await?;
    let now = Timestamp::now();
    contents::found(&mut writing, &config.knowledge, knowledge.manifest(), now).await?;
    writing.commit("holder_arrived").await?;
    let listener = if roles.serves { Some(listen(&config).await?) } else { None };
    let (listener, url) = listener.unzip();
    let url = url.unwrap_or_default();
    let (stop, stopping) = watch::channel(false);
    let public_url = config.public_url.as_ref().map_or(url.as_str(), |url| url.as_str());
    let public_url = public_url.trim_end_matches('/').to_owned();
    let at_portal = config.portal.as_ref().map(|_| portal::address(&public_url));
    let portal = config.portal.as_ref().filter(|_| roles.serves);
    let portal = portal.map(|it| Portal::new(it, &public_url, knowledge.organization().clone()));
    let portal = portal.transpose()?.map(Arc::new);
    let parts = Parts {
        store: store.clone(),
        knowledge,
        keys: Keys::new(config.issuer.clone())?,
        limits,
        counsel: config.model.as_ref().filter(|_| roles.decides).map(Counsel::new).transpose()?,
        ports: guarded(ports, limits.calls_per_minute),
        connected,
        holder,
        signers: Signers::parse(&config.signers).map_err(ConfigError::Signer)?,
        portal: at_portal.filter(|_| !public_url.is_empty()),
        public_url,
        stopping: stopping.clone(),
    };
    let desk = Arc::new(Desk::new(&config, parts));
    let mut tasks = Vec::new();
    if roles.decides {
        tasks.push(tokio::spawn(work::run(Arc::clone(&desk), stopping.clone())));
        tasks.push(tokio::spawn(at_desk::run(Arc::clone(&desk), stopping.clone())));
    }
    if roles.executes {
        tasks.push(tokio::spawn(execute::run(Arc::clone(&desk), stopping.clone())));
        tasks.push(tokio::spawn(letters::run(Arc::clone(&desk), stopping.clone())));
    }
    if let Some(listener) = listener {
        tasks.push(tokio::spawn(refused::tally(Arc::clone(&desk), stopping.clone())));
        tasks.push(tokio::spawn(serve(listener, Arc::clone(&desk), portal, stopping.clone())));
    }
    tasks.push(tokio::spawn(tidings::follow(desk, stopping)));
    Ok(Running { url, stop, tasks, store })
}

async fn listen(config: &Config) -> Result<(TcpListener, String), AgentError> {
    let listening = |source| AgentError::Listen { address: config.listen.clone(), source };
    let listener = TcpListener::bind(&config.listen).await.map_err(listening)?;
    let url = format!("http://{}", listener.local_addr().map_err(listening)?);
    Ok((listener, url))
}

impl Running {
    /// Where it answers: `http://ADDRESS:PORT`; empty, if it does not serve.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it: open requests and the job at work may end, then the database is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let ended = futures_util::future::join_all(self.tasks);
        if tokio::time::timeout(LONGEST_GOODBYE, ended).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        self.store.close().await;
    }
}

async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    portal: Option<Arc<Portal>>,
    mut stopping: watch::Receiver<bool>,
) {
    let stopped = async move { drop(stopping.wait_for(|stops| *stops).await) };
    let routes = api::router(Arc::clone(&desk), portal);
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, routes).with_graceful_shutdown(stopped).await;
    if let Err(error) = served {
        tracing::error!(%error, "the server ended");
    }
    // The last requests were turned away after the last full minute.
    refused::own_up(&desk).await;
}
