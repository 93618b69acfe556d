//! The audit trail, attacked with the rights of the database's own user, and decisions made again.

use std::path::{Path, PathBuf};
use std::process::Output;

use agent::Database;
use audit::{Entry, append};
use sqlx::AnyConnection;
use tempfile::TempDir;
use ticket::Receipt;

use crate::home::connect_to;
use crate::world::{World, submission};

/// A world with a ticket, its checkpoints and the command line beside it.
struct Desk {
    world: World,
    number: u32,
    folder: TempDir,
}

impl Desk {
    async fn with_a_ticket() -> Self {
        let world = World::start().await;
        let token = world.issuer.token("noor");
        let request = submission("My VPN stops after a minute.");
        let sent = world.post("/v1/tickets", &token, &request).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        world.decided(number).await;
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { world, number, folder };
        desk.world.succeed(&["audit", "key", &desk.path("key")]);
        desk.world.succeed(&[
            "audit",
            "checkpoint",
            "--checkpoints",
            &desk.path("kept"),
            "--key",
            &desk.path("key"),
        ]);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn verify(&self) -> Output {
        self.world.run(&[
            "audit",
            "verify",
            "--checkpoints",
            &self.path("kept"),
            "--key",
            &self.path("key.pub"),
        ])
    }

    /// A connection that may do everything; the triggers are gone.
    async fn intruder(&self) -> AnyConnection {
        let mut connection = connect_to(&self.world.config).await;
        let of_table = match &self.world.config.database {
            Database::File(_) => "",
            Database::Server(_) => " ON audit",
        };
        for trigger in ["audit_is_not_changed", "audit_is_not_deleted"] {
            let statement = format!("DROP TRIGGER {trigger}{of_table}");
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
        connection
    }

    async fn entries(&self, connection: &mut AnyConnection) -> Vec<Entry> {
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT entry FROM audit WHERE chain = $1 ORDER BY sequence")
                .bind(i64::from(self.number))
                .fetch_all(connection)
                .await
                .unwrap();
        rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    async fn replace(&self, connection: &mut AnyConnection, entries: &[Entry]) {
        sqlx::query("DELETE FROM audit WHERE chain = $1")
            .bind(i64::from(self.number))
            .execute(&mut *connection)
            .await
            .unwrap();
        for (sequence, entry) in (1_i64..).zip(entries) {
            sqlx::query("INSERT INTO audit (chain, sequence, entry) VALUES ($1, $2, $3)")
                .bind(i64::from(self.number))
                .bind(sequence)
                .bind(serde_json::to_string(entry).unwrap())
                .execute(&mut *connection)
                .await
                .unwrap();
        }
    }

    /// What `audit verify` says after an intruder changed the chain of the ticket.
    async fn check(change: impl FnOnce(&mut Vec<Entry>)) {
        let desk = Self::with_a_ticket().await;
        assert!(desk.verify().status.success());
        let mut connection = desk.intruder().await;
        let mut entries = desk.entries(&mut connection).await;
        change(&mut entries);
        desk.replace(&mut connection, &entries).await;
        let output = desk.verify();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with(&format!("ticket {}: ", desk.number)), "{said}");
        let again = [
            "audit",
            "checkpoint",
            "--checkpoints",
            &desk.path("kept"),
            "--key",
            &desk.path("key"),
        ];
        assert!(!desk.world.run(&again).status.success(), "a broken trail gets no checkpoint");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_entry_is_found() {
    Desk::check(|entries| drop(entries.remove(1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_entries_are_found() {
    Desk::check(|entries| entries.swap(1, 2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_end_is_found_by_the_head_kept_outside() {
    Desk::check(|entries| drop(entries.pop())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_gone_is_found_by_the_head_kept_outside() {
    Desk::check(Vec::clear).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_built_anew_is_found_by_the_head_kept_outside() {
    Desk::check(|entries| {
        let drafts = entries.iter().map(|entry| audit::Draft {
            at: entry.at,
            ticket: entry.ticket,
            actor: entry.actor,
            kind: entry.kind,
            facts: serde_json::json!({ "forged": true }),
        });
        let mut anew: Vec<Entry> = Vec::new();
        for draft in drafts {
            anew.push(append(anew.last(), draft));
        }
        *entries = anew;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_that_were_changed_are_not_believed() {
    let desk = Desk::with_a_ticket().await;
    let kept = std::fs::read_to_string(desk.path("kept")).unwrap();
    std::fs::write(desk.path("kept"), kept.replacen("\"sequence\":1", "\"sequence\":2", 1))
        .unwrap();
    let output = desk.verify();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("line 1"), "{error}");
    let public_only = [
        "audit",
        "checkpoint",
        "--checkpoints",
        &desk.path("none"),
        "--key",
        &desk.path("key.pub"),
    ];
    assert!(!desk.world.run(&public_only).status.success(), "the public half makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_ticket_and_kind() {
    let desk = Desk::with_a_ticket().await;
    let number = desk.number.to_string();
    let decided = desk.world.succeed(&["audit", "query", "--ticket", &number, "--kind", "decided"]);
    let entries: Vec<Entry> =
        decided.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 1);
    assert!(entries[0].facts["content"].is_string());
    let all = desk.world.succeed(&["audit", "export"]);
    assert!(all.lines().count() > entries.len());
    assert!(!desk.world.run(&["audit", "query", "--kind", "guessed"]).status.success());
}

/// The knowledge of the tests, in a folder of its own.
fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_made_again_is_the_same_until_the_knowledge_changes() {
    let desk = Desk::with_a_ticket().await;
    let number = desk.number.to_string();
    let same = desk.world.succeed(&["replay", &number]);
    assert_eq!(same, "round 0: the same decision, the same knowledge\n");

    let knowledge = PathBuf::from(desk.path("knowledge"));
    copied(&desk.world.config.knowledge, &knowledge);
    let rules = knowledge.join("triage/rules.yaml");
    let text = std::fs::read_to_string(&rules).unwrap();
    let again = |text: &str| {
        std::fs::write(&rules, text).unwrap();
        let output =
            desk.world.run(&["replay", &number, "--knowledge", &knowledge.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = again(&format!("{text}\n"));
    assert_eq!(said, "round 0: the same decision, OTHER KNOWLEDGE\n");
    let said = again(&text.replacen("weight: 0.9", "weight: 0.1", 1));
    assert!(said.starts_with("round 0: ANOTHER DECISION, OTHER KNOWLEDGE\n"), "{said}");
    assert!(said.contains("low confidence"), "{said}");
    assert!(!desk.world.run(&["replay", "4711"]).status.success());
}
