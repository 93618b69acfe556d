//! The program as scripts and device management run it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics where it fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use serde_json::Value;

const SCHEMA: &str = include_str!("../schema/diagnosis.v1.json");

fn run(arguments: &[&str]) -> Output {
    run_with("", arguments)
}

/// With these settings of IT and of the person; empty: none.
fn run_with(settings: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    if !settings.is_empty() {
        fs::write(&file, settings).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_deskside-cli"))
        .arg("--managed")
        .arg(&file)
        .arg("--settings")
        .arg(&file)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_document_follows_its_schema_and_the_status_says_the_verdict() {
    let output = run(&["diagnose", "--json", "--deadline", "2"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::validate(&schema, &document).unwrap();
    let verdict = match output.status.code() {
        Some(0) => "nothing_wrong",
        Some(10) => "cause_named",
        Some(20) => "could_not_tell",
        other => panic!("{other:?}"),
    };
    assert_eq!(document["verdict"], verdict);
    assert!(String::from_utf8(output.stderr).unwrap().contains("link: "));
}

#[test]
fn one_stage_alone_is_looked_at() {
    let output = run(&["diagnose", "--json", "--only", "address"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stages = document["stages"].as_array().unwrap();
    assert_eq!((stages.len(), &stages[0]["stage"]), (1, &Value::from("address")));
}

#[test]
fn what_is_not_known_is_said_with_what_is() {
    for (arguments, expect) in [
        (["diagnose", "--only", "moon"], "the stages are link, address"),
        (["diagnose", "--deadline", "0"], "between 0.5 and 60"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(expect), "{error}");
    }
}

#[test]
fn settings_that_do_not_count_are_told() {
    let settings = r#"{"language": "zz"}"#;
    let output = run_with(settings, &["diagnose", "--only", "link"]);
    let error = String::from_utf8(output.stderr).unwrap();
    for expect in ["can be changed by others (mode 666)", "language must be one of"] {
        assert!(error.contains(expect), "{error}");
    }
}

#[test]
fn the_inventory_tells_every_check_of_the_device() {
    let output = run(&["inventory", "--json"]);
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks: Vec<_> =
        findings.as_array().unwrap().iter().map(|finding| finding["check"].as_str()).collect();
    let expect: Vec<_> = ticket::CheckId::DEVICE.iter().map(|check| Some(check.as_str())).collect();
    assert_eq!(checks, expect);
    let table = String::from_utf8(run(&["inventory"]).stdout).unwrap();
    assert_eq!(table.lines().count(), expect.len(), "{table}");
}
