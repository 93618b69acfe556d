//! Where the agent keeps everything: a file of SQLite, or a database of a PostgreSQL server, which
//! several processes on several machines can share.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Database {
    /// A file of SQLite.
    File(PathBuf),
    /// `postgres://USER@HOST/NAME`, without the password.
    Server(Url),
}

/// Why an address of a PostgreSQL server is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// It has another form.
    #[error("database: this is no address of a PostgreSQL server: write postgres://USER@HOST/NAME")]
    Form,
    /// The configuration is read and copied by more people than should know the password.
    #[error(
        "database: its address holds a password: put it in a file, and name that in database_password_file"
    )]
    Password,
    /// Somebody on the way could read along, or answer in the place of the server.
    #[error(
        "database: {0} is another machine: add ?sslmode=verify-full to the address (and sslrootcert=FILE if its certificate is the company's own)"
    )]
    Unprotected(String),
    /// A file of SQLite has no password.
    #[error("database_password_file is for PostgreSQL, and database is a file: remove one of them")]
    PasswordOfFile,
}

impl TryFrom<String> for Database {
    type Error = DatabaseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if !["postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme)) {
            return Ok(Self::File(text.into()));
        }
        match Url::parse(&text) {
            Ok(url) if url.path().len() > 1 => Ok(Self::Server(url)),
            // It may hold a password, so it is not repeated.
            Ok(_) | Err(_) => Err(DatabaseError::Form),
        }
    }
}

impl Database {
    /// Its file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Server(_) => None,
        }
    }

    /// Relative paths start at a folder.
    pub(crate) fn files_from(&mut self, folder: &Path) {
        if let Self::File(file) = self {
            *file = folder.join(&*file);
        }
    }

    pub(crate) fn check(&self, has_password_file: bool) -> Result<(), DatabaseError> {
        let Self::Server(url) = self else {
            return if has_password_file { Err(DatabaseError::PasswordOfFile) } else { Ok(()) };
        };
        if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
            return Err(DatabaseError::Password);
        }
        let options = PgConnectOptions::from_url(url).map_err(|_| DatabaseError::Form)?;
        let (host, mode) = (options.get_host(), options.get_ssl_mode());
        if options.get_socket().is_some()
            || is_of_this_machine(host)
            || matches!(mode, PgSslMode::VerifyFull)
        {
            return Ok(());
        }
        Err(DatabaseError::Unprotected(host.to_owned()))
    }
}

fn is_of_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let got = Database::try_from(text.to_owned()).and_then(|it| it.check(false));
        let got = got.map_or_else(|error| error.to_string(), |()| "fine".to_owned());
        assert!(got.contains(expect), "{text}: {got}");
    }

    #[test]
    fn an_address_is_taken_where_nobody_can_read_along_or_answer_for_the_server() {
        for near in [
            "agent.db",
            "/var/lib/deskside/agent.db",
            "postgres:///deskside",
            "postgres://deskside@127.0.0.1:5433/deskside",
            "postgresql://[::1]/deskside",
            "postgres://localhost/deskside",
            "postgres://deskside@%2Fvar%2Frun%2Fpostgresql/deskside",
            "postgres:///deskside?host=/var/run/postgresql",
            "postgres://db.example/deskside?sslmode=verify-full",
        ] {
            check(near, "fine");
        }
        for far in [
            "postgres://db.example/deskside",
            "postgres://db.example/deskside?sslmode=require",
            "postgres://10.0.0.1/deskside",
            "postgres://localhost.example/deskside",
            "postgres://localhost/deskside?host=db.example",
            "postgres://localhost/deskside?hostaddr=10.0.0.1",
        ] {
            check(far, "is another machine: add ?sslmode=verify-full");
        }
    }

    #[test]
    fn an_address_with_a_password_or_without_a_name_is_refused() {
        check("postgres://me:secret@localhost/deskside", "database_password_file");
        check("postgres://me@localhost/deskside?password=secret", "database_password_file");
        check("postgres://localhost", "write postgres://USER@HOST/NAME");
        check("postgres://local host/deskside", "write postgres://USER@HOST/NAME");
    }

    #[test]
    fn a_file_has_no_password() {
        let file = Database::File("agent.db".into());
        assert_eq!(file.check(true), Err(DatabaseError::PasswordOfFile));
    }
}
