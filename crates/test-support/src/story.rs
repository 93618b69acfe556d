//! What an employee does, step by step, as the tests and the tour tell it.

use anyhow::{Context, bail};

use crate::browser;
use crate::until::{PATIENCE, until};
use crate::window::Window;

/// Buttons that end or go on from a step of guided help, with what each means.
const STEPS: [(&str, Step); 4] = [
    ("guide.review", Step::PersonTakesOver),
    ("guide.next", Step::Checked),
    ("guide.did_it", Step::Do),
    ("guide.not_fixed", Step::Confirm),
];
/// More steps than any playbook has.
const MOST_STEPS: usize = 40;

/// Where guided help stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Checked,
    Do,
    Confirm,
    PersonTakesOver,
}

impl Window {
    /// Signs in from the sign-in screen: the system's browser is handed to a real Chromium, where
    /// `user` fills in the provider's page.
    ///
    /// # Errors
    /// The browser was not opened, or the sign-in did not come back.
    pub async fn sign_in(&mut self, user: &str) -> anyhow::Result<()> {
        self.press("sign_in.button").await?;
        let page = self.opened_url().await?;
        browser::sign_in_as(&page, user).await.context("at the provider's page")?;
        self.screen("ask").await?;
        self.sees("session.online").await?;
        Ok(())
    }

    /// Types into the Ask field and waits for what it finds.
    ///
    /// # Errors
    /// Nothing is found, not even a person.
    pub async fn ask(&self, query: &str) -> anyhow::Result<()> {
        self.press("screen.ask").await?;
        self.fill("ask.field", query).await?;
        self.found(query).await
    }

    /// Asks a person in these words, because nothing that was found helps.
    ///
    /// # Errors
    /// The request cannot be reviewed, or is not in these words.
    pub async fn ask_a_person(&self, words: &str) -> anyhow::Result<()> {
        self.ask(words).await?;
        self.press("ask.none_of_these").await?;
        self.screen("review").await?;
        self.holds("review.field", words).await
    }

    /// Follows guided help, nothing of which helps, until the request to a person in these words.
    ///
    /// # Errors
    /// It does not lead there, or the request is not in these words.
    pub async fn follow_guide_to_review(&self, words: &str) -> anyhow::Result<()> {
        for _ in 0..MOST_STEPS {
            let before = self.text().await?;
            match self.step().await? {
                Some(Step::PersonTakesOver) => {
                    self.press("guide.review").await?;
                    self.screen("review").await?;
                    return self.holds("review.field", words).await;
                }
                Some(Step::Checked) => self.press("guide.next").await?,
                Some(Step::Do) => self.press("guide.did_it").await?,
                Some(Step::Confirm) => self.press("guide.not_fixed").await?,
                None => self.press_first_option().await?,
            }
            until("the next step", PATIENCE, async || {
                Ok((self.text().await? != before).then_some(()))
            })
            .await?;
        }
        bail!("guided help never came to a person")
    }

    /// Sends the request under review, as soon as the window knows whether the agent answers.
    ///
    /// # Errors
    /// It is not stored.
    pub async fn send(&self) -> anyhow::Result<()> {
        let button = self.ready(&["review.send", "review.send_later"]).await?;
        self.press(button).await?;
        self.screen("sent").await
    }

    /// Waits for the number of the request that was sent.
    ///
    /// # Errors
    /// It is not accepted in time.
    pub async fn number(&self) -> anyhow::Result<u32> {
        let values = self.sees("sent.accepted").await?;
        values.first().and_then(|number| number.trim().parse().ok()).context("a ticket number")
    }

    /// The step of guided help once it waits for the person; nothing for a question.
    async fn step(&self) -> anyhow::Result<Option<Step>> {
        until("a step of guided help", PATIENCE, async || {
            for (name, step) in STEPS {
                if self.can_press(name).await? {
                    return Ok(Some(Some(step)));
                }
            }
            Ok(self.has_options().await?.then_some(None))
        })
        .await
    }
}
