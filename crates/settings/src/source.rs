use std::{fs, io, path::Path};

use serde_json::{Map, Value, error::Category};

use crate::{Key, SourceProblem};

/// What a place where a file may be gave.
#[derive(Debug)]
pub(crate) enum Text {
    Absent,
    Refused(SourceProblem),
    Read(String),
}

/// One file, read. Without values if it is absent, refused or malformed.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) exists: bool,
    pub(crate) values: Map<String, Value>,
    pub(crate) problems: Vec<SourceProblem>,
    text: String,
}

impl Source {
    pub(crate) fn new(file: &Path, text: Text) -> Self {
        match text {
            Text::Absent => Self::default(),
            Text::Refused(problem) => {
                Self { exists: true, problems: vec![problem], ..Self::default() }
            }
            Text::Read(text) => match parse(&text) {
                Ok(values) => {
                    let problems = unknown_keys(file, &text, &values);
                    Self { exists: true, values, problems, text }
                }
                Err(error) => Self {
                    exists: true,
                    problems: vec![malformed(file, &error)],
                    ..Self::default()
                },
            },
        }
    }

    /// The line a key stands on.
    pub(crate) fn line(&self, key: Key) -> Option<usize> {
        line_of(&self.text, key.name())
    }
}

/// The user's file. It is the user's own, so links and rights are their business.
pub(crate) fn read_user(file: &Path) -> Text {
    match fs::read_to_string(file) {
        Ok(text) => Text::Read(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Text::Absent,
        Err(error) => Text::Refused(SourceProblem::of_file(
            file,
            format!("cannot be read ({error})"),
            "Until it can, your own settings do not count",
        )),
    }
}

pub(crate) fn parse(text: &str) -> Result<Map<String, Value>, serde_json::Error> {
    // Editors on Windows put a byte order mark in front.
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn malformed(file: &Path, error: &serde_json::Error) -> SourceProblem {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let advice = match error.classify() {
        Category::Eof => "The file ends too early: close every quote and every brace",
        Category::Data => "The file must hold one object: { \"key\": \"value\" }",
        Category::Syntax if message.contains("trailing comma") => {
            "Remove the comma before the closing brace"
        }
        Category::Syntax | Category::Io => {
            "Look there for a missing comma, quote or colon; JSON has no comments"
        }
    };
    SourceProblem {
        line: Some(error.line()),
        column: Some(error.column()),
        ..SourceProblem::of_file(file, message, format!("{advice}. Nothing in this file counts"))
    }
}

fn unknown_keys(file: &Path, text: &str, values: &Map<String, Value>) -> Vec<SourceProblem> {
    let is_unknown = |name: &&String| Key::from_name(name).is_none() && *name != "$schema";
    let problem = |name: &String| {
        let advice = nearest(name).map_or_else(
            || "Remove it, or update Deskside if it is newer".to_owned(),
            |key| format!("Did you mean \"{}\"?", key.name()),
        );
        let message = format!("there is no setting \"{name}\"");
        let line = line_of(text, name);
        SourceProblem { line, ..SourceProblem::of_file(file, message, advice) }
    };
    values.keys().filter(is_unknown).map(problem).collect()
}

/// The key this is most likely a slip of.
fn nearest(name: &str) -> Option<Key> {
    const LIKELY: f64 = 0.6;
    let name = name.to_lowercase();
    let likeness = |key: Key| strsim::normalized_damerau_levenshtein(&name, key.name());
    let best = Key::ALL.into_iter().max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)))?;
    (likeness(best) >= LIKELY).then_some(best)
}

/// Where `"name":` stands, from 1.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let quoted = format!("\"{name}\"");
    let is_key = |end: usize| text.get(end..).is_some_and(|t| t.trim_start().starts_with(':'));
    let (place, _) = text.match_indices(&quoted).find(|(at, part)| is_key(at + part.len()))?;
    text.get(..place).map(|before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let source = Source::new(Path::new("p.json"), Text::Read(text.to_owned()));
        let told: Vec<String> = source.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn tells_line_column_and_advice_of_a_malformed_file() {
        check(
            "{\n  \"language\": \"de\"\n  \"appearance\": \"dark\"\n}",
            &["p.json, line 3, column 3: expected `,` or `}`. Look there for a missing comma, \
               quote or colon; JSON has no comments. Nothing in this file counts"],
        );
        check(
            "{\n  \"language\": \"de\",\n}",
            &["p.json, line 3, column 1: trailing comma. Remove the comma before the closing \
               brace. Nothing in this file counts"],
        );
        check(
            "{ \"language\": ",
            &["p.json, line 1, column 14: EOF while parsing a value. The file ends too early: \
               close every quote and every brace. Nothing in this file counts"],
        );
        check(
            "[]",
            &["p.json, line 1, column 0: invalid type: sequence, expected a map. The file must \
               hold one object: { \"key\": \"value\" }. Nothing in this file counts"],
        );
    }

    #[test]
    fn names_unknown_keys_and_what_was_meant() {
        check("\u{feff}{\"$schema\": \"x\", \"language\": \"de\"}", &[]);
        check(
            "{\n\"agentUrl\": \"https://a.example\",\n\n\"colour\": 1 }",
            &[
                "p.json, line 2: there is no setting \"agentUrl\". Did you mean \"agent_url\"?",
                "p.json, line 4: there is no setting \"colour\". Remove it, or update Deskside if \
                 it is newer",
            ],
        );
    }
}
