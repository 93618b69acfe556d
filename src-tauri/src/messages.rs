//! The few texts shown outside of the window, from the window's own message files.

use serde_json::Value;

const ENGLISH: &str = include_str!("../../ui/src/messages/en.json");
const GERMAN: &str = include_str!("../../ui/src/messages/de.json");

/// The text of a key such as `tray.quit`; the key itself if there is none.
pub(crate) fn text(language: &str, key: &str) -> String {
    let file = if language == "de" { GERMAN } else { ENGLISH };
    let messages: Value = serde_json::from_str(file).unwrap_or_default();
    let found = key.split('.').try_fold(&messages, |value, part| value.get(part));
    found.and_then(Value::as_str).unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_outside_of_the_window_exists_in_both_languages() {
        for key in crate::tray::KEYS.iter().chain(&crate::news::KEYS) {
            for language in ["en", "de"] {
                assert_ne!(text(language, key), **key, "{language}: {key}");
            }
        }
    }
}
