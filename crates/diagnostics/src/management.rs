//! What Windows Management Instrumentation tells without elevation: rows in, outcomes out.

mod battery;
mod displays;
mod drives;
mod identity;
mod printers;
mod sound;
mod starts;
mod temperature;

pub(crate) use battery::battery;
pub(crate) use displays::displays;
pub(crate) use drives::drives;
pub(crate) use identity::identity;
pub(crate) use printers::printers;
pub(crate) use sound::audio_video;
pub(crate) use starts::last_shutdown;
pub(crate) use temperature::temperature;

use serde::de::DeserializeOwned;

/// Namespaces of the classes.
const CIM: &str = r"ROOT\CIMV2";
const DRIVERS: &str = r"ROOT\WMI";
const STORAGE: &str = r"ROOT\Microsoft\Windows\Storage";

/// A class and what is asked of it; never more than is read.
pub(crate) trait Class: DeserializeOwned {
    /// Where the class is.
    const NAMESPACE: &'static str;
    /// The question, in WQL.
    const QUERY: &'static str;
}

/// Who answers.
pub(crate) trait Management {
    /// The rows of a class; none where it cannot be asked.
    fn rows<T: Class>(&self) -> Option<Vec<T>>;
}

#[cfg(test)]
pub(crate) mod recorded {
    use std::path::Path;

    use serde_json::{Map, Value};

    use super::{Class, Management};

    /// Answers from a folder: for each class the list that `Get-WmiObject CLASS | ConvertTo-Json`
    /// prints. Only what the question names is handed out.
    pub(crate) struct Recorded(pub(crate) &'static str);

    impl Management for Recorded {
        fn rows<T: Class>(&self) -> Option<Vec<T>> {
            let (fields, rest) = T::QUERY.strip_prefix("SELECT ")?.split_once(" FROM ")?;
            let class = rest.split(' ').next()?;
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(self.0);
            let text = std::fs::read_to_string(folder.join(format!("{class}.json"))).ok()?;
            let rows: Vec<Map<String, Value>> = serde_json::from_str(&text).unwrap();
            let asked = |mut row: Map<String, Value>| {
                let mut only = Map::new();
                for field in fields.split(", ") {
                    let value = row.remove(field);
                    only.insert(field.to_owned(), value.expect("a field of the class"));
                }
                serde_json::from_value(Value::Object(only)).unwrap()
            };
            Some(rows.into_iter().map(asked).collect())
        }
    }
}
