use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::process::OwnGroup;

const PATIENCE: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(50);

/// A real Chromium without a window, with a profile of its own; gone when dropped.
#[derive(Debug)]
pub struct Chromium {
    driver: WebDriver,
    _program: OwnGroup,
    _profile: TempDir,
}

/// Signs `user` in on the provider's own page in a fresh Chromium, and gives the text of the page
/// the browser ends at.
///
/// # Errors
/// When Chromium is missing (`cargo xtask setup` installs it) or the page does not lead back.
pub async fn sign_in_as(page: &Url, user: &str) -> Result<String> {
    let browser = Chromium::start().await?;
    let text = browser.sign_in(page, user).await;
    browser.quit().await?;
    text
}

impl Chromium {
    /// Starts it.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn start() -> Result<Self> {
        let profile = TempDir::new()?;
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stderr(Stdio::null());
        // A browser on the session bus would start the notification service of the test's desktop.
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        let (program, port) = OwnGroup::start(command, port_of)
            .await
            .context("Chromium's driver; `cargo xtask setup` installs it")?;
        let mut wishes = DesiredCapabilities::chrome();
        wishes.set_binary("/usr/bin/chromium")?;
        wishes.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        for flag in FLAGS {
            wishes.add_arg(flag)?;
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await?;
        Ok(Self { driver, _program: program, _profile: profile })
    }

    /// Fills in the provider's form and waits for the app's page; its text is the result.
    ///
    /// # Errors
    /// When an element is missing or the app's page does not come.
    pub async fn sign_in(&self, page: &Url, user: &str) -> Result<String> {
        self.driver.goto(page.as_str()).await?;
        self.fill("login", user).await?;
        self.fill("password", user).await?;
        if self.driver.query(By::Css("input[name=code]")).nowait().exists().await? {
            self.fill("code", "000000").await?;
        }
        self.driver.find(By::Css("button[type=submit]")).await?.click().await?;
        self.app_page().await
    }

    /// The driver, for what this type has no word for.
    #[must_use]
    pub const fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Closes the browser in order.
    ///
    /// # Errors
    /// When it is already gone.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }

    async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.driver.query(By::Css(format!("input[name={name}]"))).first().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    async fn app_page(&self) -> Result<String> {
        let give_up = Instant::now() + PATIENCE;
        while Instant::now() < give_up {
            if self.driver.current_url().await?.path() == "/callback" {
                return Ok(self.driver.query(By::Css("main")).first().await?.text().await?);
            }
            sleep(STEP).await;
        }
        bail!("the browser stayed at {}", self.driver.current_url().await?)
    }
}

fn port_of(line: &str) -> Option<u16> {
    line.strip_prefix("ChromeDriver was started successfully on port ")?
        .trim_end_matches('.')
        .parse()
        .ok()
}

/// Headless, as root, and quiet on the network.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
