use std::path::Path;

use crate::{Definition, Key, source::Source};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// IT set it.
    Managed,
    /// The user set it.
    User,
    /// Nobody set it.
    Default,
}

/// A key as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// Its value; empty: none.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
    /// Whether only IT may change it.
    pub is_locked: bool,
    /// Why a value that was given does not count.
    pub error: Option<String>,
    /// The words to choose from; none: free text.
    pub options: &'static [&'static str],
}

/// A source and the name it is shown under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) file: &'a Path,
    pub(crate) source: &'a Source,
}

impl Given<'_> {
    /// The value this source gives, if it gives a good one; a bad one is told in `errors`.
    fn value(self, key: Key, errors: &mut Vec<String>) -> Option<String> {
        let value = self.source.values.get(key.name())?;
        match key.definition().kind.check(value) {
            Ok(value) => Some(value),
            Err(advice) => {
                errors.push(self.told(key, &advice));
                None
            }
        }
    }

    fn refuse(self, key: Key, reason: &str, errors: &mut Vec<String>) {
        if self.source.values.contains_key(key.name()) {
            errors.push(self.told(key, reason));
        }
    }

    fn told(self, key: Key, reason: &str) -> String {
        let file = self.file.display();
        match self.source.line(key) {
            Some(line) => format!("{file}, line {line}: {} {reason}", key.name()),
            None => format!("{file}: {} {reason}", key.name()),
        }
    }
}

/// Managed before user before default, key by key.
pub(crate) fn entry(key: Key, managed: Given<'_>, user: Given<'_>) -> Entry {
    let Definition { kind, default, is_security, user_may_change, .. } = key.definition();
    let mut errors = Vec::new();
    let from_managed = managed.value(key, &mut errors);
    let barred = if !user_may_change {
        Some("can be set by IT only")
    } else if is_security && managed.source.exists {
        Some("is ignored here: IT manages this device, and this setting comes from IT only")
    } else {
        None
    };
    let is_locked = from_managed.is_some() || barred.is_some();
    let from_user = match barred {
        Some(reason) => {
            user.refuse(key, reason, &mut errors);
            None
        }
        None if from_managed.is_some() => None,
        None => user.value(key, &mut errors),
    };
    let (value, origin) = match (from_managed, from_user) {
        (Some(value), _) => (value, Origin::Managed),
        (None, Some(value)) => (value, Origin::User),
        (None, None) => (default.to_owned(), Origin::Default),
    };
    let error = (!errors.is_empty()).then(|| errors.join("\n"));
    Entry { key, value, origin, is_locked, error, options: kind.options() }
}
