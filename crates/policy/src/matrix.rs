use std::collections::BTreeMap;
use std::fmt::Write as _;

use ticket::{Scenario, Verification};

use crate::gate::APPROVALS;
use crate::{ActionClass, Approver, Attempt, Criticality, Gate, Mode, Outcome, Window};

/// Everything the gate says, as text that shows in a review what a changed policy changes: scenario ×
/// class × verification × criticality × window × mode × approvals, the other facts as in `base`.
/// Combinations that are answered alike share a table.
#[must_use]
pub fn matrix(gate: &Gate, base: &Attempt) -> String {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for mode in Mode::ALL {
        for action in ActionClass::ALL {
            for verification in VERIFICATIONS {
                for scenario in Scenario::ALL {
                    let attempt = Attempt { mode, action, verification, scenario, ..base.clone() };
                    let table = table(gate, &attempt);
                    if !tables.contains_key(&table) {
                        order.push(table.clone());
                    }
                    tables.entry(table).or_default().push(head(&attempt));
                }
            }
        }
    }
    let mut text = LEGEND.to_owned();
    for table in order {
        let heads = tables.remove(&table).unwrap_or_default();
        let _ = writeln!(text, "\n{}\n{table}", shared(&heads).join("\n"));
    }
    text
}

const VERIFICATIONS: [Verification; 3] =
    [Verification::Unverified, Verification::Session, Verification::Fresh];

const LEGEND: &str = "\
Columns: who approved (p peer, m manager, c incident commander). Cells: ok may be done; no may not, whoever
approves; letters: who must approve too.
";

/// The combination a table is about.
fn head(attempt: &Attempt) -> String {
    let verification = crate::gate::verification_word(attempt.verification);
    let (mode, action) = (attempt.mode.word(), attempt.action.word());
    format!("{mode} {action} {verification}: {}", attempt.scenario.as_str())
}

/// Heads that differ in their scenario only share a line.
fn shared(heads: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for head in heads {
        let (combination, scenario) = head.split_once(": ").unwrap_or((head, ""));
        match lines.last_mut().filter(|line| line.split(": ").next() == Some(combination)) {
            Some(line) => {
                let _ = write!(line, ", {scenario}");
            }
            None => lines.push(head.clone()),
        }
    }
    let all = Scenario::ALL.map(Scenario::as_str).join(", ");
    lines.into_iter().map(|line| line.replace(&all, "everything")).collect()
}

/// Criticality × window down, approvals across.
fn table(gate: &Gate, attempt: &Attempt) -> String {
    let none: &[Approver] = &[];
    let approvals: Vec<&[Approver]> = [none].into_iter().chain(APPROVALS).collect();
    let mut rows = Vec::new();
    for criticality in Criticality::ALL {
        for window in Window::ALL {
            let cells: Vec<String> = approvals
                .iter()
                .map(|present| {
                    let approvals = present.to_vec();
                    let cell = Attempt { criticality, window, approvals, ..attempt.clone() };
                    said(&gate.decide(&cell).outcome)
                })
                .collect();
            rows.push((format!("{} {}", criticality.word(), window.word()), cells));
        }
    }
    let mut all = rows.iter().flat_map(|(_, cells)| cells);
    if let Some(first) = all.next()
        && all.all(|cell| cell == first)
    {
        return format!("  everywhere: {first}");
    }
    let columns = approvals.iter().map(|present| letters(present));
    let columns: Vec<String> =
        columns.map(|column| if column.is_empty() { "-".to_owned() } else { column }).collect();
    let head = (String::new(), columns);
    let lines = [head].into_iter().chain(rows).map(|(name, cells)| {
        let cells: String = cells.iter().map(|cell| format!(" {cell:<4}")).collect();
        format!("  {name:<18}{cells}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Permit => "ok".to_owned(),
        Outcome::Forbid => "no".to_owned(),
        Outcome::NeedsApproval { from } => letters(from),
    }
}

fn letters(approvers: &[Approver]) -> String {
    let letter = |approver: &Approver| match approver {
        Approver::Peer => 'p',
        Approver::Manager => 'm',
        Approver::IncidentCommander => 'c',
    };
    approvers.iter().map(letter).collect()
}
