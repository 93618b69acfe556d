//! Reads the managed file if nobody but its owner could have written it.

use std::{
    fs::{File, Metadata},
    io::Read,
    os::unix::fs::MetadataExt,
    path::Path,
};

use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

use crate::{SourceProblem, source::Text};

/// Far above any settings file.
const MAX_BYTES: u64 = 1024 * 1024;

const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The text of the file at `path`, which must belong to the user `owner` (root, except in tests).
pub(crate) fn read(path: &Path, owner: u32) -> Text {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Text::Absent };
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = match rustix::fs::open(folder, flags | OFlags::DIRECTORY, Mode::empty()) {
        Ok(opened) => File::from(opened),
        Err(Errno::NOENT) => return Text::Absent,
        Err(error) => return Text::Refused(not_opened(folder, error)),
    };
    // From the opened folder, so that nobody can put another one in its place meanwhile; not
    // blocking, so that a pipe cannot stop us.
    let file = match rustix::fs::openat(&opened, name, flags | OFlags::NONBLOCK, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Text::Absent,
        Err(error) => return Text::Refused(not_opened(path, error)),
    };
    let read = check(folder, &opened, owner)
        .and_then(|_| check(path, &file, owner))
        .and_then(|metadata| read_text(path, &file, &metadata));
    match read {
        Ok(text) => Text::Read(text),
        Err(problem) => Text::Refused(problem),
    }
}

fn not_opened(path: &Path, error: Errno) -> SourceProblem {
    match error {
        Errno::LOOP | Errno::NOTDIR => SourceProblem::of_file(
            path,
            "a link, or not what it should be",
            "Links are not followed: put the folder and the file themselves there",
        ),
        error => SourceProblem::of_file(
            path,
            format!("cannot be opened ({})", std::io::Error::from(error)),
            format!("Let everybody read it: chmod a+rX {}", path.display()),
        ),
    }
}

fn check(path: &Path, file: &File, owner: u32) -> Result<Metadata, SourceProblem> {
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.uid() != owner {
        return Err(SourceProblem::of_file(
            path,
            format!("belongs to the user {}, so anybody may have written it", metadata.uid()),
            format!("Give it to root: chown root {}", path.display()),
        ));
    }
    if metadata.mode() & WRITABLE_BY_OTHERS != 0 {
        return Err(SourceProblem::of_file(
            path,
            format!("can be changed by others (mode {:o})", metadata.mode() & 0o7777),
            format!("Take that right away: chmod go-w {}", path.display()),
        ));
    }
    Ok(metadata)
}

fn read_text(path: &Path, file: &File, metadata: &Metadata) -> Result<String, SourceProblem> {
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(SourceProblem::of_file(
            path,
            "not a regular file of at most 1 MiB",
            "Put a JSON file there",
        ));
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| unreadable(path, &error))?;
    Ok(text)
}

fn unreadable(path: &Path, error: &std::io::Error) -> SourceProblem {
    SourceProblem::of_file(
        path,
        format!("cannot be read ({error})"),
        "Write it anew, as JSON in UTF-8",
    )
}
