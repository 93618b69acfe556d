use content::Priority;
use jiff::Timestamp;
use policy::{Mood, Outcome, Posture, Reach, Situation, Tier, TierRule, Tried, tier};
use ticket::{Risk, Scenario, Verification};

use crate::explanation::{Chosen, explain};
use crate::gate::{Asked, Remedy, attempt, remedy};
use crate::priority::priority;
use crate::question::{Topic, question, same_matter};
use crate::situation::{missing_access, situation};
use crate::standing::{News, Standing, standing};
use crate::{Case, Decision, Effect, Escalation, Rulebook, Workflow, five_lines, is_with_security};

/// What happens next with a case. Total: every case has an effect. Deciding again after the
/// effect was recorded gives [`Effect::Wait`].
#[must_use]
pub fn next(case: &Case, rulebook: &Rulebook, now: Timestamp) -> Decision {
    let standing = standing(&case.history);
    let remedy = remedy(case, rulebook, now);
    let can_mend = remedy.as_ref().is_some_and(Remedy::may_begin);
    let situation = situation(case, standing, can_mend);
    let tier = tier(&situation);
    let desk = Desk { case, rulebook, remedy, situation, tier, now };
    let Choice { mut effect, chosen, gate } = match standing {
        Standing::Waiting => Choice::new(Effect::Wait, Chosen::EmployeesTurn),
        Standing::Closed => Choice::new(Effect::Wait, Chosen::NothingOpen),
        Standing::Solved => desk.solved(),
        Standing::WithTeam { news } => desk.beside_team(news),
        Standing::AtWork { news } => desk.at_work(news),
        Standing::RunStopped => desk.run_stopped(),
        Standing::SameMatter { to } => desk.link(to),
        Standing::Fresh => desk.first(),
        Standing::QuestionAnswered | Standing::Unsolved => desk.by_tier(),
    };
    let said = gate.as_ref().map(|asked| (&asked.verdict, &*rulebook.gate));
    let mut explanation = explain(case, &situation, &tier, said, chosen);
    let priority = priority(case, &situation, tier.rule, &rulebook.routing.priorities);
    let is_after_hours = desk.is_after_hours(&effect);
    match &mut effect {
        Effect::Escalate(to) if is_after_hours && desk.wakes(to, priority) => {
            to.wake(&rulebook.routing, now);
            explanation.push(ON_CALL.to_owned());
        }
        _ => explanation.extend(is_after_hours.then(|| AFTER_HOURS.to_owned())),
    }
    let (gate, attempt) = gate.map(|Asked { attempt, verdict }| (verdict, attempt)).unzip();
    Decision { effect, tier, priority, gate, attempt, explanation }
}

/// An effect, why it was chosen, and what the gate said if it was asked.
struct Choice {
    effect: Effect,
    chosen: Chosen,
    gate: Option<Asked>,
}

impl Choice {
    const fn new(effect: Effect, chosen: Chosen) -> Self {
        Self { effect, chosen, gate: None }
    }
}

/// Everything on the table while one decision is made.
struct Desk<'a> {
    case: &'a Case,
    rulebook: &'a Rulebook,
    remedy: Option<Remedy<'a>>,
    situation: Situation,
    tier: Tier,
    now: Timestamp,
}

