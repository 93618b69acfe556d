//! Access that was chosen from the catalogue, in a real directory: asked for, approved, given, and no more than that.

use agent::{AgentError, Record, Roles};
use audit::EntryKind;
use serde_json::json;
use systems::LdapConfig;
use test_support::{Directory, root};
use ticket::{
    Access, ApprovalCheck, ApprovalOutcome, ApproverRole, Deed, EventKind, Receipt, Right,
    Submission, TicketStatus,
};

use crate::approving::{Story, outcome};
use crate::carrying::{ended, facts_of};
use crate::home::Home;
use crate::signers::Signers;
use crate::world::{Laptop, World, config, connect, submission};

const WHY: &str = "I write the handbook with the others and want to read what is there";

async fn company(directory: &Directory) -> World {
    let signers = Signers::new();
    let world = World::start_with(|config, _| {
        signers.configure(config);
        connect(config, directory);
    })
    .await;
    for runbook in ["provision-from-catalogue", "add-to-sensitive-group"] {
        signers.trust_in(&world, runbook, &["act"]);
    }
    world
}

async fn asks(world: World, entry: &str, right: Right) -> Story {
    let noor = Laptop::enrolled(&world, "noor").await;
    let maria = Laptop::enrolled(&world, "maria").await;
    let token = world.issuer.token("noor");
    let access = Some(Access { entry: entry.to_owned(), right });
    let wanted = Submission { access, ..submission(WHY) };
    let sent = world.post_signed("/v1/tickets", Some(&token), &noor, &wanted).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    Story { world, noor, maria, number }
}

fn is_in(directory: &Directory, group: &str) -> bool {
    directory.members(group).unwrap().iter().any(|name| name.contains("noor"))
}

fn roles_asked(record: &Record) -> Vec<ApproverRole> {
    let asked = record.events.iter().filter_map(|event| match event.kind {
        EventKind::ApprovalAsked { of, .. } => Some(of),
        _ => None,
    });
    asked.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_read_and_has_the_managers_yes_may_read_and_never_edit() {
    let directory = Directory::openldap().await.unwrap();
    let story = asks(company(&directory).await, "wiki-space", Right::Read).await;
    let asked = story.asked().await;
    let access = Access { entry: "wiki-space".to_owned(), right: Right::Read };
    assert_eq!((asked.access.as_ref(), asked.words.as_str()), (Some(&access), WHY));
    assert_eq!((asked.deeds.as_slice(), asked.can_be_undone), (&[Deed::AccessGiven][..], true));
    let checks = [
        ApprovalCheck::AccountInUse,
        ApprovalCheck::NoAdministrator,
        ApprovalCheck::NoSignOfOthers,
        ApprovalCheck::RoleFits,
        ApprovalCheck::NotGiven,
    ];
    assert_eq!(asked.checks, checks);
    assert!(!is_in(&directory, "wiki-readers"));

    assert!(story.say(&asked, true).await.status().is_success());
    let record = story.end().await;
    assert_eq!((ended(&record).as_str(), outcome(&record)), ("done", Some(ApprovalOutcome::Given)));
    assert!(is_in(&directory, "wiki-readers") && !is_in(&directory, "wiki-editors"));
    assert_eq!(record.status, TicketStatus::Answered);
    let begun = &facts_of(&record, EntryKind::StepBegun)[0];
    assert_eq!(
        (&begun["act"], &begun["gate"]["outcome"]["type"]),
        (&json!("provision"), &json!("permit"))
    );
    assert!(record.audit.verified);
    let replayed = story.world.succeed(&["replay", &story.number.to_string()]);
    assert!(!replayed.contains("different"), "{replayed}");
    let shown = story.world.succeed(&["ticket", "show", &story.number.to_string()]);
    assert!(shown.contains("read access to wiki-space"), "{shown}");
}

/// A manager and an owner, each with their own yes.
#[tokio::test(flavor = "multi_thread")]
async fn sensitive_access_takes_the_manager_and_the_owner() {
    let directory = Directory::openldap().await.unwrap();
    let story = asks(company(&directory).await, "customer-records", Right::Read).await;
    let asked = story.asked().await;
    let ada = Laptop::enrolled(&story.world, "ada").await;
    let of_owner = story.asked_of("ada", &ada).await.pop().unwrap();
    assert_eq!((asked.of, of_owner.of), (ApproverRole::Manager, ApproverRole::Owner));
    assert_eq!(asked.digest, of_owner.digest);
    // One yes opens nothing, said once or twice.
    for _ in 0..2 {
        assert!(story.say(&asked, true).await.status().is_success());
    }
    assert!(!is_in(&directory, "crm-readers"));
    assert!(story.asked_of("maria", &story.maria).await.is_empty());
    assert!(story.say_as(("ada", &ada), &of_owner, true).await.status().is_success());
    let record = story.end().await;
    assert_eq!(ended(&record), "done");
    assert_eq!(roles_asked(&record), [ApproverRole::Manager, ApproverRole::Owner]);
    assert!(is_in(&directory, "crm-readers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_no_counts_as_much_as_the_managers_yes() {
    let directory = Directory::openldap().await.unwrap();
    let story = asks(company(&directory).await, "customer-records", Right::Read).await;
    let asked = story.asked().await;
    let ada = Laptop::enrolled(&story.world, "ada").await;
    let of_owner = story.asked_of("ada", &ada).await.pop().unwrap();
    assert!(story.say(&asked, true).await.status().is_success());
    assert!(story.say_as(("ada", &ada), &of_owner, false).await.status().is_success());
    let record = story.end().await;
    assert_eq!(ended(&record), "stopped at agree: refused");
    let told = record.events.iter().find_map(|event| match event.kind {
        EventKind::ApprovalEnded { of, outcome } => Some((of, outcome)),
        _ => None,
    });
    assert_eq!(told, Some((ApproverRole::Owner, ApprovalOutcome::Refused)));
    assert!(!is_in(&directory, "crm-readers"));
}

/// What is for some would be for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_for_some_needs_the_groups_that_say_for_whom() {
    let directory = Directory::openldap().await.unwrap();
    let mut config = config("https://sign-in.example", &Home::new());
    config.knowledge = root().join("knowledge");
    let mut ldap: LdapConfig = serde_json::from_value(directory.config()).unwrap();
    ldap.grants.iter_mut().for_each(|grant| grant.roles.clear());
    config.ldap = Some(ldap);
    let error = agent::start(config, Roles::ALL).await.err().unwrap();
    assert!(matches!(&error, AgentError::Roles(entry) if entry == "customer-records"), "{error}");
}

/// No group, a right that is nobody's to give here, a restricted system, an entry of another catalogue.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_agent_cannot_give_goes_to_a_team_that_reads_what_was_chosen() {
    let directory = Directory::openldap().await.unwrap();
    let mut world = company(&directory).await;
    for (entry, right, round) in [
        ("jira-project", Right::Read, 1),
        ("shared-folder", Right::Administer, 0),
        ("payroll-reports", Right::Read, 0),
        ("of-tomorrow", Right::Read, 0),
    ] {
        let story = asks(world, entry, right).await;
        let record = story.world.decided_in(story.number, round).await;
        assert_eq!(record.status, TicketStatus::WithTeam, "{entry}");
        let summary = record.summary.join("\n");
        assert!(summary.contains(&format!("{} access to {entry}", right.word())), "{summary}");
        assert_eq!(roles_asked(&record), [], "{entry}");
        assert!(story.asked_of("maria", &story.maria).await.is_empty(), "{entry}");
        world = story.world;
    }
}
