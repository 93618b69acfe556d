use jiff::{SignedDuration, Timestamp};
use policy::{Posture, Reach, Situation, Tier, TierRule, tier};
use ticket::Scenario;

use crate::explanation::{Chosen, explain};
use crate::question::{Topic, question};
use crate::situation::{missing_access, situation};
use crate::standing::{News, Standing, standing};
use crate::{
    Approver, Case, Decision, Effect, Escalation, Rulebook, Workflow, five_lines, is_with_security,
};

/// What happens next with a case. Total: every case has an effect. Deciding again after the
/// effect was recorded gives [`Effect::Wait`].
#[must_use]
pub fn next(case: &Case, rulebook: &Rulebook, now: Timestamp) -> Decision {
    let standing = standing(&case.history);
    let situation = situation(case, standing);
    let tier = tier(&situation);
    let desk = Desk { case, rulebook, situation, tier, now };
    let (effect, chosen) = match standing {
        Standing::Waiting => (Effect::Wait, Chosen::EmployeesTurn),
        Standing::Closed => (Effect::Wait, Chosen::NothingOpen),
        Standing::Solved => desk.solved(),
        Standing::WithTeam { news } => desk.beside_team(news),
        Standing::Fresh | Standing::QuestionAnswered | Standing::Unsolved => desk.by_tier(),
    };
    let explanation = explain(case, &situation, &tier, chosen);
    Decision { effect, tier, explanation }
}

/// Everything on the table while one decision is made.
struct Desk<'a> {
    case: &'a Case,
    rulebook: &'a Rulebook,
    situation: Situation,
    tier: Tier,
    now: Timestamp,
}

impl Desk<'_> {
    fn by_tier(&self) -> (Effect, Chosen) {
        match self.tier.posture {
            Posture::Act => self.act(),
            Posture::Ask => self.ask(),
            Posture::HandOff => (self.escalate(), Chosen::TierHandsOff),
        }
    }

    /// What the agent does by itself: it informs, or starts what IT approved.
    fn act(&self) -> (Effect, Chosen) {
        match self.tier.rule {
            TierRule::Thanks => (Effect::Close, Chosen::EmployeeSaidSolved),
            TierRule::Status => (Effect::FollowUp, Chosen::OpenRequests),
            TierRule::OwnAccount | TierRule::HowTo | TierRule::ConnectionFault => self.answer(),
            TierRule::StandardAccess => self.run(Workflow::GrantStandardAccess),
            TierRule::DeviceFault => self.run(Workflow::RepairDevice),
            _ => (self.escalate(), Chosen::NoWorkflow),
        }
    }

    /// Nothing is started for somebody the agent does not know well enough.
    fn run(&self, workflow: Workflow) -> (Effect, Chosen) {
        match self.tier.reach {
            Reach::Change => {
                (Effect::RunStep { workflow, hand_off: self.hand_off() }, Chosen::WorkflowFits)
            }
            Reach::Inform => (self.escalate(), Chosen::NotVerified),
        }
    }

    fn answer(&self) -> (Effect, Chosen) {
        match self.rulebook.articles.get(&self.situation.scenario) {
            Some(articles) if !articles.is_empty() => {
                (Effect::Answer { articles: articles.clone() }, Chosen::ArticlesFit)
            }
            _ => (self.escalate(), Chosen::NoArticle),
        }
    }

    /// Who asks for access and has said which and how much needs an approval, not a question.
    fn ask(&self) -> (Effect, Chosen) {
        let scenario = self.situation.scenario;
        let topic = if scenario == Scenario::SoftwareAccess {
            missing_access(self.case)
        } else {
            Some(Topic::of(scenario))
        };
        let Some(topic) = topic else {
            let effect =
                Effect::AskApproval { approver: Approver::Manager, hand_off: self.hand_off() };
            return (effect, Chosen::ApprovalFirst);
        };
        let question = question(topic, &self.case.submission.locale);
        (Effect::Ask { question }, Chosen::OneQuestion)
    }

    /// The employee's word closes, but never what security has or must see.
    fn solved(&self) -> (Effect, Chosen) {
        if is_with_security(&self.case.history) {
            (Effect::Wait, Chosen::TeamHasIt)
        } else if is_for_security(self.tier.rule) {
            (self.escalate(), Chosen::SecurityMustSee)
        } else {
            (Effect::Close, Chosen::EmployeeSaidSolved)
        }
    }

    /// A team has the case. Only news that security must see and does not have moves it again.
    fn beside_team(&self, news: News) -> (Effect, Chosen) {
        let is_known = is_with_security(&self.case.history);
        if news == News::Reply && is_for_security(self.tier.rule) && !is_known {
            (self.escalate(), Chosen::SecurityMustSee)
        } else {
            (Effect::Wait, Chosen::TeamHasIt)
        }
    }

    fn escalate(&self) -> Effect {
        Effect::Escalate(self.hand_off())
    }

    fn hand_off(&self) -> Escalation {
        let security = is_for_security(self.tier.rule);
        let scenario = if security { Scenario::SecurityIncident } else { self.situation.scenario };
        let routing = &self.rulebook.routing;
        let team = routing.team_for(scenario);
        let minutes = team.map_or(UNROUTED_MINUTES, |team| team.respond_within_minutes);
        let name = team.map_or(UNROUTED_NAME, |team| team.name.get(&self.case.submission.locale));
        Escalation {
            team: team.map_or(&routing.fallback, |team| &team.id).clone(),
            team_name: name.to_owned(),
            respond_within_minutes: minutes,
            respond_by: after(self.now, minutes),
            message: five_lines(self.case, self.situation.scenario, self.tier.rule),
            hold_still: self.tier.rule == TierRule::SecurityIncident,
        }
    }
}

/// What goes to security whatever it is about.
pub(crate) const fn is_for_security(rule: TierRule) -> bool {
    matches!(rule, TierRule::SecurityIncident | TierRule::Instructs | TierRule::MfaBypass)
}

/// Told where no team is configured at all: a person still looks.
const UNROUTED_NAME: &str = "IT";
const UNROUTED_MINUTES: u32 = 240;

fn after(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}
