//! The user's file: told apart when it changes, written whole or not at all.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What changes when a file does: content, and where the system tells, owner or rights. The same
/// twice: not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    node: Node,
}

/// The stamp of what is at `path` itself, link or not.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(Stamp {
        length: metadata.len(),
        modified: metadata.modified().ok(),
        node: node(&metadata),
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
    sync_folder(folder)
}

fn write_synced(path: &Path, text: &str) -> io::Result<()> {
    // One left behind by a crash may be in the way.
    let _ = fs::remove_file(path);
    let mut file = for_oneself(OpenOptions::new().write(true).create_new(true)).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Number of the file, and when it or its rights changed last.
#[cfg(unix)]
type Node = (u64, i64, i64);

#[cfg(unix)]
fn node(metadata: &fs::Metadata) -> Node {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

/// When the file was made.
#[cfg(not(unix))]
type Node = Option<SystemTime>;

#[cfg(not(unix))]
fn node(metadata: &fs::Metadata) -> Node {
    metadata.created().ok()
}

#[cfg(unix)]
fn for_oneself(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

/// The user's own folder is for the user alone already.
#[cfg(not(unix))]
fn for_oneself(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Folders cannot be opened here; renaming is written to the journal.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
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
