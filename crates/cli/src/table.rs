use std::io::{self, Write};

use diagnosis::facts_as_text;
use ticket::Certainty;

use crate::diagnose::word;
use crate::document::{Document, Named, StageRow, Verdict};

/// Writes the diagnosis for people: the stages, the cause, what to do.
pub(crate) fn write(out: &mut impl Write, document: &Document) -> io::Result<()> {
    for row in &document.stages {
        writeln!(out, "{:<18} {:<14} {}", row.stage.as_str(), word(row.status), evidence(row))?;
    }
    writeln!(out)?;
    match (&document.diagnosis, document.verdict) {
        (Some(named), _) => write_cause(out, named)?,
        (None, Verdict::CouldNotTell) => {
            writeln!(
                out,
                "It cannot be told what is wrong: too little answered or is configured."
            )?;
        }
        (None, _) => writeln!(out, "Nothing is wrong on the way to the company.")?,
    }
    writeln!(
        out,
        "({:.1} s)",
        f64::from(u32::try_from(document.took_ms).unwrap_or(u32::MAX)) / 1000.0
    )
}

fn write_cause(out: &mut impl Write, named: &Named) -> io::Result<()> {
    let diagnosis = &named.diagnosis;
    let likely = match diagnosis.certainty {
        Certainty::Certain => "",
        Certainty::Likely => ", most likely",
    };
    writeln!(out, "Cause: {} ({}{likely})", named.is, diagnosis.cause.as_str())?;
    writeln!(out, "To do: {}", named.to_do)?;
    if !diagnosis.explains.is_empty() {
        let names: Vec<_> = diagnosis.explains.iter().map(|check| check.as_str()).collect();
        writeln!(out, "This also explains: {}", names.join(", "))?;
    }
    Ok(())
}

fn evidence(row: &StageRow) -> String {
    let facts = row.findings.iter().map(facts_as_text).filter(|facts| !facts.is_empty());
    facts.collect::<Vec<_>>().join(", ")
}
