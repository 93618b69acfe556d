//! The crate only looks: its own sources hold nothing that writes, starts or elevates.

use std::fs;
use std::path::{Path, PathBuf};

/// Words of the standard library and of rustix that would change something.
const FORBIDDEN: [&str; 22] = [
    "Command",
    "process::",
    "fs::write",
    "fs::create",
    "fs::remove",
    "fs::rename",
    "fs::copy",
    "fs::hard_link",
    "fs::set_permissions",
    "File::create",
    "OpenOptions",
    "symlink",
    "env::var",
    "env::set",
    "libc",
    "ioctl",
    "setuid",
    "pkexec",
    "sudo",
    "/bin/sh",
    "execve",
    "unsafe",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn no_source_writes_starts_or_elevates() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.len() > 15);
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        for word in FORBIDDEN {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    }
}
