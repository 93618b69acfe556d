//! What somebody is asked to say yes or no to, where the app is not at hand.

use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use runbook::Objection;
use serde::Deserialize;
use ticket::{ApprovalRequest, ApprovalWord, Deed, ProblemCode};

use super::visitor::Visitor;
use super::{Hall, look};
use crate::api::Refusal;
use crate::refused::Subject;
use crate::runs::approving::{self, Spoken};
use crate::store::{StoreError, word};
use crate::words::Words;
use look::Tone;

/// What became of a word.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Yes,
    No,
    Outdated,
}

/// What the page was called with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Called {
    said: Option<Outcome>,
}

/// The form as it was filled in.
#[derive(Debug, Deserialize)]
pub(super) struct Filled {
    digest: String,
    is_yes: bool,
}

pub(super) async fn show(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    called: Result<Query<Called>, QueryRejection>,
) -> Result<Html<String>, Refusal> {
    let called = called.map(|Query(it)| it).unwrap_or_default();
    let now = Timestamp::now();
    let mut reading = hall.desk.store.read().await?;
    let asked = approving::waiting_for(&mut reading, &visitor.person, now).await?;
    drop(reading);
    let is_fresh = visitor.is_fresh(now);
    let title = words.t(if asked.is_empty() { "approval.none" } else { "screen.approvals" });
    let main = html! {
        (look::back(&hall, words))
        @match called.said {
            Some(Outcome::Yes) => (look::notice(Tone::Fine, words.t("portal.approvals.noted_yes"))),
            Some(Outcome::No) => (look::notice(Tone::Fine, words.t("portal.approvals.noted_no"))),
            Some(Outcome::Outdated) => (look::notice(Tone::Attention, words.t("approval.outdated"))),
            None => {},
        }
        h1 { (title) }
        @if asked.is_empty() { p class="muted" { (words.t("approval.none_text")) } }
        @else if !is_fresh { (sign_in_again(&hall, words)) }
        @for request in &asked { (card(&hall, words, request, is_fresh, now)?) }
    };
    Ok(look::page(&hall, words, Some(&visitor), title, &main))
}

/// Takes a word, from who signed in a moment ago.
pub(super) async fn say(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    id: Result<Path<u32>, PathRejection>,
    filled: Result<Form<Filled>, FormRejection>,
) -> Result<Response, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    let Form(Filled { digest, is_yes }) = filled.map_err(|_| Refusal::malformed())?;
    if !visitor.is_fresh(Timestamp::now()) {
        let title = words.t("portal.sign_in.again");
        let main =
            html! { (look::back(&hall, words)) h1 { (title) } (sign_in_again(&hall, words)) };
        let page = look::page(&hall, words, Some(&visitor), title, &main);
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    }
    let word = ApprovalWord { digest, is_yes };
    let outcome = match approving::say(&hall.desk, &visitor.person, id, &word).await? {
        Spoken::Counts if is_yes => "yes",
        Spoken::Counts => "no",
        Spoken::NoSuch => return Err(Refusal::not_found()),
        Spoken::Later => return Err(Refusal::later(30)),
        Spoken::Objected(ticket, objection) => match objection {
            Objection::NotAsked => return Err(Refusal::not_found().about(Subject::Ticket(ticket))),
            Objection::Own | Objection::MayNot => {
                let refusal = Refusal::new(StatusCode::FORBIDDEN, ProblemCode::NotAllowed);
                return Err(refusal.about(Subject::Ticket(ticket)));
            }
            Objection::Changed | Objection::Early | Objection::Over | Objection::Twice => {
                "outdated"
            }
        },
    };
    let to = format!("{}/approvals?said={outcome}", hall.portal.path);
    Ok(Redirect::to(&to).into_response())
}

/// Nothing is decided without a sign-in of the last minutes.
fn sign_in_again(hall: &Hall, words: Words) -> Markup {
    html! {
        section class="card pad stack" {
            p { (words.t("portal.sign_in.again_text")) }
            a class="btn btn-main btn-big wide" href={ (hall.portal.path) "/sign-in?fresh=true&to=/portal/approvals" } { (words.t("portal.sign_in.again")) }
        }
    }
}

/// One of them, with what would change, what was read before, and what happens without a word.
fn card(
    hall: &Hall,
    words: Words,
    asked: &ApprovalRequest,
    is_fresh: bool,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    let person = [("person", asked.person.as_str())];
    let until = [("person", asked.person.as_str()), ("moment", &Words::moment(asked.until))];
    let heading = format!("approval-{}", asked.id);
    let asked_as = if asked.is_delegate { "for_role" } else { "of_role" };
    Ok(html! {
        section class="card pad stack" aria-labelledby=(heading) {
            h2 id=(heading) { (words.with("approval.title", &person)) }
            div class="line" { span class="chip" { (words.left(asked.until, now)) } }
            div {
                h3 { (words.t("approval.change")) }
                ul { @for deed in &asked.deeds { li { (change(hall, words, asked, *deed)?) } } }
            }
            @if !asked.checks.is_empty() {
                div {
                    h3 { (words.t("approval.checked")) }
                    ul class="muted" { @for check in &asked.checks { li { (words.term("approval.check", check)?) } } }
                }
            }
            p class="muted" { (words.t(if asked.can_be_undone { "approval.undo" } else { "approval.no_undo" })) }
            div {
                h3 { (words.with("approval.wrote", &person)) }
                p class="words" { (words.with("quote", &[("text", &asked.words)])) }
            }
            div {
                h3 { (words.t("approval.why")) }
                p class="muted" { (words.with(&format!("approval.{asked_as}.{}", word(&asked.of)?), &person)) }
            }
            div {
                h3 { (words.t("approval.nothing")) }
                p class="muted" { (words.with("approval.nothing_text", &until)) }
            }
            @if is_fresh {
                form class="line" method="post" action={ (hall.portal.path) "/approvals/" (asked.id) } {
                    input type="hidden" name="digest" value=(asked.digest);
                    button class="btn btn-main btn-big grow" name="is_yes" value="true" { (words.t("approval.yes")) }
                    button class="btn btn-danger btn-big grow" name="is_yes" value="false" { (words.t("approval.no")) }
                }
            }
        }
    })
}

fn change(
    hall: &Hall,
    words: Words,
    asked: &ApprovalRequest,
    deed: Deed,
) -> Result<Markup, StoreError> {
    let person = [("person", asked.person.as_str())];
    Ok(match (&asked.access, deed) {
        (Some(access), Deed::AccessGiven) => {
            let right = words.term("access.right", &access.right)?;
            let name = hall.desk.knowledge.entry_named(&access.entry, words.language);
            let name = name.unwrap_or(&access.entry);
            html! {
                b { (words.with("access.text", &[("name", name), ("right", &right)])) } br;
                (words.with("approval.access", &person))
            }
        }
        _ => html! { (words.with(&format!("approval.deed.{}", word(&deed)?), &person)) },
    })
}
