use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
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
        Self::start_as(&[], None).await
    }

    /// Starts it as large as a telephone, for somebody who likes a language best.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn phone(language: &str) -> Result<Self> {
        let metrics =
            json!({ "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0 } });
        let language = [format!("--lang={language}"), format!("--accept-lang={language}")];
        Self::start_as(&language, Some(metrics)).await
    }

    async fn start_as(more: &[String], emulated: Option<Value>) -> Result<Self> {
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
        for flag in FLAGS.into_iter().chain(more.iter().map(String::as_str)) {
            wishes.add_arg(flag)?;
        }
        if let Some(emulated) = emulated {
            wishes.add_experimental_option("mobileEmulation", emulated)?;
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
        self.give(user).await?;
        self.app_page().await
    }

    /// Fills in the provider's form, which the page leads to, and waits until it leads back to there.
    ///
    /// # Errors
    /// When an element is missing or it does not lead back.
    pub async fn sign_in_to(&self, page: &Url, user: &str) -> Result<()> {
        self.driver.goto(page.as_str()).await?;
        self.give(user).await?;
        let give_up = Instant::now() + PATIENCE;
        while Instant::now() < give_up {
            if self.driver.current_url().await?.origin() == page.origin() {
                return Ok(());
            }
            sleep(STEP).await;
        }
        bail!("the browser stayed at {}", self.driver.current_url().await?)
    }

    /// Presses what has these words.
    ///
    /// # Errors
    /// When there is no such button or link.
    pub async fn press(&self, words: &str) -> Result<()> {
        let path = format!("//*[self::a or self::button or self::label][contains(., '{words}')]");
        let element = self.driver.query(By::XPath(path)).first().await?;
        Ok(element.click().await?)
    }

    /// Waits until the page says these words.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let path = format!("//main[contains(., '{words}')]");
        let seen = self.driver.query(By::XPath(path)).wait(PATIENCE, STEP).first().await;
        seen.with_context(|| format!("{words} is not seen")).map(drop)
    }

    /// Keeps a picture of the whole page.
    ///
    /// # Errors
    /// When there is none, or it cannot be written.
    pub async fn keep_picture(&self, file: &Path) -> Result<()> {
        let tools = self.driver.cdp();
        let whole = json!({ "captureBeyondViewport": true });
        let answer = tools.send_raw("Page.captureScreenshot", whole).await?;
        let picture = answer.get("data").and_then(Value::as_str).context("no picture")?;
        let picture = STANDARD.decode(picture)?;
        std::fs::write(file, picture).with_context(|| format!("writing {}", file.display()))
    }

    /// As at night.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn dark(&self) -> Result<()> {
        let tools = self.driver.cdp();
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        tools.send_raw("Emulation.setEmulatedMedia", dark).await.map(drop)?;
        Ok(())
    }

    /// Signs in on the provider's page.
    async fn give(&self, user: &str) -> Result<()> {
        self.fill("login", user).await?;
        self.fill("password", user).await?;
        if self.driver.query(By::Css("input[name=code]")).nowait().exists().await? {
            self.fill("code", "000000").await?;
        }
        self.driver.find(By::Css("button[type=submit]")).await?.click().await?;
        Ok(())
    }

    /// Types into a field.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn write(&self, id: &str, text: &str) -> Result<()> {
        Ok(self.driver.query(By::Id(id)).first().await?.send_keys(text).await?)
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
