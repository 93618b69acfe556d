use serde::{Deserialize, Serialize};

/// How much of a system somebody may do, from the smallest to the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Right {
    /// Look at it, or use it.
    Read,
    /// Change what is in it.
    Edit,
    /// Change who may do what.
    Administer,
}

/// Access that was chosen from the catalogue: never words of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Access {
    /// Id of the entry.
    pub entry: String,
    /// How much of it.
    pub right: Right,
}

impl Right {
    /// What it is called in files and in the record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Edit => "edit",
            Self::Administer => "administer",
        }
    }
}

const MAX_ENTRY_BYTES: usize = 64;

/// Whether an id can be one of the catalogue: small letters, digits and hyphens.
#[must_use]
pub fn is_entry_id(id: &str) -> bool {
    let is_known = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=MAX_ENTRY_BYTES).contains(&id.len()) && id.bytes().all(is_known)
}
