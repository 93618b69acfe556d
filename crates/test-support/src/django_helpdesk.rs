use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;

use crate::listening::{run, serve};
use crate::port;
use crate::postgres::NewDatabase;
use crate::process::OwnGroup;

const ADDRESS: &str = "127.0.0.1";
const TOKEN: &str = "token-of-a-measured-desk";

/// Another help desk to be measured beside: django-helpdesk under gunicorn, on a database of PostgreSQL. It ends
/// with this value.
#[derive(Debug)]
pub struct DjangoHelpdesk {
    _process: OwnGroup,
    _folder: TempDir,
    address: String,
    queue: u32,
    client: Client,
}

impl DjangoHelpdesk {
    /// Makes one on an empty database and starts it.
    ///
    /// # Errors
    /// It is not installed, which `cargo xtask bench agent` does, or does not start.
    pub async fn start(database: &NewDatabase) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("django-").tempdir()?;
        run(in_site("python", database)?.args(["-m", "django", "migrate", "--verbosity=0"]))?;
        let seed = in_site("python", database)?.arg("seed.py").output()?;
        let said = String::from_utf8_lossy(&seed.stdout);
        let failed = || String::from_utf8_lossy(&seed.stderr).into_owned();
        let queue = said.trim().parse().with_context(failed)?;
        let host = format!("{ADDRESS}:{}", port::free()?);
        let mut server = in_site("gunicorn", database)?;
        server.args(["--chdir", &site().display().to_string(), "--bind", &host]);
        server.args(["--workers", "2", "--threads", "4"]);
        server.arg("django.core.wsgi:get_wsgi_application()");
        let process = serve(&server, &host, folder.path()).await?;
        let client = Client::builder().build()?;
        let address = format!("http://{host}/api/tickets/");
        Ok(Self { _process: process, _folder: folder, address, queue, client })
    }

    /// Sends a ticket.
    ///
    /// # Errors
    /// It is not taken.
    pub async fn send(&self, text: &str) -> anyhow::Result<()> {
        let ticket = json!({ "queue": self.queue, "title": text, "description": text,
            "submitter_email": "noor@lumen-oak.example", "priority": 3 });
        let request = self.client.post(&self.address).json(&ticket);
        let request = request.header("Authorization", format!("Token {TOKEN}"));
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{status}: {text}");
        Ok(())
    }
}

fn site() -> PathBuf {
    crate::root().join("crates/test-support/django-helpdesk")
}

/// A program of its installation that finds the site and the database.
fn in_site(program: &str, database: &NewDatabase) -> anyhow::Result<Command> {
    let (site, password) = (site(), std::fs::read_to_string(database.password_file())?);
    let mut command = Command::new("env");
    command.arg("DJANGO_SETTINGS_MODULE=settings").arg(format!("DESK_PASSWORD={TOKEN}"));
    command.arg(format!("DESK_DATABASE_PASSWORD={password}"));
    for (name, value) in database.parts() {
        command.arg(format!("DESK_DATABASE{name}={value}"));
    }
    command.arg(installed(&site, program)).current_dir(site);
    Ok(command)
}

fn installed(site: &Path, program: &str) -> PathBuf {
    site.join(".venv/bin").join(program)
}
