//! What is learned from how people search: what became of each question, as counts; and, of people who share
//! them, the questions that nothing answered.

use std::time::{Duration, Instant};

use agent_client::ClientError;
use jiff::Timestamp;
use outbox::Owner;
use ticket::{MAX_QUESTION_CHARS, MAX_QUESTIONS, SharedQuestion, Used};

use crate::Desktop;
use crate::link::Link;
use crate::view::{Pace, SearchView};

/// Nobody comes back to a question after so long.
const LEFT: Duration = Duration::from_secs(10 * 60);
/// After a report that did not arrive.
const AGAIN: Duration = Duration::from_secs(60 * 60);
/// Questions that begin alike are one that is put in other words.
const ALIKE_CHARS: usize = 3;

/// What is on the way to be learned. Text of questions is in memory alone.
#[derive(Default)]
pub(crate) struct Learning {
    question: Option<Question>,
    shared: Vec<(Owner, SharedQuestion)>,
    failed: Option<Instant>,
}

/// The question that is being asked.
struct Question {
    text: String,
    at: Instant,
    /// Whether an article seemed to answer.
    answers: bool,
    /// What was opened last.
    opened: Option<Opened>,
}

#[derive(Clone, PartialEq, Eq)]
enum Opened {
    Article(String),
    Guide,
}

impl Question {
    /// What became of it, as it is counted.
    fn ended(&self, request_sent: bool) -> Vec<Used> {
        match (request_sent, &self.opened) {
            (true, _) => vec![Used::Asked, Used::RequestSent],
            (false, Some(_)) => vec![Used::Asked],
            (false, None) => vec![Used::Asked, Used::NothingOpened],
        }
    }

    fn is_alike(&self, text: &str) -> bool {
        let (one, other) = (self.text.to_lowercase(), text.to_lowercase());
        let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
        same.count() >= ALIKE_CHARS
    }
}

impl Desktop {
    /// Somebody asked, and paused to look at what was found.
    pub(crate) fn asked(&self, found: &SearchView) {
        let text = found.query.trim().to_owned();
        let is_question = found.pace == Pace::Pause && text.chars().count() >= ALIKE_CHARS;
        if found.indexing || !is_question {
            return;
        }
        let mut learning = self.lock(&self.learning);
        let before = learning.question.take();
        let opened = match before {
            Some(before) if before.is_alike(&text) => before.opened,
            Some(before) => {
                self.settle(&mut learning, &before, false);
                None
            }
            None => None,
        };
        let (answers, at) = (found.answers, Instant::now());
        learning.question = Some(Question { text, at, answers, opened });
    }

    pub(crate) fn opened_article(&self, article: &str) {
        self.opened(Opened::Article(article.to_owned()));
    }

    pub(crate) fn opened_guide(&self) {
        self.opened(Opened::Guide);
    }

    fn opened(&self, opened: Opened) {
        if let Some(question) = &mut self.lock(&self.learning).question {
            question.opened = Some(opened);
        }
    }

    /// The request that the question became was sent.
    pub(crate) fn asked_people(&self) {
        let mut learning = self.lock(&self.learning);
        if let Some(question) = learning.question.take() {
            self.settle(&mut learning, &question, true);
        }
    }

    /// Somebody said that an article does not help.
    pub(crate) fn did_not_help(&self, article: &str) {
        let mut learning = self.lock(&self.learning);
        let opened = Some(Opened::Article(article.to_owned()));
        let text = learning
            .question
            .as_ref()
            .filter(|it| it.opened == opened)
            .map(|question| question.text.clone());
        if let Some(text) = text {
            self.share(&mut learning, &text, Some(article));
        }
    }

    fn settle(&self, learning: &mut Learning, question: &Question, request_sent: bool) {
        self.usage.count(&question.ended(request_sent));
        // The text of a request reaches IT with it.
        if !question.answers && question.opened.is_none() && !request_sent {
            self.share(learning, &question.text, None);
        }
        self.to_tell.notify_one();
    }

    fn share(&self, learning: &mut Learning, text: &str, article: Option<&str>) {
        let owner = self.owner();
        let shares = self.lock(&self.settings).shares_questions();
        if !shares || owner == Owner::Installation || learning.shared.len() >= MAX_QUESTIONS {
            return;
        }
        let text = redaction::redact(text).text.chars().take(MAX_QUESTION_CHARS).collect();
        let article = article.map(str::to_owned);
        learning.shared.push((owner, SharedQuestion { text, article }));
    }

    /// Tells the agent once a day. What does not arrive is told later; nothing else waits for it.
    pub(crate) async fn tell_usage(&self, link: &Link) {
        let Some(questions) = self.ready_to_tell(link.owner) else { return };
        let told = questions.len();
        let Some(report) = self.usage.report(questions, Timestamp::now()) else { return };
        let sent = link.client.usage(&link.auth(), &report).await;
        let arrived = match &sent {
            Ok(()) => true,
            Err(ClientError::Refused { .. }) => {
                tracing::warn!(error = ?sent, "the agent does not take how articles are used");
                !sent.as_ref().is_err_and(|error| error.is_retryable() || error.needs_sign_in())
            }
            Err(error) => {
                tracing::debug!(%error, "how articles are used is told later");
                false
            }
        };
        let mut learning = self.lock(&self.learning);
        if !arrived {
            learning.failed = Some(Instant::now());
            return;
        }
        learning.failed = None;
        let mut left = told;
        learning.shared.retain(|(owner, _)| {
            let goes = *owner == link.owner && left > 0;
            left -= usize::from(goes);
            !goes
        });
        drop(learning);
        self.usage.reported(Timestamp::now());
    }

    /// The questions of this person that go with the report; none while a report must wait.
    fn ready_to_tell(&self, owner: Owner) -> Option<Vec<SharedQuestion>> {
        let shares = self.lock(&self.settings).shares_questions();
        let mut learning = self.lock(&self.learning);
        if let Some(left) = learning.question.take_if(|question| question.at.elapsed() >= LEFT) {
            self.settle(&mut learning, &left, false);
        }
        if learning.failed.is_some_and(|at| at.elapsed() < AGAIN) {
            return None;
        }
        if !shares {
            learning.shared.clear();
        }
        let own = learning.shared.iter().filter(|(of, _)| *of == owner);
        Some(own.map(|(_, question)| question.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str, opened: Option<Opened>) -> Question {
        Question { text: text.to_owned(), at: Instant::now(), answers: true, opened }
    }

    #[test]
    fn what_became_of_a_question_is_counted() {
        let article = Some(Opened::Article("vpn".to_owned()));
        let check = |opened, request_sent, expect: &[Used]| {
            assert_eq!(question("vpn", opened).ended(request_sent), expect);
        };
        check(None, false, &[Used::Asked, Used::NothingOpened]);
        check(None, true, &[Used::Asked, Used::RequestSent]);
        check(article.clone(), false, &[Used::Asked]);
        check(article, true, &[Used::Asked, Used::RequestSent]);
        check(Some(Opened::Guide), false, &[Used::Asked]);
    }

    #[test]
    fn a_question_in_other_words_is_the_same_one() {
        let check =
            |text: &str, expect| assert_eq!(question("vpn drops", None).is_alike(text), expect);
        check("vpn keeps dropping", true);
        check("VPN", true);
        check("printer", false);
        check("vp", false);
    }
}
