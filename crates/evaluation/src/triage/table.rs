//! The report as a table for people.

use std::fmt;

use super::{Flag, TriageReport};
use crate::figures::Shown;

impl fmt::Display for TriageReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = |flag: Flag| format!("{} / {}", Shown(flag.precision), Shown(flag.recall));
        writeln!(f, "rows                                {}", self.n)?;
        writeln!(f, "label: accuracy                     {}", Shown(self.accuracy))?;
        writeln!(f, "label: macro-F1                     {}", Shown(self.macro_f1))?;
        writeln!(f, "label: calibration error            {}", Shown(self.ece))?;
        writeln!(
            f,
            "label: accuracy where sure          {}",
            Shown(self.accuracy_above_threshold)
        )?;
        writeln!(f, "risk: accuracy                      {}", Shown(self.risk_accuracy))?;
        writeln!(f, "decision: accuracy                  {}", Shown(self.decision_accuracy))?;
        writeln!(f, "handed to a person                  {}", Shown(self.handoff_rate))?;
        writeln!(f, "high risk missed                    {}", self.missed_high_risk.len())?;
        writeln!(f, "handed off without need             {}", self.false_escalations)?;
        writeln!(
            f,
            "  share of the rows of low risk     {}",
            Shown(self.false_escalation_rate_low)
        )?;
        writeln!(f, "acted on without right              {}", self.false_resolutions)?;
        writeln!(f, "several people: precision / recall  {}", flag(self.affected_multiple))?;
        writeln!(f, "upset: precision / recall           {}", flag(self.emotional))?;
        writeln!(f, "domain: accuracy                    {}", Shown(self.domain_accuracy))?;
        let (p50, p99) = (Shown(self.latency_ms.p50), Shown(self.latency_ms.p99));
        writeln!(f, "one decision, ms: median / p99      {p50} / {p99}")?;
        writeln!(
            f,
            "\n{:<24} {:>9} {:>9} {:>9} {:>6}",
            "label", "precision", "recall", "F1", "rows"
        )?;
        for (label, figures) in &self.per_label {
            let shown = [figures.precision, figures.recall, figures.f1].map(Shown);
            let [precision, recall, f1] = shown.map(|shown| shown.to_string());
            writeln!(f, "{label:<24} {precision:>9} {recall:>9} {f1:>9} {:>6}", figures.n)?;
        }
        if !self.per_lang.is_empty() {
            writeln!(f, "\n{:<24} {:>9} {:>26}", "language", "accuracy", "rows")?;
        }
        for (lang, figures) in &self.per_lang {
            let accuracy = Shown(figures.accuracy).to_string();
            writeln!(f, "{lang:<24} {accuracy:>9} {:>26}", figures.n)?;
        }
        for missed in &self.missed_high_risk {
            let id = missed.id.as_deref().unwrap_or("-");
            writeln!(f, "\nmissed {id}, decided {:?}: {}", missed.decision, missed.text)?;
        }
        Ok(())
    }
}
