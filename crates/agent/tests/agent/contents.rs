//! Which content the agent has: another version in its place, and back, while it runs.

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use agent::Records;
use tempfile::TempDir;
use test_support::{PATIENCE, root, until, with_nobody_of};

use crate::home::Home;
use crate::issuer::Issuer;
use crate::killed::{Program, send};
use crate::world::{World, config, config_text, install_provider, submission};

/// Two versions of the shipped knowledge, and the link that the configuration names.
struct Versions {
    folder: TempDir,
}

impl Versions {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let versions = Self { folder };
        for version in ["one", "two"] {
            let at = versions.at(version);
            with_nobody_of("network", &root().join("knowledge"), &at).unwrap();
        }
        versions.edit("two", "Security team", "Safety crew");
        symlink(versions.at("one"), versions.link()).unwrap();
        versions
    }

    fn at(&self, version: &str) -> PathBuf {
        self.folder.path().join(version)
    }

    fn link(&self) -> PathBuf {
        self.at("knowledge")
    }

    fn edit(&self, version: &str, from: &str, to: &str) {
        let file = self.at(version).join("routing/teams.yaml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
    }

    /// Where the link leads.
    fn now(&self) -> String {
        let folder = std::fs::read_link(self.link()).unwrap();
        folder.file_name().unwrap().to_string_lossy().into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn content_is_put_in_place_logged_and_put_back() {
    let versions = Versions::new();
    let world = World::start_with(|config, _| config.knowledge = versions.link()).await;
    let put = |version: &str| {
        let folder = versions.at(version);
        let folder = folder.to_str().unwrap().to_owned();
        world.run(&["content", "use", &folder, "--reason", "a new name"])
    };
    let refused = |output: std::process::Output, expect: &str| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(expect), "{error}");
    };
    let log = || world.succeed(&["content", "log"]);
    assert!(log().contains("by agent: it was there at the start"), "{}", log());
    refused(world.run(&["content", "back", "--reason", "wrong"]), "nothing to go back to");

    let told = put("two");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains(": a new name\n      changed  routing/teams.yaml\n"), "{told}");
    assert_eq!(versions.now(), "two");
    let back = world.succeed(&["content", "back", "--reason", "nobody knows it"]);
    assert!(back.contains("changed  routing/teams.yaml"), "{back}");
    assert_eq!(versions.now(), "one");
    let lines: Vec<_> = log().lines().filter(|it| !it.starts_with("      ")).map(digest).collect();
    let [first, second, third] = &lines[..] else { panic!("{lines:?}") };
    assert!(first == third && first != second, "{lines:?}");

    // What is not as it was used, not sound, or not there is not put in place.
    versions.edit("two", "Safety crew", "Safety first");
    refused(
        world.run(&["content", "back", "2", "--reason", "again"]),
        "does not say what version 2",
    );
    refused(world.run(&["content", "back", "7", "--reason", "again"]), "no earlier version 7");
    refused(world.run(&["content", "back", "2", "--reason", " "]), "say why");
    versions.edit("two", "fallback: service-desk", "fallback: nobody");
    refused(put("two"), "the fallback `nobody` is not a team");
    refused(put("three"), "three");
    assert_eq!((versions.now(), log().matches(" by ").count()), ("one".to_owned(), 3));
    let trail = world.succeed(&["audit", "query"]);
    assert_eq!(trail.matches("content_changed").count(), 3, "{trail}");
}

/// The digest that a line of the log begins with.
fn digest(line: &str) -> String {
    line.split_whitespace().nth(3).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_link_stays() {
    let world = World::start().await;
    let folder = world.config.knowledge.to_str().unwrap().to_owned();
    let output = world.run(&["content", "use", &folder, "--reason", "a new name"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("is a folder and not a link"), "{error}");
}

/// The real program goes on with other content by itself, and what it had accepted stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_running_agent_goes_on_with_it() {
    install_provider();
    let (versions, issuer, home) = (Versions::new(), Issuer::start().await, Home::new());
    let mut config = config(&issuer.url, &home);
    config.knowledge = versions.link();
    // A free port: it listens there again.
    config.listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let file = home.path().join("agent.json");
    std::fs::write(&file, config_text(&config)).unwrap();
    let program = Program::start(&file);
    let (http, records) = (reqwest::Client::new(), Records::open(&config).await.unwrap());
    let people = AtomicUsize::new(0);
    // Somebody each time: of one person it would be the same matter.
    let team_of = async || {
        let person = people.fetch_add(1, Ordering::Relaxed);
        let token = issuer.token(&format!("person-{person}"));
        let report = submission("I clicked a phishing link");
        let number = send(&http, &program.url, &token, &report).await?;
        let team = until("a team", PATIENCE, async || {
            Ok(records.find(number).await?.and_then(|record| record.team))
        });
        Some(team.await.unwrap())
    };
    assert_eq!(team_of().await.as_deref(), Some("Security team"));
    let contents = agent::Contents::open(&config).await.unwrap();
    let now = jiff::Timestamp::now();
    // Nothing changes by content that cannot be used, and what can be used is.
    std::fs::create_dir(versions.at("empty")).unwrap();
    std::fs::remove_file(versions.link()).unwrap();
    symlink(versions.at("empty"), versions.link()).unwrap();
    let put = contents.put(&versions.at("two"), "a new name", "ida", now).await.unwrap();
    assert_eq!((put.by.as_str(), put.changed.len()), ("ida", 1));
    until("the other name", PATIENCE, async || {
        Ok(team_of().await.filter(|team| team == "Safety crew").map(drop))
    })
    .await
    .unwrap();
    assert_eq!(records.find(1).await.unwrap().unwrap().team.as_deref(), Some("Security team"));
}
