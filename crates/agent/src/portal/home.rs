//! The start: what waits for the person, what they can tell IT, and how their requests stand.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use ticket::{Installation, OpenIncident, TicketStatus};
use url::form_urlencoded;
use uuid::Uuid;

use super::visitor::{Visitor, inside};
use super::{Hall, look, theirs};
use crate::api::Refusal;
use crate::incidents;
use crate::runs::approving;
use crate::store::tickets::{self, Ticket};
use crate::store::{StoreError, installations, word};
use crate::words::Words;
use look::Tone;

/// Longer lists hide what is open.
const MOST_REQUESTS: usize = 20;

/// What the page was called with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Called {
    /// Where somebody wanted to go who was not signed in.
    to: String,
    /// They have just signed out.
    out: bool,
    /// They have just answered what they were asked.
    thanks: bool,
}

pub(super) async fn show(
    State(hall): State<Hall>,
    words: Words,
    visitor: Option<Visitor>,
    called: Result<Query<Called>, QueryRejection>,
) -> Result<Html<String>, Refusal> {
    let called = called.map(|Query(it)| it).unwrap_or_default();
    let Some(visitor) = visitor else { return Ok(front_door(&hall, words, &called)) };
    let now = Timestamp::now();
    let person = visitor.person.id;
    let mut reading = hall.desk.store.read().await?;
    let asked = approving::waiting_for(&mut reading, &visitor.person, now).await?.len();
    let questions = theirs::questions(&hall, words, &mut reading, person, now).await?;
    let incidents = incidents::open_now(&mut reading).await?;
    let mut requests = tickets::newest_of(&mut reading, person).await?;
    requests.truncate(MOST_REQUESTS);
    let devices = installations::list(&mut reading, person, Uuid::nil()).await?;
    drop(reading);
    let name = words.with("portal.hello", &[("name", &visitor.person.name)]);
    let path = &hall.portal.path;
    let main = html! {
        @if called.thanks { (look::notice(Tone::Fine, words.t("portal.theirs.thanks"))) }
        h1 { (name) }
        div class="stack" {
            a class="btn btn-main btn-big wide" href={ (path) "/report" } { (words.t("portal.report.button")) }
            a class="btn btn-danger btn-big wide" href={ (path) "/report?kind=security_report" } { (words.t("portal.security.button")) }
        }
        @if asked > 0 {
            a class="notice notice-attention row" href={ (path) "/approvals" } {
                b class="grow" { (words.count("portal.approvals.link", i64::try_from(asked).unwrap_or(i64::MAX))) }
                span aria-hidden="true" { "→" }
            }
        }
        (questions)
        @for incident in &incidents { (incident_of(words, incident, now)?) }
        section aria-labelledby="requests" {
            h2 id="requests" class="group-title" { (words.t("portal.requests.title")) }
            @if requests.is_empty() { p class="muted" { (words.t("requests.none")) } }
            @else { ul class="list" { @for ticket in &requests { li { (row(&hall, words, ticket)?) } } } }
        }
        section aria-labelledby="devices" {
            h2 id="devices" class="group-title" { (words.t("portal.devices.title")) }
            (devices_of(words, &devices))
        }
        a class="card pad row" href={ (path) "/account" } {
            span class="grow title" { (words.t("portal.account.title")) }
            span aria-hidden="true" { "→" }
        }
        (look::phones(&hall, words))
    };
    Ok(look::page(&hall, words, Some(&visitor), words.t("portal.title"), &main))
}

/// Before the sign-in, also for who cannot sign in.
fn front_door(hall: &Hall, words: Words, called: &Called) -> Html<String> {
    let organization = &hall.portal.organization;
    let to: String = form_urlencoded::byte_serialize(inside(&called.to).as_bytes()).collect();
    let main = html! {
        @if called.out { (look::notice(Tone::Fine, words.t("portal.sign_in.out"))) }
        h1 { (words.with("portal.sign_in.title", &[("company", &organization.name)])) }
        p { (words.t("portal.sign_in.text")) }
        a class="btn btn-main btn-big wide" href={ (hall.portal.path) "/sign-in?to=" (to) } { (words.t("portal.sign_in.button")) }
        p class="muted" { (words.t("portal.sign_in.locked")) }
        a class="btn wide" href=(organization.password_page) rel="noreferrer" { (words.t("portal.sign_in.password")) }
        (look::phones(hall, words))
    };
    look::page(hall, words, None, words.t("portal.title"), &main)
}

/// A fault that several people have.
fn incident_of(
    words: Words,
    incident: &OpenIncident,
    now: Timestamp,
) -> Result<Markup, StoreError> {
    let title = words.t(&format!("cause.{}.title", word(&incident.cause)?)).to_owned();
    let when = words.ago(incident.since, now);
    Ok(html! {
        section class="notice notice-attention" aria-label=(words.t("incident.label")) {
            div class="grow" { b { (title) } " " (words.with("incident.several", &[("when", &when)])) }
        }
    })
}

/// Where a request stands, in words.
pub(super) fn state_of(
    words: Words,
    status: TicketStatus,
    team: Option<&str>,
) -> Result<String, StoreError> {
    Ok(match (status, team) {
        (TicketStatus::WithTeam, Some(team)) => {
            words.with("request.state.with_named_team", &[("team", team)])
        }
        _ => words.term("request.state", &status)?,
    })
}

fn row(hall: &Hall, words: Words, ticket: &Ticket) -> Result<Markup, StoreError> {
    let waits = matches!(ticket.status, TicketStatus::Question | TicketStatus::Answered);
    let number = ticket.number.to_string();
    Ok(html! {
        a class="row" href={ (hall.portal.path) "/requests/" (number) } {
            span class="grow" {
                span class="title" { (ticket.title()) } br;
                span class={ "sub" @if waits { " attention" } } { (state_of(words, ticket.status, ticket.team.as_deref())?) }
            }
            span class="end num" { (words.with("request.number", &[("number", &number)])) }
        }
    })
}

fn devices_of(words: Words, devices: &[Installation]) -> Markup {
    html! {
        @if devices.is_empty() { p class="muted" { (words.t("portal.devices.none")) } }
        @else {
            ul class="list" {
                @for device in devices {
                    li class="row" {
                        span class="grow" {
                            span class="title" { (device.device_name) } br;
                            span class="sub" { (words.with("portal.report.device_since", &[("day", &Words::day(device.enrolled_at))])) }
                        }
                    }
                }
            }
        }
    }
}
