//! `deskside-agent policy check`, as IT runs it before a change of the policies is published.

use std::path::Path;
use std::process::Command;

const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/policies");

/// Replaces a word in one of the shipped files, checks, and looks for a line of the report.
fn check(file: &str, from: &str, to: &str, is_sound: bool, expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    for name in ["desk.cedarschema", "desk.cedar", "cases.yaml", "matrix.txt"] {
        let mut text = std::fs::read_to_string(Path::new(POLICIES).join(name)).unwrap();
        if name == file {
            assert!(text.contains(from), "{file}: {from}");
            text = text.replacen(from, to, 1);
        }
        std::fs::write(policies.join(name), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_deskside-agent"))
        .args(["policy", "check", "--knowledge"])
        .arg(folder.path())
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains(expect), "{told}");
    assert_eq!(output.status.success(), is_sound, "{told}");
}

#[test]
fn what_is_shipped_is_sound() {
    check("desk.cedar", "", "", true, " 0 problems");
}

#[test]
fn a_weaker_policy_breaks_a_case_and_shows_in_the_matrix() {
    let (from, to) = ("context.people >= 2", "context.people >= 1");
    let broken = "an unclassified step with one approval: expected Approvals([Peer]) because of \
                  unclassified, and the gate says";
    check("desk.cedar", from, to, false, broken);
    check("desk.cedar", from, to, false, "matrix.txt shows something else");
}

#[test]
fn a_policy_that_can_never_be_right_is_refused() {
    check("desk.cedar", r#"Mode::"shadow""#, r#"Mode::"shadows""#, false, "shadows");
    check("desk.cedar", r#"@id("shadow")"#, "", false, "give each policy an `@id` of its own");
    check("desk.cedar", r#"@id("shadow")"#, r#"@id("bulk")"#, false, "give each policy an `@id`");
}

#[test]
fn a_case_about_nothing_is_told() {
    let told =
        "nobody unverified starts anything: the facts are not facts of a step: unknown field";
    check("cases.yaml", "{verification: unverified}", "{verified: no}", false, told);
}
