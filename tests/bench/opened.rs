//! A program opened under WebKit's own WebDriver, timed from just before its process starts.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::json;
use test_support::{PATIENCE, Program, Seat, processes, until};
use thirtyfour::{By, Capabilities, WebDriver};

const LETTER: &str = "v";
/// Answers as soon as the field is there. Asked inside of the page: no time is lost between two looks.
const READY: &str = "
    const [field, done] = arguments;
    const look = () => document.querySelector(field) ? done(1) : requestAnimationFrame(look);
    look();";
/// Answers once the field holds the letter and two frames have been drawn since.
const SHOWN: &str = "
    const [field, letter, done] = arguments;
    const frame = requestAnimationFrame;
    const look = () => document.querySelector(field)?.value === letter
        ? frame(() => frame(() => done(1)))
        : frame(look);
    look();";

/// What is opened, and where.
pub(crate) struct Subject {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its field, as a CSS selector.
    pub(crate) field: &'static str,
    /// The seat it runs at.
    pub(crate) seat: Seat,
}

/// A program that runs; killed when dropped.
pub(crate) struct Opened {
    session: Option<WebDriver>,
    driver: Program,
    began: Instant,
}

impl Opened {
    /// Opens it.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn start(subject: &Subject) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut driver = driver(subject, port)?;
        until("WebKitWebDriver", PATIENCE, async || {
            ensure!(driver.is_running(), "WebKitWebDriver ended: {}", driver.text());
            Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
        })
        .await?;
        let mut capabilities = Capabilities::default();
        let options = json!({ "binary": subject.program, "args": [] });
        capabilities.set("webkitgtk:browserOptions", options)?;
        let mut opened = Self { session: None, driver, began: Instant::now() };
        let session = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await;
        opened.session = Some(session.with_context(|| opened.driver.text())?);
        Ok(opened)
    }

    /// Types a letter into the field as soon as there is one; the time from the start of the process until
    /// it is shown.
    ///
    /// # Errors
    /// There is no such field, or the letter does not appear.
    pub(crate) async fn first_letter(&self, field: &str) -> anyhow::Result<Duration> {
        let session = self.session.as_ref().context("no session")?;
        while let Err(error) = typed(session, field).await {
            // The page was replaced by the next one while it was looked at.
            let is_over = self.began.elapsed() > PATIENCE;
            ensure!(!is_over, "no letter in {field}: {error}\n{}", self.driver.text());
        }
        session.execute_async(SHOWN, vec![json!(field), json!(LETTER)]).await?;
        Ok(self.began.elapsed())
    }

    /// Memory of the program and of everything it has started, in bytes.
    ///
    /// # Errors
    /// One of them has ended.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let processes = processes::below(self.driver.id())?;
        ensure!(!processes.is_empty(), "the program ended: {}", self.driver.text());
        processes::memory(&processes)
    }

    /// Ends it, and waits until all of it has ended.
    ///
    /// # Errors
    /// Something runs on.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        let processes = processes::below(self.driver.id())?;
        drop(self);
        until("the end of the program", PATIENCE, async || {
            Ok(processes.iter().all(|id| processes::is_gone(*id)).then_some(()))
        })
        .await
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Quitting would ask the program to close; it is ended here in its place.
            let _ = session.leak();
        }
        processes::below(self.driver.id())
            .unwrap_or_default()
            .into_iter()
            .for_each(processes::kill);
    }
}

async fn typed(session: &WebDriver, field: &str) -> anyhow::Result<()> {
    session.execute_async(READY, vec![json!(field)]).await?;
    Ok(session.find(By::Css(field)).await?.send_keys(LETTER).await?)
}

fn driver(subject: &Subject, port: u16) -> anyhow::Result<Program> {
    let mut command = Command::new("WebKitWebDriver");
    command.arg(format!("--port={port}")).stdin(Stdio::null());
    command.envs(subject.seat.environment());
    command.envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")]);
    Program::start(&mut command, &subject.seat.folder().join("window.log"))
}

fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("a free port")?;
    Ok(listener.local_addr()?.port())
}
