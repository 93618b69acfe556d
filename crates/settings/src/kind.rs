use serde_json::Value;
use url::{Host, Url};

use crate::Misfit;

const MAX_ADDRESS_CHARS: usize = 2_000;

/// What a value must be. Every value is kept as text; numbers and switches may be written as such
/// in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An `https` address without user, query or fragment; `http` on this device alone.
    SecureAddress,
    /// An `http` or `https` address without a user.
    Address,
    /// One line of text.
    Text {
        /// Longest length, in characters.
        max: usize,
    },
    /// A whole number.
    Number {
        /// The smallest.
        min: u16,
        /// The largest.
        max: u16,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// On or off.
    Switch,
}

impl Kind {
    /// The words to choose from; none: free text.
    #[must_use]
    pub const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Choice(words) => words,
            Self::Switch => &["true", "false"],
            Self::SecureAddress | Self::Address | Self::Text { .. } | Self::Number { .. } => &[],
        }
    }

    /// The value as it is kept.
    ///
    /// # Errors
    /// [`Misfit`]: what it must be.
    pub fn check_text(self, text: &str) -> Result<String, Misfit> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Misfit::Empty);
        }
        if text.contains(char::is_control) {
            return Err(Misfit::Control);
        }
        match self {
            Self::SecureAddress => check_secure_address(text),
            Self::Address => check_address(text).map(drop),
            Self::Text { max } => check_length(text, max),
            Self::Number { min, max } => return check_number(text, min, max),
            Self::Choice(_) | Self::Switch => check_choice(text, self.options()),
        }?;
        Ok(text.to_owned())
    }

    /// The value as it is kept, read from a file.
    pub(crate) fn check(self, value: &Value) -> Result<String, Misfit> {
        match (value, self) {
            (Value::String(text), _) => self.check_text(text),
            (Value::Number(number), Self::Number { .. }) => self.check_text(&number.to_string()),
            (Value::Bool(switch), Self::Switch) => self.check_text(&switch.to_string()),
            (_, Self::Number { min, max }) => Err(Misfit::NotInRange { min, max }),
            (_, Self::Switch | Self::Choice(_)) => {
                Err(Misfit::NotAChoice { words: self.options() })
            }
            (_, Self::SecureAddress | Self::Address | Self::Text { .. }) => Err(Misfit::NotText),
        }
    }

    /// How a value is written to a file.
    pub(crate) fn to_json(self, text: &str) -> Value {
        match self {
            Self::Number { .. } => text.parse::<u16>().map_or_else(|_| text.into(), Value::from),
            Self::Switch => Value::from(text == "true"),
            Self::SecureAddress | Self::Address | Self::Text { .. } | Self::Choice(_) => {
                text.into()
            }
        }
    }
}

fn check_address(text: &str) -> Result<Url, Misfit> {
    check_length(text, MAX_ADDRESS_CHARS)?;
    let url = Url::parse(text).map_err(|_| Misfit::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Misfit::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Misfit::Credentials);
    }
    Ok(url)
}

fn check_secure_address(text: &str) -> Result<(), Misfit> {
    let url = check_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Misfit::Query);
    }
    if url.scheme() == "http" && !is_this_device(&url) {
        return Err(Misfit::Insecure);
    }
    Ok(())
}

fn is_this_device(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn check_length(text: &str, max: usize) -> Result<(), Misfit> {
    if text.chars().count() > max {
        return Err(Misfit::TooLong { max });
    }
    Ok(())
}

fn check_number(text: &str, min: u16, max: u16) -> Result<String, Misfit> {
    let misfit = Misfit::NotInRange { min, max };
    let number: u16 = text.parse().map_err(|_| misfit)?;
    if !(min..=max).contains(&number) {
        return Err(misfit);
    }
    Ok(number.to_string())
}

fn check_choice(text: &str, words: &'static [&'static str]) -> Result<(), Misfit> {
    if words.contains(&text) { Ok(()) } else { Err(Misfit::NotAChoice { words }) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "reads well in a table")]
    fn check(kind: Kind, value: Value, expect: Result<&str, &str>) {
        let found = kind.check(&value);
        match expect {
            Ok(text) => assert_eq!(found.as_deref(), Ok(text), "{value}"),
            Err(part) => {
                let said = found.unwrap_err().to_string();
                assert!(said.contains(part), "{value}: {said}");
            }
        }
    }

    #[test]
    fn addresses_are_encrypted_unless_they_stay_on_the_device() {
        let kind = Kind::SecureAddress;
        for good in [
            "https://help.example.com",
            "https://id.example.com/tenant/v2.0",
            "http://127.0.0.1:8080",
            "http://[::1]:9",
            "http://localhost:3000/x",
        ] {
            check(kind, json!(good), Ok(good));
        }
        check(kind, json!("http://help.example.com"), Err("https://"));
        check(kind, json!("http://127.0.0.1.example.com"), Err("https://"));
        check(kind, json!("https://noor:secret@help.example.com"), Err("password"));
        check(kind, json!("https://help.example.com/?x=1"), Err("?"));
        check(kind, json!("help.example.com"), Err("such as"));
        check(kind, json!("file:///etc/passwd"), Err("such as"));
        check(kind, json!(5), Err("in quotes"));
        check(Kind::Address, json!("http://probe.example/204?x"), Ok("http://probe.example/204?x"));
    }

    #[test]
    fn numbers_switches_and_words_stay_in_their_range() {
        let hue = Kind::Number { min: 0, max: 359 };
        check(hue, json!(0), Ok("0"));
        check(hue, json!("0359"), Ok("359"));
        for bad in [json!(360), json!(-1), json!(1.5), json!("red"), json!(true), json!(null)] {
            check(hue, bad, Err("from 0 to 359"));
        }
        check(Kind::Switch, json!(true), Ok("true"));
        check(Kind::Switch, json!("false"), Ok("false"));
        check(Kind::Switch, json!(1), Err("true, false"));
        check(Kind::Choice(&["en", "de"]), json!("de"), Ok("de"));
        check(Kind::Choice(&["en", "de"]), json!("fr"), Err("en, de"));
        check(Kind::Text { max: 3 }, json!(" ab "), Ok("ab"));
        check(Kind::Text { max: 3 }, json!("abcd"), Err("longer"));
        check(Kind::Text { max: 9 }, json!("a\u{7}b"), Err("control"));
        check(Kind::Text { max: 3 }, json!("  "), Err("empty"));
    }
}
