use std::collections::BTreeMap;

use decision::{Case, Decision, Effect, Requester, Rulebook, Similar, Step};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ticket::{Cause, Scenario, SubmissionKind};
use triage::{Part, Triage};

use crate::counsel::Advice;
use crate::incidents;
use crate::knowledge::Knowledge;
use crate::outside::Outside;
use crate::store::jobs::Job;
use crate::store::tickets::Ticket;
use crate::store::{Session, StoreError, advice, closings, jobs, people, replies, runs, tickets};

/// What a decision looks at, and the ticket it is about.
pub(crate) struct Facts {
    pub(crate) ticket: Ticket,
    pub(crate) case: Case,
    pub(crate) rulebook: Rulebook,
    /// The text that was labelled.
    pub(crate) words: String,
    /// What a connected model said about it.
    pub(crate) advice: Option<Advice>,
    outside: Outside,
}

/// What the words of a ticket were understood as, in closed words and ids: where its employee was
/// erased, it is decided again from this.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Understood {
    triage: Triage,
    similar: Option<Similar>,
    parts: Vec<Part>,
    articles: BTreeMap<Scenario, Vec<String>>,
    #[serde(default)]
    outside: Outside,
}

impl Understood {
    /// What was known beside the words.
    pub(crate) fn into_outside(self) -> Outside {
        self.outside
    }
}

impl Facts {
    /// Adds what the agent found out.
    pub(crate) fn found(&mut self, cause: Cause) {
        self.outside.causes.push(cause);
        self.case.causes.push(cause);
    }

    pub(crate) fn understood(&self) -> Understood {
        Understood {
            triage: self.case.triage.clone(),
            similar: self.case.similar.as_ref().map(Similar::without_words),
            parts: self.case.parts.clone(),
            articles: self.rulebook.articles.clone(),
            outside: self.outside.clone(),
        }
    }
}

/// Gathers the facts of a job from the store, and those from outside that are known.
pub(crate) async fn gather(
    reading: &mut Session,
    knowledge: &Knowledge,
    job: Job,
    outside: Outside,
    now: Timestamp,
) -> Result<Facts, StoreError> {
    let ticket = tickets::by_number(reading, job.ticket).await?.ok_or(StoreError::Range)?;
    let history = history(reading, job.ticket, job.round).await?;
    let words = decision::words(&ticket.submission, &history);
    let understood = if ticket.is_erased {
        jobs::understood(reading, job.ticket, job.round).await?.ok_or(StoreError::Erased)?
    } else {
        understand(reading, knowledge, &ticket, &history, &words, now).await?
    };
    let Understood { triage, similar, parts, articles, .. } = understood;
    let advice = advice::find(reading, job.ticket, job.round).await?;
    let requester = match ticket.owner.person {
        Some(person) => people::by_id(reading, person).await?,
        None => None,
    };
    let case = Case {
        submission: ticket.submission.clone(),
        verification: ticket.owner.verification,
        accepted_at: ticket.accepted_at,
        requester: requester.map(|person| Requester { name: person.name }),
        triage,
        history,
        similar,
        parts,
        incident: incidents::claimed(reading, &ticket, now).await?,
        causes: outside.causes.clone(),
        opinion: advice.as_ref().map(|it| it.opinion),
    };
    let rulebook = knowledge.rulebook(articles, &outside);
    Ok(Facts { ticket, case, rulebook, words, advice, outside })
}

async fn understand(
    reading: &mut Session,
    knowledge: &Knowledge,
    ticket: &Ticket,
    history: &[Step],
    words: &str,
    now: Timestamp,
) -> Result<Understood, StoreError> {
    let classifier = knowledge.classifier();
    let is_first = history.is_empty() && ticket.submission.kind == SubmissionKind::Request;
    // Who followed a guided help, or chose from the catalogue, asks for one thing, and so does a part of a text.
    let submission = &ticket.submission;
    let is_chosen = submission.scenario.is_some() || submission.access.is_some();
    let is_free = is_first && !is_chosen && ticket.parent.is_none();
    Ok(Understood {
        triage: classifier.classify(words, hint(ticket)),
        similar: if is_first { similar(reading, knowledge, ticket, now).await? } else { None },
        parts: if is_free { classifier.parts(words) } else { Vec::new() },
        articles: knowledge.offers(words, &ticket.submission.locale),
        outside: Outside::default(),
    })
}

