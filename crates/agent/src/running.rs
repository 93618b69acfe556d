use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connectors::{DirectoryPort, Ports, RecordedDirectory};
use systems::{Ldap, LdapError, LdapWriter, Teams, TeamsError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api;
use crate::auth::Keys;
use crate::config::{Config, ConfigError};
use crate::counsel::Counsel;
use crate::desk::{Desk, Parts};
use crate::execute;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::limits::Limits;
use crate::modes::Signers;
use crate::refused;
use crate::store::{Store, StoreError, acts, jobs, runs};
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
    /// Teams cannot be told.
    #[error("teams cannot be told")]
    Teams(#[from] TeamsError),
    /// The configuration cannot be used.
    #[error("the configuration cannot be used")]
    Config(#[from] ConfigError),
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

/// An agent that answers.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    worker: JoinHandle<()>,
    executor: JoinHandle<()>,
    tally: JoinHandle<()>,
    store: Store,
}

/// Starts the agent: store, worker and API in this process. The caller has installed a `rustls`
/// crypto provider.
///
/// # Errors
/// When the configuration, the knowledge folder, the database or the address cannot be used.
pub async fn start(config: Config) -> Result<Running, AgentError> {
    start_with(config, Limits::default(), Ports::default()).await
}

/// Adds the directory that is configured: what is read there, and, where there are credentials for it, what
/// is changed.
fn add_directory(config: &Config, ports: &mut Ports) -> Result<(), AgentError> {
    if let Some(file) = &config.recorded_directory {
        ports.directory.get_or_insert(recorded(file)?);
    }
    let Some(ldap) = &config.ldap else { return Ok(()) };
    let reader = Arc::new(Ldap::open(ldap.clone())?);
    ports.directory.get_or_insert(reader.clone());
    ports.reads.push(reader);
    if let Some(writer) = &config.ldap_writer {
        ports.acts.push(Arc::new(LdapWriter::open(ldap.clone(), writer)?));
    }
    Ok(())
}

fn recorded(file: &Path) -> Result<Arc<dyn DirectoryPort>, AgentError> {
    let broken = |why: String| AgentError::Directory { file: file.to_owned(), why };
    let text = std::fs::read_to_string(file).map_err(|error| broken(error.to_string()))?;
    let directory: RecordedDirectory =
        serde_saphyr::from_str(&text).map_err(|error| broken(error.to_string()))?;
    Ok(Arc::new(directory))
}

/// Starts the agent as [`start`] does, with other limits and with systems to change.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    config: Config,
    limits: Limits,
    mut ports: Ports,
) -> Result<Running, AgentError> {
    config.check()?;
    add_directory(&config, &mut ports)?;
    let knowledge = Knowledge::load(&config.knowledge)?;
    if ports.messages.is_none() && (config.mail.is_some() || !config.chats.is_empty()) {
        let addresses = knowledge.mail_of_teams();
        let teams = Teams::open(&config.chats, config.mail.as_ref(), &addresses)?;
        ports.messages = Some(Arc::new(teams));
    }
    let store = Store::open(&config.database, &config.database_key).await?;
    let mut writing = store.write().await?;
    jobs::release_all(&mut writing).await?;
    acts::release_all(&mut writing).await?;
    runs::release_all(&mut writing).await?;
    writing.commit().await?;
    let listening = |source| AgentError::Listen { address: config.listen.clone(), source };
    let listener = TcpListener::bind(&config.listen).await.map_err(listening)?;
    let url = format!("http://{}", listener.local_addr().map_err(listening)?);
    let (stop, stopping) = watch::channel(false);
    let public_url = config.public_url.as_ref().map_or(url.as_str(), |url| url.as_str());
    let parts = Parts {
        store: store.clone(),
        knowledge,
        keys: Keys::new(config.issuer.clone())?,
        public_url: public_url.trim_end_matches('/').to_owned(),
        limits,
        counsel: config.model.as_ref().map(Counsel::new).transpose()?,
        ports,
        signers: Signers::parse(&config.signers).map_err(ConfigError::Signer)?,
        stopping: stopping.clone(),
    };
    let desk = Arc::new(Desk::new(&config, parts));
    let worker = tokio::spawn(work::run(Arc::clone(&desk), stopping.clone()));
    let executor = tokio::spawn(execute::run(Arc::clone(&desk), stopping.clone()));
    let tally = tokio::spawn(refused::tally(Arc::clone(&desk), stopping.clone()));
    let server = tokio::spawn(serve(listener, desk, stopping));
    Ok(Running { url, stop, server, worker, executor, tally, store })
}

impl Running {
    /// Where it answers: `http://ADDRESS:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it: open requests and the job at work may end, then the database is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let ended =
            async { drop(tokio::join!(self.server, self.worker, self.executor, self.tally)) };
        if tokio::time::timeout(LONGEST_GOODBYE, ended).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        self.store.close().await;
    }
}

async fn serve(listener: TcpListener, desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    let stopped = async move { drop(stopping.wait_for(|stops| *stops).await) };
    let routes = api::router(Arc::clone(&desk));
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, routes).with_graceful_shutdown(stopped).await;
    if let Err(error) = served {
        tracing::error!(%error, "the server ended");
    }
    // The last requests were turned away after the last full minute.
    refused::own_up(&desk).await;
}
