use serde::de::DeserializeOwned;
use serde_saphyr::{DefaultMessageFormatter, Error, MessageFormatter};

use super::Source;
use crate::ContentProblem;

/// Reads YAML that begins at `first_line` of the source.
pub(super) fn parse<T: DeserializeOwned>(
    source: &Source,
    yaml: &str,
    first_line: u32,
) -> Result<T, ContentProblem> {
    serde_saphyr::from_str(yaml).map_err(|error| {
        let error = error.without_snippet();
        let (what, advice) = explain(error);
        source.problem(line_of(error, first_line), what, advice)
    })
}

fn line_of(error: &Error, first_line: u32) -> Option<u32> {
    let line = u32::try_from(error.location()?.line()).ok()?;
    Some(line.saturating_sub(1).saturating_add(first_line))
}

/// What is wrong and what to do, in the words of somebody who writes these files.
fn explain(error: &Error) -> (String, String) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => (
            format!("the field `{field}` is not known here"),
            format!("Known fields are {}.", list(expected)),
        ),
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("`{variant}` is not a known value"), format!("Use one of {}.", list(expected)))
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("the field `{field}` is missing"), format!("Add `{field}: …`."))
        }
        Error::DuplicateMappingKey { key, .. } => (
            format!("the key `{}` is written twice", key.as_deref().unwrap_or("?")),
            "Keep one of them.".to_owned(),
        ),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{unexpected} does not fit here"), format!("Write {expected}."))
        }
        Error::Message { msg, .. } => split_advice(msg),
        other => (
            plain(&DefaultMessageFormatter.format_message(other)),
            "Check the indentation and put texts that hold `: ` or `#` in double quotes."
                .to_owned(),
        ),
    }
}

/// Our own types say what is wrong and, after a colon, what to do.
fn split_advice(message: &str) -> (String, String) {
    let message = plain(message);
    match message.split_once(": ") {
        Some((what, advice)) => (what.to_owned(), sentence(advice)),
        None => (message, "Compare with the example in knowledge/README.md.".to_owned()),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// One line, whatever the file holds.
fn plain(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
