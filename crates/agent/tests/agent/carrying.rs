//! Runbooks that are carried out, from a request to the change outside and back to its employee.

use std::collections::VecDeque;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent::{Config, Limits, Record, Roles};
use async_trait::async_trait;
use audit::EntryKind;
use connectors::{
    ActError, ActPort, Asked, DirectoryError, DirectoryPort, Mailbox, Ports, ReadError, ReadPort,
    StepKey, Target,
};
use content::{Act, Fact, Known, Reading};
use decision::{Effect, RunEnd};
use policy::Mode;
use serde_json::{Value, json};
use test_support::Directory;
use ticket::{
    Access, AccountState, Deed, EventKind, OwnAccount, Receipt, ServerFacts, TicketStatus,
};

use crate::signers::Signers;
use crate::world::{Laptop, World, connect, report, submission};

const LOCKED: &str = "I am locked out of my account";

/// A directory with one account, which is locked.
#[derive(Debug, Default)]
struct Account {
    is_open: Mutex<bool>,
    keys: Mutex<Vec<String>>,
    /// What is answered next; the change is made in any case but a refusal.
    answers: Mutex<VecDeque<ActError>>,
    /// The next changes are not made.
    is_deaf: Mutex<bool>,
    /// It cannot be read by runbooks.
    is_silent: Mutex<bool>,
}

impl Account {
    fn ports(self: &Arc<Self>) -> Ports {
        let (directory, reads, acts) = (Arc::clone(self), Arc::clone(self), Arc::clone(self));
        Ports {
            directory: Some(directory),
            reads: vec![reads],
            acts: vec![acts],
            ..Ports::default()
        }
    }

    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }

    /// Until a change was asked for.
    async fn is_asked(&self) {
        for _ in 0..1_000 {
            if !self.keys().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody asked for a change");
    }

    fn answers(&self, error: ActError) {
        self.answers.lock().unwrap().push_back(error);
    }

    fn state(&self) -> &'static str {
        if *self.is_open.lock().unwrap() { "active" } else { "locked" }
    }
}

#[async_trait]
impl DirectoryPort for Account {
    async fn facts(&self, _: Asked<'_>) -> Result<ServerFacts, DirectoryError> {
        let is_open = *self.is_open.lock().unwrap();
        let account = if is_open { AccountState::Active } else { AccountState::Locked };
        Ok(ServerFacts { account: Some(account), ..ServerFacts::default() })
    }

    async fn own_account(&self, _: &str) -> Result<Option<OwnAccount>, DirectoryError> {
        Ok(None)
    }

    async fn mailbox(&self, _: &str) -> Result<Option<Mailbox>, DirectoryError> {
        Ok(None)
    }

    async fn manager(&self, _: &str) -> Result<Option<String>, DirectoryError> {
        Ok(None)
    }

    async fn delegate(&self, _: &str) -> Result<Option<String>, DirectoryError> {
        Ok(None)
    }

    async fn owner(&self, _: &Access) -> Result<Option<String>, DirectoryError> {
        Ok(None)
    }
}

#[async_trait]
impl ReadPort for Account {
    fn readings(&self) -> &[Reading] {
        &[Reading::Account]
    }

    async fn read(&self, _: Reading, of: &Target) -> Result<Known, ReadError> {
        assert_eq!(of.person.as_deref(), Some("noor"));
        if *self.is_silent.lock().unwrap() {
            return Err(ReadError::Later("no answer".to_owned()));
        }
        let words = [(Fact::AccountState, self.state()), (Fact::Protected, "no")];
        Ok(words.into_iter().map(|(fact, word)| (fact, word.to_owned())).collect())
    }
}

#[async_trait]
impl ActPort for Account {
    fn acts(&self) -> &[Act] {
        &[Act::UnlockAccount]
    }

