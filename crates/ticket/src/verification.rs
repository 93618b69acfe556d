use serde::{Deserialize, Serialize};

/// How well the agent knows who is asking. Only the agent sets it. Ordered from weak to strong.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Verification {
    /// Anything that is not one of the others. Can inform, never act.
    #[default]
    Unverified,
    /// A valid access token and a signature of an installation enrolled by the same person.
    Session,
    /// As `Session`, and signed in within the last five minutes with the strength asked for.
    Fresh,
}
