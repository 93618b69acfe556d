//! Files of an export, in folders and in archives, with bounds: an export is somebody else's file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::{Foreign, Format, Import, ImportError, Loss};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Folders inside of each other.
const DEEPEST: usize = 32;

/// Reads each file of a kind as an article; `read` gets the file and where it is below the export. Single files
/// that cannot be read are told.
pub(crate) fn each(
    export: &Path,
    format: Format,
    is_of_kind: impl Fn(&Path) -> bool,
    read: impl Fn(&Path, &str) -> Result<Foreign, Loss>,
) -> Result<Import, ImportError> {
    let mut import = Import::default();
    for file in below(export)? {
        let place = place(&file, export);
        if !is_of_kind(&file) {
            import.lose(&place, Loss::OtherKind);
            continue;
        }
        match read(&file, &place) {
            Ok(article) => import.take(article),
            Err(what) => import.lose(&place, what),
        }
    }
    if import.articles.is_empty() {
        let why = "no file of it with a title and a text was found".to_owned();
        return Err(ImportError::Format { path: export.to_owned(), format: format.name(), why });
    }
    Ok(import)
}

/// The file itself, or all files below a folder, in the order of their names. Links are not followed.
pub(crate) fn below(path: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    let kind = std::fs::metadata(path).map_err(|source| unreadable(path, source))?;
    if kind.is_dir() {
        collect(path, DEEPEST, &mut files)?;
    } else {
        files.push(path.to_owned());
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, deeper: usize, files: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let entries = std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        let kind = entry.file_type().map_err(|source| unreadable(folder, source))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if is_hidden {
            continue;
        }
        if kind.is_dir() && deeper > 0 {
            collect(&entry.path(), deeper - 1, files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, ImportError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        in_bounds(bytes.len() as u64)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
        String::from_utf8(bytes).map_err(|error| std::io::Error::other(error.to_string()))
    };
    read().map_err(|source| unreadable(path, source))
}

/// The text of one file in an archive; nothing if there is none of this name.
pub(crate) fn in_archive(archive: &Path, name: &str) -> Result<Option<String>, ImportError> {
    let read = || {
        let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
        let file = match archive.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut text = String::new();
        // The size that the archive tells may be a lie.
        let read = file.take(LARGEST + 1).read_to_string(&mut text)?;
        in_bounds(read as u64)?;
        Ok(Some(text))
    };
    read().map_err(|source: std::io::Error| unreadable(archive, source))
}

/// The names of the files in an archive.
pub(crate) fn names(archive: &Path) -> Result<Vec<String>, ImportError> {
    let read = || {
        let archive = zip::ZipArchive::new(File::open(archive)?)?;
        let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        let mut names = names.collect::<Result<Vec<String>, _>>()?;
        names.sort();
        Ok(names)
    };
    read().map_err(|source: std::io::Error| unreadable(archive, source))
}

fn in_bounds(bytes: u64) -> std::io::Result<()> {
    if bytes > LARGEST {
        return Err(std::io::Error::other(format!("it is larger than {LARGEST} bytes")));
    }
    Ok(())
}

fn unreadable(path: &Path, source: std::io::Error) -> ImportError {
    ImportError::Read { path: path.to_owned(), source }
}

/// How a file's name ends, in lower case.
pub(crate) fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// The name of a file without its ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where a file is below the export, with `/`.
pub(crate) fn place(path: &Path, export: &Path) -> String {
    let place = path.strip_prefix(export).ok().filter(|place| !place.as_os_str().is_empty());
    let place = place.map_or_else(|| path.file_name().unwrap_or_default().into(), Path::to_owned);
    place.to_string_lossy().replace('\\', "/")
}
