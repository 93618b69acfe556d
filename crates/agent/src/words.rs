//! The words of the portal and of letters: those of the window, from its own message files, and a few more.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::store::{StoreError, word};

type Messages = HashMap<String, String>;

static ENGLISH: LazyLock<Messages> = LazyLock::new(|| {
    messages(include_str!("../../../ui/src/messages/en.json"), include_str!("words/en.json"))
});
static GERMAN: LazyLock<Messages> = LazyLock::new(|| {
    messages(include_str!("../../../ui/src/messages/de.json"), include_str!("words/de.json"))
});

const MINUTES_OF_HOUR: i64 = 60;
const MINUTES_OF_DAY: i64 = 24 * MINUTES_OF_HOUR;

/// Texts in the language of whoever looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    /// BCP 47.
    pub(crate) language: &'static str,
    messages: &'static Messages,
}

impl Words {
    /// In the language that the browser likes best (RFC 9110, section 12.5.4); English if we have none of them.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let liked = headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        Self::liked(liked.unwrap_or_default())
    }

    /// In the best of several languages with weights, as browsers write them.
    pub(crate) fn liked(liked: &str) -> Self {
        let mut best = (0, "en");
        for range in liked.split(',') {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let language = match tag.trim().split('-').next().unwrap_or("") {
                "de" => "de",
                "en" => "en",
                _ => continue,
            };
            // In thousandths, as it is written.
            let weight = (weight.clamp(0.0, 1.0) * 1_000.0) as u16;
            if weight > best.0 {
                best = (weight, language);
            }
        }
        Self::in_language(best.1)
    }

    pub(crate) fn in_language(language: &'static str) -> Self {
        Self { language, messages: if language == "de" { &GERMAN } else { &ENGLISH } }
    }

    /// The text of a name; the name itself, if there is none.
    pub(crate) fn t<'a>(&self, name: &'a str) -> &'a str {
        self.messages.get(name).map_or(name, String::as_str)
    }

    /// The text of a value of a closed list, by the name of the list.
    pub(crate) fn term<T: Serialize>(&self, list: &str, value: &T) -> Result<String, StoreError> {
        Ok(self.t(&format!("{list}.{}", word(value)?)).to_owned())
    }

    /// The text of a name with something put into it. What is put in is not looked at again.
    pub(crate) fn with(&self, name: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.t(name);
        let mut text = String::new();
        while let Some((before, (slot, after))) =
            rest.split_once("{{").and_then(|(before, it)| Some((before, it.split_once("}}")?)))
        {
            text.push_str(before);
            let value = values.iter().find(|(name, _)| *name == slot);
            text.push_str(value.map_or(slot, |(_, value)| value));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// The text of a name for so many.
    pub(crate) fn count(&self, name: &str, count: i64) -> String {
        let name = format!("{name}_{}", if count == 1 { "one" } else { "other" });
        self.with(&name, &[("count", &count.to_string())])
    }

    /// A span in its largest unit, never less than it is.
    pub(crate) fn span(&self, minutes: i64) -> String {
        let (name, size) = match minutes {
            MINUTES_OF_DAY.. => ("day", MINUTES_OF_DAY),
            MINUTES_OF_HOUR.. => ("hour", MINUTES_OF_HOUR),
            _ => ("minute", 1),
        };
        self.count(
            &format!("portal.span.{name}"),
            minutes.max(1).div_euclid(size) + i64::from(minutes.rem_euclid(size) > 0),
        )
    }

    /// How long ago something was: nobody tells us the time zone of a telephone.
    pub(crate) fn ago(&self, at: Timestamp, now: Timestamp) -> String {
        match now.duration_since(at).as_mins() {
            ..1 => self.t("portal.now").to_owned(),
            minutes => self.with("portal.ago", &[("span", &self.span(minutes))]),
        }
    }

    /// How long there is until something.
    pub(crate) fn left(&self, until: Timestamp, now: Timestamp) -> String {
        self.with("portal.left", &[("span", &self.span(until.duration_since(now).as_mins()))])
    }

    /// A moment, exactly.
    pub(crate) fn moment(at: Timestamp) -> String {
        at.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// A day.
    pub(crate) fn day(at: Timestamp) -> String {
        at.strftime("%Y-%m-%d").to_string()
    }
}

fn messages(window: &str, own: &str) -> Messages {
    let mut flat = Messages::new();
    flatten("", &serde_json::from_str(window).unwrap_or_default(), &mut flat);
    flatten("", &serde_json::from_str(own).unwrap_or_default(), &mut flat);
    flat
}

fn flatten(name: &str, value: &Value, flat: &mut Messages) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value, flat);
            }
        }
        Value::String(text) => {
            flat.insert(name.to_owned(), text.clone());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn liked(header: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
        Words::of(&headers).language
    }

    #[test]
    fn speaks_the_language_that_is_liked_best() {
        assert_eq!(liked("de-DE,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(liked("fr, en;q=0.4, de;q=0.6"), "de");
        assert_eq!(liked("en-GB, de"), "en");
        assert_eq!(liked("ja"), "en");
        assert_eq!(liked("de;q=0"), "en");
        assert_eq!(liked(";;;q=q,,"), "en");
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let words = Words::in_language("en");
        let text = words.with("event.team_started_within", &[("team", "{{span}}"), ("span", "x")]);
        assert_eq!(text, "{{span}} works on it now and expects to be done within x.");
    }

    #[test]
    fn spans_are_never_less_than_they_are() {
        let words = Words::in_language("en");
        for (minutes, expect) in [
            (0, "1 minute"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (61, "2 hours"),
            (24 * 60, "1 day"),
            (24 * 60 + 1, "2 days"),
        ] {
            assert_eq!(words.span(minutes), expect);
        }
    }

    /// Every name in the sources of portal and letters, as far as it is written out there.
    fn used() -> BTreeSet<&'static str> {
        let sources = [
            include_str!("letters/text.rs"),
            include_str!("portal/account.rs"),
            include_str!("portal/approvals.rs"),
            include_str!("portal/article.rs"),
            include_str!("portal/door.rs"),
            include_str!("portal/home.rs"),
            include_str!("portal/look.rs"),
            include_str!("portal/report.rs"),
            include_str!("portal/request.rs"),
            include_str!("portal/theirs.rs"),
        ];
        let calls = ["words.t(\"", "words.with(\"", "words.count(\""];
        let found = sources.iter().flat_map(|source| {
            calls
                .iter()
                .flat_map(|call| source.split(call).skip(1).filter_map(|it| it.split('"').next()))
        });
        found.collect()
    }

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_slots() {
        let slots = |text: &str| -> BTreeSet<String> {
            text.split("{{")
                .skip(1)
                .filter_map(|it| Some(it.split_once("}}")?.0.to_owned()))
                .collect()
        };
        assert!(used().len() > 40, "{:?}", used());
        for name in used() {
            let counted = format!("{name}_other");
            let name = if ENGLISH.contains_key(&counted) { counted.as_str() } else { name };
            let (english, german) = (ENGLISH.get(name), GERMAN.get(name));
            assert!(english.is_some() && german.is_some(), "{name}");
        }
        let own = |all: &Messages| -> BTreeSet<String> {
            let is_own =
                |name: &&String| name.starts_with("portal.") || name.starts_with("letter.");
            all.keys().filter(is_own).cloned().collect()
        };
        assert_eq!(own(&ENGLISH), own(&GERMAN));
        for name in own(&ENGLISH) {
            assert_eq!(slots(&ENGLISH[&name]), slots(&GERMAN[&name]), "{name}");
        }
    }
}
