//! Vectors of many texts, kept in a file by what the texts say: none is made twice.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use ring::digest::{SHA256, digest};

use crate::{DIMENSIONS, Embedder, EmbeddingError, WEIGHTS};

/// SHA-256 of a text.
type Key = [u8; 32];

/// A key and its numbers.
const RECORD: usize = size_of::<Key>() + DIMENSIONS * size_of::<f32>();

/// The vectors that are there already.
#[derive(Debug)]
pub struct Store {
    file: File,
    path: PathBuf,
    known: HashMap<Key, Vec<f32>>,
}

impl Store {
    /// Opens the store of this model in a folder; makes both if they are not there. What was written by
    /// half is passed over.
    ///
    /// # Errors
    /// The folder or the file cannot be used.
    pub fn open(folder: &Path) -> Result<Self, EmbeddingError> {
        let path = folder.join(format!("{WEIGHTS}.vectors"));
        let opened = std::fs::create_dir_all(folder).and_then(|()| {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let whole = bytes.len() - bytes.len() % RECORD;
            file.set_len(whole as u64)?;
            bytes.truncate(whole);
            Ok((file, bytes))
        });
        let (file, bytes) = opened.map_err(|source| read_error(&path, source))?;
        let known = bytes.chunks_exact(RECORD).filter_map(record).collect();
        Ok(Self { file, path, known })
    }

    /// The vectors of texts, in their order: from the store, or made by the model in `model`, on every
    /// core, and kept. Calls `progress` with how many of the missing ones are made.
    ///
    /// # Errors
    /// The model cannot be used or the file not be written.
    pub fn vectors(
        &mut self,
        model: &Path,
        texts: &[String],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Vec<Vec<f32>>, EmbeddingError> {
        let keys: Vec<Key> = texts.iter().map(|text| key(text)).collect();
        let mut missing: Vec<(Key, &str)> = keys
            .iter()
            .zip(texts)
            .filter(|(key, _)| !self.known.contains_key(*key))
            .map(|(key, text)| (*key, text.as_str()))
            .collect();
        missing.sort_unstable_by_key(|(key, _)| *key);
        missing.dedup_by_key(|(key, _)| *key);
        let next = AtomicUsize::new(0);
        let (sender, made) = mpsc::channel();
        let workers = thread::available_parallelism().map_or(1, usize::from).min(missing.len());
        thread::scope(|scope| {
            for _ in 0..workers {
                let (sender, missing, next) = (sender.clone(), &missing, &next);
                scope.spawn(move || {
                    let embedder = Embedder::load(model);
                    while let Some((key, text)) = missing.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let vector = match &embedder {
                            Ok(embedder) => embedder.embed(text),
                            Err(error) => Err(EmbeddingError::Unusable(error.to_string())),
                        };
                        if sender.send(vector.map(|vector| (*key, vector))).is_err() {
                            // Another one has failed.
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (vector, count) in made.iter().zip(1..) {
                let (key, vector) = vector?;
                self.keep(key, &vector)?;
                self.known.insert(key, vector);
                progress(count, missing.len());
            }
            Ok(())
        })?;
        Ok(keys.iter().filter_map(|key| self.known.get(key).cloned()).collect())
    }

    fn keep(&mut self, key: Key, vector: &[f32]) -> Result<(), EmbeddingError> {
        let mut record = key.to_vec();
        record.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
        self.file.write_all(&record).map_err(|source| read_error(&self.path, source))
    }
}

fn record(bytes: &[u8]) -> Option<(Key, Vec<f32>)> {
    let (key, numbers) = bytes.split_first_chunk::<32>()?;
    let numbers = numbers.chunks_exact(size_of::<f32>());
    let numbers = numbers.filter_map(|bytes| Some(f32::from_le_bytes(bytes.try_into().ok()?)));
    Some((*key, numbers.collect()))
}

fn key(text: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    key
}

fn read_error(path: &Path, source: std::io::Error) -> EmbeddingError {
    EmbeddingError::Read { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `cargo xtask setup` puts the files.
    const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/embedding");

    fn vectors(store: &mut Store, texts: &[&str]) -> (Vec<Vec<f32>>, usize) {
        let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
        let mut made = 0;
        let vectors = store.vectors(Path::new(INSTALLED), &texts, |count, _| made = count).unwrap();
        (vectors, made)
    }

    #[test]
    fn a_text_is_read_once_and_half_a_record_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let (first, made) = vectors(&mut store, &["one", "two", "one"]);
        assert_eq!(made, 2);
        assert_eq!(first[0], first[2]);
        assert_eq!(first[1], Embedder::load(Path::new(INSTALLED)).unwrap().embed("two").unwrap());
        store.file.write_all(&[7; RECORD / 2]).unwrap();
        drop(store);
        let mut store = Store::open(folder.path()).unwrap();
        let (again, made) = vectors(&mut store, &["two", "three", "one"]);
        assert_eq!(made, 1);
        assert_eq!((&again[0], &again[2]), (&first[1], &first[0]));
        assert_eq!(Store::open(folder.path()).unwrap().known.len(), 3);
    }

    #[test]
    fn a_model_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let error = store.vectors(folder.path(), &["one".to_owned()], |_, _| {}).unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
}
