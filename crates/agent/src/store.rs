//! The database. Reads take any connection; everything that changes takes the one writing
//! connection, so that writers queue here and not inside SQLite.

pub(crate) mod acts;
pub(crate) mod advice;
pub(crate) mod audit;
pub(crate) mod corrections;
pub(crate) mod events;
mod file;
pub(crate) mod installations;
pub(crate) mod jobs;
pub(crate) mod people;
pub(crate) mod replies;
pub(crate) mod tickets;
mod value;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

pub use file::FileError;

/// A transaction that may write.
pub(crate) type Writing = Transaction<'static, Sqlite>;

/// What failed in the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this version's form.
    #[error("the database could not be migrated")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The file is not the agent's own.
    #[error("the database file cannot be used")]
    File(#[from] FileError),
    /// A stored value is not what this version writes.
    #[error("a stored value could not be read or written")]
    Value(#[from] serde_json::Error),
    /// A number or time is out of its range.
    #[error("a stored number is out of range")]
    Range,
}

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) read: SqlitePool,
    write: SqlitePool,
}

impl Store {
    /// Opens the file, makes it if it is missing, private to this user, and brings it to this version's form.
    pub(crate) async fn open(file: &Path) -> Result<Self, StoreError> {
        file::make_private(file)?;
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options(file)).await?;
        sqlx::migrate!().run(&write).await?;
        Ok(Self { read: reading(file).await?, write })
    }

    /// Opens an existing file for reading only; a running agent is not disturbed.
    pub(crate) async fn look(file: &Path) -> Result<SqlitePool, StoreError> {
        reading(file).await
    }

    /// Begins a transaction that holds the right to write from its start.
    pub(crate) async fn write(&self) -> Result<Writing, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

async fn reading(file: &Path) -> Result<SqlitePool, StoreError> {
    let options = options(file).pragma("query_only", "ON");
    Ok(SqlitePoolOptions::new().max_connections(4).connect_with(options).await?)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}
