//! The directions between crates (crates/README.md), read from cargo and the tree.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Crates that do no IO, read no clock and spawn nothing.
const PURE: [&str; 11] = [
    "ticket",
    "playbook",
    "runbook",
    "triage",
    "policy",
    "decision",
    "diagnosis",
    "evaluation",
    "redaction",
    "audit",
    "connectors",
];

/// What each crate of ours may depend on among ours.
const DIRECTIONS: [(&str, &[&str]); 32] = [
    ("ticket", &[]),
    ("content", &["ticket"]),
    ("search", &["content"]),
    ("playbook", &["content", "ticket"]),
    ("runbook", &["content", "ticket"]),
    ("triage", &["content", "ticket"]),
    ("policy", &["ticket"]),
    ("decision", &["content", "policy", "ticket", "triage"]),
    ("diagnosis", &["ticket"]),
    ("evaluation", &["ticket"]),
    ("training", &["content", "embedding", "evaluation", "search", "ticket", "triage"]),
    ("memory", &[]),
    ("embedding", &["memory"]),
    ("import", &[]),
    ("redaction", &[]),
    ("audit", &["ticket"]),
    ("connectors", &["content", "ticket"]),
    ("systems", &["connectors", "content", "ticket"]),
    ("cli", &["diagnosis", "diagnostics", "settings", "ticket"]),
    ("diagnostics", &["settings", "ticket"]),
    ("settings", &[]),
    ("identity", &[]),
    ("sealing", &[]),
    ("outbox", &["sealing", "ticket"]),
    ("agent-client", &["ticket"]),
    (
        "desktop",
        &[
            "agent-client",
            "content",
            "diagnosis",
            "diagnostics",
            "embedding",
            "identity",
            "outbox",
            "playbook",
            "redaction",
            "sealing",
            "search",
            "settings",
            "ticket",
            "triage",
        ],
    ),
    ("app", &["desktop"]),
    (
        "agent",
        &[
            "audit",
            "connectors",
            "content",
            "decision",
            "diagnosis",
            "embedding",
            "evaluation",
            "import",
            "policy",
            "redaction",
            "runbook",
            "sealing",
            "search",
            "systems",
            "ticket",
            "triage",
        ],
    ),
    ("test-support", &["agent", "desktop", "ticket"]),
    ("lab", &[]),
    ("peers", &["content", "embedding", "evaluation", "search"]),
    ("xtask", &[]),
];

/// Libraries only one crate may know.
const ONLY_IN: [(&str, &str); 7] = [
    ("tauri", "app"),
    ("axum", "agent"),
    ("sqlx", "agent"),
    ("rten", "embedding"),
    ("ldap3", "systems"),
    ("lettre", "systems"),
    ("cedar-policy", "policy"),
];

/// Words that betray IO, a clock or a process in a pure crate.
const IMPURE: [&str; 17] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "ZonedDateTime::now",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "SystemRandom",
    "File::",
    "println!",
    "spawn(",
    "tokio",
];

fn packages() -> Vec<Package> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec();
    metadata.expect("cargo metadata").packages
}

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    packages()
        .iter()
        .map(|package| {
            let names = package.dependencies.iter();
            let names = names.filter(|dependency| dependency.kind == DependencyKind::Normal);
            (package.name.to_string(), names.map(|dependency| dependency.name.clone()).collect())
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root of the workspace").to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn crates_depend_only_in_the_agreed_directions() {
    let all = dependencies();
    let ours: BTreeSet<&String> = all.keys().collect();
    for (name, found) in &all {
        if name == "tests" {
            continue;
        }
        let allowed = DIRECTIONS.iter().find(|(of, _)| of == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{name} has no row in DIRECTIONS"));
        for dependency in found.iter().filter(|dependency| ours.contains(dependency)) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn unsafe_code_is_allowed_in_one_crate() {
    for package in packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest");
        let is_forbidden = manifest.contains("[lints]\nworkspace = true\n");
        assert!(is_forbidden != (package.name.as_str() == "memory"), "{}", package.name);
    }
}

#[test]
fn window_server_and_store_are_known_in_one_place_each() {
    for (name, found) in dependencies() {
        for (library, home) in ONLY_IN {
            assert!(name == home || !found.contains(library), "{name} must not know {library}");
        }
    }
}

#[test]
fn pure_crates_do_no_io_and_read_no_clock() {
    for name in PURE {
        for path in sources(&root().join("crates").join(name).join("src")) {
            let text = std::fs::read_to_string(&path).expect("a source");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in IMPURE {
                assert!(!code.contains(word), "{} holds {word}", path.display());
            }
        }
    }
}

#[test]
fn no_crate_is_empty() {
    for (name, _) in DIRECTIONS {
        let folder = match name {
            "app" => root().join("src-tauri"),
            "lab" | "peers" => root().join("tests").join(name),
            _ => root().join("crates").join(name),
        };
        let lines: usize = sources(&folder.join("src"))
            .iter()
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .map(|text| text.lines().count())
            .sum();
        assert!(lines > 30, "{name} has {lines} lines");
    }
}

#[test]
fn the_window_never_fetches_and_never_sees_a_token() {
    let ui = root().join("ui/src");
    let mut stack = vec![ui];
    while let Some(folder) = stack.pop() {
        for entry in std::fs::read_dir(&folder).expect("ui/src").flatten() {
            let path = entry.path();
            if path.is_dir() {
                stack.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for word in ["fetch(", "XMLHttpRequest", "access_token", "refresh_token", "WebSocket("]
            {
                assert!(!text.contains(word), "{} holds {word}", path.display());
            }
        }
    }
}

#[test]
fn top_level_names_are_the_agreed_ones() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "rust-toolchain.toml",
        "LICENSE",
        "src-tauri",
        "ui",
        "knowledge",
        "icons",
        "tests",
        "crates",
        "target",
    ];
    for entry in std::fs::read_dir(root()).expect("the root").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || allowed.contains(&name.as_str()), "{name} at the top");
    }
}

#[test]
fn every_crate_has_a_row_in_the_map() {
    let map = std::fs::read_to_string(root().join("crates/README.md")).expect("crates/README.md");
    for name in dependencies().keys().filter(|name| *name != "tests" && *name != "app") {
        assert!(map.contains(&format!("| `{name}` |")), "crates/README.md has no row for {name}");
    }
    assert!(map.lines().count() <= 150, "crates/README.md is longer than 150 lines");
}

#[test]
fn the_outside_world_is_changed_from_one_place() {
    let acts = ["assign_owner(", "notify_team(", "set_status(", "page(", "send_letter(", "act("];
    let agent = sources(&root().join("crates/agent/src"));
    let mut callers: Vec<_> = agent
        .iter()
        .filter(|file| {
            let text = std::fs::read_to_string(file).expect("a source");
            acts.iter().any(|act| text.contains(&format!(".{act}")))
        })
        .filter_map(|file| file.file_name()?.to_str())
        .collect();
    callers.sort_unstable();
    // The guard is a port itself: it passes on what it is asked, or does not.
    assert_eq!(callers, ["execute.rs", "guarded.rs"]);
}
