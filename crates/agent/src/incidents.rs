//! Several people, one fault. The agent diagnoses the findings of each request itself; where enough
//! people that it knows have the same fault of something they share within a while, it opens an incident,
//! adds the requests of everybody who has it, tells one team once, and everybody when it is over.

use std::collections::BTreeSet;

use audit::{Actor, Draft, EntryKind};
use connectors::{Act, ActKey};
use diagnosis::{advice, diagnose, is_shared};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use ticket::{
    Cause, CheckId, EventKind, EvidenceKey, Finding, OpenIncident, Scenario, Stage, SubmissionKind,
    TicketStatus, Verification,
};

use crate::at_desk;
use crate::config::{Config, IncidentConfig};
use crate::desk::Desk;
use crate::looking_back::{self, LookBack};
use crate::store::incidents::{self, Incident};
use crate::store::jobs::{Job, Lane};
use crate::store::tickets::{self, Ticket};
use crate::store::{Session, Store, StoreError, acts, audit as trail};
use crate::teamwork::REMINDERS;
use crate::timeline::tell;

/// Place of the one notification among the acts of a decision, beyond those of the decision itself.
const NOTICE: u32 = 100;

/// What is broken for everybody: a cause and, where it is the VPN, which kind of gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    stage: Stage,
    cause: Cause,
    gateway: Option<&'static str>,
}

impl Fault {
    /// The fault that these findings show, if many share it. What the app named is not asked.
    pub(crate) fn of(findings: &[Finding]) -> Option<Self> {
        let diagnosis = diagnose(findings).filter(|it| is_shared(it.cause))?;
        let gateway = match diagnosis.stage {
            Stage::VpnGateway | Stage::Tunnel => gateway(findings),
            _ => None,
        };
        Some(Self { stage: diagnosis.stage, cause: diagnosis.cause, gateway })
    }

    /// As it is stored: `stage/cause/gateway`.
    fn words(self) -> String {
        let gateway = self.gateway.unwrap_or("any");
        format!("{}/{}/{gateway}", self.stage.as_str(), self.cause.as_str())
    }

    fn read(words: &str) -> Option<Self> {
        let mut words = words.split('/');
        let stage = Stage::from_name(words.next()?)?;
        let word = words.next()?;
        let cause = Cause::ALL.into_iter().find(|cause| cause.as_str() == word)?;
        let word = words.next()?;
        let gateway = GATEWAYS.into_iter().find(|known| *known == word);
        Some(Self { stage, cause, gateway })
    }
}

/// Kinds of gateways, as checks name them.
const GATEWAYS: [&str; 4] = ["wireguard", "openvpn", "ikev2", "tls"];

fn gateway(findings: &[Finding]) -> Option<&'static str> {
    let checks = [CheckId::VpnGateway, CheckId::Vpn];
    let mut of_vpn = findings.iter().filter(|finding| checks.contains(&finding.check));
    let word = of_vpn.find_map(|finding| finding.value(EvidenceKey::VpnProtocol))?;
    GATEWAYS.into_iter().find(|known| *known == word)
}

impl Incident {
    fn read(&self) -> Result<Fault, StoreError> {
        Fault::read(&self.fault).ok_or(StoreError::Range)
    }
}

/// What a request has to do with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Nothing.
    None,
    /// It was added to an open one.
    Added,
    /// With it there are enough to open one.
    Opened(u32),
}

/// The incident that its writer says they have too, if it was open when the request is decided.
pub(crate) async fn claimed(
    reading: &mut Session,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let Some(id) = ticket.submission.incident.filter(|_| is_known(ticket)) else {
        return Ok(None);
    };
    let incident = incidents::by_id(reading, id).await?;
    let was_open =
        |it: &Incident| it.opened_at <= now && it.closed_at.is_none_or(|closed| closed > now);
    Ok(incident.filter(was_open).map(|it| it.id))
}

/// Only people the agent knows count, and only what is asked for.
fn is_known(ticket: &Ticket) -> bool {
    ticket.owner.person.is_some()
        && ticket.owner.verification >= Verification::Session
        && ticket.submission.kind == SubmissionKind::Request
}

