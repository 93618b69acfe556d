//! What can be read on the page of the window.

use anyhow::Context;
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use super::Window;
use crate::until::{PATIENCE, until};
use crate::words::literal;

const READ: &str = "return document.body.innerText;";
const SCREEN: &str = "return document.querySelector('main')?.dataset.screen ?? '';";
/// The query that what was found is for; none while it may still get better.
const FOUND: &str = "
    const found = document.querySelector('#results')?.dataset;
    return found?.indexing === 'false' && found.pace === 'pause' ? found.query : null;";
const MATCH: &str =
    "return new RegExp(arguments[0], 'u').exec(document.body.innerText.replace(/[\\t ]+/gu, ' '));";

impl Window {
    /// Waits until the text of this name (`sent.saved`) can be read; gives what was put into it.
    ///
    /// # Errors
    /// It does not appear; the error holds what was there instead.
    pub async fn sees(&self, name: &str) -> anyhow::Result<Vec<String>> {
        self.sees_any(&[name]).await.map(|(_, values)| values)
    }

    /// Waits until one of these texts can be read; gives its name and what was put into it.
    ///
    /// # Errors
    /// None appears; the error holds what was there instead.
    pub async fn sees_any<'a>(&self, names: &[&'a str]) -> anyhow::Result<(&'a str, Vec<String>)> {
        self.awaits(&names.join(" or "), async || {
            for name in names {
                if let Some(values) = self.matches(&self.words.pattern(name)?).await? {
                    return Ok(Some((*name, values)));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until exactly these words can be read.
    ///
    /// # Errors
    /// They do not appear; the error holds what was there instead.
    pub async fn sees_words(&self, words: &str) -> anyhow::Result<()> {
        let pattern = literal(words);
        self.awaits(words, async || Ok(self.matches(&pattern).await?.map(drop))).await
    }

    /// Waits until this screen is shown.
    ///
    /// # Errors
    /// It does not appear; the error holds what was there instead.
    pub async fn screen(&self, name: &str) -> anyhow::Result<()> {
        self.awaits(&format!("the screen {name}"), async || {
            let screen = self.run(SCREEN, Vec::new()).await?;
            Ok((screen.as_str() == Some(name)).then_some(()))
        })
        .await
    }

    /// Waits until what is shown was found for this query, and nothing more will be: what is pressed
    /// before may move away under the pointer.
    ///
    /// # Errors
    /// It does not appear; the error holds what was there instead.
    pub(crate) async fn found(&self, query: &str) -> anyhow::Result<()> {
        self.awaits(&format!("what is found for {query:?}"), async || {
            let found = self.run(FOUND, Vec::new()).await?;
            Ok((found.as_str() == Some(query)).then_some(()))
        })
        .await
    }

    /// Everything that can be read.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn text(&self) -> anyhow::Result<String> {
        Ok(self.run(READ, Vec::new()).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Tries until there is an answer; else the error says what a person would have seen and what the
    /// program logged.
    ///
    /// # Errors
    /// The attempt failed for good, or there was no answer in time.
    pub async fn awaits<T>(
        &self,
        what: &str,
        attempt: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let error = match until(what, PATIENCE, attempt).await {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        let text = self.text().await.unwrap_or_else(|error| format!("no page: {error:#}"));
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n");
        Err(error.context(format!("the page reads:\n{text}\n--- the program logged:\n{tail}")))
    }

    pub(super) fn session(&self) -> anyhow::Result<&WebDriver> {
        self.session.as_ref().context("the window is closed")
    }

    async fn matches(&self, pattern: &str) -> anyhow::Result<Option<Vec<String>>> {
        let found = self.run(MATCH, vec![json!(pattern)]).await?;
        let Some(groups) = found.as_array() else { return Ok(None) };
        Ok(Some(groups.iter().skip(1).filter_map(Value::as_str).map(str::to_owned).collect()))
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.session()?.execute(script, arguments).await?.json().clone())
    }
}
