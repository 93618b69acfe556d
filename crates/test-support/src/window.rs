//! The real window: the built program under WebKit's own WebDriver.

mod hand;
mod page;
mod picture;

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, ensure};
use rustix::process::Signal;
use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};
use url::Url;

use crate::port;
use crate::program::{Program, built, quiet, signal};
use crate::seat::Seat;
use crate::until::{PATIENCE, until};
use crate::words::Words;

/// What the settings say where a test says nothing else.
const PLAIN: [(&str, &str); 4] =
    [("language", "en"), ("appearance", "light"), ("autostart", "false"), ("shortcut", "off")];

/// The window, opened at a seat. Everything ends when it is dropped.
pub struct Window {
    session: Option<WebDriver>,
    driver: Program,
    words: Words,
    opened: usize,
    seat: Seat,
}

impl Window {
    /// Opens the window at a seat, with these settings of the person and a plain look.
    ///
    /// # Errors
    /// There is no display, or the program is not built or does not show its window.
    pub async fn open(seat: Seat, settings: &Value) -> anyhow::Result<Self> {
        ensure!(
            std::env::var_os("DISPLAY").is_some(),
            "no display: run this through `cargo xtask test`"
        );
        // WebDriver's client is made with the process-wide provider; another one here is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut settings = settings.clone();
        for (key, value) in PLAIN {
            if let Some(object) = settings.as_object_mut() {
                object.entry(key).or_insert_with(|| json!(value));
            }
        }
        seat.write_settings(&settings)?;
        let (driver, session) = begin(&seat).await?;
        Ok(Self { session: Some(session), driver, words: Words::english()?, opened: 0, seat })
    }

    /// The seat it is open at.
    #[must_use]
    pub fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Waits for the next address that the system's browser was asked to open.
    ///
    /// # Errors
    /// Nothing was opened in time.
    pub async fn opened_url(&mut self) -> anyhow::Result<Url> {
        let url = self.seat.opened_url(self.opened).await.with_context(|| self.log())?;
        self.opened += 1;
        Ok(url)
    }

    /// The process of the program, while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        process_at(&self.seat)
    }

    /// Kills the program, and nothing else, with SIGKILL.
    ///
    /// # Errors
    /// It does not run.
    pub async fn kill_app(&self) -> anyhow::Result<()> {
        signal(self.process().context("the program does not run")?, Signal::KILL)?;
        self.app_ended().await
    }

    /// Waits until the program has ended.
    ///
    /// # Errors
    /// It runs on.
    pub async fn app_ended(&self) -> anyhow::Result<()> {
        until("the end of the program", PATIENCE, async || {
            Ok(self.process().is_none().then_some(()))
        })
        .await
    }

    /// Starts the program again at the same seat after it has ended.
    ///
    /// # Errors
    /// It does not show its window.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.end();
        let (driver, session) = begin(&self.seat).await?;
        self.driver = driver;
        self.session = Some(session);
        Ok(())
    }

    /// Starts the program once more while it runs, as a click in the launcher does.
    ///
    /// # Errors
    /// It is not built or does not end.
    pub async fn start_second(&self) -> anyhow::Result<ExitStatus> {
        let mut command = quiet(built("deskside")?);
        command.envs(self.seat.environment());
        Program::start(&mut command, &self.seat.folder().join("second.log"))?.ended().await
    }

    /// Whether the window is on the display.
    ///
    /// # Errors
    /// The display cannot be asked.
    pub fn is_shown(&self) -> anyhow::Result<bool> {
        Ok(self.on_display()?.is_some())
    }

    /// The number of the window on the display, if it is shown.
    fn on_display(&self) -> anyhow::Result<Option<u32>> {
        let id = self.process().context("the program does not run")?.to_string();
        let mut search = quiet("xdotool");
        search.args(["search", "--all", "--onlyvisible", "--pid", &id, "--name", "^Deskside$"]);
        let found = String::from_utf8(search.output().context("asking the display")?.stdout)?;
        found.lines().next().map(|number| number.parse().context("a number")).transpose()
    }

    /// Presses keys as on the keyboard of the display, whatever has the focus.
    ///
    /// # Errors
    /// The display does not take them.
    pub fn press_keys(&self, keys: &str) -> anyhow::Result<()> {
        let mut press = quiet("xdotool");
        press.args(["key", keys]);
        ensure!(press.status().context("pressing keys")?.success(), "{keys} not pressed");
        Ok(())
    }

    /// Waits until the window is on the display, or is gone from it.
    ///
    /// # Errors
    /// It stays as it was.
    pub async fn until_shown(&self, expect: Shown) -> anyhow::Result<()> {
        let what = format!("the window to be {expect:?}");
        until(&what, PATIENCE, async || {
            Ok((self.is_shown()? == (expect == Shown::Yes)).then_some(()))
        })
        .await
    }

    /// What the program and its driver have logged.
    #[must_use]
    pub fn log(&self) -> String {
        self.driver.text()
    }

    fn end(&mut self) {
        if let Some(session) = self.session.take() {
            // Quitting would ask a program that may be gone; its processes are ended here in its place.
            let _ = session.leak();
        }
        if let Some(id) = self.process() {
            let _ = signal(id, Signal::KILL);
        }
        self.driver.kill();
    }
}

/// Whether a window can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// On the display.
    Yes,
    /// Hidden.
    No,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts the driver, which starts the program, and waits for its page.
async fn begin(seat: &Seat) -> anyhow::Result<(Program, WebDriver)> {
    let port = port::free()?;
    let mut command = quiet("WebKitWebDriver");
    command.arg(format!("--port={port}")).envs(seat.environment());
    command.envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")]);
    let mut driver = Program::start(&mut command, &seat.folder().join("window.log"))?;
    until("WebKitWebDriver", PATIENCE, async || {
        ensure!(driver.is_running(), "WebKitWebDriver ended: {}", driver.text());
        Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
    })
    .await?;
    let mut capabilities = Capabilities::default();
    let binary = built("deskside")?;
    capabilities.set("webkitgtk:browserOptions", json!({ "binary": binary, "args": [] }))?;
    let session = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await;
    let session = session.with_context(|| format!("opening the window: {}", driver.text()))?;
    session.set_script_timeout(Duration::from_secs(30)).await?;
    Ok((driver, session))
}

/// The program's process at a seat: its file, and the seat's folder in its environment.
fn process_at(seat: &Seat) -> Option<u32> {
    let binary = built("deskside").ok()?;
    let config = seat.folder().join("config");
    let mark = format!("XDG_CONFIG_HOME={}", config.display());
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let process: PathBuf = entry.path();
        let is_ours = std::fs::read_link(process.join("exe")).ok()? == binary;
        let environment = std::fs::read(process.join("environ")).ok()?;
        let at_seat = environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes());
        (is_ours && at_seat).then_some(id)
    })
}
