//! What people get who write content with a mistake in it: file, line, advice; the rest loads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, unreachable_pub, reason = "tests")]

mod articles;
mod files;
mod folder;
mod lint;
mod runbooks;

use std::fs;

use content::{Audience, LoadError, Report, StepKind, load};
use folder::{ARTICLE, ORGANIZATION, article_ids, check, folder, load_agent, put};

#[test]
fn a_sound_folder_loads_without_a_word() {
    let root = folder();
    let (content, report) = load_agent(root.path());
    assert_eq!(report.to_string(), "");
    assert_eq!(content.policies.as_ref().unwrap().schema, "entity Agent;");
    assert!(report.is_clean());
    assert_eq!(article_ids(&content), ["cable", "wifi"]);
    assert_eq!(content.rules.rules.len(), 2);
    let vpn = content.playbook("vpn").unwrap();
    assert!(matches!(vpn.steps["solved"].kind, StepKind::Resolved {}));
    assert!(
        matches!(&vpn.steps["look"].kind, StepKind::Check { branches, .. } if branches.len() == 1)
    );
}

#[test]
fn what_is_only_for_the_agent_never_reaches_the_app() {
    let root = folder();
    let (content, report) = load(root.path(), Audience::App).unwrap();
    assert_eq!((&content.routing, &content.policies), (&None, &None));
    assert!(report.is_clean());
    // Not even looked at: a broken or missing file changes nothing.
    put(root.path(), "routing/teams.yaml", "}{");
    assert_eq!(load(root.path(), Audience::App).unwrap(), (content.clone(), Report::default()));
    fs::remove_dir_all(root.path().join("routing")).unwrap();
    fs::remove_dir_all(root.path().join("policies")).unwrap();
    assert_eq!(load(root.path(), Audience::App).unwrap(), (content, Report::default()));
}

#[test]
fn files_that_are_not_plain_text_are_left_out() {
    let root = folder();
    put(root.path(), "articles/huge.md", "x".repeat(64 * 1024 + 1));
    put(root.path(), "articles/latin.md", b"---\nid: latin\ntitle: Pr\xfcfen\n");
    put(root.path(), "articles/notes.txt", "hello");
    put(root.path(), "articles/.hidden", "hello");
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret.md", ARTICLE);
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        outside.path().join("secret.md"),
        root.path().join("articles/link.md"),
    )
    .unwrap();
    let (content, report) = load_agent(root.path());
    assert_eq!(article_ids(&content), ["cable", "wifi"]);
    let lines: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "knowledge/articles/huge.md: the file is too large. Split it: a file has at most 64 KiB.",
            "knowledge/articles/latin.md:3: the text is not UTF-8. Save the file as UTF-8.",
            "knowledge/articles/link.md: this is not a plain file. Put the file itself here; links and folders are not followed.",
            "knowledge/articles/notes.txt: this file is not used. Only .md files belong here; move it elsewhere.",
        ]
    );
}

#[test]
fn missing_parts_are_reported_and_the_rest_loads() {
    let root = folder();
    fs::remove_dir_all(root.path().join("triage")).unwrap();
    fs::remove_dir_all(root.path().join("playbooks")).unwrap();
    let (content, report) = load_agent(root.path());
    assert!(content.rules.rules.is_empty());
    assert_eq!(article_ids(&content), ["cable", "wifi"]);
    let text = report.to_string();
    assert!(text.contains("knowledge/playbooks: the folder cannot be read."), "{text}");
    assert!(text.contains("knowledge/triage/rules.yaml: the file is missing."), "{text}");
}

#[test]
fn without_the_company_nothing_loads() {
    let root = folder();
    put(root.path(), "organization.yaml", ORGANIZATION.replace("name:", "nam:"));
    let error = load(root.path(), Audience::App).unwrap_err();
    assert!(
        error.to_string().starts_with("knowledge/organization.yaml:2: the field `nam`"),
        "{error}"
    );
    let error = load(&root.path().join("nowhere"), Audience::App).unwrap_err();
    assert!(matches!(error, LoadError::Folder(_)));
    check(
        "organization.yaml",
        "https://",
        "http://",
        "knowledge/organization.yaml:5: the password page is not a secure address. Write the address with https:// in front.",
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let root = folder();
    for file in ["articles/wifi.md", "playbooks/vpn.yaml", "organization.yaml"] {
        let text = fs::read_to_string(root.path().join(file)).unwrap();
        put(root.path(), file, format!("\u{feff}{}", text.replace('\n', "\r\n")));
    }
    let (_, report) = load_agent(root.path());
    assert!(report.is_clean(), "{report}");
}
