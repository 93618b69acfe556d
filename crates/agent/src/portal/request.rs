//! One request: what happened to it, and what its sender answers.

use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use ticket::{
    EventKind, OpenRequest, Reply, ReplyAction, StatusEvent, SubmissionKind, TicketStatus,
    TicketView,
};
use uuid::Uuid;

use super::home::state_of;
use super::report::lines;
use super::visitor::Visitor;
use super::{Hall, look};
use crate::api::Refusal;
use crate::refused::Subject;
use crate::replying::{self, Replied};
use crate::store::tickets::{self, Ticket};
use crate::store::{StoreError, word};
use crate::words::Words;

/// What the page was called with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Called {
    /// It was sent a moment ago.
    sent: bool,
}

/// The form as it was filled in.
#[derive(Debug, Deserialize)]
pub(super) struct Filled {
    id: Uuid,
    /// `choose ANSWER`, `write`, `solved` or `not_solved`.
    r#do: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    text: String,
}

impl Filled {
    /// What it means; `None`: nothing was written.
    fn action(self) -> Option<ReplyAction> {
        match self.r#do.split_once(' ') {
            Some(("choose", answer)) => {
                Some(ReplyAction::Choose { question: self.question, answer: answer.to_owned() })
            }
            _ => match self.r#do.as_str() {
                "solved" => Some(ReplyAction::Solved),
                "not_solved" => Some(ReplyAction::NotSolved),
                _ => Some(lines(&self.text))
                    .filter(|text| !text.trim().is_empty())
                    .map(|text| ReplyAction::Write { text }),
            },
        }
    }
}

pub(super) async fn show(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    number: Result<Path<u32>, PathRejection>,
    called: Result<Query<Called>, QueryRejection>,
) -> Result<Html<String>, Refusal> {
    let Path(number) = number.map_err(|_| Refusal::not_found())?;
    let called = called.map(|Query(it)| it).unwrap_or_default();
    let ticket = owned(&hall, &visitor, number).await?;
    let mut reading = hall.desk.store.read().await?;
    let view = tickets::view(&mut reading, ticket.clone()).await?;
    drop(reading);
    let now = Timestamp::now();
    let title = ticket.title().to_owned();
    let is_security = ticket.submission.kind == SubmissionKind::SecurityReport;
    let span = words.span(i64::from(ticket.respond_within_minutes));
    let main = html! {
        (look::back(&hall, words))
        @if called.sent && is_security {
            (sent_to_security(words, &view, &span))
            (look::security_phone(&hall, words))
        } @else if called.sent {
            div class="notice notice-fine" role="status" {
                div class="grow" {
                    b { (words.with("sent.accepted", &[("number", &number.to_string())])) } br;
                    (words.with("request.within", &[("span", &span)]))
                }
            }
        }
        div class="stack head" {
            h1 { (title) }
            div class="line" {
                span class="chip" { (state_of(words, view.status, view.team.as_deref())?) }
                @if is_security { span class="chip chip-failed" { (words.t("request.security")) } }
                span class="num muted" { (words.with("request.number", &[("number", &number.to_string())])) }
            }
        }
        (answering(&hall, words, &view, is_security))
        (timeline(&hall, words, &view, now)?)
    };
    Ok(look::page(&hall, words, Some(&visitor), &title, &main))
}

/// Takes a reply. What was typed is given back where it is not taken.
pub(super) async fn reply(
    State(hall): State<Hall>,
    words: Words,
    visitor: Option<Visitor>,
    number: Result<Path<u32>, PathRejection>,
    filled: Result<Form<Filled>, FormRejection>,
) -> Result<Response, Refusal> {
    let Path(number) = number.map_err(|_| Refusal::not_found())?;
    let Form(filled) = filled.map_err(|_| Refusal::malformed())?;
    let Some(visitor) = visitor else { return Ok(kept(&hall, words, number, &filled)) };
    let subject = Subject::Ticket(number);
    let (here, id) = (format!("{}/requests/{number}", hall.portal.path), filled.id);
    let Some(action) = filled.action() else { return Ok(Redirect::to(&here).into_response()) };
    let reply = Reply { id, action };
    if !replying::is_sound(&reply) {
        return Err(Refusal::malformed().about(subject));
    }
    let now = Timestamp::now();
    match replying::take(&hall.desk, visitor.speaker(), number, reply, now).await? {
        Replied::Taken(_) => Ok(Redirect::to(&here).into_response()),
        Replied::NotFound => Err(Refusal::not_found().about(subject)),
        Replied::Conflict => Err(Refusal::conflict().about(subject)),
    }
}

