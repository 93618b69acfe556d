//! The database. Reads take any connection; everything that changes takes the one writing
//! connection, so that writers queue here and not inside SQLite.

pub(crate) mod acts;
pub(crate) mod advice;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod closings;
pub(crate) mod corrections;
pub(crate) mod events;
mod file;
pub(crate) mod holders;
pub(crate) mod incidents;
pub(crate) mod installations;
pub(crate) mod jobs;
mod keys;
pub(crate) mod pages;
pub(crate) mod people;
pub(crate) mod replies;
pub(crate) mod runs;
mod session;
pub(crate) mod tickets;
pub(crate) mod usage;
mod value;
mod vault;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sealing::SealingError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

pub use file::FileError;
pub(crate) use session::Session;
use vault::Vault;

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
    write: SqlitePool,
}

/// The database, open for reading.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pool: SqlitePool,
    vault: Vault,
}

impl Reader {
    /// Opens an existing file and its key; a running agent is not disturbed.
    pub(crate) async fn open(file: &Path, key: &Path) -> Result<Self, StoreError> {
        let pool = reading(file).await?;
        let vault = Vault::open(&pool, key).await?;
        Ok(Self { pool, vault })
    }

    /// Begins a transaction that sees the database as it is now.
    pub(crate) async fn begin(&self) -> Result<Session, StoreError> {
        Ok(Session::new(self.pool.begin().await?, self.vault.clone()))
    }
}

impl Store {
    /// Opens the file, makes it if it is missing, private to this user, and brings it to this version's form.
    /// What people wrote is sealed with the key in the other file, which is made with a new database.
    pub(crate) async fn open(file: &Path, key: &Path) -> Result<Self, StoreError> {
        file::make_private(file)?;
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options(file)).await?;
        sqlx::migrate!().run(&write).await?;
        let vault = Vault::open_or_make(&write, key).await?;
        Ok(Self { read: Reader { pool: reading(file).await?, vault }, write })
    }

    /// Opens an existing file for reading only, without the key: what people wrote stays sealed.
    pub(crate) async fn look(file: &Path) -> Result<SqlitePool, StoreError> {
        reading(file).await
    }

    /// Whether it answers.
    pub(crate) async fn is_there(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read.pool).await?;
        Ok(())
    }

    /// Tells from now on whether anything was written, by whatever process.
    pub(crate) async fn changes(&self) -> Result<Changes, StoreError> {
        Ok(Changes { connection: self.read.pool.acquire().await?, version: None })
    }

    /// Begins a transaction that sees the database as it is now.
    pub(crate) async fn read(&self) -> Result<Session, StoreError> {
        self.read.begin().await
    }

    /// Begins a transaction that holds the right to write from its start.
    pub(crate) async fn write(&self) -> Result<Session, StoreError> {
        let transaction = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Session::new(transaction, self.read.vault.clone()))
    }

    /// Empties the write-ahead log, which still holds what was written over. False: somebody is
    /// reading, so it has to be tried again.
    pub(crate) async fn forget_overwritten(&self) -> Result<bool, StoreError> {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.write).await?;
        Ok(busy == 0)
    }

    pub(crate) async fn close(&self) {
        self.read.pool.close().await;
        self.write.close().await;
    }
}

/// Tells whether anything was written.
#[derive(Debug)]
pub(crate) struct Changes {
    connection: PoolConnection<Sqlite>,
    version: Option<i64>,
}

impl Changes {
    /// Whether anything was written since it was asked last; the first time it says yes.
    pub(crate) async fn has_any(&mut self) -> Result<bool, StoreError> {
        // Read to its end: a statement that waits for more holds up whoever empties the log.
        let rows: Vec<i64> =
            sqlx::query_scalar("PRAGMA data_version").fetch_all(&mut *self.connection).await?;
        let version = rows.first().copied();
        let is_new = self.version != version;
        self.version = version;
        Ok(is_new)
    }
}

async fn reading(file: &Path) -> Result<SqlitePool, StoreError> {
    let options = options(file).pragma("query_only", "ON");
    Ok(SqlitePoolOptions::new().max_connections(5).connect_with(options).await?)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // A disk that is slow for a while makes a command wait, not fail.
        .busy_timeout(Duration::from_secs(20))
}
