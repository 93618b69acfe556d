//! `deskside-agent runbook`, as IT uses it before a change of a runbook is published.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use ticket::Receipt;
use uuid::Uuid;

use crate::world::{Laptop, World, submission};

const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");

fn runbook(arguments: &[&str], knowledge: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskside-agent"));
    command.arg("runbook").args(arguments).arg("--knowledge").arg(knowledge).output().unwrap()
}

#[track_caller]
fn said(arguments: &[&str]) -> String {
    let output = runbook(arguments, Path::new(KNOWLEDGE));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_shipped_ones_are_listed_shown_and_do_what_their_tests_say() {
    let listed: Vec<Value> = serde_json::from_str(&said(&["list", "--json"])).unwrap();
    assert!(listed.len() >= 15);
    assert!(listed.iter().all(|it| it["tests"].as_u64() >= Some(5)), "{listed:?}");
    assert!(said(&["list"]).ends_with(&format!("{} runbooks\n", listed.len())));
    let shown = said(&["show", "clear-print-queue"]);
    assert!(shown.contains("3. agree: wait for the yes of peer"), "{shown}");
    assert!(shown.contains("clear_print_queue (cannot be taken back)"), "{shown}");
    assert!(said(&["test"]).ends_with(" 0 failures\n"));
}

#[test]
fn a_simulation_shows_each_move_and_what_was_assumed() {
    let simulate = ["simulate", "unlock-account"];
    let facts =
        ["--fact", "account_state=locked", "--fact", "protected=no", "--fact", "compromise=no"];
    let shown = said(&[&simulate[..], &facts].concat());
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert!(
        lines[0].starts_with("read look ") && lines[0].ends_with("protected=no compromise=no"),
        "{shown}"
    );
    assert_eq!(
        lines[1..].iter().map(|line| line.split("  ").next().unwrap()).collect::<Vec<_>>(),
        ["act unlock", "check unlock", "done"]
    );
    let moves = said(&[&simulate[..], &["--fact", "account_state=active", "--json"]].concat());
    assert_eq!(
        serde_json::from_str::<Value>(&moves).unwrap(),
        json!(["read look", "stopped at is-own-lock: not so"])
    );
    let wrong = runbook(
        &["simulate", "unlock-account", "--fact", "account_state=gone"],
        Path::new(KNOWLEDGE),
    );
    assert!(!wrong.status.success());
    assert!(
        String::from_utf8_lossy(&wrong.stderr).contains("`gone` is no word for `account_state`")
    );
}

/// A change of the runbook that its tests do not expect.
#[test]
fn a_runbook_that_goes_another_way_fails_its_tests() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(KNOWLEDGE), folder.path());
    let file = folder.path().join("runbooks/unlock-account.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("protected: no", "protected: yes")).unwrap();
    let output = runbook(&["test", "unlock-account"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout);
    let expect = "unlock-account: a locked account is unlocked and read back: move 2 should be `act unlock` \
                  and is `stopped at is-ordinary: not so`";
    assert!(told.contains(expect), "{told}");
}

fn copy(from: &Path, to: &Path) {
    for folder in ["runbooks", "routing", "policies", "triage"] {
        std::fs::create_dir_all(to.join(folder)).unwrap();
        for entry in std::fs::read_dir(from.join(folder)).unwrap().flatten() {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), to.join(folder).join(entry.file_name())).unwrap();
            }
        }
    }
    std::fs::copy(from.join("organization.yaml"), to.join("organization.yaml")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_teams_solve_again_and_again_is_suggested() {
    let world = World::start().await;
    for person in ["noor", "maria", "tomas"] {
        let laptop = Laptop::enrolled(&world, person).await;
        let token = world.issuer.token(person);
        let sent = submission("the printer is jammed, I pulled the paper out and it jams again");
        let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &sent).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        world.decided(number).await;
        let solved = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
        let path = format!("/v1/tickets/{number}/replies");
        assert!(
            world.post_signed(&path, Some(&token), &laptop, &solved).await.status().is_success()
        );
        world.decided_in(number, 1).await;
    }
    let suggest = ["runbook", "suggest"];
    let found = world.succeed(&[&suggest[..], &["--json"]].concat());
    let found: Vec<Value> = serde_json::from_str(&found).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let suggestion = &found[0];
    assert_eq!((&suggestion["people"], &suggestion["cause"]), (&json!(3), &Value::Null));
    assert_eq!(suggestion["scenario"], "hardware_fault");
    assert_eq!(suggestion["tickets"].as_array().unwrap().len(), 3);
    let of_more = world.succeed(&[&suggest[..], &["--people", "4"]].concat());
    assert!(of_more.starts_with("0 runbooks"), "{of_more}");
}