/// Adds a request that was just decided to the incident it belongs to; opens one with it where it
/// makes enough.
pub(crate) async fn correlate(
    writing: &mut Session,
    desk: &Desk,
    number: u32,
    claimed: Option<u32>,
    now: Timestamp,
) -> Result<Part, StoreError> {
    let ticket = tickets::by_number(writing, number).await?.ok_or(StoreError::Range)?;
    let is_over = matches!(ticket.status, TicketStatus::Solved | TicketStatus::Closed);
    if !is_known(&ticket) || ticket.incident.is_some() || is_over {
        return Ok(Part::None);
    }
    if let Some(id) = claimed {
        let incident = incidents::by_id(writing, id).await?.ok_or(StoreError::Range)?;
        add(writing, &incident, number, ticket.status, now).await?;
        return Ok(Part::Added);
    }
    let Some(fault) = Fault::of(&ticket.submission.findings) else { return Ok(Part::None) };
    let words = fault.words();
    incidents::set_fault(writing, number, &words).await?;
    if let Some(incident) = incidents::open_of(writing, &words).await? {
        add(writing, &incident, number, ticket.status, now).await?;
        return Ok(Part::Added);
    }
    open_if_enough(writing, desk, &words, ticket.accepted_at, now).await
}

async fn open_if_enough(
    writing: &mut Session,
    desk: &Desk,
    fault: &str,
    newest: Timestamp,
    now: Timestamp,
) -> Result<Part, StoreError> {
    let IncidentConfig { people, window_minutes, .. } = desk.incidents;
    let window = SignedDuration::from_mins(i64::from(window_minutes));
    let since = newest.saturating_sub(window).map_err(|_| StoreError::Range)?;
    let alike = incidents::with_fault(writing, fault, since).await?;
    let distinct: BTreeSet<i64> = alike.iter().map(|it| it.person).collect();
    if distinct.len() < usize::try_from(people.max(2)).unwrap_or(usize::MAX) {
        return Ok(Part::None);
    }
    let id = incidents::open(writing, fault, now).await?;
    let facts = json!({ "incident": id, "fault": fault, "tickets": alike.len(),
        "people": distinct.len() });
    let kind = EntryKind::IncidentOpened;
    let draft = Draft { at: now, ticket: None, actor: Actor::Agent, kind, facts };
    trail::record(writing, draft).await?;
    let incident = incidents::by_id(writing, id).await?.ok_or(StoreError::Range)?;
    for it in alike {
        add(writing, &incident, it.ticket, it.status, now).await?;
        desk.announce(Some(it.person));
    }
    Ok(Part::Opened(id))
}

async fn add(
    writing: &mut Session,
    incident: &Incident,
    ticket: u32,
    status: TicketStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    incidents::set_incident(writing, ticket, incident.id).await?;
    let cause = incident.read()?.cause;
    let kind = EventKind::IncidentJoined { incident: incident.id, cause };
    tell(writing, ticket, status, &kind, now).await
}

/// Writes down the one notification of an incident, for the team that has outages.
pub(crate) async fn notify(
    writing: &mut Session,
    desk: &Desk,
    job: Job,
    id: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let incident = incidents::by_id(writing, id).await?.ok_or(StoreError::Range)?;
    let Some(team) = desk.knowledge.team_for(Scenario::Outage) else { return Ok(()) };
    let tickets = incidents::of_incident(writing, id).await?;
    let message = format!(
        "Incident {id}: {} Requests of several people, {} so far: deskside-agent incident show {id}",
        advice(incident.read()?.cause).is,
        tickets.len(),
    );
    let act = Act::NotifyTeam { team: team.to_owned(), message };
    if !desk.connected.take(&act) {
        return Ok(());
    }
    let key = ActKey { ticket: job.ticket, round: job.round, place: NOTICE };
    acts::enqueue(writing, key, &act, Lane::Pressing, now).await
}

/// Tells everybody who has an incident that is over. False: there is none.
pub(crate) async fn tell_end(desk: &Desk) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let Some(incident) = incidents::take_untold(&mut writing).await? else { return Ok(false) };
    let cause = incident.read()?.cause;
    let tickets = incidents::of_incident(&mut writing, incident.id).await?;
    for it in &tickets {
        if matches!(it.status, TicketStatus::Solved | TicketStatus::Closed) {
            continue;
        }
        let kind = EventKind::IncidentOver { incident: incident.id, cause };
        tell(&mut writing, it.ticket, TicketStatus::Answered, &kind, now).await?;
        let ticket = tickets::by_number(&mut writing, it.ticket).await?.ok_or(StoreError::Range)?;
        at_desk::close(&mut writing, it.ticket, ticket.round, now).await?;
    }
    if let Some(review) = &incident.review {
        let message = format!(
            "Incident {id} is over. {} looks at how it went, until {}: deskside-agent incident review {id}",
            review.owner,
            review.due_at,
            id = incident.id,
        );
        tell_team(&mut writing, desk, incident.id, message, now).await?;
    }
    writing.commit("incident_told").await?;
    for it in tickets {
        desk.announce(Some(it.person));
    }
    Ok(true)
}

