use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::{ContentProblem, Report};

/// Far more than anybody writes by hand; keeps a wrong file from filling the memory.
const MAX_BYTES: u64 = 64 * 1024;

/// The text of one file.
pub(super) struct Source {
    /// Relative to the root, with `/` between names.
    pub(super) file: String,
    pub(super) text: String,
}

impl Source {
    /// The file's name up to its first dot.
    pub(super) fn stem(&self) -> &str {
        let name = self.name();
        name.split('.').next().unwrap_or(name)
    }

    /// The part of the name between its first and its last dot: `de` of `vpn.de.md`.
    pub(super) fn locale(&self) -> Option<&str> {
        let (stem, _) = self.name().rsplit_once('.')?;
        stem.split_once('.').map(|(_, locale)| locale)
    }

    fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }

    pub(super) fn problem(
        &self,
        line: Option<u32>,
        what: String,
        advice: String,
    ) -> ContentProblem {
        ContentProblem { file: self.file.clone(), line, what, advice }
    }

    /// Every line with its number.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The line of a key that is not indented.
    pub(super) fn line_of_key(&self, key: &str) -> Option<u32> {
        let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        self.lines().find(|(_, line)| is_key(line)).map(|(number, _)| number)
    }

    /// The first line, not before `from`, that holds `word` as a whole word.
    pub(super) fn line_with(&self, from: u32, word: &str) -> Option<u32> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        self.lines()
            .skip_while(|(number, _)| *number < from)
            .find(|(_, line)| line.split(|c| !is_part(c)).any(|found| found == word))
            .map(|(number, _)| number)
    }
}

/// Reads every file of a folder with this extension, by name. Anything else in it is reported.
pub(super) fn read_folder(
    root: &Path,
    folder: &str,
    extension: &str,
    report: &mut Report,
) -> Vec<Source> {
    let Some(names) = names_in(&root.join(folder)) else {
        let advice = "Create the folder, with plain files in it.".to_owned();
        let what = "the folder cannot be read".to_owned();
        report.add(ContentProblem { file: folder.to_owned(), line: None, what, advice });
        return Vec::new();
    };
    let mut sources = Vec::new();
    for name in names {
        let file = format!("{folder}/{name}");
        if !name.strip_suffix(extension).is_some_and(|stem| stem.ends_with('.')) {
            let what = "this file is not used".to_owned();
            let advice = format!("Only .{extension} files belong here; move it elsewhere.");
            report.add(ContentProblem { file, line: None, what, advice });
            continue;
        }
        match read_file(root, &file) {
            Ok(source) => sources.push(source),
            Err(problem) => report.add(problem),
        }
    }
    sources
}

/// The names in a folder, sorted, without hidden ones. A link in place of the folder is refused.
fn names_in(folder: &Path) -> Option<Vec<String>> {
    if !fs::symlink_metadata(folder).ok()?.is_dir() {
        return None;
    }
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    Some(names)
}

/// Reads one plain file of at most [`MAX_BYTES`] in UTF-8.
pub(super) fn read_file(root: &Path, file: &str) -> Result<Source, ContentProblem> {
    read_large_file(root, file, MAX_BYTES)
}

/// Reads one plain file in UTF-8.
pub(super) fn read_large_file(
    root: &Path,
    file: &str,
    max_bytes: u64,
) -> Result<Source, ContentProblem> {
    match String::from_utf8(read_bytes(root, file, max_bytes)?) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Ok(Source { file: file.to_owned(), text })
        }
        Err(error) => {
            let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
            let breaks = good.filter(|byte| **byte == b'\n').count();
            let line = u32::try_from(breaks).ok().map(|breaks| breaks + 1);
            Err(problem(file, line, "the text is not UTF-8", "Save the file as UTF-8."))
        }
    }
}

/// Reads one plain file as it is.
pub(super) fn read_bytes(
    root: &Path,
    file: &str,
    max_bytes: u64,
) -> Result<Vec<u8>, ContentProblem> {
    let path = root.join(file);
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => {
            let advice = "Put the file itself here; links and folders are not followed.";
            return Err(problem(file, None, "this is not a plain file", advice));
        }
        Err(_) => return Err(problem(file, None, "the file is missing", "Create it.")),
    }
    let mut bytes = Vec::new();
    let read = File::open(&path).map(|open| open.take(max_bytes + 1).read_to_end(&mut bytes));
    if !matches!(read, Ok(Ok(_))) {
        return Err(problem(file, None, "the file cannot be read", "Check its permissions."));
    }
    if bytes.len() as u64 > max_bytes {
        let advice = format!("Split it: a file has at most {} KiB.", max_bytes / 1024);
        return Err(problem(file, None, "the file is too large", &advice));
    }
    Ok(bytes)
}

fn problem(file: &str, line: Option<u32>, what: &str, advice: &str) -> ContentProblem {
    let (file, what, advice) = (file.to_owned(), what.to_owned(), advice.to_owned());
    ContentProblem { file, line, what, advice }
}
