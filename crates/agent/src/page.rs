//! Tickets as text, for people who read them on a terminal or at the help desk.

use content::Answer;
use diagnosis::{advice, facts_as_text, path_as_text, stop_of};
use serde::Serialize;
use ticket::{Finding, FindingStatus};

use crate::record::{LabelRecord, MachineWritten, Record};

/// One line per ticket.
#[must_use]
pub fn list(records: &[Record]) -> String {
    if records.is_empty() {
        return "No tickets yet.".to_owned();
    }
    records.iter().map(|record| format!("{}\n", row(record))).collect()
}

fn row(record: &Record) -> String {
    let title: String =
        plain(record.text.lines().next().unwrap_or_default()).chars().take(44).collect();
    let who = record.verified.name.as_deref().unwrap_or("nobody signed in");
    format!(
        "{:>6}  {:<10}  {:<10}  {:<20}  {title}",
        record.number,
        word(&record.status),
        word(&record.verified.level),
        plain(who),
    )
}

/// Everything about one ticket, for reading.
#[must_use]
pub fn show(record: &Record) -> String {
    let parts = [
        head(record),
        part("Summary", record.summary.iter().map(|line| plain(line)).collect()),
        part("Machine-written, to be read with care", machine_written(record)),
        part("Text", text(record)),
        part("Device", device(record)),
        part("Way to the company", way(record)),
        part("Findings", findings(record)),
        part("Tried", tried(record)),
        part("Labels", labels(record)),
        part("Documentation", documentation(record)),
        part("Decision", decision(record)),
        part("Carried out", carried_out(record)),
        part("Events", events(record)),
        part("Audit", audit(record)),
    ];
    joined(parts)
}

/// What a team wants to know of a ticket below the five lines and the person's words, so that it need not ask.
pub(crate) fn details(record: &Record) -> String {
    let told = record.findings.iter().filter(|it| it.status != FindingStatus::NotAvailable);
    joined([
        part("Device", device(record)),
        part("Way to the company", way(record)),
        part("Findings", told.map(finding).collect()),
        part("Tried", tried(record)),
        done(record),
    ])
}

