//! Reads IT's settings from the registry of Windows: below `Policies`, administrators alone may write.
//! Each value is named as its key; switches and numbers are `REG_DWORD`, the rest `REG_SZ`.

use std::fmt::Display;
use std::path::Path;

use serde_json::{Map, Value};
use windows_registry::LOCAL_MACHINE;

use crate::{Key, Kind, SourceProblem, source::Text};

/// What `ERROR_FILE_NOT_FOUND` becomes as a result code.
const NOT_FOUND: u32 = 0x8007_0002;

/// The values of a key below `HKEY_LOCAL_MACHINE` as one JSON object.
pub(crate) fn read(path: &Path, _owner: u32) -> Text {
    let key = match LOCAL_MACHINE.open(path.to_string_lossy()) {
        Ok(key) => key,
        Err(error) if error.code().0.cast_unsigned() == NOT_FOUND => return Text::Absent,
        Err(error) => return Text::Refused(unreadable(path, &error)),
    };
    let values = match key.values() {
        Ok(values) => values,
        Err(error) => return Text::Refused(unreadable(path, &error)),
    };
    let object: Map<_, _> =
        values.map(|(name, value)| (name.clone(), json(&name, value))).collect();
    Text::Read(format!("{:#}", Value::Object(object)))
}

/// As the managed file would say it; what does not fit is told with the others.
fn json(name: &str, value: windows_registry::Value) -> Value {
    let kind = Key::from_name(name).map(|key| key.definition().kind);
    let text = match u32::try_from(value.clone()) {
        Ok(number) if matches!(kind, Some(Kind::Switch)) => (number != 0).to_string(),
        Ok(number) => number.to_string(),
        Err(_) => String::try_from(value).unwrap_or_default(),
    };
    match kind.map(|kind| (kind, kind.check_text(&text))) {
        Some((kind, Ok(fitting))) => kind.to_json(&fitting),
        Some((_, Err(_))) | None => Value::String(text),
    }
}

fn unreadable(path: &Path, error: &impl Display) -> SourceProblem {
    SourceProblem::of_file(
        path,
        format!("cannot be read ({error})"),
        "Let everybody read this key of the registry",
    )
}
