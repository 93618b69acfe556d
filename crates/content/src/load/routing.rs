use std::collections::BTreeSet;
use std::path::Path;

use super::{Source, check_version, source, yaml};
use crate::{ContentProblem, Hours, Priorities, Report, Routing};

pub(super) fn load(root: &Path, report: &mut Report) -> Option<Routing> {
    match read(root) {
        Ok((mut routing, source)) => {
            check(&routing, &source, report);
            match priorities(root) {
                Ok(priorities) => routing.priorities = priorities,
                Err(problem) => report.add(problem),
            }
            Some(routing)
        }
        Err(problem) => {
            report.add(problem);
            None
        }
    }
}

fn read(root: &Path) -> Result<(Routing, Source), ContentProblem> {
    let source = source::read_file(root, "routing/teams.yaml")?;
    let routing: Routing = yaml::parse(&source, &source.text, 1)?;
    check_version(&source, routing.version)?;
    Ok((routing, source))
}

fn priorities(root: &Path) -> Result<Priorities, ContentProblem> {
    let source = source::read_file(root, "routing/priority.yaml")?;
    let priorities: Priorities = yaml::parse(&source, &source.text, 1)?;
    check_version(&source, priorities.version)?;
    Ok(priorities)
}

fn check(routing: &Routing, source: &Source, report: &mut Report) {
    if !routing.teams.iter().any(|team| team.id == routing.fallback) {
        report.add(source.problem(
            source.line_of_key("fallback"),
            format!("the fallback `{}` is not a team", routing.fallback),
            "Use the id of one of the teams.".to_owned(),
        ));
    }
    let mut seen = BTreeSet::new();
    for team in &routing.teams {
        let line = source.line_with(1, &team.id);
        if !seen.insert(&team.id) {
            let what = format!("the team `{}` is there twice", team.id);
            report.add(source.problem(line, what, "Give it another id.".to_owned()));
        }
        if team.respond_within_minutes == 0 {
            let what = format!("the team `{}` promises an answer within no time", team.id);
            let advice = "Write respond_within_minutes of 1 or more.".to_owned();
            report.add(source.problem(line, what, advice));
        }
        if let Some((what, advice)) = team.hours.as_ref().and_then(Hours::problem) {
            let what = format!("team `{}`: {what}", team.id);
            report.add(source.problem(line, what, advice.to_owned()));
        }
    }
}
