//! "Was this you?"

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use ticket::{Submission, SubmissionKind};
use uuid::Uuid;

use super::visitor::Visitor;
use super::{Hall, look, report};
use crate::api::Refusal;
use crate::confirming::{self, Happened, Subject, What};
use crate::store::{Session, StoreError};
use crate::words::Words;

/// What they say.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    subject: String,
    was_me: bool,
}

/// Everything a person is asked about, each with its two answers.
pub(super) async fn questions(
    hall: &Hall,
    words: Words,
    reading: &mut Session,
    person: i64,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    let open = confirming::open_of(reading, person, now).await?;
    if open.is_empty() {
        return Ok(html! {});
    }
    Ok(html! {
        section class="notice notice-attention" aria-labelledby="theirs" {
            div class="grow stack" {
                h2 id="theirs" { (words.t("portal.theirs.title")) }
                @for happened in &open { (question(hall, words, happened, now)?) }
                p class="small muted" { (words.t("portal.theirs.no_text")) }
            }
        }
    })
}

fn question(
    hall: &Hall,
    words: Words,
    happened: &Happened,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    let path = &hall.portal.path;
    let number = match happened.subject {
        Subject::Ticket(number) => Some(number.to_string()),
        Subject::Installation(_) => None,
    };
    Ok(html! {
        form class="stack near" method="post" action={ (path) "/theirs" } {
            input type="hidden" name="subject" value=(happened.word());
            @match &happened.what {
                What::Device(name) => p { (words.with("portal.theirs.device", &[("name", name)])) },
                What::Deeds(deeds) => (look::deeds(words, deeds)?),
            }
            p class="small muted" {
                @if let Some(number) = &number {
                    a href={ (path) "/requests/" (number) } { (words.with("portal.theirs.ticket", &[("number", number)])) }
                    ", "
                }
                (words.ago(happened.at, now))
            }
            div class="line" {
                button class="btn" name="was_me" value="true" { (words.t("portal.theirs.yes")) }
                button class="btn btn-danger" name="was_me" value="false" { (words.t("portal.theirs.no")) }
            }
        }
    })
}

/// Takes an answer.
pub(super) async fn say(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    said: Result<Form<Said>, FormRejection>,
) -> Result<Redirect, Refusal> {
    let Form(Said { subject, was_me }) = said.map_err(|_| Refusal::malformed())?;
    let (desk, now) = (&hall.desk, Timestamp::now());
    let path = &hall.portal.path;
    if was_me {
        let is_asked = confirming::was_theirs(desk, visitor.person.id, &subject, now).await?;
        return if is_asked {
            Ok(Redirect::to(&format!("{path}?thanks=true")))
        } else {
            Err(Refusal::not_found())
        };
    }
    let (owner, visit) = (visitor.owner(), &visitor.cookie_digest);
    let report = |happened: &Happened| report_of(words, happened);
    let number = confirming::was_not_theirs(desk, owner, visit, &subject, report, now).await?;
    let number = number.ok_or_else(Refusal::not_found)?;
    Ok(Redirect::to(&format!("{path}/requests/{number}?sent=true")))
}

/// What the security team reads.
fn report_of(words: Words, happened: &Happened) -> Result<Submission, StoreError> {
    let day = Words::day(happened.at);
    let text = match (&happened.what, happened.subject) {
        (What::Device(name), _) => {
            words.with("portal.theirs.report_device", &[("name", name), ("day", &day)])
        }
        (What::Deeds(deeds), subject) => {
            let number = match subject {
                Subject::Ticket(number) => number.to_string(),
                Subject::Installation(_) => String::new(),
            };
            let what = deeds.iter().map(|it| words.term("deed", it));
            let what = what.collect::<Result<Vec<_>, _>>()?;
            let values = [("number", number.as_str()), ("day", &day), ("what", &what.join(" "))];
            words.with("portal.theirs.report_ticket", &values)
        }
    };
    let text = redaction::redact(&text).text;
    Ok(report::written(words, SubmissionKind::SecurityReport, Uuid::now_v7(), text))
}
