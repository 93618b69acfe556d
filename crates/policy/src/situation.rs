use serde::{Deserialize, Serialize};
use ticket::{Risk, Scenario, Verification};

/// How sure the primary label is, in the three bands that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Below one half.
    Low,
    /// From one half.
    Moderate,
    /// From three quarters.
    High,
}

impl Confidence {
    /// Every band, from weak to strong.
    pub const ALL: [Self; 3] = [Self::Low, Self::Moderate, Self::High];

    /// Where the upper band begins: sure enough to act on.
    pub const ACTS_FROM: f32 = 0.75;

    /// The band of a number between 0 and 1. What is not a number is low.
    #[must_use]
    pub fn of(confidence: f32) -> Self {
        if confidence >= Self::ACTS_FROM {
            Self::High
        } else if confidence >= 0.5 {
            Self::Moderate
        } else {
            Self::Low
        }
    }
}

/// A sign in the text that a person must look first. Ordered: the first one found decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The text gives orders to the agent: "ignore your rules".
    Instructs,
    /// A second factor shall be switched off or passed by.
    MfaBypass,
    /// A secret of a system is asked for.
    Secret,
    /// Administrator rights are asked for.
    Elevation,
    /// Data of many is to be exported or changed.
    BulkData,
    /// It is about the account or data of somebody else.
    OtherPerson,
    /// It is about a device or server many use.
    SharedSystem,
    /// Several people are affected.
    SeveralPeople,
    /// It fits no scenario and looks risky. Counts only there.
    UnknownRisky,
}

impl Warning {
    /// Every warning, in the order of precedence.
    pub const ALL: [Self; 9] = [
        Self::Instructs,
        Self::MfaBypass,
        Self::Secret,
        Self::Elevation,
        Self::BulkData,
        Self::OtherPerson,
        Self::SharedSystem,
        Self::SeveralPeople,
        Self::UnknownRisky,
    ];
}

/// What the person wants, besides the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Help with something.
    Help,
    /// To say thanks, or that it is solved.
    Thanks,
    /// To know where an earlier request stands.
    Status,
    /// To talk to a person.
    Person,
}

/// Whether the standard steps were worked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Not yet.
    NotYet,
    /// They were, and did not help.
    Failed,
}

/// Whether everything is known that the scenario needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// It is.
    Enough,
    /// Which system, version or level is missing.
    Missing,
}

/// Whether the one question was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Not yet.
    Never,
    /// It was; there is no second one.
    Once,
}

/// What the text as a whole looks like to the statistical model. Ordered from most to least
/// autonomy: it only ever lowers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Everyday and complete, or there is no model.
    Everyday,
    /// Something is missing, or it is sensitive.
    Incomplete,
    /// Work for a person.
    Human,
    /// Dangerous.
    Risky,
}

impl Look {
    /// Every look, in order.
    pub const ALL: [Self; 4] = [Self::Everyday, Self::Incomplete, Self::Human, Self::Risky];
}

/// How the person sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Nothing special.
    Calm,
    /// Upset: a question would only hurt.
    Upset,
}

/// Everything the tier depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    /// The primary label.
    pub scenario: Scenario,
    /// How sure it is.
    pub confidence: Confidence,
    /// How well the agent knows who is asking.
    pub verification: Verification,
    /// Lower bound of the risk that rules gave.
    pub risk_floor: Option<Risk>,
    /// The gravest warning in the text.
    pub warning: Option<Warning>,
    /// What the whole text looks like.
    pub look: Look,
    /// What the person wants.
    pub intent: Intent,
    /// Whether standard steps failed.
    pub tried: Tried,
    /// Whether something is missing.
    pub detail: Detail,
    /// Whether the one question was used.
    pub asked: Asked,
    /// How the person sounds.
    pub mood: Mood,
}
