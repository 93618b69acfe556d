//! What somebody is asked to say yes or no to.

use serde::Serialize;
use specta::Type;
use ticket::ApprovalRequest;

use super::draft::AccessView;

/// What somebody is asked, in the words of this device's catalogue.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ApprovalView {
    /// What they are asked.
    pub request: ApprovalRequest,
    /// The access it is about.
    pub access: Option<AccessView>,
}