/// Reminds one team that somebody still has to look at how an incident went. False: none needs it.
pub(crate) async fn remind_of_review(desk: &Desk) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let mut writing = desk.store.write().await?;
    let Some(incident) = incidents::take_late_review(&mut writing, now).await? else {
        return Ok(false);
    };
    let owner = incident.review.map(|review| review.owner).unwrap_or_default();
    let message = format!(
        "Nobody has looked yet at how incident {id} went; {owner} was to: deskside-agent incident review {id}",
        id = incident.id,
    );
    tell_team(&mut writing, desk, incident.id, message, now).await?;
    writing.commit("review_reminded").await?;
    desk.acts_bell.notify_one();
    Ok(true)
}

/// Tells the team that has outages something about an incident. What it reads is kept with one of its requests, so
/// nothing is told where everybody who sent one was erased.
async fn tell_team(
    writing: &mut Session,
    desk: &Desk,
    incident: u32,
    message: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(team) = desk.knowledge.team_for(Scenario::Outage) else { return Ok(()) };
    let act = Act::NotifyTeam { team: team.to_owned(), message };
    if !desk.connected.take(&act) {
        return Ok(());
    }
    for it in incidents::of_incident(writing, incident).await? {
        let ticket = tickets::by_number(writing, it.ticket).await?.ok_or(StoreError::Range)?;
        if ticket.is_erased {
            continue;
        }
        let before = acts::from_place(writing, it.ticket, ticket.round, REMINDERS).await?;
        let key = ActKey { ticket: it.ticket, round: ticket.round, place: REMINDERS + before };
        return acts::enqueue(writing, key, &act, Lane::Ordinary, now).await;
    }
    Ok(())
}

/// The faults that several people have now, newest first. Who has them is not told.
pub(crate) async fn open_now(reading: &mut Session) -> Result<Vec<OpenIncident>, StoreError> {
    let all = incidents::newest(reading).await?;
    let open = all.into_iter().filter(|incident| incident.closed_at.is_none());
    open.map(|incident| {
        let Fault { cause, stage, .. } = incident.read()?;
        Ok(OpenIncident { id: incident.id, cause, stage, since: incident.opened_at })
    })
    .collect()
}

/// An incident as the help desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentRecord {
    /// Its number.
    pub id: u32,
    /// What is broken.
    pub cause: Cause,
    /// Where the path stops.
    pub stage: Stage,
    /// Which kind of VPN gateway, where it is one.
    pub gateway: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When a person ended it.
    pub closed_at: Option<Timestamp>,
    /// Numbers of its tickets.
    pub tickets: Vec<u32>,
    /// How many people have it.
    pub people: usize,
    /// Who looks at how it went; absent as long as it is open.
    pub review: Option<ReviewTask>,
}

/// Who looks at how an incident went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewTask {
    /// Their account's name.
    pub owner: String,
    /// Until when.
    pub due_at: Timestamp,
    /// When they had.
    pub done_at: Option<Timestamp>,
}

/// The incidents of a database, beside a running agent.
#[derive(Debug, Clone)]
pub struct Incidents {
    store: Store,
    review_days: u16,
}

