use std::path::Path;

use super::{Source, check_id, check_upkeep, check_version, source, steps, yaml};
use crate::{ContentProblem, Playbook, Report, Routing};

/// Every sound playbook with its file.
pub(super) fn load(
    root: &Path,
    routing: Option<&Routing>,
    report: &mut Report,
) -> Vec<(Playbook, Source)> {
    let mut playbooks = Vec::new();
    for source in source::read_folder(root, "playbooks", "yaml", report) {
        let playbook = match read(&source) {
            Ok(playbook) => playbook,
            Err(problem) => {
                report.add(problem);
                continue;
            }
        };
        let dates = (playbook.reviewed, playbook.review_by);
        check_upkeep(&source, &playbook.owner, dates, routing, report);
        let problems = steps::check(&playbook, &source);
        if problems.is_empty() {
            playbooks.push((playbook, source));
        }
        problems.into_iter().for_each(|problem| report.add(problem));
    }
    playbooks
}

fn read(source: &Source) -> Result<Playbook, ContentProblem> {
    let playbook: Playbook = yaml::parse(source, &source.text, 1)?;
    check_version(source, playbook.version)?;
    check_id(source, &playbook.id)?;
    Ok(playbook)
}