/// What the agent did itself.
pub(crate) fn done(record: &Record) -> String {
    part("Carried out", carried_out(record))
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(record: &Record) -> String {
    let verified = &record.verified;
    let who = verified.name.as_deref().unwrap_or("nobody signed in");
    let team = record.team.as_deref().unwrap_or("no team");
    let call_back = match &record.contact {
        Some(contact) => format!("Call back: {}\n", plain(contact)),
        None => String::new(),
    };
    let code = match &verified.support_code {
        Some(code) => format!("Support code {code}\n"),
        None => String::new(),
    };
    let priority = record
        .decision
        .as_ref()
        .map_or_else(String::new, |decision| format!(", {} priority", word(&decision.priority)));
    let at_desk = match &record.desk_ticket {
        Some(id) => format!("At the help desk: {}\n", plain(id)),
        None => String::new(),
    };
    format!(
        "Ticket {}: {}{priority}, {}\nFrom {} ({}), accepted {}\nAnswer due {}\n{at_desk}{code}{call_back}",
        record.number,
        word(&record.status),
        plain(team),
        plain(who),
        word(&verified.level),
        record.accepted_at,
        record.respond_by,
    )
}

fn text(record: &Record) -> Vec<String> {
    if record.is_erased {
        return vec!["(what its sender wrote was erased)".to_owned()];
    }
    record.text.lines().map(plain).collect()
}

fn machine_written(record: &Record) -> Vec<String> {
    let line = |it: &MachineWritten| {
        format!("{} ({}, prompt {})", plain(&it.summary), plain(&it.model), it.prompt)
    };
    record.machine_written.iter().map(line).collect()
}

fn device(record: &Record) -> Vec<String> {
    let Some(device) = &record.device else { return Vec::new() };
    let model = device.model.as_deref().unwrap_or("model not known");
    vec![plain(&format!(
        "{}, {model}, {}, Deskside {} (reported)",
        device.name, device.system, device.app_version
    ))]
}

fn findings(record: &Record) -> Vec<String> {
    record.findings.iter().map(finding).collect()
}

fn finding(it: &Finding) -> String {
    let facts = plain(&facts_as_text(it));
    let line = format!("{:<18} {:<14} {facts}", it.check.as_str(), word(&it.status));
    line.trim_end().to_owned()
}

/// The drawn path, and the cause with what it explains.
fn way(record: &Record) -> Vec<String> {
    if !record.findings.iter().any(|finding| stop_of(finding.check).is_some()) {
        return Vec::new();
    }
    let mut lines = vec![path_as_text(&record.findings)];
    if let Some(diagnosis) = &record.diagnosis {
        let advice = advice(diagnosis.cause);
        lines.push(format!(
            "Cause: {} ({}, {})",
            advice.is,
            word(&diagnosis.cause),
            word(&diagnosis.certainty)
        ));
        lines.push(format!("To do: {}", advice.to_do));
        let explains: Vec<_> = diagnosis.explains.iter().map(|check| check.as_str()).collect();
        if !explains.is_empty() {
            lines.push(format!("This also explains: {}", explains.join(", ")));
        }
    }
    lines
}

fn tried(record: &Record) -> Vec<String> {
    let line = |step: &::ticket::TriedStep| match &step.detail {
        Some(detail) => plain(&format!("{}: {} ({detail})", step.title, word(&step.outcome))),
        None => plain(&format!("{}: {}", step.title, word(&step.outcome))),
    };
    record.tried.iter().map(line).collect()
}

fn documentation(record: &Record) -> Vec<String> {
    let line = "No article on the device seemed to answer this: one may be missing.";
    if record.documentation { vec![line.to_owned()] } else { Vec::new() }
}

fn labels(record: &Record) -> Vec<String> {
    let because = |label: &LabelRecord| {
        let reasons = label.reasons.iter().map(|reason| match &reason.words {
            Some(words) => format!("{} \"{}\"", reason.rule, plain(words)),
            None => reason.rule.clone(),
        });
        reasons.collect::<Vec<_>>().join(", ")
    };
    let line = |label: &LabelRecord| {
        format!("{} {:.2}: {}", label.scenario.as_str(), label.confidence, because(label))
    };
    record.labels.iter().map(line).collect()
}

fn decision(record: &Record) -> Vec<String> {
    let lines = record.decision.iter().flat_map(|decision| decision.explanation.iter());
    lines.map(|line| plain(line)).collect()
}

/// Each runbook with how far it was trusted, and its moves.
fn carried_out(record: &Record) -> Vec<String> {
    let lines = record.runs.iter().flat_map(|run| {
        let end = run.end.map_or_else(|| "at work".to_owned(), |end| word(&end));
        let head = format!("{} ({}): {end}", run.runbook, run.mode.word());
        let moves =
            run.moves.iter().map(|it| format!("  {}  {}: {}", it.at, it.made, said(&it.answer)));
        [head].into_iter().chain(moves)
    });
    lines.collect()
}

/// An answer in a few words.
fn said(answer: &Answer) -> String {
    match answer {
        Answer::Read(known) => {
            let facts = known.iter().map(|(fact, is)| format!("{} {is}", fact.word()));
            facts.collect::<Vec<_>>().join(", ")
        }
        other => word(other),
    }
}

fn events(record: &Record) -> Vec<String> {
    record.events.iter().map(|event| format!("{}  {}", event.at, word(&event.status))).collect()
}

fn audit(record: &Record) -> Vec<String> {
    let chain = if record.audit.verified { "the chain holds" } else { "THE CHAIN IS BROKEN" };
    let entries = record.audit.entries.iter();
    let mut lines = vec![format!("{} entries, {chain}", record.audit.entries.len())];
    lines.extend(entries.map(|entry| {
        let digest: String = entry.digest.to_string().chars().take(12).collect();
        format!("{:>3}  {}  {:<12}  {digest}", entry.sequence, entry.at, word(&entry.kind))
    }));
    lines
}

fn part(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    lines.into_iter().fold(format!("{title}\n"), |text, line| format!("{text}  {line}\n"))
}

/// The word a value is on the wire.
#[must_use]
pub fn word<T: Serialize>(value: &T) -> String {
    let word = serde_json::to_value(value).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or("?").to_owned()
}

/// Text from people for a terminal: no control characters, so nothing in it can move the cursor.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