impl Incidents {
    /// Opens the database of an agent.
    ///
    /// # Errors
    /// It or its key cannot be used.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        let review_days = config.incidents.review_days;
        Ok(Self { store: Store::open(config).await?, review_days })
    }

    /// The newest, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn newest(&self) -> Result<Vec<IncidentRecord>, StoreError> {
        let mut reading = self.store.read().await?;
        let mut records = Vec::new();
        for incident in incidents::newest(&mut reading).await? {
            records.push(record(&mut reading, incident).await?);
        }
        Ok(records)
    }

    /// One of them, with what happened and what was seen; nothing, if there is none of this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn look_back(&self, id: u32) -> Result<Option<LookBack>, StoreError> {
        let mut reading = self.store.read().await?;
        let Some(incident) = incidents::by_id(&mut reading, id).await? else { return Ok(None) };
        let incident = record(&mut reading, incident).await?;
        Ok(Some(looking_back::gather(&mut reading, incident).await?))
    }

    /// Ends one; the agent then tells everybody who has it. `owner` looks at how it went, until the moment that is
    /// given back. Nothing: none that is open has this number.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn close(
        &self,
        id: u32,
        by: &str,
        owner: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let days = SignedDuration::from_hours(24 * i64::from(self.review_days));
        let due_at = now.saturating_add(days).map_err(|_| StoreError::Range)?;
        let review = ReviewTask { owner: owner.to_owned(), due_at, done_at: None };
        let mut writing = self.store.write().await?;
        if !incidents::close(&mut writing, id, &review, now).await? {
            return Ok(None);
        }
        let facts = json!({ "incident": id, "by": by, "review": owner, "due_at": due_at });
        note(&mut writing, EntryKind::IncidentClosed, facts, now).await?;
        writing.commit("incident_closed").await?;
        Ok(Some(due_at))
    }

    /// Takes it down that somebody looked at how one went. False: nobody has to.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn reviewed(&self, id: u32, by: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut writing = self.store.write().await?;
        if !incidents::end_review(&mut writing, id, now).await? {
            return Ok(false);
        }
        let facts = json!({ "incident": id, "by": by });
        note(&mut writing, EntryKind::IncidentReviewed, facts, now).await?;
        writing.commit("incident_reviewed").await?;
        Ok(true)
    }
}

async fn record(session: &mut Session, incident: Incident) -> Result<IncidentRecord, StoreError> {
    let tickets = incidents::of_incident(session, incident.id).await?;
    let people: BTreeSet<_> = tickets.iter().map(|it| it.person).collect();
    let Fault { cause, stage, gateway } = incident.read()?;
    Ok(IncidentRecord {
        id: incident.id,
        cause,
        stage,
        gateway: gateway.map(str::to_owned),
        opened_at: incident.opened_at,
        closed_at: incident.closed_at,
        tickets: tickets.iter().map(|it| it.ticket).collect(),
        people: people.len(),
        review: incident.review,
    })
}

async fn note(
    writing: &mut Session,
    kind: EntryKind,
    facts: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    trail::record(writing, Draft { at: now, ticket: None, actor: Actor::HelpDesk, kind, facts })
        .await
}

#[cfg(test)]
mod tests {
    use ticket::{Evidence, FindingReason, FindingStatus};

    use super::*;

    fn finding(check: CheckId, facts: &[(EvidenceKey, &str)]) -> Finding {
        let fact =
            |(key, value): &(EvidenceKey, &str)| Evidence { key: *key, value: (*value).to_owned() };
        let evidence = facts.iter().map(fact).collect();
        Finding { check, status: FindingStatus::Failed, evidence, took_ms: 1 }
    }

    fn check(findings: &[Finding], expect: Option<&str>) {
        let words = Fault::of(findings).map(Fault::words);
        assert_eq!(words.as_deref(), expect, "{findings:?}");
        if let Some(words) = words {
            assert_eq!(Fault::read(&words), Fault::of(findings));
        }
    }

    #[test]
    fn only_what_many_share_is_a_fault_and_gateways_keep_it_apart() {
        let unreachable = (EvidenceKey::ReasonWord, FindingReason::Unreachable.as_str());
        let nothing = (EvidenceKey::ReasonWord, FindingReason::NothingComesBack.as_str());
        let gateway = |kind| {
            let kind = (EvidenceKey::VpnProtocol, kind);
            let silent = finding(CheckId::VpnGateway, &[unreachable, kind]);
            [silent, finding(CheckId::Vpn, &[nothing])]
        };
        check(&gateway("wireguard"), Some("vpn_gateway/vpn_gateway_down/wireguard"));
        check(&gateway("openvpn"), Some("vpn_gateway/vpn_gateway_down/openvpn"));
        check(&gateway("'; DROP TABLE"), Some("vpn_gateway/vpn_gateway_down/any"));
        let silent = (EvidenceKey::ReasonWord, FindingReason::GatewaySilent.as_str());
        check(&[finding(CheckId::Gateway, &[silent])], None);
        check(&[], None);
        assert_eq!(Fault::read("moon/none/any"), None);
    }
}
