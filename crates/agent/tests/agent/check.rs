//! `deskside-agent check`, as IT runs it before a change of the knowledge is published.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");

fn check(knowledge: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deskside-agent"))
        .arg("check")
        .arg(knowledge)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn what_is_shipped_is_sound_and_says_how_much_nobody_could_look_up() {
    let output = check(Path::new(KNOWLEDGE), &["--json"]);
    assert!(output.status.success());
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["problems"], Value::Array(Vec::new()));
    assert_eq!(found["advice"], Value::Array(Vec::new()));
    assert!(found["articles"].as_u64() >= Some(160));
    assert!(found["unchecked"].is_u64());
}

#[test]
fn a_mistake_is_told_with_its_line_and_status_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = check(folder.path(), &[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("organization.yaml"));
    let organization = Path::new(KNOWLEDGE).join("organization.yaml");
    std::fs::copy(organization, folder.path().join("organization.yaml")).unwrap();
    std::fs::create_dir(folder.path().join("articles")).unwrap();
    std::fs::write(folder.path().join("articles/vpn.md"), "no front matter").unwrap();
    let output = check(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("knowledge/articles/vpn.md:1: the front matter is missing"), "{told}");
}
