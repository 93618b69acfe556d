use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

/// How a file in gzip begins (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A row that breaks the format: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}. {advice}")]
pub struct Malformed {
    /// Counts from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: &'static str,
}

const ONE_OBJECT: &str =
    "Every line is one JSON object without line breaks; empty lines are passed over";
const FIELDS: &str = "Give every required field the type and one of the values of its format \
                      (`deskside-agent eval search --help`, and for the others \
                      knowledge/triage/README.md); unknown fields and nulls are passed over";
const NO_ROWS: &str = "Give a file with at least one row";

/// The text of a file with rows, also of one in gzip.
///
/// # Errors
/// It is no text in UTF-8, or the gzip is damaged.
pub fn unpacked(mut file: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    if file.starts_with(&GZIP) {
        MultiGzDecoder::new(file).read_to_string(&mut text)?;
    } else {
        file.read_to_string(&mut text)?;
    }
    Ok(text)
}

/// Reads rows, JSON Lines. Unknown fields and nulls in optional ones are passed over.
///
/// # Errors
/// The first line that is not JSON, lacks a required field, or has a field of another type or an
/// unknown value; or there is no row at all.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Malformed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let rows: Vec<T> = lines.map(|(line, number)| row(line, number)).collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(Malformed { line: 1, what: "there is no row".to_owned(), advice: NO_ROWS });
    }
    Ok(rows)
}

fn row<T: DeserializeOwned>(line: &str, number: usize) -> Result<T, Malformed> {
    serde_json::from_str(line).map_err(|error| {
        let advice = if error.is_data() { FIELDS } else { ONE_OBJECT };
        Malformed { line: number, what: what(&error), advice }
    })
}

/// The message without its place: the line is always 1 there.
fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::TriageRow;

    use super::*;

    fn check(text: &str, line: usize, what: &str) {
        let error = parse::<TriageRow>(text).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.what.contains(what), "{error}");
    }

    const GOOD: &str = r#"{"text":"a","scenario":"other","risk":null,"seen_by":7}"#;

    #[test]
    fn passes_over_unknown_fields_nulls_and_empty_lines() {
        let rows: Vec<TriageRow> = parse(&format!("\u{feff}{GOOD}\r\n\n{GOOD}\n")).unwrap();
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_malformed_row_says_where_and_what() {
        check("", 1, "no row");
        check(&format!("{GOOD}\nnot json"), 2, "expected");
        check(&format!("{GOOD}\n\n{{\"text\":\"a\"}}"), 3, "missing field `scenario`");
        check(r#"{"text":7,"scenario":"other"}"#, 1, "invalid type");
        check(r#"{"text":null,"scenario":"other"}"#, 1, "invalid type");
        check(r#"{"text":"a","scenario":"printer"}"#, 1, "unknown variant `printer`");
        check(r#"{"text":"a","scenario":"other","risk":"huge"}"#, 1, "unknown variant `huge`");
        check(r#"{"text":"a","scenario":"other","accept_scenarios":["x"]}"#, 1, "unknown variant");
        check(r#"{"text":"a","#, 1, "EOF");
    }
}
