//! The user's file: told apart when it changes, written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Far above any settings file.
pub(crate) const MAX_BYTES: u64 = 1024 * 1024;

/// What changes when a file does: content, owner or rights. The same twice: not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// The stamp of what is at `path` itself, link or not.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(Stamp {
        inode: metadata.ino(),
        length: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

/// Puts the text in place of the file, readable by the user alone. Follows a link, for people who
/// keep their settings elsewhere.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = beside(&path, &format!(".{}.tmp", std::process::id()));
    let written = write_synced(&temporary, text).and_then(|()| fs::rename(&temporary, &path));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

fn write_synced(path: &Path, text: &str) -> io::Result<()> {
    // One left behind by a crash may be in the way.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Moves a file that cannot be understood aside, so that nothing of it is lost.
pub(crate) fn move_aside(path: &Path) -> io::Result<()> {
    fs::rename(path, beside(path, ".damaged"))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
