use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions, TryLockError},
    io::Read,
    path::{Path, PathBuf},
};

use sealing::files::{self, TEMPORARY};
use sealing::{Key, SealingError};
use uuid::Uuid;

use crate::{
    OutboxError,
    record::{self, Record},
};

const EXTENSION: &str = "entry";
const DAMAGED: &str = "damaged";
/// Far above the largest submission; a larger file was not written by us.
const MAX_RECORD_BYTES: u64 = 4 * 1024 * 1024;

/// A file of the outbox that could not be read. It is never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Where it is now.
    pub file: PathBuf,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What is wrong with a file of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Written with another key. It stays in its place: the key may come back.
    OtherKey,
    /// Written by a newer version. It stays in its place.
    NewerVersion,
    /// The disk does not give it. It stays in its place.
    Unreadable,
    /// Not in the form of a record. Moved aside.
    NotARecord,
    /// Changed since it was written, or under another name. Moved aside.
    Changed,
}

impl Damage {
    fn stays(self) -> bool {
        match self {
            Self::OtherKey | Self::NewerVersion | Self::Unreadable => true,
            Self::NotARecord | Self::Changed => false,
        }
    }
}

/// Where the record of this id is.
pub(crate) fn record_path(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.{EXTENSION}"))
}

/// Makes the folder and keeps others out until the file is dropped or the process ends.
pub(crate) fn lock(folder: &Path) -> Result<File, OutboxError> {
    files::create_folder(folder)?;
    let path = folder.join("lock");
    let failed = |error| SealingError::disk("lock", &path, error);
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OutboxError::InUse),
        Err(TryLockError::Error(error)) => Err(failed(error).into()),
    }
}

/// What is in the folder.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) records: Vec<Record>,
    pub(crate) damaged: Vec<Damaged>,
    pub(crate) needs_earlier: bool,
}

/// Everything in the folder. Removes what a crash left half written, moves aside what is damaged, seals
/// anew what an earlier key sealed.
pub(crate) fn read(folder: &Path, key: &Key, earlier: &[Key]) -> Result<Found, OutboxError> {
    let failed = |error| SealingError::disk("list", folder, error);
    let mut found = Found::default();
    for file in fs::read_dir(folder).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        match path.extension().and_then(OsStr::to_str) {
            Some(TEMPORARY) => files::discard(&path),
            Some(EXTENSION) => match read_record(&path, key) {
                Ok(record) => found.records.push(record),
                Err(Damage::OtherKey) => match read_with_any(&path, earlier) {
                    Some(record) => {
                        found.needs_earlier |= seal_anew(&path, &record, key).is_err();
                        found.records.push(record);
                    }
                    None => found.damaged.push(Damaged { file: path, damage: Damage::OtherKey }),
                },
                Err(damage) => found.damaged.push(set_aside(folder, path, damage)),
            },
            _ => {}
        }
    }
    Ok(found)
}

fn read_with_any(path: &Path, keys: &[Key]) -> Option<Record> {
    keys.iter().find_map(|key| read_record(path, key).ok())
}

fn seal_anew(path: &Path, record: &Record, key: &Key) -> Result<(), OutboxError> {
    let bytes = record::encode(record.sequence, &record.entry, key)?;
    Ok(files::write_durably(path, &bytes)?)
}

fn read_record(path: &Path, key: &Key) -> Result<Record, Damage> {
    let id = path.file_stem().and_then(OsStr::to_str).and_then(|stem| stem.parse::<Uuid>().ok());
    let id = id.ok_or(Damage::NotARecord)?;
    let metadata = fs::symlink_metadata(path).map_err(|_| Damage::Unreadable)?;
    if !metadata.is_file() || metadata.len() > MAX_RECORD_BYTES {
        return Err(Damage::NotARecord);
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_RECORD_BYTES).read_to_end(&mut bytes))
        .map_err(|_| Damage::Unreadable)?;
    record::decode(&bytes, id, key)
}

/// A file that cannot be moved stays where it is: the others still load.
fn set_aside(folder: &Path, file: PathBuf, damage: Damage) -> Damaged {
    if damage.stays() {
        return Damaged { file, damage };
    }
    let moved = move_aside(folder, &file);
    Damaged { file: moved.unwrap_or(file), damage }
}

fn move_aside(folder: &Path, file: &Path) -> Option<PathBuf> {
    let damaged = folder.join(DAMAGED);
    files::create_folder(&damaged).ok()?;
    let name = file.file_name()?.to_str()?;
    let mut target = damaged.join(name);
    let mut copies = 0_u32;
    while target.symlink_metadata().is_ok() {
        copies += 1;
        target = damaged.join(format!("{name}.{copies}"));
    }
    fs::rename(file, &target).ok()?;
    // A power cut that undoes the move loses nothing: the next start moves it again.
    let _ = files::sync_folder(&damaged).and_then(|()| files::sync_folder(folder));
    Some(target)
}
