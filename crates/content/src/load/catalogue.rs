use std::path::Path;

use super::{Source, check_id, check_upkeep, check_version, source, yaml};
use ticket::is_entry_id;

use crate::{CatalogueEntry, ContentProblem, Report, Routing};

const FOLDER: &str = "catalogue";

/// Every sound entry with its file.
pub(super) fn load(
    root: &Path,
    routing: Option<&Routing>,
    report: &mut Report,
) -> Vec<(CatalogueEntry, Source)> {
    let mut entries = Vec::new();
    // A company may have none yet.
    if !root.join(FOLDER).is_dir() {
        return entries;
    }
    for source in source::read_folder(root, FOLDER, "yaml", report) {
        match read(&source) {
            Ok(entry) => {
                let dates = (entry.reviewed, entry.review_by);
                check_upkeep(&source, &entry.owner, dates, routing, report);
                entries.push((entry, source));
            }
            Err(problem) => report.add(problem),
        }
    }
    entries
}

fn read(source: &Source) -> Result<CatalogueEntry, ContentProblem> {
    let entry: CatalogueEntry = yaml::parse(source, &source.text, 1)?;
    check_version(source, entry.version)?;
    check_id(source, &entry.id)?;
    if !is_entry_id(&entry.id) {
        return Err(source.problem(
            source.line_of_key("id"),
            format!("`{}` cannot be the id of an entry", entry.id),
            "Use small letters, digits and hyphens, 64 at most.".to_owned(),
        ));
    }
    let rights = entry.rights.iter().map(|offered| offered.right);
    if entry.rights.is_empty() || !rights.is_sorted_by(|one, other| one < other) {
        return Err(source.problem(
            source.line_of_key("rights"),
            "the rights are not in the order from the smallest".to_owned(),
            "Name at least one, and each once: read, edit, administer.".to_owned(),
        ));
    }
    Ok(entry)
}
