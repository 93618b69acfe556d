//! The window's texts by their names, so that tests find things by what a person reads.

use anyhow::Context;
use serde_json::Value;

use crate::program::root;

/// The message file of a language.
pub struct Words(Value);

impl Words {
    /// English.
    ///
    /// # Errors
    /// The message file cannot be read.
    pub fn english() -> anyhow::Result<Self> {
        let path = root().join("ui/src/messages/en.json");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        Ok(Self(serde_json::from_str(&text).context("the message file")?))
    }

    /// The text of a name such as `sent.saved`, as a regular expression of the page's own language:
    /// what is put into it at run time is captured.
    ///
    /// # Errors
    /// There is no such text.
    pub fn pattern(&self, name: &str) -> anyhow::Result<String> {
        let pointer = format!("/{}", name.replace('.', "/"));
        let text = self.0.pointer(&pointer).and_then(Value::as_str);
        let text = text.with_context(|| format!("no text named {name}"))?;
        Ok(pattern(text))
    }
}

/// A regular expression for a text with `{{places}}`.
fn pattern(text: &str) -> String {
    let mut parts = text.split("{{");
    let mut pattern = literal(parts.next().unwrap_or_default());
    for part in parts {
        let rest = part.split_once("}}").map_or(part, |(_, rest)| rest);
        pattern.push_str("(.+)");
        pattern.push_str(&literal(rest));
    }
    pattern
}

/// A regular expression for exactly this text.
pub(crate) fn literal(text: &str) -> String {
    let special = |c: char| "\\^$.|?*+()[]{}/".contains(c);
    text.chars().fold(String::new(), |mut pattern, c| {
        if special(c) {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_text_is_captured_and_the_rest_is_taken_as_it_is() {
        assert_eq!(pattern("What (now)?"), "What \\(now\\)\\?");
        assert_eq!(pattern("No. {{number}} of {{total}}."), "No\\. (.+) of (.+)\\.");
    }
}
