use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Definition, Key, Misfit, source::Source};

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
    /// Values that were given and do not count.
    pub ignored: Vec<Ignored>,
    /// The words to choose from; none: free text.
    pub options: &'static [&'static str],
}

/// A value that was given and does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Its key.
    pub key: Key,
    /// The file it stands in.
    pub file: PathBuf,
    /// The line, from 1, as far as it can be told.
    pub line: Option<usize>,
    /// Why.
    pub misfit: Misfit,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {} {}", self.key.name(), self.misfit)
    }
}

/// A source and the name it is shown under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) file: &'a Path,
    pub(crate) source: &'a Source,
}

impl Given<'_> {
    /// The value this source gives, if it gives a good one; a bad one is told in `ignored`.
    fn value(self, key: Key, ignored: &mut Vec<Ignored>) -> Option<String> {
        let value = self.source.values.get(key.name())?;
        match key.definition().kind.check(value) {
            Ok(value) => Some(value),
            Err(misfit) => {
                ignored.push(self.told(key, misfit));
                None
            }
        }
    }

    fn refuse(self, key: Key, misfit: Misfit, ignored: &mut Vec<Ignored>) {
        if self.source.values.contains_key(key.name()) {
            ignored.push(self.told(key, misfit));
        }
    }

    fn told(self, key: Key, misfit: Misfit) -> Ignored {
        Ignored { key, file: self.file.to_owned(), line: self.source.line(key), misfit }
    }
}

/// Managed before user before default, key by key.
pub(crate) fn entry(key: Key, managed: Given<'_>, user: Given<'_>) -> Entry {
    let Definition { kind, default, is_security, user_may_change, is_consent, .. } =
        key.definition();
    let mut ignored = Vec::new();
    let mut from_managed = managed.value(key, &mut ignored);
    if is_consent && from_managed.take_if(|value| *value != default).is_some() {
        ignored.push(managed.told(key, Misfit::Consent));
    }
    let barred = if !user_may_change {
        Some(Misfit::OnlyIt)
    } else if is_security && managed.source.exists {
        Some(Misfit::Managed)
    } else {
        None
    };
    let is_locked = from_managed.is_some() || barred.is_some();
    let from_user = match barred {
        Some(misfit) => {
            user.refuse(key, misfit, &mut ignored);
            None
        }
        None if from_managed.is_some() => None,
        None => user.value(key, &mut ignored),
    };
    let (value, origin) = match (from_managed, from_user) {
        (Some(value), _) => (value, Origin::Managed),
        (None, Some(value)) => (value, Origin::User),
        (None, None) => (default.to_owned(), Origin::Default),
    };
    Entry { key, value, origin, is_locked, ignored, options: kind.options() }
}
