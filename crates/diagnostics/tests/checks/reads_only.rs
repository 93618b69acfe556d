//! The crate only looks: its own sources hold nothing that writes, starts or elevates.

use std::fs;
use std::path::{Path, PathBuf};

/// Words of the standard library and of others that would change something.
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

/// The one file that may start programs, and these alone.
const STARTER: &str = "macos/ask.rs";

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
        let mut words: Vec<_> = FORBIDDEN.into_iter().filter(|word| text.contains(word)).collect();
        if path.ends_with(STARTER) {
            assert_eq!(text.matches("Command::new(").count(), 2);
            assert!(text.contains("Command::new(PROFILER)"));
            assert!(text.contains("Command::new(LAST)"));
            assert!(text.contains("const PROFILER: &str = \"/usr/sbin/system_profiler\";"));
            assert!(text.contains("const LAST: &str = \"/usr/bin/last\";"));
            words.retain(|word| !["Command", "process::"].contains(word));
        }
        assert!(words.is_empty(), "{} holds {words:?}", path.display());
    }
}
