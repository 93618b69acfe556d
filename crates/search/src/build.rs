//! Building the index, or bringing one up to date: beside its place, and moved there when it is complete.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};
use tantivy::directory::MmapDirectory;
use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::documents::digests;
use crate::index::{Document, Fields, Index, SearchError, schema};
use crate::language::{self, Tongue};

/// Beside the index: whoever builds one here holds it.
const LOCK: &str = "index.lock";
/// Memory the builder may use, in bytes.
const MEMORY: usize = 32 * 1024 * 1024;
/// Progress is told after so many documents.
const STRIDE: usize = 64;

/// What building came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Documents that were taken over from an earlier index.
    pub kept: usize,
    /// Those that were read anew.
    pub read: usize,
}

/// Builds the index of these documents in `folder`, replacing what is there only when the new one
/// is complete.
///
/// # Errors
/// If the folder cannot be written or the index cannot be built; what was there stays.
pub fn build<D: Into<Document>>(
    folder: &Path,
    documents: impl IntoIterator<Item = D>,
) -> Result<Built, SearchError> {
    let documents: Vec<Document> = documents.into_iter().map(Into::into).collect();
    update(folder, &[], &documents, |_| ())
}

/// As [`build`], taking over from one of the `earlier` indexes, which lie beside it, the documents that
/// are the same; all of them are removed at the end. Calls `progress` with how many documents are done. Of two
/// processes that do this in the same place at once, the second waits and takes what the first has built.
///
/// # Errors
/// As [`build`].
pub fn update(
    folder: &Path,
    earlier: &[PathBuf],
    documents: &[Document],
    progress: impl Fn(usize),
) -> Result<Built, SearchError> {
    let lock = folder.with_file_name(LOCK);
    let unfinished = folder.with_extension("unfinished");
    let in_folder = |path: &Path| {
        let path = path.to_owned();
        move |source| SearchError::Folder { path, source }
    };
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent).map_err(in_folder(parent))?;
    }
    // Let go when it is dropped, or when this process ends.
    let held = File::create(&lock).and_then(|file| file.lock().map(|()| file));
    let _held = held.map_err(in_folder(&lock))?;
    if is_of(folder, documents) {
        return Ok(Built { kept: documents.len(), read: 0 });
    }
    remove(&unfinished).map_err(in_folder(&unfinished))?;
    std::fs::create_dir_all(&unfinished).map_err(in_folder(&unfinished))?;
    // An index that is damaged or of another version is none.
    if let Some(usable) = earlier.iter().find(|earlier| Index::open(earlier).is_ok()) {
        take_over(usable, &unfinished).map_err(in_folder(&unfinished))?;
    }
    let built = write(&unfinished, documents, progress)?;
    remove(folder).map_err(in_folder(folder))?;
    std::fs::rename(&unfinished, folder).map_err(in_folder(folder))?;
    // What stays costs only space, and the next one to build tries again.
    earlier.iter().for_each(|earlier| drop(remove(earlier)));
    Ok(built)
}

/// Whether there is an index of exactly these documents.
fn is_of(folder: &Path, documents: &[Document]) -> bool {
    let known = Index::open(folder).and_then(|index| Ok(digests(&index.reader.searcher())?));
    let Ok(mut known) = known else { return false };
    let mut wanted: Vec<u64> = documents.iter().map(digest).collect();
    known.sort_unstable();
    wanted.sort_unstable();
    known == wanted
}

fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The files of an index are never changed, only replaced: one more name for each is a copy.
fn take_over(earlier: &Path, unfinished: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(earlier)? {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let to: PathBuf = unfinished.join(&name);
        let is_lock = from.extension().is_some_and(|extension| extension == "lock");
        if !is_lock && std::fs::hard_link(&from, &to).is_err() {
            // Not every file system has more than one name for a file.
            std::fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

fn write(
    folder: &Path,
    documents: &[Document],
    progress: impl Fn(usize),
) -> Result<Built, SearchError> {
    let (schema, fields) = schema();
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    let index = tantivy::Index::builder().schema(schema).open_or_create(directory)?;
    language::register(index.tokenizers());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY)?;
    // How often the earlier index has a document.
    let mut known: HashMap<u64, usize> = HashMap::new();
    for digest in digests(&index.reader()?.searcher())? {
        *known.entry(digest).or_default() += 1;
    }
    let mut missing = Vec::new();
    for document in documents {
        let digest = digest(document);
        match known.get_mut(&digest) {
            Some(times) if *times > 0 => *times -= 1,
            _ => missing.push((document, digest)),
        }
    }
    known.retain(|_, times| *times > 0);
    let gone: HashSet<u64> = known.into_keys().collect();
    if !gone.is_empty() {
        // Of some that are the same all go, and those that are wanted are read again.
        let wanted = documents.iter().map(|document| (document, digest(document)));
        missing.retain(|(_, digest)| !gone.contains(digest));
        missing.extend(wanted.filter(|(_, digest)| gone.contains(digest)));
    }
    let kept = documents.len() - missing.len();
    for digest in &gone {
        writer.delete_term(Term::from_field_u64(fields.digest, *digest));
    }
    for ((document, digest), done) in missing.iter().zip(kept + 1..) {
        writer.add_document(indexed(&fields, document, *digest))?;
        if done.is_multiple_of(STRIDE) {
            progress(done);
        }
    }
    writer.commit()?;
    if !gone.is_empty() {
        // What is gone would still be counted where words are weighed.
        let segments = index.searchable_segment_ids()?;
        writer.merge(&segments).wait()?;
    }
    writer.wait_merging_threads()?;
    progress(documents.len());
    Ok(Built { kept, read: missing.len() })
}

/// The first eight bytes of SHA-256 over all that is indexed of a document.
fn digest(document: &Document) -> u64 {
    let Document { id, locale, title, summary, keywords, text, reviewed, review_by } = document;
    let mut context = Context::new(&SHA256);
    let parts = [id, locale, title, summary, text, reviewed, review_by];
    for part in parts.into_iter().chain(keywords) {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part.as_bytes());
    }
    let digest = context.finish();
    digest.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn indexed(fields: &Fields, from: &Document, digest: u64) -> TantivyDocument {
    let keywords = from.keywords.join(", ");
    let body = format!("{} {}", from.summary, from.text);
    let mut document = TantivyDocument::new();
    document.add_u64(fields.digest, digest);
    document.add_text(fields.id, &from.id);
    document.add_text(fields.locale, &from.locale);
    document.add_text(fields.title, &from.title);
    document.add_text(fields.summary, &from.summary);
    document.add_text(fields.reviewed, &from.reviewed);
    document.add_text(fields.review_by, &from.review_by);
    document.add_text(fields.whole_title, format!("{} {keywords}", from.title));
    document.add_text(fields.whole_body, &body);
    let tongue = Tongue::of_locale(&from.locale);
    for (of, [title, words, text]) in fields.stemmed {
        if of == tongue {
            document.add_text(title, &from.title);
            document.add_text(words, &keywords);
            document.add_text(text, &body);
        }
    }
    document.add_text(fields.text, &from.text);
    document
}
