//! The disk is "full" for a child whose files may not grow beyond a limit (`ulimit -f`): the same
//! short write, told by another error number.

use std::{fs, path::PathBuf};

use outbox::Entry;
use tempfile::tempdir;

use crate::support::{FOLDER, again, noor, open, request};

#[test]
#[ignore = "started by `says_saved_only_when_it_is` in a process with little disk"]
fn writer() {
    let outbox = open(&PathBuf::from(std::env::var_os(FOLDER).unwrap()));
    for text in ["small", &"large ".repeat(1_300), "small again"] {
        let entry = request(noor(), text);
        match outbox.put(entry) {
            Ok(saved) => println!("\nsaved {}", saved.id),
            Err(error) => println!("\nrefused {}", error.is_full_disk()),
        }
    }
}

#[test]
fn says_saved_only_when_it_is() {
    let folder = tempdir().unwrap();
    let limit = "trap '' XFSZ; ulimit -f 8;";
    let output = again("full_disk::writer", folder.path(), limit).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = |word| text.lines().filter_map(move |line| line.strip_prefix(word));
    let saved: Vec<String> = said("saved ").map(str::to_owned).collect();
    assert_eq!(said("refused ").collect::<Vec<_>>(), ["true"], "{text}");
    assert_eq!(saved.len(), 2, "{text}");
    let files = fs::read_dir(folder.path()).unwrap();
    assert_eq!(files.count(), 3, "two records and the lock");
    let kept = open(folder.path()).list(&[noor()]);
    assert_eq!(kept.iter().map(Entry::id).map(|id| id.to_string()).collect::<Vec<_>>(), saved);
}