/// Requests older than this are another story.
const WINDOW: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The open request of the same person that a new one is likest to, as it was at `now`.
async fn similar(
    reading: &mut Session,
    knowledge: &Knowledge,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<Option<Similar>, StoreError> {
    let Some(person) = ticket.owner.person else { return Ok(None) };
    let since = now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let earlier = tickets::open_before(reading, person, ticket.number, since, now).await?;
    // Who chose something else from the catalogue wants something else, in however like words.
    let chosen = &ticket.submission.access;
    let earlier =
        earlier.into_iter().filter(|it| chosen.is_none() || it.submission.access == *chosen);
    let alike = earlier.filter_map(|it| {
        let likeness =
            knowledge.classifier().same_matter(&it.submission.text, &ticket.submission.text)?;
        Some(Similar { number: it.number, title: it.title().to_owned(), likeness })
    });
    Ok(alike.max_by(|one, other| one.likeness.share.total_cmp(&other.likeness.share)))
}

/// What happened up to a round, oldest first: each round is opened by a reply, the end of a run or
/// the word of a team, except the first, and closed by an effect.
pub(crate) async fn history(
    reading: &mut Session,
    ticket: u32,
    round: u32,
) -> Result<Vec<Step>, StoreError> {
    let replies = replies::of_ticket(reading, ticket).await?;
    let decided = jobs::decided(reading, ticket).await?;
    let ran = runs::ended(reading, ticket).await?.into_iter();
    let ran = ran.map(|(at, runbook, end)| (at, Step::Ran { runbook, end }));
    let closed = closings::rounds(reading, ticket).await?.into_iter();
    let closed = closed.map(|at| (at, Step::Closed));
    Ok(in_order(
        replies.into_iter().chain(ran).chain(closed).filter(|(at, _)| *at <= round),
        decided.into_iter().filter(|it| it.round < round).map(|it| (it.round, it.decision)),
    ))
}

fn in_order(
    opened: impl Iterator<Item = (u32, Step)>,
    decisions: impl Iterator<Item = (u32, Decision)>,
) -> Vec<Step> {
    let opened = opened.map(|(round, step)| ((round, 0), Some(step)));
    let decisions = decisions.map(|(round, decision)| ((round, 1), step(decision)));
    let mut steps: Vec<_> = opened.chain(decisions).collect();
    steps.sort_by_key(|(place, _)| *place);
    steps.into_iter().filter_map(|(_, step)| step).collect()
}

/// What a decision was for the employee; waiting is nothing.
fn step(decision: Decision) -> Option<Step> {
    let for_security = decision.hands_to_security();
    match decision.effect {
        Effect::Answer { articles } => Some(Step::Answered { articles }),
        Effect::FollowUp => Some(Step::FollowedUp),
        Effect::Ask { question, about } => Some(Step::Asked { question: question.id, about }),
        Effect::RunStep { workflow, hand_off: None } => Some(Step::Started { runbook: workflow }),
        Effect::AskApproval { hand_off: to, .. }
        | Effect::RunStep { hand_off: Some(to), .. }
        | Effect::Escalate(to) => Some(Step::HandedOff { team: to.team, for_security }),
        Effect::Split { .. } | Effect::LinkDuplicate { .. } | Effect::Close => Some(Step::Closed),
        Effect::Wait => None,
    }
}

/// What the employee chose. A report is one whatever they followed.
fn hint(ticket: &Ticket) -> Option<Scenario> {
    match ticket.submission.kind {
        SubmissionKind::SecurityReport => Some(Scenario::SecurityIncident),
        SubmissionKind::Request => ticket.submission.scenario,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use ticket::ReplyAction;

    use super::*;

    fn decided(effect: &Effect) -> Decision {
        let tier = json!({ "risk": "low", "posture": "act", "reach": "inform", "rule": "how_to" });
        let decision = json!({ "effect": effect, "tier": tier, "explanation": [] });
        serde_json::from_value(decision).unwrap()
    }

    #[test]
    fn a_round_is_a_reply_and_then_its_effect() {
        let replies = [(1, Step::replied(ReplyAction::NotSolved))];
        let effects = [(0, Effect::Answer { articles: vec!["a".to_owned()] }), (1, Effect::Wait)];
        let decisions = effects.iter().map(|(round, effect)| (*round, decided(effect)));
        let steps = in_order(replies.into_iter(), decisions);
        let expect = [
            Step::Answered { articles: vec!["a".to_owned()] },
            Step::replied(ReplyAction::NotSolved),
        ];
        assert_eq!(steps, expect);
    }
}
