use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, ensure};
use rustix::process::geteuid;
use tempfile::TempDir;

use crate::listening::{private, run, serve};
use crate::port;
use crate::process::OwnGroup;

const ADDRESS: &str = "127.0.0.1";
const USER: &str = "deskside";
const PASSWORD: &str = "server of a test";
const PASSWORD_FILE: &str = "password";
const DATA: &str = "data";

/// A PostgreSQL server with a data folder of its own, as it is installed: it keeps what it confirms.
/// It ends with this value.
#[derive(Debug)]
pub struct Postgres {
    process: Option<OwnGroup>,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Makes one and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir()?;
        let at = folder.path();
        let password = private(at, PASSWORD_FILE, PASSWORD)?;
        if let Some((user, group)) = other_user()? {
            for path in [at, &password] {
                chown(path, Some(user), Some(group))?;
            }
        }
        let mut make = as_server("initdb")?;
        make.args(["--username", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale"]);
        make.arg("--pwfile").arg(&password).arg("--pgdata").arg(at.join(DATA));
        run(&mut make)?;
        let mut server = Self { process: None, port: port::free()?, folder };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it on the data that is there.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        let mut server = as_server("postgres")?;
        server.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        server.args(["-c", "max_connections=200"]);
        let host = format!("{ADDRESS}:{}", self.port);
        self.process = Some(serve(&server, &host, self.folder.path()).await?);
        let server = self.server();
        let answers = || server.client("pg_isready", &["--quiet"]);
        crate::until("PostgreSQL", crate::PATIENCE, async || Ok(answers().ok())).await
    }

    /// Ends it as a power failure does: nothing is finished, and everybody's connection is gone.
    ///
    /// # Errors
    /// It cannot be ended.
    pub fn fail(&mut self) -> anyhow::Result<()> {
        let mut stop = as_server("pg_ctl")?;
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]).arg(self.data());
        run(&mut stop)?;
        self.process = None;
        Ok(())
    }

    /// The folder of its data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join(DATA)
    }

    /// The server as somebody else can name it.
    #[must_use]
    pub fn server(&self) -> Server {
        Server { port: self.port, password_file: self.folder.path().join(PASSWORD_FILE) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A server that is killed leaves shared memory behind.
        drop(self.fail());
    }
}

/// A running PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    port: u16,
    password_file: PathBuf,
}

impl Server {
    /// Set where tests are to use a server that runs: as [`Server::words`] writes it.
    pub const VARIABLE: &str = "DESKSIDE_TEST_POSTGRES";

    /// Port and file of the password, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {}", self.port, self.password_file.display())
    }

    /// The server that tests are to use; none: SQLite.
    ///
    /// # Errors
    /// It is named in another form.
    pub fn of_tests() -> anyhow::Result<Option<Self>> {
        let Some(words) = std::env::var_os(Self::VARIABLE) else { return Ok(None) };
        let words = words.to_string_lossy().into_owned();
        let (port, file) = words.split_once(' ').context("no port and file of a password")?;
        Ok(Some(Self { port: port.parse()?, password_file: file.into() }))
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// The server refuses.
    pub fn new_database(&self) -> anyhow::Result<NewDatabase> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let count = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", std::process::id());
        self.client("createdb", &[&name])?;
        Ok(NewDatabase { server: self.clone(), name })
    }

    fn client(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut client = Command::new(installed()?.join(program));
        client.args(["--host", ADDRESS, "--username", USER, "--port", &self.port.to_string()]);
        run(client.args(arguments).env("PGPASSWORD", PASSWORD))
    }
}

/// A database of a test; dropped with this value.
#[derive(Debug)]
pub struct NewDatabase {
    server: Server,
    name: String,
}

impl NewDatabase {
    /// Its address, as a configuration has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://{USER}@{ADDRESS}:{}/{}", self.server.port, self.name)
    }

    /// Its name, user and port, with the ends of what variables for them are called.
    pub(crate) fn parts(&self) -> [(&'static str, String); 3] {
        [("", self.name.clone()), ("_USER", USER.into()), ("_PORT", self.server.port.to_string())]
    }

    /// The file with the password.
    #[must_use]
    pub fn password_file(&self) -> &Path {
        &self.server.password_file
    }
}

impl Drop for NewDatabase {
    fn drop(&mut self) {
        drop(self.server.client("dropdb", &["--force", "--if-exists", &self.name]));
    }
}

/// A program of the server, which root may not run: as the user that Debian makes for it.
fn as_server(program: &str) -> anyhow::Result<Command> {
    let program = installed()?.join(program);
    let Some((user, group)) = other_user()? else { return Ok(Command::new(program)) };
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
    command.arg("--clear-groups").arg("--").arg(program);
    Ok(command)
}

/// Whose the server is where this user is root.
fn other_user() -> anyhow::Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let id = |which: &str| -> anyhow::Result<u32> {
        let output = Command::new("id").args([which, "postgres"]).output()?;
        ensure!(output.status.success(), "there is no user postgres");
        Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
    };
    Ok(Some((id("-u")?, id("-g")?)))
}

/// Where Debian puts the programs: a folder for each version.
fn installed() -> anyhow::Result<PathBuf> {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").is_file()).max().context("no PostgreSQL server")
}
