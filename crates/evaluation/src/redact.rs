use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::figures::{Shown, share};

/// A text that does or does not hold what must not be stored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RedactRow {
    /// Names it in a report.
    pub id: Option<String>,
    /// What was written.
    pub text: String,
    /// Whether it holds a password, a token, a key.
    pub contains_secret: Option<bool>,
    /// Whether it holds personal data that is masked: card, account and identity numbers, mail and
    /// postal addresses of people, telephone numbers.
    pub contains_pii: Option<bool>,
    /// Kind of what it holds.
    pub kind: Option<String>,
    /// The secret itself, to see whether it survives.
    pub secret: Option<String>,
}

impl RedactRow {
    fn holds_something(&self) -> bool {
        self.contains_secret.unwrap_or_default() || self.contains_pii.unwrap_or_default()
    }

    fn survives_in(&self, text: &str) -> bool {
        self.secret.as_ref().is_some_and(|secret| !secret.is_empty() && text.contains(secret))
    }
}

/// What masking made of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text without its secrets.
    pub text: String,
    /// Whether anything was masked.
    pub anything: bool,
}

/// How well secrets are masked. A figure is absent where no row can tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RedactReport {
    /// Rows.
    pub n: usize,
    /// Share of the rows that hold something in which it was masked.
    pub recall: Option<f64>,
    /// Rows whose secret survives.
    pub leaked: usize,
    /// Share of the rows that hold nothing in which something was masked.
    pub false_positive_rate: Option<f64>,
    /// Every kind that occurs.
    pub per_kind: BTreeMap<String, Kind>,
    /// Rows that were masked wrongly. Their texts are not repeated: they hold secrets.
    pub misses: Vec<RedactMiss>,
}

/// One kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kind {
    /// Its rows.
    pub n: usize,
    /// Share of them that was masked.
    pub recall: Option<f64>,
}

/// A row that was masked wrongly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedactMiss {
    /// The row's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its place among the rows, from 1.
    pub row: usize,
    /// Kind of what it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// Compares what was masked with what had to be, in the order of the rows.
#[must_use]
pub fn redact(rows: &[RedactRow], masked: &[Masked]) -> RedactReport {
    let pairs: Vec<(&RedactRow, &Masked)> = rows.iter().zip(masked).collect();
    let is_safe =
        |(row, masked): &(&RedactRow, &Masked)| masked.anything && !row.survives_in(&masked.text);
    let holding: Vec<_> = pairs.iter().filter(|(row, _)| row.holds_something()).collect();
    let empty: Vec<_> = pairs.iter().filter(|(row, _)| !row.holds_something()).collect();
    let mut kinds: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for pair in &holding {
        if let Some(kind) = &pair.0.kind {
            kinds.entry(kind.clone()).or_default().push(is_safe(pair));
        }
    }
    let safe_share = |safe: &[bool]| share(safe.iter().filter(|is| **is).count(), safe.len());
    let kind = |safe: Vec<bool>| Kind { n: safe.len(), recall: safe_share(&safe) };
    let is_wrong = |pair: &(&RedactRow, &Masked)| {
        if pair.0.holds_something() { !is_safe(pair) } else { pair.1.anything }
    };
    RedactReport {
        n: pairs.len(),
        recall: share(holding.iter().filter(|pair| is_safe(pair)).count(), holding.len()),
        leaked: pairs.iter().filter(|(row, masked)| row.survives_in(&masked.text)).count(),
        false_positive_rate: share(
            empty.iter().filter(|(_, masked)| masked.anything).count(),
            empty.len(),
        ),
        per_kind: kinds.into_iter().map(|(name, safe)| (name, kind(safe))).collect(),
        misses: (1..)
            .zip(&pairs)
            .filter(|(_, pair)| is_wrong(pair))
            .map(|(row, (of, _))| RedactMiss { id: of.id.clone(), row, kind: of.kind.clone() })
            .collect(),
    }
}

impl fmt::Display for RedactReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rows                      {}", self.n)?;
        writeln!(f, "masked where it must be   {}", Shown(self.recall))?;
        writeln!(f, "secrets that survive      {}", self.leaked)?;
        writeln!(f, "masked without need       {}", Shown(self.false_positive_rate))?;
        writeln!(f, "\n{:<32} {:>7} {:>6}", "kind", "masked", "rows")?;
        for (name, kind) in &self.per_kind {
            let recall = Shown(kind.recall).to_string();
            writeln!(f, "{name:<32} {recall:>7} {:>6}", kind.n)?;
        }
        for miss in &self.misses {
            let (id, kind) = (miss.id.as_deref().unwrap_or("-"), miss.kind.as_deref());
            writeln!(f, "\nwrong {id}, row {}, {}", miss.row, kind.unwrap_or("nothing to mask"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(secret: Option<&str>) -> RedactRow {
        RedactRow {
            id: None,
            text: String::new(),
            contains_secret: Some(secret.is_some()),
            contains_pii: None,
            kind: secret.map(|_| "password".to_owned()),
            secret: secret.map(str::to_owned),
        }
    }

    fn masked(text: &str, anything: bool) -> Masked {
        Masked { text: text.to_owned(), anything }
    }

    #[test]
    fn a_secret_that_survives_is_not_masked_even_if_something_is() {
        let rows = [row(Some("hunter2")), row(Some("hunter2")), row(None), row(None)];
        let found = [
            masked("my [password]", true),
            masked("hunter2 [phone]", true),
            masked("fine", false),
            masked("[password]", true),
        ];
        let report = redact(&rows, &found);
        assert_eq!((report.recall, report.leaked), (Some(0.5), 1));
        assert_eq!(report.false_positive_rate, Some(0.5));
        assert_eq!(report.per_kind["password"], Kind { n: 2, recall: Some(0.5) });
        let wrong: Vec<_> = report.misses.iter().map(|miss| miss.row).collect();
        assert_eq!(wrong, [2, 4]);
    }
}
