use std::collections::BTreeSet;
use std::path::Path;

use super::{Source, check_version, source, yaml};
use crate::on_call::OnCallFile;
use crate::{ContentProblem, Hours, OnCall, Priorities, Report, Rota, Routing};

pub(super) fn load(root: &Path, report: &mut Report) -> Option<Routing> {
    match read(root) {
        Ok((mut routing, source)) => {
            check(&routing, &source, report);
            match priorities(root) {
                Ok(priorities) => routing.priorities = priorities,
                Err(problem) => report.add(problem),
            }
            routing.on_call = on_call(root, &routing, report);
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

/// Who is on call, of what can be used; nobody where there is no such file.
fn on_call(root: &Path, routing: &Routing, report: &mut Report) -> Vec<OnCall> {
    if !root.join(ON_CALL).exists() {
        return Vec::new();
    }
    let (source, file) = match read_on_call(root) {
        Ok(read) => read,
        Err(problem) => {
            report.add(problem);
            return Vec::new();
        }
    };
    let mut sound: Vec<OnCall> = Vec::new();
    for it in file.teams {
        let problem = if routing.teams.iter().all(|team| team.id != it.team) {
            Some(("it is no team".to_owned(), "Use the id of a team in routing/teams.yaml."))
        } else if sound.iter().any(|other| other.team == it.team) {
            Some(("it is there twice".to_owned(), "Keep one of them."))
        } else if it.line.as_ref().is_some_and(|line| !is_one_line(line)) {
            let what = format!("its line is empty or longer than {LONGEST_LINE} characters");
            Some((what, "Write a telephone number, or leave it out."))
        } else {
            it.rota.as_ref().and_then(Rota::problem)
        };
        match problem {
            Some((what, advice)) => {
                let (line, what) =
                    (source.line_with(1, &it.team), format!("`{}`: {what}", it.team));
                report.add(source.problem(line, what, advice.to_owned()));
            }
            None => sound.push(it),
        }
    }
    sound
}

const ON_CALL: &str = "routing/on-call.yaml";
/// Room for a telephone number and a word on it.
const LONGEST_LINE: usize = 80;

fn is_one_line(line: &str) -> bool {
    (1..=LONGEST_LINE).contains(&line.trim().chars().count()) && !line.contains('\n')
}

fn read_on_call(root: &Path) -> Result<(Source, OnCallFile), ContentProblem> {
    let source = source::read_file(root, ON_CALL)?;
    let file: OnCallFile = yaml::parse(&source, &source.text, 1)?;
    check_version(&source, file.version)?;
    Ok((source, file))
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