impl Desk<'_> {
    /// A first text may be the matter of another request, or of several. What is dangerous, and who
    /// wants a person or says thanks, does not wait for that.
    fn first(&self) -> Choice {
        let is_plain = self.tier.risk != Risk::High
            && !matches!(
                self.tier.rule,
                TierRule::WantsPerson | TierRule::Thanks | TierRule::Status
            );
        let is_untried = self.situation.tried == Tried::NotYet;
        match &self.case.similar {
            // People are at it already; its end is told to everybody who has it.
            _ if is_plain && self.case.incident.is_some() && self.case.history.is_empty() => {
                Choice::new(Effect::Wait, Chosen::KnownIncident)
            }
            Some(earlier) if is_plain && self.situation.mood == Mood::Calm => {
                let question = same_matter(earlier, &self.case.submission.locale);
                let about = Some(earlier.number);
                Choice::new(Effect::Ask { question, about }, Chosen::AsksSameMatter)
            }
            // A list of what was tried is one story.
            _ if is_plain && is_untried && self.case.parts.len() > 1 => {
                let parts = self.case.parts.iter().map(|part| part.words).collect();
                Choice::new(Effect::Split { parts }, Chosen::SeveralThings)
            }
            _ => self.by_tier(),
        }
    }

    /// The employee said that it is about an earlier request; what security must see goes there too.
    fn link(&self, to: u32) -> Choice {
        if is_for_security(self.tier.rule) {
            Choice::new(self.escalate(), Chosen::SecurityMustSee)
        } else {
            Choice::new(Effect::LinkDuplicate { to }, Chosen::SameMatter)
        }
    }

    fn by_tier(&self) -> Choice {
        match self.tier.posture {
            Posture::Act => self.act(),
            Posture::Ask => self.ask(),
            Posture::HandOff => Choice::new(self.escalate(), Chosen::TierHandsOff),
        }
    }

    /// What the agent does by itself: it informs, or starts what IT approved.
    fn act(&self) -> Choice {
        match self.tier.rule {
            TierRule::Thanks => Choice::new(Effect::Close, Chosen::EmployeeSaidSolved),
            TierRule::Status => Choice::new(Effect::FollowUp, Chosen::OpenRequests),
            TierRule::OwnAccount | TierRule::ConnectionFault => self.mend(),
            TierRule::HowTo => self.answer(),
            TierRule::StandardAccess => self.grant(),
            TierRule::DeviceFault => self.run(Workflow::RepairDevice),
            _ => Choice::new(self.escalate(), Chosen::NoWorkflow),
        }
    }

    /// Carries out what does away with the cause, where one is known and the gate lets it; otherwise it
    /// informs, and what the gate said stays on record.
    fn mend(&self) -> Choice {
        let Some(remedy) = &self.remedy else { return self.answer() };
        match &remedy.asked.verdict.outcome {
            _ if remedy.may_begin() => begin(remedy),
            Outcome::Permit | Outcome::NeedsApproval { .. } => self.approval(remedy.asked.clone()),
            Outcome::Forbid => Choice { gate: Some(remedy.asked.clone()), ..self.answer() },
        }
    }

    /// Gives what was chosen from the catalogue, where a runbook does and the gate lets it; otherwise a person
    /// does, with what the gate said.
    fn grant(&self) -> Choice {
        match &self.remedy {
            Some(remedy) if remedy.may_begin() => begin(remedy),
            Some(remedy) => self.approval(remedy.asked.clone()),
            // No runbook gives what they chose.
            None if self.case.submission.access.is_some() => {
                self.approval(self.gate(Workflow::GrantStandardAccess))
            }
            None => self.run(Workflow::GrantStandardAccess),
        }
    }

    /// The agent is at it. What security must see does not wait for that, and neither does who wants a
    /// person.
    fn at_work(&self, news: News) -> Choice {
        match self.tier.rule {
            rule if news == News::Reply && is_for_security(rule) => {
                Choice::new(self.escalate(), Chosen::SecurityMustSee)
            }
            TierRule::WantsPerson if news == News::Reply => {
                Choice::new(self.escalate(), Chosen::TierHandsOff)
            }
            _ => Choice::new(Effect::Wait, Chosen::AtWork),
        }
    }

    /// A person goes on where the agent could not.
    fn run_stopped(&self) -> Choice {
        let chosen = if is_for_security(self.tier.rule) {
            Chosen::SecurityMustSee
        } else {
            Chosen::RunStopped
        };
        Choice::new(self.escalate(), chosen)
    }

    /// Nothing is started for somebody the agent does not know well enough, and nothing past the gate.
    fn run(&self, workflow: Workflow) -> Choice {
        if self.tier.reach == Reach::Inform {
            return Choice::new(self.escalate(), Chosen::NotVerified);
        }
        let asked = self.gate(workflow);
        match asked.verdict.outcome {
            Outcome::Permit => Choice {
                effect: Effect::RunStep {
                    workflow: workflow.id().to_owned(),
                    hand_off: Some(self.hand_off()),
                },
                chosen: Chosen::WorkflowFits,
                gate: Some(asked),
            },
            Outcome::NeedsApproval { .. } | Outcome::Forbid => self.approval(asked),
        }
    }

    /// Asks for the approvals the gate wants; where none would do, a person decides. Never starts
    /// anything: what the tier holds back is not let go by the gate.
    fn approval(&self, asked: Asked) -> Choice {
        let (effect, chosen) = match &asked.verdict.outcome {
            Outcome::NeedsApproval { from } => {
                let from = from.clone();
                (Effect::AskApproval { from, hand_off: self.hand_off() }, Chosen::ApprovalFirst)
            }
            Outcome::Permit => (self.escalate(), Chosen::TierHandsOff),
            Outcome::Forbid => (self.escalate(), Chosen::GateForbids),
        };
        Choice { effect, chosen, gate: Some(asked) }
    }

    fn gate(&self, workflow: Workflow) -> Asked {
        let subject = (self.situation.scenario, self.situation.confidence);
        let attempt = attempt(workflow, self.case, subject, self.tier.risk, self.now);
        Asked::of(self.rulebook, attempt)
    }

    fn answer(&self) -> Choice {
        match self.rulebook.articles.get(&self.situation.scenario) {
            Some(articles) if !articles.is_empty() => {
                let articles = articles.clone();
                Choice::new(Effect::Answer { articles }, Chosen::ArticlesFit)
            }
            _ => Choice::new(self.escalate(), Chosen::NoArticle),
        }
    }

    /// Who asks for access and has said which and how much needs an approval, not a question.
    fn ask(&self) -> Choice {
        // A runbook that asks people itself does what is needed here.
        if self.remedy.as_ref().is_some_and(|it| !it.runbook.asks.is_empty())
            && self.case.submission.access.is_some()
        {
            return self.grant();
        }
        let scenario = self.situation.scenario;
        let topic = if scenario == Scenario::SoftwareAccess {
            missing_access(self.case)
        } else {
            Some(Topic::of(scenario))
        };
        let Some(topic) = topic else {
            return self.approval(self.gate(Workflow::GrantStandardAccess));
        };
        let question = question(topic, &self.case.submission.locale);
        Choice::new(Effect::Ask { question, about: None }, Chosen::OneQuestion)
    }

    /// The employee's word closes, but never what security has or must see.
    fn solved(&self) -> Choice {
        if is_with_security(&self.case.history) {
            Choice::new(Effect::Wait, Chosen::TeamHasIt)
        } else if is_for_security(self.tier.rule) {
            Choice::new(self.escalate(), Chosen::SecurityMustSee)
        } else {
            Choice::new(Effect::Close, Chosen::EmployeeSaidSolved)
        }
    }

    /// A team has the case. Only news that security must see and does not have moves it again.
    fn beside_team(&self, news: News) -> Choice {
        let is_known = is_with_security(&self.case.history);
        if news == News::Reply && is_for_security(self.tier.rule) && !is_known {
            Choice::new(self.escalate(), Chosen::SecurityMustSee)
        } else {
            Choice::new(Effect::Wait, Chosen::TeamHasIt)
        }
    }

    fn escalate(&self) -> Effect {
        Effect::Escalate(self.hand_off())
    }

    fn hand_off(&self) -> Escalation {
        let security = is_for_security(self.tier.rule);
        let scenario = if security { Scenario::SecurityIncident } else { self.situation.scenario };
        let message = five_lines(self.case, self.situation.scenario, self.tier.rule);
        let (locale, routing) = (&self.case.submission.locale, &self.rulebook.routing);
        let to = Escalation::to_team_for(scenario, locale, message, routing, self.now);
        Escalation { hold_still: self.tier.rule == TierRule::SecurityIncident, ..to }
    }

    /// Whether who is on call is woken for it: a critical outage that somebody verified reports.
    fn wakes(&self, to: &Escalation, priority: Priority) -> bool {
        self.tier.rule == TierRule::Outage
            && self.rulebook.on_call.contains(&to.team)
            && priority == Priority::Critical
            && self.case.verification >= Verification::Session
    }

    /// Whether nobody of the team that gets it is there.
    fn is_after_hours(&self, effect: &Effect) -> bool {
        let teams = &self.rulebook.routing.teams;
        let to = effect.hand_off().and_then(|to| teams.iter().find(|team| team.id == to.team));
        to.is_some_and(|team| team.is_away(self.now))
    }
}

/// Carries out a runbook that may begin.
fn begin(remedy: &Remedy<'_>) -> Choice {
    let effect = Effect::RunStep { workflow: remedy.runbook.id.clone(), hand_off: None };
    Choice { effect, chosen: Chosen::RunbookFits, gate: Some(remedy.asked.clone()) }
}

const ON_CALL: &str = "Wakes who is on call: critical, and nobody of the team is there.";
const AFTER_HOURS: &str = "Promised: an answer counted from when the team is back.";

/// What goes to security whatever it is about.
pub(crate) const fn is_for_security(rule: TierRule) -> bool {
    matches!(rule, TierRule::SecurityIncident | TierRule::Instructs | TierRule::MfaBypass)
}