/// What somebody typed whose sign-in ended meanwhile.
fn kept(hall: &Hall, words: Words, number: u32, filled: &Filled) -> Response {
    let title = words.t("screen.request");
    let main = html! {
        h1 { (title) }
        (look::ended(hall, words))
        form class="stack" method="post" action={ (hall.portal.path) "/requests/" (number) } {
            (look::once(filled.id))
            input type="hidden" name="question" value=(filled.question);
            label for="text" { (words.t("request.your_answer")) }
            (look::field(&filled.text))
            button class="btn btn-main" name="do" value=(filled.r#do) { (words.t("request.send_answer")) }
        }
    };
    (StatusCode::UNAUTHORIZED, look::page(hall, words, None, title, &main)).into_response()
}

async fn owned(hall: &Hall, visitor: &Visitor, number: u32) -> Result<Ticket, Refusal> {
    let mut reading = hall.desk.store.read().await?;
    let ticket = tickets::owned(&mut reading, number, visitor.person.id).await?;
    ticket.ok_or_else(|| Refusal::not_found().about(Subject::Ticket(number)))
}

/// The security team has it, and what not to do now.
fn sent_to_security(words: Words, view: &TicketView, span: &str) -> Markup {
    let team = view.team.as_deref().unwrap_or_else(|| words.t("security.team"));
    html! {
        div class="notice notice-fine" role="status" {
            div class="grow" {
                b { (words.t("security.accepted")) } br;
                (words.with("security.alerted_within", &[("team", team), ("span", span)]))
            }
        }
        (look::hold_still(words))
    }
}

/// What can be said to it now.
fn answering(hall: &Hall, words: Words, view: &TicketView, is_security: bool) -> Markup {
    let is_over = matches!(view.status, TicketStatus::Solved | TicketStatus::Closed);
    let is_answered = view.status == TicketStatus::Answered;
    let button = |class: &str, does: &str, text: &str| {
        html! {
            button class=(class) name="do" value=(does) { (text) }
        }
    };
    html! {
        form class="stack" method="post" action={ (hall.portal.path) "/requests/" (view.number) } {
            (look::once(Uuid::now_v7()))
            @if let Some(question) = &view.question { (look::question(words, question, "")) }
            @if is_answered { b { (words.t("request.helped")) } }
            // Only an analyst closes what security has.
            @if !is_security {
                div class="line" {
                    @if is_over { (button("btn", "not_solved", words.t("request.reopen"))) }
                    @else if is_answered {
                        (button("btn btn-main", "solved", words.t("request.solved")))
                        (button("btn", "not_solved", words.t("request.not_solved")))
                    } @else {
                        (button("btn", "solved", words.t("request.solved")))
                        @if view.status != TicketStatus::WithTeam { (button("btn", "not_solved", words.t("request.person"))) }
                    }
                }
            }
            @if view.question.is_none() && !is_over {
                details class="list" {
                    summary class="row" { (words.t("request.add")) }
                    div class="stack" {
                        label class="only-read" for="text" { (words.t("request.add")) }
                        (look::field(""))
                        (button("btn", "write", words.t("request.send_answer")))
                    }
                }
            }
        }
    }
}

fn timeline(
    hall: &Hall,
    words: Words,
    view: &TicketView,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    Ok(html! {
        div class="card pad" {
            ol class="timeline" {
                li {
                    span class="stop stop-you" {}
                    div {
                        div class="head" { b { (words.t("event.saved")) } }
                        p class="words" { (words.with("quote", &[("text", &view.text)])) }
                    }
                }
                @for event in &view.events { (entry(hall, words, event, now)?) }
            }
        }
    })
}

fn entry(
    hall: &Hall,
    words: Words,
    event: &StatusEvent,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    let name = serde_json::to_value(&event.kind)?;
    let name = name.get("type").and_then(|it| it.as_str()).unwrap_or_default();
    let is_own =
        matches!(event.kind, EventKind::Replied { .. } | EventKind::Solved | EventKind::Reopened);
    Ok(html! {
        li {
            span class={ "stop" @if is_own { " stop-you" } } {}
            div {
                div class="head" {
                    b { (words.t(&format!("event.{name}"))) }
                    time class="when num" datetime=(event.at) { (words.ago(event.at, now)) }
                }
                (said(hall, words, &event.kind)?)
            }
        }
    })
}

/// The sentence below an entry of the timeline.
fn said(hall: &Hall, words: Words, kind: &EventKind) -> Result<Markup, StoreError> {
    let role = |of| words.term("role", of);
    let cause =
        |cause| Ok::<_, StoreError>(words.t(&format!("cause.{}.title", word(cause)?)).to_owned());
    let span = |minutes: u32| words.span(i64::from(minutes));
    Ok(match kind {
        EventKind::Received | EventKind::Solved | EventKind::Reopened => html! {},
        EventKind::Understood { scenario } => {
            let scenario = words.term("scenario", scenario)?;
            muted(&words.with("event.understood_text", &[("scenario", &scenario)]))
        }
        EventKind::Answered { articles } => html! {
            (muted(words.t("event.answered_text")))
            ul { @for id in articles { li { (article(hall, words, id)) } } }
        },
        EventKind::Done { deeds } => look::deeds(words, deeds)?,
        EventKind::ApprovalAsked { of, deeds, until } => html! {
            (muted(&words.with("event.approval_asked_text", &[("who", &role(of)?)])))
            (look::deeds(words, deeds)?)
            (muted(&words.with("event.approval_until_text", &[("moment", &Words::moment(*until))])))
        },
        EventKind::ApprovalEnded { of, outcome } => {
            let name = format!("event.approval_{}_text", word(outcome)?);
            muted(&words.with(&name, &[("who", &role(of)?)]))
        }
        EventKind::FollowedUp { open } if open.is_empty() => muted(words.t("event.nothing_open")),
        EventKind::FollowedUp { open } => html! {
            (muted(words.t("event.open_text"))) (requests(hall, words, open))
        },
        EventKind::Asked { question } => html! { p class="words" { (question.text) } },
        EventKind::Linked { to } => html! {
            (muted(words.t("event.linked_text"))) (requests(hall, words, std::slice::from_ref(to)))
        },
        EventKind::Split { into } => html! {
            (muted(words.t("event.split_text"))) (requests(hall, words, into))
        },
        EventKind::Replied { text } => {
            html! { p class="words" { (words.with("quote", &[("text", text)])) } }
        }
        EventKind::HandedOff { team, respond_within_minutes, hold_still } => html! {
            (muted(&words.with("event.handed_off_text", &[("team", team), ("span", &span(*respond_within_minutes))])))
            @if *hold_still { p { b { (words.t("security.hold_still")) } } }
        },
        EventKind::OnCall { team, line } => {
            muted(&words.with("event.on_call_text", &[("team", team), ("line", line)]))
        }
        EventKind::TeamStarted { team, done_within_minutes: None } => {
            muted(&words.with("event.team_started_text", &[("team", team)]))
        }
        EventKind::TeamStarted { team, done_within_minutes: Some(minutes) } => muted(
            &words.with("event.team_started_within", &[("team", team), ("span", &span(*minutes))]),
        ),
        EventKind::TeamWrote { team, text } => html! {
            (muted(&words.with("event.team_wrote_text", &[("team", team)])))
            p class="words" { (words.with("quote", &[("text", text)])) }
        },
        EventKind::TeamClosed { team } => {
            muted(&words.with("event.team_closed_text", &[("team", team)]))
        }
        EventKind::IncidentJoined { cause: it, .. } => {
            muted(&words.with("event.incident_joined_text", &[("title", &cause(it)?)]))
        }
        EventKind::IncidentOver { cause: it, .. } => {
            muted(&words.with("event.incident_over_text", &[("title", &cause(it)?)]))
        }
    })
}

/// An article to read; one that is gone is named by its id.
fn article(hall: &Hall, words: Words, id: &str) -> Markup {
    match hall.desk.knowledge.article(id, words.language) {
        Some(article) => {
            html! { a href={ (hall.portal.path) "/articles/" (id) } { (article.title) } }
        }
        None => html! { (id) },
    }
}

fn muted(text: &str) -> Markup {
    html! { p class="muted" { (text) } }
}

fn requests(hall: &Hall, words: Words, requests: &[OpenRequest]) -> Markup {
    html! {
        ul {
            @for request in requests {
                @let number = request.number.to_string();
                li {
                    a class="words" href={ (hall.portal.path) "/requests/" (number) } { (request.title) } " "
                    span class="muted" { (words.with("request.number", &[("number", &number)])) }
                }
            }
        }
    }
}