    async fn act(&self, key: &StepKey, _: Act, _: &Target) -> Result<(), ActError> {
        self.keys.lock().unwrap().push(key.to_string());
        let answer = self.answers.lock().unwrap().pop_front();
        let is_refused = matches!(answer, Some(ActError::Refused(_)));
        if !is_refused && !*self.is_deaf.lock().unwrap() {
            *self.is_open.lock().unwrap() = true;
        }
        answer.map_or(Ok(()), Err)
    }
}

/// A world with an account in it, and a runbook that is trusted so far.
async fn world(account: &Arc<Account>, mode: &[&str]) -> World {
    let signers = Signers::new();
    let world = World::start_connected(account.ports(), |config, limits| {
        signers.configure(config);
        limits.tries_of_a_step = 2;
    })
    .await;
    if !mode.is_empty() {
        signers.trust(&world, mode);
    }
    world
}

async fn send(world: &World, laptop: &Laptop, text: &str) -> u32 {
    let token = world.issuer.token("noor");
    let response = world.post_signed("/v1/tickets", Some(&token), laptop, &submission(text)).await;
    response.json::<Receipt>().await.unwrap().number
}

/// Sends [`LOCKED`] and waits for the decision that follows the end of the run.
async fn ran(world: &World) -> Record {
    let laptop = Laptop::enrolled(world, "noor").await;
    let number = send(world, &laptop, LOCKED).await;
    world.decided_in(number, 1).await
}

pub(crate) fn facts_of(record: &Record, kind: EntryKind) -> Vec<Value> {
    let entries = record.audit.entries.iter().filter(|it| it.kind == kind);
    entries.map(|it| it.facts.clone()).collect()
}

fn moves(record: &Record) -> Vec<String> {
    let moves = record.runs.iter().flat_map(|run| run.moves.iter());
    moves.map(|it| format!("{}: {}", it.made, serde_json::to_value(&it.answer).unwrap())).collect()
}

pub(crate) fn ended(record: &Record) -> String {
    facts_of(record, EntryKind::RunEnded)[0]["end"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lockout_is_resolved_once_told_and_on_record() {
    let account = Arc::new(Account::default());
    let world = world(&account, &["act"]).await;
    let record = ran(&world).await;
    assert_eq!(account.state(), "active");
    let key = format!("deskside-{}-0-unlock-account-2-unlock", record.number);
    assert_eq!(account.keys(), [key]);
    let read = |state: &str| json!({ "read": { "account_state": state, "protected": "no", "compromise": "no" } });
    let expect = [
        format!("read look: {}", read("locked")),
        "act unlock: \"done\"".to_owned(),
        format!("check unlock: {}", read("active")),
    ];
    assert_eq!(moves(&record), expect);
    assert_eq!(record.runs[0].end, Some(RunEnd::Done));
    assert_eq!(record.runs[0].mode, Mode::Act);
    let told = EventKind::Done { deeds: vec![Deed::AccountUnlocked] };
    assert!(record.events.iter().any(|event| event.kind == told), "{:?}", record.events);
    assert_eq!(record.status, TicketStatus::Answered);
    // Before it was done the gate was asked and that was written down.
    let begun = facts_of(&record, EntryKind::StepBegun);
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0]["gate"]["policies"], json!(["change"]));
    assert!(record.audit.verified);
    // The decisions are made again the same, though the account is not locked any more.
    let replayed = world.succeed(&["replay", &record.number.to_string()]);
    assert!(replayed.contains("same"), "{replayed}");
    assert!(!replayed.contains("different"), "{replayed}");
    let shown = world.succeed(&["ticket", "show", &record.number.to_string()]);
    assert!(shown.contains("unlock-account (act): done"), "{shown}");
}

