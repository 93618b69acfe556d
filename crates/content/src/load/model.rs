use std::path::Path;

use super::source;
use crate::Report;

const FILE: &str = "triage/labels.model";
const MAX_BYTES: u64 = 8 << 20;

/// The bytes of the statistical model, if there is one.
pub(super) fn load(root: &Path, report: &mut Report) -> Option<Vec<u8>> {
    if !root.join(FILE).exists() {
        return None;
    }
    match source::read_bytes(root, FILE, MAX_BYTES) {
        Ok(bytes) => Some(bytes),
        Err(problem) => {
            report.add(problem);
            None
        }
    }
}
