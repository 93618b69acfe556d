//! The database, SQLite or PostgreSQL. Reads take any connection; everything that changes takes the one
//! writing connection, so that writers queue here, and those of other processes in the database: one
//! transaction writes at a time, and what it has read stays true until it ends.

pub(crate) mod acts;
pub(crate) mod advice;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod closings;
pub(crate) mod confirmations;
pub(crate) mod contents;
pub(crate) mod corrections;
pub(crate) mod desk_tickets;
mod engine;
pub(crate) mod events;
mod file;
pub(crate) mod holders;
pub(crate) mod incidents;
pub(crate) mod installations;
pub(crate) mod jobs;
mod keys;
pub(crate) mod letters;
pub(crate) mod pages;
pub(crate) mod people;
pub(crate) mod promises;
pub(crate) mod replies;
mod rows;
pub(crate) mod runs;
mod session;
pub(crate) mod tickets;
pub(crate) mod usage;
mod value;
mod vault;
pub(crate) mod visits;

use std::path::PathBuf;
use std::sync::Arc;

use sealing::SealingError;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};

use crate::config::Config;
use engine::{Engine, Purpose, State};
pub use file::FileError;
pub(crate) use session::Session;
pub(crate) use value::word;
use vault::Vault;

/// A connection to the database.
pub(crate) type Connection = sqlx::AnyConnection;

/// So many may read at the same time.
const READERS: u32 = 5;

/// What failed in the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this version's form.
    #[error(
        "the database was made by another version: run that one, or move the file aside to begin anew"
    )]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The path of the file has no form that can be given on.
    #[error("{0} is no path of a database")]
    Address(String),
    /// The file with the password cannot be used.
    #[error("the password of the database cannot be read")]
    Password(#[from] systems::FileError),
    /// What was confirmed to people would be lost when the machine stops.
    #[error(
        "the PostgreSQL server does not keep what it confirms: set fsync, full_page_writes and synchronous_commit to on"
    )]
    Forgetful,
    /// Processes with clocks apart would take each other's work for abandoned.
    #[error(
        "the clock here and that of the PostgreSQL server are {0} s apart: have both set by a time server"
    )]
    Clock(u64),
    /// The file is not the agent's own.
    #[error("the database file cannot be used")]
    File(#[from] FileError),
    /// A stored value is not what this version writes.
    #[error("a stored value could not be read or written")]
    Value(#[from] serde_json::Error),
    /// What people wrote could not be sealed or opened, or the file of its key cannot be used.
    #[error("what people wrote cannot be sealed or opened")]
    Sealing(#[from] SealingError),
    /// The key that everything is sealed with is gone.
    #[error("{} is missing, and what people wrote cannot be read without it: restore it", .0.display())]
    KeyMissing(PathBuf),
    /// The file holds another key.
    #[error("{} does not hold the key of this database: restore the right one", .0.display())]
    OtherKey(PathBuf),
    /// What failed for several at once.
    #[error(transparent)]
    Shared(Arc<StoreError>),
    /// It belongs to somebody who was erased.
    #[error("this was erased")]
    Erased,
    /// A number or time is out of its range.
    #[error("a stored number is out of range")]
    Range,
}

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    read: Reader,
    write: AnyPool,
}

/// The database, open for reading.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pool: AnyPool,
    engine: Engine,
    vault: Vault,
}

impl Reader {
    /// Opens a database that exists and its key; a running agent is not disturbed.
    pub(crate) async fn open(config: &Config) -> Result<Self, StoreError> {
        let pool = Store::look(config).await?;
        let vault = Vault::open(&pool, &config.database_key).await?;
        Ok(Self { pool, engine: Engine::of(&config.database), vault })
    }

    /// Begins a transaction that sees the database as it is now.
    pub(crate) async fn begin(&self) -> Result<Session, StoreError> {
        let transaction = self.pool.begin_with(self.engine.begin_reading()).await?;
        Ok(Session::new(transaction, self.vault.clone()))
    }
}

impl Store {
    /// Opens the database and brings it to this version's form. A file is made if it is missing, private to
    /// this user. What people wrote is sealed with a key in another file, which is made with a new database.
    pub(crate) async fn open(config: &Config) -> Result<Self, StoreError> {
        if let Some(file) = config.database.file() {
            file::make_private(file)?;
        }
        let engine = Engine::of(&config.database);
        let write = engine.connect(config, Purpose::Writing, 1).await?;
        engine.check(&write).await?;
        engine.migrate(&write).await?;
        let vault = Vault::open_or_make(&write, engine, &config.database_key).await?;
        Ok(Self { read: Reader { pool: Self::look(config).await?, engine, vault }, write })
    }

    /// Opens an existing database for reading only, without the key: what people wrote stays sealed.
    pub(crate) async fn look(config: &Config) -> Result<AnyPool, StoreError> {
        Engine::of(&config.database).connect(config, Purpose::Reading, READERS).await
    }

    /// Whether it answers.
    pub(crate) async fn is_there(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read.pool).await?;
        Ok(())
    }

    /// Tells from now on whether anything was written, by whatever process.
    pub(crate) async fn changes(&self) -> Result<Changes, StoreError> {
        let connection = self.read.pool.acquire().await?;
        Ok(Changes { connection, engine: self.read.engine, state: None })
    }

    /// Begins a transaction that sees the database as it is now.
    pub(crate) async fn read(&self) -> Result<Session, StoreError> {
        self.read.begin().await
    }

    /// Begins a transaction that holds the right to write from its start.
    pub(crate) async fn write(&self) -> Result<Session, StoreError> {
        let transaction = self.write.begin_with(self.read.engine.begin_writing()).await?;
        Ok(Session::new(transaction, self.read.vault.clone()))
    }

    /// Removes what was written over from where the database still keeps it. False: somebody is reading,
    /// so it has to be tried again.
    pub(crate) async fn forget_overwritten(&self) -> Result<bool, StoreError> {
        self.read.engine.forget_overwritten(&self.write).await
    }

    /// Seals what somebody else keeps for us; whoever has the key of the database opens it for the same purpose.
    pub(crate) fn seal_note(&self, purpose: &str, note: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.read.vault.seal_note(purpose, note)
    }

    /// Opens what [`Store::seal_note`] sealed.
    pub(crate) fn open_note(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.read.vault.open_note(purpose, sealed)
    }

    pub(crate) async fn close(&self) {
        self.read.pool.close().await;
        self.write.close().await;
    }
}

/// Tells whether anything was written.
#[derive(Debug)]
pub(crate) struct Changes {
    connection: PoolConnection<Any>,
    engine: Engine,
    state: Option<State>,
}

impl Changes {
    /// Whether anything was written since it was asked last; the first time it says yes.
    pub(crate) async fn has_any(&mut self) -> Result<bool, StoreError> {
        let state = self.engine.state(&mut self.connection).await?;
        let is_new = self.state.as_ref() != Some(&state);
        self.state = Some(state);
        Ok(is_new)
    }
}