/// Nobody signed anything: it is written down what would be done, and the employee gets articles.
#[tokio::test(flavor = "multi_thread")]
async fn a_runbook_that_nobody_trusts_changes_nothing() {
    let account = Arc::new(Account::default());
    let world = world(&account, &[]).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, &laptop, LOCKED).await;
    let record = world.decided(number).await;
    let decision = record.decision.unwrap();
    assert!(matches!(decision.effect, Effect::Answer { .. }), "{:?}", decision.effect);
    assert_eq!(decision.gate.unwrap().policies, ["shadow"]);
    assert_eq!(decision.attempt.unwrap().workflow, "unlock-account");
    assert!(record.runs.is_empty());
    assert_eq!((account.keys().len(), account.state()), (0, "locked"));
    let listed = world.succeed(&["mode", "list"]);
    let line = listed.lines().find(|line| line.starts_with("unlock-account r2")).unwrap();
    assert!(line.contains("shadow") && line.contains("never changed"), "{line}");
}

/// It did what was asked, and its answer was lost: that is looked for, not asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_answer_was_lost_is_not_made_twice() {
    let account = Arc::new(Account::default());
    account.answers(ActError::Later("the line broke".to_owned()));
    let world = world(&account, &["act"]).await;
    let record = ran(&world).await;
    assert_eq!(account.keys().len(), 1);
    assert_eq!(ended(&record), "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_did_not_hear_is_asked_again_with_the_same_key() {
    let account = Arc::new(Account::default());
    *account.is_deaf.lock().unwrap() = true;
    account.answers(ActError::Later("busy".to_owned()));
    account.answers(ActError::Later("busy".to_owned()));
    let world = world(&account, &["act"]).await;
    let record = ran(&world).await;
    let keys = account.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(ended(&record), "stopped at unlock: expired, left unlock");
    assert_eq!(record.status, TicketStatus::WithTeam);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_goes_to_a_team_that_reads_why() {
    let account = Arc::new(Account::default());
    account.answers(ActError::Refused("insufficient rights".to_owned()));
    let world = world(&account, &["act"]).await;
    let record = ran(&world).await;
    assert_eq!(ended(&record), "stopped at unlock: refused");
    assert_eq!(record.team.as_deref(), Some("Identity team"));
    let lines = record.summary.join("\n");
    assert!(lines.contains("Tried: stopped: unlock-account"), "{lines}");
    assert!(lines.contains("Stops: its runbook stopped."), "{lines}");
    assert_eq!(account.state(), "locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_falls_silent_ends_with_a_team_and_nothing_changed() {
    let account = Arc::new(Account::default());
    *account.is_silent.lock().unwrap() = true;
    let world = world(&account, &["act"]).await;
    let record = ran(&world).await;
    assert_eq!(ended(&record), "stopped at look: unread");
    assert_eq!(record.status, TicketStatus::WithTeam);
    assert!(account.keys().is_empty());
}

/// Thrown while a step waits for its second try, the kill switch holds before that try.
#[tokio::test(flavor = "multi_thread")]
async fn the_kill_switch_holds_before_the_next_step() {
    let account = Arc::new(Account::default());
    *account.is_deaf.lock().unwrap() = true;
    account.answers(ActError::Later("busy".to_owned()));
    let world = world(&account, &["act"]).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, &laptop, LOCKED).await;
    account.is_asked().await;
    let off = world.succeed(&["mode", "set", "all", "off", "--reason", "the directory is odd"]);
    assert!(off.contains("all off") && !off.contains("does not count"), "{off}");
    let record = world.decided_in(number, 1).await;
    assert_eq!(account.keys().len(), 1);
    assert_eq!(ended(&record), "stopped at unlock: canceled");
    assert_eq!(record.status, TicketStatus::WithTeam);
    let refused = facts_of(&record, EntryKind::StepBegun).pop().unwrap();
    assert_eq!(refused["mode"], "off");
    assert_eq!(refused["gate"]["outcome"]["type"], "forbid");
    let listed = world.succeed(&["mode", "list"]);
    assert!(listed.contains("everything is switched off"), "{listed}");
}

/// An open security report of the same person: then a lock is not lifted, and security hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_beside_a_security_report_is_for_security() {
    let account = Arc::new(Account::default());
    let world = world(&account, &["act"]).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let sent = report("Somebody called me and asked for my code");
    let response = world.post_signed("/v1/tickets", Some(&token), &laptop, &sent).await;
    world.decided(response.json::<Receipt>().await.unwrap().number).await;
    let number = send(&world, &laptop, LOCKED).await;
    let record = world.decided_in(number, 1).await;
    assert_eq!(ended(&record), "stopped at is-clean: not so");
    assert_eq!(record.team.as_deref(), Some("Security team"));
    assert_eq!((account.keys().len(), account.state()), (0, "locked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runbook_on_trial_stops_itself_at_the_first_bad_end() {
    let account = Arc::new(Account::default());
    account.answers(ActError::Refused("no".to_owned()));
    let world = world(&account, &["canary", "--share", "100"]).await;
    let record = ran(&world).await;
    assert_eq!(record.runs[0].mode, Mode::Canary);
    let listed = world.succeed(&["mode", "list"]);
    let line = listed.lines().find(|line| line.starts_with("unlock-account")).unwrap();
    assert!(line.contains("shadow"), "{line}");
    let log = world.succeed(&["mode", "log"]);
    let last = log.lines().last().unwrap();
    assert!(last.contains("by deskside-agent"), "{last}");
    assert!(last.contains("stopped at unlock: refused"), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_where_it_was_after_a_restart() {
    let account = Arc::new(Account::default());
    *account.is_deaf.lock().unwrap() = true;
    account.answers(ActError::Later("busy".to_owned()));
    let world = world(&account, &["act"]).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, &laptop, LOCKED).await;
    account.is_asked().await;
    *account.is_deaf.lock().unwrap() = false;
    let world = world.restart_connected(account.ports()).await;
    let record = world.decided_in(number, 1).await;
    assert_eq!(ended(&record), "done");
    let looked = moves(&record).iter().filter(|it| it.starts_with("read look")).count();
    assert_eq!((looked, account.keys().len()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_takes_two_people_and_a_reason() {
    let account = Arc::new(Account::default());
    let signers = Signers::new();
    let world = World::start_connected(account.ports(), |config, _: &mut Limits| {
        signers.configure(config);
    })
    .await;
    let refuse = |arguments: &[&str], why: &str| {
        let output = world.run(&[&["mode"], arguments].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(why), "{told}");
    };
    let ida = signers.key("ida");
    let stranger = tempfile::tempdir().unwrap();
    let stranger = stranger.path().join("stranger");
    agent::make_key(&stranger).unwrap();
    let stranger = stranger.display().to_string();
    refuse(&["set", "unlock-account", "act", "--reason", "why not"], "needs a key");
    refuse(&["set", "unlock-account", "act", "--reason", " ", "--key", &ida], "say why");
    refuse(&["set", "fly", "act", "--reason", "x", "--key", &ida], "there is no runbook fly");
    refuse(
        &["set", "unlock-account", "act", "--reason", "x", "--key", &stranger],
        "is the key of nobody",
    );
    refuse(
        &["set", "unlock-account", "act", "--share", "5", "--reason", "x", "--key", &ida],
        "a share is",
    );
    world.succeed(&["mode", "set", "unlock-account", "act", "--reason", "x", "--key", &ida]);
    // Nobody is two people.
    let twice = world.succeed(&["mode", "sign", "1", "--key", &ida]);
    assert!(twice.contains("does not count yet"), "{twice}");
    refuse(&["sign", "7", "--key", &ida], "has no entry 7");
    let listed = world.succeed(&["mode", "list"]);
    assert!(listed.contains("unlock-account r2          shadow    never changed"), "{listed}");
    world.succeed(&["mode", "sign", "1", "--key", &signers.key("jon")]);
    let listed = world.succeed(&["mode", "list"]);
    assert!(listed.contains("unlock-account r2          act       change 1"), "{listed}");
    // Less trust needs nobody's signature.
    world.succeed(&["mode", "set", "unlock-account", "shadow", "--reason", "to be sure"]);
    let listed: Value = serde_json::from_str(&world.succeed(&["mode", "list", "--json"])).unwrap();
    let of = |it: &&Value| it["runbook"] == "unlock-account";
    let unlock = listed.as_array().unwrap().iter().find(of).unwrap();
    assert_eq!((&unlock["mode"], &unlock["change"]), (&json!("shadow"), &json!(2)));
    let kinds: Vec<Value> = world.general_facts().await;
    let signed = kinds.iter().filter(|facts| facts["change"] == 1).count();
    // Written, and signed three times, once in vain.
    assert_eq!(signed, 4);
}

/// Active Directory, as Samba has it: locked by wrong passwords, lifted by the help desk's account.
#[tokio::test(flavor = "multi_thread")]
async fn a_lockout_is_resolved_in_the_companys_own_directory() {
    let samba = Directory::samba().await.unwrap();
    let signers = Signers::new();
    let world = World::start_with(|config, _| {
        signers.configure(config);
        connect(config, &samba);
    })
    .await;
    signers.trust(&world, &["act"]);
    samba.lock_out("noor").unwrap();
    let record = ran(&world).await;
    assert_eq!(ended(&record), "done");
    assert!(samba.lets_in("noor").unwrap());
    // Nothing is left to do for the next one.
    let laptop = Laptop::enrolled(&world, "noor").await;
    let again = world.decided(send(&world, &laptop, "I forgot my password").await).await;
    assert!(again.runs.is_empty());
}

/// Three processes on one database, as far as they can tell, each with what its role needs.
#[tokio::test(flavor = "multi_thread")]
async fn three_roles_do_together_what_one_process_does() {
    let account = Arc::new(Account::default());
    let signers = Signers::new();
    // Whoever must not have credentials does not even find them.
    let locked_away = |config: &mut Config| {
        let password = config.database_key.with_extension("pw");
        std::fs::write(&password, "").unwrap();
        std::fs::set_permissions(&password, Permissions::from_mode(0o600)).unwrap();
        let ldap = json!({ "kind": "active_directory", "url": "ldaps://127.0.0.1:1", "base": "DC=x",
            "subject_attribute": "employeeID",
            "reader": { "user": "r", "password_file": config.database_key.with_extension("pw") } });
        let missing = json!({ "user": "w", "password_file": "/nowhere/writer.password" });
        let mail = json!({ "host": "127.0.0.1", "from": "a@lumen-oak.example",
            "sign_in": { "user": "m", "password_file": "/nowhere/mail.password" } });
        config.ldap = Some(serde_json::from_value(ldap).unwrap());
        config.ldap_writer = Some(serde_json::from_value(missing).unwrap());
        config.mail = Some(serde_json::from_value(mail).unwrap());
    };
    let reads = Ports { acts: Vec::new(), ..account.ports() };
    let world =
        World::start_as(Roles::SERVE, reads.clone(), |config| signers.configure(config)).await;
    signers.trust(&world, &["act"]);
    let mut config = world.config.clone();
    let start = async |roles: Roles, config: &Config, ports: Ports| {
        agent::start_with(config.clone(), roles, Limits::default(), ports).await
    };
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, &laptop, LOCKED).await;
    // Who serves decides nothing, and who decides carries nothing out.
    locked_away(&mut config);
    let serving = start(Roles::SERVE, &config, Ports::default()).await.unwrap();
    let deciding = start(Roles::DECIDE, &config, reads).await.unwrap();
    assert_eq!(deciding.url(), "");
    let record = world.decided(number).await;
    assert!(matches!(record.decision.unwrap().effect, Effect::RunStep { .. }));
    assert!(record.runs[0].moves.is_empty());
    assert_eq!(account.state(), "locked");
    let refused = start(Roles::EXECUTE, &config, account.ports()).await.unwrap_err();
    assert!(refused.to_string().contains("directory"), "{refused}");
    let executing = start(Roles::EXECUTE, &world.config, account.ports()).await.unwrap();
    let record = world.decided_in(number, 1).await;
    assert_eq!((ended(&record).as_str(), account.state()), ("done", "active"));
    for part in [serving, deciding, executing] {
        part.stop().await;
    }
}
