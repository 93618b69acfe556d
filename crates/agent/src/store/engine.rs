//! What SQLite and PostgreSQL want said differently. Every other statement is one that both understand.

use std::sync::Once;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, ConnectOptions, Connection as _};
use url::Url;

use super::{Connection, StoreError};
use crate::config::Config;
use crate::database::Database;

/// A connection of a pool that nobody uses is not kept longer.
const IDLE: Duration = Duration::from_secs(600);
/// A connection that answered so shortly ago is not asked first whether it is there.
const TRUSTED: Duration = Duration::from_secs(1);
/// Who waits for a connection is told that there is none.
const WAIT: Duration = Duration::from_secs(20);

/// Seconds by which two clocks may differ. Who says nothing for some seconds has lost what it was at.
const CLOCKS_APART: u64 = 2;

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Reading,
    Writing,
}

impl Engine {
    pub(super) fn of(database: &Database) -> Self {
        match database {
            Database::File(_) => Self::Sqlite,
            Database::Server(_) => Self::Postgres,
        }
    }

    /// Begins a transaction that sees one moment.
    pub(super) fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Begins a transaction that is the only one that writes, whatever process the others are of. With
    /// PostgreSQL the right to write is a lock of ours (its number is "deskside" in ASCII), which ends with
    /// the transaction, or with the connection.
    pub(super) fn begin_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(7234315281775551589)",
        }
    }

    /// What every new connection is told first.
    fn settings(self, purpose: Purpose) -> &'static str {
        match (self, purpose) {
            // A disk that is slow for a while makes a command wait, not fail.
            (Self::Sqlite, Purpose::Writing) => {
                "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON"
            }
            (Self::Sqlite, Purpose::Reading) => {
                "PRAGMA busy_timeout = 20000; PRAGMA query_only = ON"
            }
            // Who stops in the middle of a transaction does not hold up the others for longer.
            (Self::Postgres, Purpose::Writing) => {
                "SET lock_timeout = '20s'; SET statement_timeout = '60s';
                 SET idle_in_transaction_session_timeout = '30s'"
            }
            (Self::Postgres, Purpose::Reading) => {
                "SET default_transaction_read_only = on; SET statement_timeout = '60s';
                 SET idle_in_transaction_session_timeout = '30s'"
            }
        }
    }

    /// Connects up to so many times.
    pub(super) async fn connect(
        self,
        config: &Config,
        purpose: Purpose,
        connections: u32,
    ) -> Result<AnyPool, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(install_default_drivers);
        let options = AnyConnectOptions::from_url(&address(config)?)?;
        let settings = self.settings(purpose);
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(WAIT)
            .idle_timeout(IDLE)
            .test_before_acquire(false)
            .before_acquire(|connection, since| {
                Box::pin(async move {
                    if since.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql(settings).execute(connection).await?;
                    Ok(())
                })
            });
        Ok(pool.connect_with(options).await?)
    }

    /// Brings the database to this version's form; several processes may do it at once. An older version
    /// goes on with the newer form of PostgreSQL: there it only gets more, until nobody needs the old.
    pub(super) async fn migrate(self, pool: &AnyPool) -> Result<(), StoreError> {
        let mut migrations = match self {
            Self::Sqlite => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres => sqlx::migrate!("migrations/postgres"),
        };
        migrations.set_ignore_missing(self == Self::Postgres);
        Ok(migrations.run(pool).await?)
    }

    /// Whether a server can be relied on: what it confirms survives that its machine stops, and its clock
    /// is ours. SQLite is set by us.
    pub(super) async fn check(self, pool: &AnyPool) -> Result<(), StoreError> {
        if self == Self::Sqlite {
            return Ok(());
        }
        let (forgets, clock): (i64, i64) = sqlx::query_as(
            "SELECT count(*), CAST(extract(epoch FROM clock_timestamp()) AS BIGINT) FROM pg_settings
             WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'",
        )
        .fetch_one(pool)
        .await?;
        if forgets > 0 {
            return Err(StoreError::Forgetful);
        }
        let apart = Timestamp::now().as_second().abs_diff(clock);
        if apart > CLOCKS_APART { Err(StoreError::Clock(apart)) } else { Ok(()) }
    }

    /// Removes what was written over from where it is still kept. False: somebody is reading, so it
    /// has to be tried again.
    pub(super) async fn forget_overwritten(self, pool: &AnyPool) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite => {
                let (busy, _, _): (i64, i64, i64) =
                    sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
                Ok(busy == 0)
            }
            // Keys and names; everything else that people wrote is sealed with those keys.
            Self::Postgres => {
                match sqlx::raw_sql("VACUUM (FULL) keys, people").execute(pool).await {
                    Ok(_) => Ok(true),
                    Err(sqlx::Error::Database(error))
                        if error.code().is_some_and(|code| IN_USE.contains(&&*code)) =>
                    {
                        Ok(false)
                    }
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Something that is another one after anything was written through another connection.
    pub(super) async fn state(self, connection: &mut Connection) -> Result<State, StoreError> {
        // Read to its end: a statement that waits for more holds up whoever empties the log.
        let state = match self {
            Self::Sqlite => {
                let rows = sqlx::query_scalar("PRAGMA data_version").fetch_all(connection).await?;
                State::Version(rows.first().copied().ok_or(StoreError::Range)?)
            }
            // It begins after the last transaction that ended, and lists those before that have not.
            Self::Postgres => {
                let snapshot = "SELECT CAST(pg_current_snapshot() AS TEXT)";
                State::Snapshot(sqlx::query_scalar(snapshot).fetch_one(connection).await?)
            }
        };
        Ok(state)
    }
}

/// Which state a database is in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    Version(i64),
    Snapshot(String),
}

/// `lock_not_available` and `query_canceled`, of PostgreSQL's table of errors: it took too long.
const IN_USE: [&str; 2] = ["55P03", "57014"];

/// The address with everything that is needed to connect.
fn address(config: &Config) -> Result<Url, StoreError> {
    match &config.database {
        Database::File(file) => {
            let unusable = || StoreError::Address(file.display().to_string());
            let file = std::path::absolute(file).map_err(|_| unusable())?;
            let address = Url::from_file_path(file).map_err(|()| unusable())?;
            Ok(Url::parse(&format!("sqlite://{}", address.path())).map_err(|_| unusable())?)
        }
        Database::Server(url) => {
            let mut address = url.clone();
            address.query_pairs_mut().append_pair("application_name", "deskside-agent");
            if let Some(file) = &config.database_password_file {
                address.query_pairs_mut().append_pair("password", &systems::secret(file)?);
            }
            Ok(address)
        }
    }
}
