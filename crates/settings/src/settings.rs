use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::{
    Entry, Key, SettingError, SourceProblem,
    file::{self, Stamp},
    managed,
    merge::{self, Given},
    source::{self, Source, Text},
};

/// Where IT puts the managed file; on Windows, the key below `HKEY_LOCAL_MACHINE`.
pub const MANAGED_PATH: &str =
    if cfg!(windows) { r"SOFTWARE\Policies\Deskside" } else { "/etc/deskside/policy.json" };

const ROOT: u32 = 0;

/// All settings as they stand.
#[derive(Debug, Clone)]
pub struct Settings {
    places: Places,
    stamps: Stamps,
    entries: Vec<Entry>,
    problems: Vec<SourceProblem>,
}

#[derive(Debug, Clone)]
struct Places {
    managed: PathBuf,
    user: PathBuf,
    owner: u32,
}

/// Of the managed folder, the managed file and the user's file.
type Stamps = [Option<Stamp>; 3];

impl Settings {
    /// Reads the managed file, which must belong to root, and the user's file. Never fails: what
    /// cannot be read is told by [`Settings::source_problems`] and [`Settings::entries`].
    #[must_use]
    pub fn load(managed: &Path, user: &Path) -> Self {
        Self::load_with_owner(managed, user, ROOT)
    }

    /// The same, with a managed file that must belong to the user with this id.
    #[must_use]
    pub fn load_with_owner(managed: &Path, user: &Path, owner: u32) -> Self {
        let (managed, user) = (managed.to_owned(), user.to_owned());
        Self::read(Places { managed, user, owner })
    }

    /// The value of a key; empty: none.
    #[must_use]
    pub fn value(&self, key: Key) -> &str {
        self.entry(key).map_or("", |entry| &entry.value)
    }

    /// Every key, in the order they are shown.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with the files themselves.
    #[must_use]
    pub fn source_problems(&self) -> &[SourceProblem] {
        &self.problems
    }

    /// Sets a key for the user; an empty value goes back to the default. Everything else in the
    /// user's file stays. A file that is not JSON is moved aside to `….damaged` first.
    ///
    /// # Errors
    /// [`SettingError`]; nothing is changed then.
    pub fn set(&mut self, key: Key, value: &str) -> Result<(), SettingError> {
        if self.entry(key).is_none_or(|entry| entry.is_locked) {
            return Err(SettingError::Locked);
        }
        let kind = key.definition().kind;
        let value = match value.trim() {
            "" => None,
            value => Some(kind.check_text(value).map_err(SettingError::Invalid)?),
        };
        let mut values = self.user_values()?;
        match value {
            Some(value) => values.insert(key.name().to_owned(), kind.to_json(&value)),
            None => values.remove(key.name()),
        };
        let text = format!("{:#}\n", Value::Object(values));
        file::write(&self.places.user, &text).map_err(|error| self.disk(error))?;
        *self = Self::read(self.places.clone());
        Ok(())
    }

    /// Reads the files again if one was changed, made or removed, and tells whether anything is
    /// different now. Cheap enough to be called every few seconds.
    pub fn reload_if_changed(&mut self) -> bool {
        if self.places.stamps() == self.stamps {
            return false;
        }
        let new = Self::read(self.places.clone());
        let is_different = new.entries != self.entries || new.problems != self.problems;
        *self = new;
        is_different
    }

    fn entry(&self, key: Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    fn read(places: Places) -> Self {
        // Before the files: a change while they are read is seen the next time.
        let stamps = places.stamps();
        let managed_text = managed::read(&places.managed, places.owner);
        let managed = Source::new(&places.managed, managed_text);
        let user = Source::new(&places.user, source::read_user(&places.user));
        let managed_given = Given { file: &places.managed, source: &managed };
        let user_given = Given { file: &places.user, source: &user };
        let entries = Key::ALL.map(|key| merge::entry(key, managed_given, user_given)).into();
        let problems = managed.problems.into_iter().chain(user.problems).collect();
        Self { places, stamps, entries, problems }
    }

    fn user_values(&self) -> Result<Map<String, Value>, SettingError> {
        match source::read_user(&self.places.user) {
            Text::Absent => Ok(Map::new()),
            Text::Read(text) => match source::parse(&text) {
                Ok(values) => Ok(values),
                Err(_) => self.start_anew(),
            },
            // Not text at all.
            Text::Refused(_) => self.start_anew(),
        }
    }

    fn start_anew(&self) -> Result<Map<String, Value>, SettingError> {
        file::move_aside(&self.places.user).map_err(|error| self.disk(error))?;
        Ok(Map::new())
    }

    fn disk(&self, source: std::io::Error) -> SettingError {
        SettingError::Disk { path: self.places.user.clone(), source }
    }
}

impl Places {
    fn stamps(&self) -> Stamps {
        let folder = self.managed.parent().unwrap_or(Path::new("/"));
        [folder, &self.managed, &self.user].map(file::stamp)
    }
}
