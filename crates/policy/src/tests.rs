use ticket::{Risk, Scenario, Verification};

use crate::{
    Asked, Confidence, Detail, Intent, Look, Mood, Posture, Reach, Situation, Tier, TierRule,
    Tried, Warning, tier,
};

const PLAIN: Situation = Situation {
    scenario: Scenario::HowTo,
    confidence: Confidence::High,
    verification: Verification::Session,
    risk_floor: None,
    warning: None,
    look: Look::Everyday,
    intent: Intent::Help,
    tried: Tried::NotYet,
    detail: Detail::Enough,
    asked: Asked::Never,
    mood: Mood::Calm,
};

fn check(situation: Situation, expect: (Risk, Posture, TierRule)) {
    let found = tier(&situation);
    assert_eq!((found.risk, found.posture, found.rule), expect, "{situation:?}");
}

fn of(scenario: Scenario) -> Situation {
    Situation { scenario, ..PLAIN }
}

#[test]
fn a_confident_scenario_has_its_row() {
    use Posture::{Act, HandOff};
    use Risk::{High, Low, Medium};
    for (scenario, risk, posture, rule) in [
        (Scenario::PasswordResetLockout, Low, Act, TierRule::OwnAccount),
        (Scenario::SoftwareAccess, Low, Act, TierRule::StandardAccess),
        (Scenario::HowTo, Low, Act, TierRule::HowTo),
        (Scenario::VpnConnectivity, Low, Act, TierRule::ConnectionFault),
        (Scenario::HardwareFault, Low, Act, TierRule::DeviceFault),
        (Scenario::SecurityIncident, High, HandOff, TierRule::SecurityIncident),
        (Scenario::Outage, High, HandOff, TierRule::Outage),
        (Scenario::Other, Medium, HandOff, TierRule::NoScenario),
    ] {
        check(of(scenario), (risk, posture, rule));
    }
}

#[test]
fn precedence_runs_from_guardrail_to_person() {
    let vpn = of(Scenario::VpnConnectivity);
    let incident = of(Scenario::SecurityIncident);
    let (high, medium) = (Risk::High, Risk::Medium);
    let off = Posture::HandOff;
    check(
        Situation { warning: Some(Warning::Instructs), ..incident },
        (high, off, TierRule::Instructs),
    );
    check(
        Situation { warning: Some(Warning::OtherPerson), ..incident },
        (high, off, TierRule::SecurityIncident),
    );
    check(
        Situation { warning: Some(Warning::SeveralPeople), ..vpn },
        (high, off, TierRule::SeveralPeople),
    );
    check(Situation { risk_floor: Some(high), ..vpn }, (high, off, TierRule::HighByRule));
    check(Situation { intent: Intent::Person, ..vpn }, (medium, off, TierRule::WantsPerson));
    check(Situation { tried: Tried::Failed, ..vpn }, (medium, off, TierRule::StepsFailed));
    check(
        Situation { risk_floor: Some(medium), ..vpn },
        (medium, Posture::Ask, TierRule::SensitiveByRule),
    );
    check(
        Situation { intent: Intent::Thanks, ..vpn },
        (Risk::Low, Posture::Act, TierRule::ConnectionFault),
    );
    let thanks = Situation { intent: Intent::Thanks, ..of(Scenario::Other) };
    check(thanks, (Risk::Low, Posture::Act, TierRule::Thanks));
    check(
        Situation { warning: Some(Warning::UnknownRisky), ..vpn },
        (Risk::Low, Posture::Act, TierRule::ConnectionFault),
    );
    check(Situation { look: Look::Risky, ..vpn }, (high, off, TierRule::LooksRisky));
    check(Situation { look: Look::Human, ..vpn }, (medium, off, TierRule::LooksHuman));
    check(
        Situation { look: Look::Incomplete, ..vpn },
        (medium, Posture::Ask, TierRule::LooksIncomplete),
    );
    check(Situation { look: Look::Human, ..thanks }, (Risk::Low, Posture::Act, TierRule::Thanks));
    let risky = Situation { warning: Some(Warning::UnknownRisky), ..of(Scenario::Other) };
    check(risky, (high, off, TierRule::UnknownRisky));
}

#[test]
fn one_question_then_a_person() {
    let unsure = Situation { confidence: Confidence::Low, ..of(Scenario::VpnConnectivity) };
    let missing = Situation { detail: Detail::Missing, ..of(Scenario::SoftwareAccess) };
    let unknown = Situation { confidence: Confidence::Low, ..of(Scenario::Other) };
    let still = (Risk::Medium, Posture::HandOff, TierRule::StillUnclear);
    check(unsure, (Risk::Medium, Posture::Ask, TierRule::Ambiguous));
    check(unknown, (Risk::Medium, Posture::Ask, TierRule::Ambiguous));
    check(missing, (Risk::Medium, Posture::Ask, TierRule::DetailMissing));
    for situation in [unsure, unknown, missing] {
        check(Situation { asked: Asked::Once, ..situation }, still);
        check(Situation { mood: Mood::Upset, ..situation }, still);
    }
    check(Situation { confidence: Confidence::Low, ..missing }, still);
    let upset = Situation { mood: Mood::Upset, ..of(Scenario::VpnConnectivity) };
    check(upset, (Risk::Low, Posture::Act, TierRule::ConnectionFault));
}

