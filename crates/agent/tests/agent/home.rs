use std::path::{Path, PathBuf};

use agent::{Config, Database};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection};
use tempfile::TempDir;
use test_support::{NewDatabase, Server};
use url::Url;

/// Where an agent of a test keeps what it has: a folder, and a database in it or on the PostgreSQL
/// server that the run of the tests was given.
pub(crate) struct Home {
    folder: TempDir,
    database: Option<NewDatabase>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self::on(Server::of_tests().unwrap().as_ref())
    }

    /// With a database on this server; in a file without one.
    pub(crate) fn on(server: Option<&Server>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = server.map(|server| server.new_database().unwrap());
        Self { folder, database }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> Database {
        let file = || self.path().join("agent.db").to_string_lossy().into_owned();
        let address = self.database.as_ref().map_or_else(file, NewDatabase::address);
        address.try_into().unwrap()
    }

    pub(crate) fn password_file(&self) -> Option<PathBuf> {
        self.database.as_ref().map(|database| database.password_file().to_owned())
    }
}

/// The database of an agent, past the agent.
pub(crate) async fn connect_to(config: &Config) -> AnyConnection {
    install_default_drivers();
    let address = match &config.database {
        Database::File(file) => format!("sqlite://{}", file.display()),
        Database::Server(url) => with_password(url, config.database_password_file.as_deref()),
    };
    AnyConnection::connect(&address).await.unwrap()
}

fn with_password(url: &Url, file: Option<&Path>) -> String {
    let mut url = url.clone();
    let password = std::fs::read_to_string(file.unwrap()).unwrap();
    url.set_password(Some(&password)).unwrap();
    url.into()
}
