use jiff::{SignedDuration, Timestamp};
use policy::{Posture, Situation, Tier, TierRule, tier};
use ticket::Scenario;

use crate::explanation::{Chosen, explain};
use crate::question::{Topic, question};
use crate::situation::{missing_access, situation};
use crate::standing::{News, Standing, standing};
use crate::{Case, Decision, Effect, Escalation, Rulebook, five_lines, is_with_security};

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
            Posture::Ask => (self.ask(), Chosen::OneQuestion),
            Posture::HandOff => (self.escalate(), Chosen::TierHandsOff),
        }
    }

    /// What the agent does by itself today: it informs. Everything else needs a team's hands.
    fn act(&self) -> (Effect, Chosen) {
        match self.tier.rule {
            TierRule::Thanks => (Effect::Close, Chosen::EmployeeSaidSolved),
            TierRule::OwnAccount | TierRule::HowTo | TierRule::ConnectionFault => self.answer(),
            TierRule::DeviceFault => (self.escalate(), Chosen::NeedsHands),
            _ => (self.escalate(), Chosen::NoWorkflow),
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

    fn ask(&self) -> Effect {
        let scenario = self.situation.scenario;
        let missing =
            if scenario == Scenario::SoftwareAccess { missing_access(self.case) } else { None };
        let topic = missing.unwrap_or(Topic::of(scenario));
        Effect::Ask { question: question(topic, &self.case.submission.locale) }
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
        let security = is_for_security(self.tier.rule);
        let scenario = if security { Scenario::SecurityIncident } else { self.situation.scenario };
        let routing = &self.rulebook.routing;
        let team = routing.team_for(scenario);
        let minutes = team.map_or(UNROUTED_MINUTES, |team| team.respond_within_minutes);
        let name = team.map_or(UNROUTED_NAME, |team| team.name.get(&self.case.submission.locale));
        Effect::Escalate(Escalation {
            team: team.map_or(&routing.fallback, |team| &team.id).clone(),
            team_name: name.to_owned(),
            respond_within_minutes: minutes,
            respond_by: after(self.now, minutes),
            message: five_lines(self.case, self.situation.scenario, self.tier.rule),
            hold_still: self.tier.rule == TierRule::SecurityIncident,
        })
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
