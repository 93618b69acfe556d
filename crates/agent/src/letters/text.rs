//! What a letter says, in the language that its reader likes.

use jiff::Timestamp;

use super::News;
use crate::confirming::{Happened, What};
use crate::store::StoreError;
use crate::words::Words;

/// What somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// Their word is needed; `is_last`: or it is too late.
    Approval {
        ticket: u32,
        until: Timestamp,
        is_last: bool,
    },
    WasThisYou(Happened),
    RequestMoved {
        ticket: u32,
        news: News,
    },
}

impl Told {
    /// Subject and text. Nothing that people wrote is in them. `language` is as directories keep it (RFC 2798,
    /// section 2.7): tags with weights, as browsers send them.
    pub(super) fn written(
        &self,
        language: Option<&str>,
        portal: &str,
    ) -> Result<(String, String), StoreError> {
        let words = Words::liked(language.unwrap_or_default());
        let (subject, text, path) = match self {
            Self::Approval { ticket, until, is_last } => {
                let values = [("number", &*ticket.to_string()), ("moment", &Words::moment(*until))];
                let (subject, text) = if *is_last {
                    let text = words.with("letter.approval_ends.text", &values);
                    (words.t("letter.approval_ends.subject"), text)
                } else {
                    let text = words.with("letter.approval_asked.text", &values);
                    (words.t("letter.approval_asked.subject"), text)
                };
                (subject.to_owned(), text, "/approvals".to_owned())
            }
            Self::WasThisYou(happened) => {
                let text = was_this_you(words, happened)?;
                (words.t("letter.was_this_you.subject").to_owned(), text, String::new())
            }
            Self::RequestMoved { ticket, news } => {
                let number = ticket.to_string();
                let news = words.term("event", news)?;
                let values = [("number", &*number), ("news", &*news)];
                let subject = words.with("letter.request_moved.subject", &values);
                let text = words.with("letter.request_moved.text", &values);
                (subject, text, format!("/requests/{number}"))
            }
        };
        let link = words.with("letter.link", &[("address", &format!("{portal}{path}"))]);
        Ok((subject, format!("{text}\n\n{link}\n\n{}\n", words.t("letter.foot"))))
    }
}

/// What happened and what to do if it was somebody else. The name of a device is its owner's words, so it is not here.
fn was_this_you(words: Words, happened: &Happened) -> Result<String, StoreError> {
    let moment = Words::moment(happened.at);
    let what = match &happened.what {
        What::Device(_) => words.with("letter.was_this_you.device", &[("moment", &moment)]),
        What::Deeds(deeds) => {
            let mut text = words.with("letter.was_this_you.deeds", &[("moment", &moment)]);
            for deed in deeds {
                text.push_str("\n- ");
                text.push_str(&words.term("deed", deed)?);
            }
            text
        }
    };
    Ok(format!("{what}\n\n{}", words.t("letter.was_this_you.text")))
}