#[test]
fn confidence_falls_into_bands() {
    for (number, band) in [
        (0.0, Confidence::Low),
        (0.49, Confidence::Low),
        (0.5, Confidence::Moderate),
        (0.75, Confidence::High),
        (1.0, Confidence::High),
        (f32::NAN, Confidence::Low),
    ] {
        assert_eq!(Confidence::of(number), band, "{number}");
    }
}

/// Every situation there is.
fn every(mut look: impl FnMut(Situation, Tier)) {
    let risks = [None, Some(Risk::Low), Some(Risk::Medium), Some(Risk::High)];
    let warnings = || [None].into_iter().chain(Warning::ALL.map(Some));
    let intents = [Intent::Help, Intent::Thanks, Intent::Status, Intent::Person];
    let levels = [Verification::Unverified, Verification::Session, Verification::Fresh];
    let mut bases = Vec::new();
    for scenario in Scenario::ALL {
        for confidence in Confidence::ALL {
            for verification in levels {
                bases.push(Situation { scenario, confidence, verification, ..PLAIN });
            }
        }
    }
    for base in bases {
        for (risk_floor, warning) in risks.iter().flat_map(|r| warnings().map(move |w| (*r, w))) {
            for (look_of, intent) in
                Look::ALL.into_iter().flat_map(|it| intents.map(|intent| (it, intent)))
            {
                for bits in 0_u8..16 {
                    let bit = |at: u8| bits >> at & 1 == 1;
                    let situation = Situation {
                        risk_floor,
                        warning,
                        look: look_of,
                        intent,
                        tried: if bit(0) { Tried::Failed } else { Tried::NotYet },
                        detail: if bit(1) { Detail::Missing } else { Detail::Enough },
                        asked: if bit(2) { Asked::Once } else { Asked::Never },
                        mood: if bit(3) { Mood::Upset } else { Mood::Calm },
                        ..base
                    };
                    look(situation, tier(&situation));
                }
            }
        }
    }
}

#[test]
fn the_invariants_hold_in_every_situation() {
    let mut seen = 0;
    every(|situation, tier| {
        seen += 1;
        let promise = |kept: bool, text: &str| assert!(kept, "{text}: {situation:?} {tier:?}");
        let hands_off = tier.posture == Posture::HandOff;
        let unverified = situation.verification == Verification::Unverified;
        promise(!unverified || tier.reach == Reach::Inform, "the unverified are only informed");
        promise(tier.risk != Risk::High || hands_off, "high is always handed off");
        promise(
            !matches!(situation.scenario, Scenario::SecurityIncident | Scenario::Outage)
                || (hands_off && tier.risk == Risk::High),
            "incidents and outages are high",
        );
        let warned = situation.warning.is_some_and(|warning| warning != Warning::UnknownRisky);
        promise(!warned || tier.risk == Risk::High, "a warning is high");
        promise(situation.look != Look::Risky || tier.risk == Risk::High, "danger is high");
        promise(Some(tier.risk) >= situation.risk_floor, "the floor holds");
        promise(situation.intent != Intent::Person || hands_off, "who wants a person gets one");
        promise(situation.tried != Tried::Failed || hands_off, "failed steps go to a person");
        let may_ask = situation.asked == Asked::Never && situation.mood == Mood::Calm;
        promise(tier.posture != Posture::Ask || may_ask, "one question, none for the upset");
        let acts = tier.posture == Posture::Act;
        promise(!acts || tier.risk == Risk::Low, "only low risk acts");
        let courtesy = matches!(tier.rule, TierRule::Thanks | TierRule::Status);
        promise(
            !acts || courtesy || situation.confidence > Confidence::Low,
            "nothing acts on a guess",
        );
    });
    assert_eq!(seen, 8 * 3 * 3 * 4 * 10 * 4 * 4 * 16);
}

#[test]
fn a_darker_look_never_raises_autonomy() {
    every(|situation, everyday| {
        if situation.look != Look::Everyday {
            return;
        }
        let postures = Look::ALL.map(|look| tier(&Situation { look, ..situation }).posture);
        assert!(postures.is_sorted(), "{situation:?} {everyday:?} {postures:?}");
    });
}

#[test]
fn low_confidence_never_raises_autonomy() {
    every(|situation, sure| {
        if situation.confidence != Confidence::High || sure.rule == TierRule::NoScenario {
            return;
        }
        let unsure = tier(&Situation { confidence: Confidence::Low, ..situation });
        assert!(unsure.posture >= sure.posture, "{situation:?} {sure:?} {unsure:?}");
    });
}
