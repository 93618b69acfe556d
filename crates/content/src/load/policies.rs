use std::path::Path;

use super::Policies;
use super::source;
use crate::Report;

/// Both files, or none: policies without the schema they were checked against are not used.
pub(super) fn load(root: &Path, report: &mut Report) -> Option<Policies> {
    let mut read = |file| match source::read_file(root, file) {
        Ok(source) => Some(source.text),
        Err(problem) => {
            report.add(problem);
            None
        }
    };
    let schema = read("policies/desk.cedarschema");
    let policies = read("policies/desk.cedar");
    Some(Policies { schema: schema?, policies: policies? })
}
