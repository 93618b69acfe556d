//! What people begin with who look at how an incident went: what happened when, what the devices saw, and what
//! became of its requests, from the agent's own records. People are counted and not named, and nothing that
//! they wrote is in it.

use std::collections::BTreeMap;

use audit::{Entry, EntryKind};
use jiff::Timestamp;
use serde::Serialize;
use ticket::{CheckId, Finding, FindingReason, FindingStatus, TicketStatus};

use crate::incidents::IncidentRecord;
use crate::store::{Session, StoreError, audit as trail, tickets};

/// An incident with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookBack {
    /// Which, how many have it, and who looks at it.
    pub incident: IncidentRecord,
    /// What happened, in this order.
    pub timeline: Vec<Moment>,
    /// What checks found on the devices, what most have first.
    pub evidence: Vec<Seen>,
    /// Its requests.
    pub children: Vec<Part>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happened,
    /// To which request; absent for the incident itself.
    pub ticket: Option<u32>,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// A request came.
    RequestCame,
    /// There were enough of them.
    Opened,
    /// A team was told.
    TeamTold,
    /// Who is on call was woken.
    OnCallPaged,
    /// A team said that it is at it.
    TeamStarted,
    /// A team closed a request.
    TeamClosed,
    /// A person said that it is over.
    Closed,
}

/// What a check found on several devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Which check.
    pub check: CheckId,
    /// Why it failed, if it told.
    pub reason: Option<FindingReason>,
    /// In how many requests.
    pub requests: usize,
}

/// A request of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its number.
    pub ticket: u32,
    /// Where it stands.
    pub status: TicketStatus,
}

/// Gathers it.
pub(crate) async fn gather(
    session: &mut Session,
    incident: IncidentRecord,
) -> Result<LookBack, StoreError> {
    let mut timeline =
        vec![Moment { at: incident.opened_at, what: Happened::Opened, ticket: None }];
    let closed = incident.closed_at;
    timeline.extend(closed.map(|at| Moment { at, what: Happened::Closed, ticket: None }));
    let (mut found, mut children) = (Vec::new(), Vec::new());
    for number in &incident.tickets {
        let ticket = tickets::by_number(session, *number).await?.ok_or(StoreError::Range)?;
        let entries = trail::entries(session, Some(*number)).await?;
        timeline.extend(entries.iter().filter_map(moment));
        children.push(Part { ticket: *number, status: ticket.status });
        found.push(ticket.submission.findings);
    }
    timeline.sort_by_key(|it| it.at);
    Ok(LookBack { incident, timeline, evidence: seen(&found), children })
}

/// What an entry of a trail says, if it belongs to the story.
fn moment(entry: &Entry) -> Option<Moment> {
    let fact = |name: &str| entry.facts.get(name).and_then(|it| it.as_str());
    let what = match entry.kind {
        EntryKind::Received => Happened::RequestCame,
        EntryKind::TeamStarted => Happened::TeamStarted,
        EntryKind::TeamClosed => Happened::TeamClosed,
        EntryKind::Performed if fact("outcome") == Some("done") => match fact("act")? {
            "notify_team" => Happened::TeamTold,
            "page" => Happened::OnCallPaged,
            _ => return None,
        },
        _ => return None,
    };
    Some(Moment { at: entry.at, what, ticket: entry.ticket })
}

/// What failed in how many requests.
fn seen(requests: &[Vec<Finding>]) -> Vec<Seen> {
    let mut counts: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
    for finding in requests.iter().flatten() {
        if finding.status != FindingStatus::Failed {
            continue;
        }
        let (check, reason) = (finding.check, finding.reason());
        let name = (check.as_str(), reason.map_or("", FindingReason::as_str));
        counts.entry(name).or_insert(Seen { check, reason, requests: 0 }).requests += 1;
    }
    let mut seen: Vec<_> = counts.into_values().collect();
    seen.sort_by_key(|it| std::cmp::Reverse(it.requests));
    seen
}
