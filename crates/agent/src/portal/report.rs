//! Telling IT that something is wrong, also with another device than the one in the hand.

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use ticket::{DeviceReport, Installation, MAX_TEXT_CHARS, Submission, SubmissionKind};
use uuid::Uuid;

use super::visitor::Visitor;
use super::{Hall, look};
use crate::api::Refusal;
use crate::intake::{self, Intake};
use crate::store::{Session, StoreError, installations, tickets, word};
use crate::words::Words;
use look::Tone;

/// The longest telephone number or the like.
const MAX_CONTACT_CHARS: usize = 100;

/// What the form is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default = "request")]
    kind: SubmissionKind,
}

const fn request() -> SubmissionKind {
    SubmissionKind::Request
}

/// The form as it was filled in.
#[derive(Debug, Deserialize)]
pub(super) struct Filled {
    kind: SubmissionKind,
    id: Uuid,
    text: String,
    /// The id of an installation, or something else.
    #[serde(default)]
    device: String,
    #[serde(default)]
    contact: String,
}

impl Filled {
    fn empty(kind: SubmissionKind) -> Self {
        let [text, device, contact] = <[String; 3]>::default();
        Self { kind, id: Uuid::now_v7(), text, device, contact }
    }
}

/// The form.
pub(super) async fn ask(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Html<String>, Refusal> {
    let Query(wanted) = wanted.map_err(|_| Refusal::malformed())?;
    form(&hall, words, Some(&visitor), &Filled::empty(wanted.kind), &html! {}).await
}

/// Takes the form. What was typed is given back where it is not taken.
pub(super) async fn send(
    State(hall): State<Hall>,
    words: Words,
    visitor: Option<Visitor>,
    filled: Result<Form<Filled>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(filled) = filled.map_err(|_| Refusal::malformed())?;
    let Some(visitor) = visitor else {
        let page = form(&hall, words, None, &filled, &look::ended(&hall, words)).await?;
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let now = Timestamp::now();
    let mut reading = hall.desk.store.read().await?;
    let device = device_of(&mut reading, visitor.person.id, &filled.device).await?;
    drop(reading);
    let submission = submission(words, &filled, device);
    let objection = match submission.text.chars().count() {
        _ if submission.text.trim().is_empty() => match filled.kind {
            SubmissionKind::Request => words.t("portal.report.needs_words").to_owned(),
            SubmissionKind::SecurityReport => words.t("security.needs_words").to_owned(),
        },
        count if count > MAX_TEXT_CHARS => {
            let most = MAX_TEXT_CHARS.to_string();
            words.with("portal.report.too_long", &[("count", &most)])
        }
        _ => String::new(),
    };
    if !objection.is_empty() {
        let said = look::notice(Tone::Attention, &objection);
        let page = form(&hall, words, Some(&visitor), &filled, &said).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    submission.validate().map_err(|_| Refusal::malformed())?;
    let number = match intake::accept(&hall.desk, visitor.owner(), submission, now).await? {
        Intake::New(receipt) | Intake::Known(receipt) => receipt.number,
        Intake::Conflict => return Err(Refusal::conflict()),
        Intake::TooMany => return Err(Refusal::too_many(60)),
    };
    let to = format!("{}/requests/{number}?sent=true", hall.portal.path);
    Ok(Redirect::to(&to).into_response())
}

/// What is sent.
fn submission(words: Words, filled: &Filled, device: Option<DeviceReport>) -> Submission {
    let contact: String = filled.contact.trim().chars().take(MAX_CONTACT_CHARS).collect();
    Submission {
        device,
        contact: Some(contact).filter(|it| !it.is_empty()),
        ..written(words, filled.kind, filled.id, lines(&filled.text))
    }
}

/// Something that somebody wrote here, and nothing else.
pub(super) fn written(words: Words, kind: SubmissionKind, id: Uuid, text: String) -> Submission {
    let words = Submission::of_words(id, made_at(id), text, words.language.to_owned());
    Submission { kind, ..words }
}

/// When a form was made: sent twice, all of it is the same.
fn made_at(id: Uuid) -> Timestamp {
    let (seconds, _) = id.get_timestamp().map_or((0, 0), |at| at.to_unix());
    let at = i64::try_from(seconds).ok().and_then(|it| Timestamp::from_second(it).ok());
    at.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A form ends lines in its own way (HTML, 4.10.21.8).
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// One of the person's devices: as it was reported last from there, or its name.
async fn device_of(
    reading: &mut Session,
    person: i64,
    chosen: &str,
) -> Result<Option<DeviceReport>, StoreError> {
    let Ok(chosen) = Uuid::parse_str(chosen) else { return Ok(None) };
    let theirs = installations::list(reading, person, Uuid::nil()).await?;
    let Some(device) = theirs.into_iter().find(|it| it.id == chosen) else { return Ok(None) };
    let sent = tickets::newest_of(reading, person).await?;
    let from_there = sent.into_iter().filter(|it| it.owner.installation == Some(chosen));
    let reported = from_there.filter_map(|it| it.submission.device).next();
    let unknown = DeviceReport { name: device.device_name, ..DeviceReport::default() };
    // How long it has been running then says nothing now.
    Ok(Some(DeviceReport { uptime_seconds: None, ..reported.unwrap_or(unknown) }))
}

async fn form(
    hall: &Hall,
    words: Words,
    visitor: Option<&Visitor>,
    filled: &Filled,
    said: &Markup,
) -> Result<Html<String>, Refusal> {
    let is_security = filled.kind == SubmissionKind::SecurityReport;
    let devices = match visitor {
        Some(visitor) => {
            let mut reading = hall.desk.store.read().await?;
            installations::list(&mut reading, visitor.person.id, Uuid::nil()).await?
        }
        None => Vec::new(),
    };
    let title = words.t(if is_security { "screen.security" } else { "portal.report.title" });
    let placeholder =
        words.t(if is_security { "security.placeholder" } else { "portal.report.placeholder" });
    let main = html! {
        (look::back(hall, words))
        (said)
        h1 { (title) }
        @if is_security {
            p { (words.t("security.intro")) }
            (look::security_phone(hall, words))
        }
        form class="stack" method="post" action={ (hall.portal.path) "/report" } {
            (look::once(filled.id))
            input type="hidden" name="kind" value=(word(&filled.kind)?);
            @if !devices.is_empty() { (choice(words, &devices, &filled.device, !is_security)) }
            @else { input type="hidden" name="device" value=(filled.device); }
            div class="stack near" {
                label class="name" for="text" { (words.t(if is_security { "security.what" } else { "portal.report.what" })) }
                textarea id="text" name="text" rows="6" required maxlength=(MAX_TEXT_CHARS) placeholder=(placeholder) { "\n" (filled.text) }
                @if is_security { p class="muted small" { (words.t("security.what_help")) } }
            }
            @if is_security {
                div class="stack near" {
                    label class="name" for="contact" { (words.t("security.contact")) }
                    div class="field" { input id="contact" name="contact" type="tel" autocomplete="tel" maxlength=(MAX_CONTACT_CHARS) value=(filled.contact) placeholder=(words.t("portal.security.contact_hint")); }
                }
                button class="btn btn-danger-main btn-big wide" { (words.t("security.send")) }
            } @else {
                button class="btn btn-main btn-big wide" { (words.t("portal.report.send")) }
                p class="muted small" { (words.t("portal.report.unverified")) }
            }
        }
    };
    Ok(look::page(hall, words, visitor, title, &main))
}

/// Which of their devices it is about; nothing is chosen for them.
fn choice(words: Words, devices: &[Installation], chosen: &str, must: bool) -> Markup {
    html! {
        fieldset {
            legend { (words.t("portal.report.device")) }
            @for device in devices {
                @let id = device.id.to_string();
                label class="pick" {
                    input type="radio" name="device" value=(id) required[must] checked[chosen == id];
                    span {
                        (device.device_name)
                        span class="sub" { (words.with("portal.report.device_since", &[("day", &Words::day(device.enrolled_at))])) }
                    }
                }
            }
            label class="pick" {
                input type="radio" name="device" value="none" required[must] checked[chosen == "none"];
                span {
                    (words.t("portal.report.other_device"))
                    span class="sub" { (words.t("portal.report.other_device_text")) }
                }
            }
        }
    }
}
