//! What a person does on the page of the window: press and type, found by the words on things.

use serde_json::json;
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::{By, Key, WebElement};

use super::Window;
use crate::words::literal;

const FIND: &str = include_str!("find.js");
/// An answer to a question of guided help.
const OPTION: &str = "main[data-screen=guide] .list > button.row";

/// What kind of thing is looked for.
#[derive(Clone, Copy)]
enum Kind {
    Button,
    Field,
}

impl Window {
    /// Presses what carries the text of this name, once it can be pressed.
    ///
    /// # Errors
    /// There is no such thing; the error holds what was there instead.
    pub async fn press(&self, name: &str) -> anyhow::Result<()> {
        let pattern = self.words.pattern(name)?;
        self.press_pattern(name, &pattern).await
    }

    /// Presses what carries the text of this name in the dialog that is open.
    ///
    /// # Errors
    /// There is no such thing; the error holds what was there instead.
    pub async fn press_in_dialog(&self, name: &str) -> anyhow::Result<()> {
        let pattern = self.words.pattern(name)?;
        self.awaits(name, async || {
            for button in self.session()?.find_all(By::Css("dialog[open] button")).await? {
                if self.is_called(&button, &pattern).await? {
                    button.click().await?;
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Presses what carries these words, once it can be pressed.
    ///
    /// # Errors
    /// There is no such thing; the error holds what was there instead.
    pub async fn press_words(&self, words: &str) -> anyhow::Result<()> {
        self.press_pattern(words, &literal(words)).await
    }

    /// Waits until one of these can be pressed; gives its name.
    ///
    /// # Errors
    /// None can be; the error holds what was there instead.
    pub async fn ready<'a>(&self, names: &[&'a str]) -> anyhow::Result<&'a str> {
        self.awaits(&names.join(" or "), async || {
            for name in names {
                if self.can_press(name).await? {
                    return Ok(Some(*name));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Whether something with the text of this name can be pressed now.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn can_press(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.find(Kind::Button, &self.words.pattern(name)?).await?.is_some())
    }

    /// Empties the field of this name and types.
    ///
    /// # Errors
    /// There is no such field; the error holds what was there instead.
    pub async fn fill(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let pattern = self.words.pattern(name)?;
        self.awaits(name, async || {
            let Some(field) = self.find(Kind::Field, &pattern).await? else { return Ok(None) };
            field.clear().await?;
            field.send_keys(text).await?;
            let is_typed = field.prop("value").await?.is_some_and(|value| value == text);
            Ok(is_typed.then_some(()))
        })
        .await
    }

    /// Waits until the field of this name holds exactly this text.
    ///
    /// # Errors
    /// It holds another; the error says what was there instead.
    pub async fn holds(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let pattern = self.words.pattern(name)?;
        self.awaits(&format!("{text:?} in {name}"), async || {
            let Some(field) = self.find(Kind::Field, &pattern).await? else { return Ok(None) };
            Ok(field.prop("value").await?.filter(|value| value == text).map(drop))
        })
        .await
    }

    /// Presses a key where the focus is.
    ///
    /// # Errors
    /// Nothing has the focus.
    pub async fn key(&self, key: Key) -> anyhow::Result<()> {
        Ok(self.session()?.active_element().await?.send_keys(key + "").await?)
    }

    /// Whether guided help offers answers to choose from.
    pub(crate) async fn has_options(&self) -> anyhow::Result<bool> {
        Ok(!self.session()?.find_all(By::Css(OPTION)).await?.is_empty())
    }

    /// Chooses the first answer.
    pub(crate) async fn press_first_option(&self) -> anyhow::Result<()> {
        Ok(self.session()?.find(By::Css(OPTION)).await?.click().await?)
    }

    async fn press_pattern(&self, what: &str, pattern: &str) -> anyhow::Result<()> {
        self.awaits(what, async || {
            let Some(button) = self.find(Kind::Button, pattern).await? else { return Ok(None) };
            match button.click().await {
                Ok(()) => Ok(Some(())),
                Err(error) if is_passing(&error) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    async fn is_called(&self, button: &WebElement, pattern: &str) -> anyhow::Result<bool> {
        let script =
            "return new RegExp(`^${arguments[1]}$`, 'u').test(arguments[0].innerText.trim());";
        let arguments = vec![button.to_json()?, json!(pattern)];
        Ok(self.session()?.execute(script, arguments).await?.json().as_bool().unwrap_or_default())
    }

    async fn find(&self, kind: Kind, pattern: &str) -> anyhow::Result<Option<WebElement>> {
        let kind = match kind {
            Kind::Button => "button",
            Kind::Field => "field",
        };
        let found = self.session()?.execute(FIND, vec![json!(kind), json!(pattern)]).await?;
        if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
    }
}

/// The page changed while it was pressed: look again.
fn is_passing(error: &WebDriverError) -> bool {
    use WebDriverErrorInner::{
        ElementClickIntercepted, ElementNotInteractable, NoSuchElement, StaleElementReference,
    };
    matches!(
        error.as_inner(),
        ElementClickIntercepted(_)
            | ElementNotInteractable(_)
            | NoSuchElement(_)
            | StaleElementReference(_)
    )
}
