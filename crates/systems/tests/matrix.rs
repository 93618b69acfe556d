//! Rooms of Matrix, on a real Synapse over TLS.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use connectors::{ActError, ActKey, MessagePort};
use serde_json::{Value, json};
use systems::{ChatConfig, Teams};
use test_support::{Matrix, private};

const WORDS: &str = "@room look at https://evil.example #all:evil.example <b>now</b>";
const TEAM: &str = "network";

const fn key(ticket: u32) -> ActKey {
    ActKey { ticket, round: 0, place: 1 }
}

/// A team whose chat is the server's room, but for these fields.
fn team(server: &Matrix, other: &[(&str, Value)]) -> Result<Teams, String> {
    let mut config = server.config();
    for (field, value) in other {
        config[*field] = value.clone();
    }
    let config: ChatConfig = serde_json::from_value(config).unwrap();
    let chats = BTreeMap::from([(TEAM.to_owned(), config)]);
    Teams::open(&chats, None, &BTreeMap::new())
        .map_err(|error| std::error::Error::source(&error).unwrap().to_string())
}

async fn tell(teams: &Teams, key: ActKey, words: &str) -> Result<(), ActError> {
    teams.notify_team(key, TEAM, &teams.channel(TEAM).encode(words)).await
}

#[tokio::test]
async fn a_room_gets_each_message_once_and_nothing_in_it_calls_anybody() {
    let server = Matrix::start().await.unwrap();
    let teams = team(&server, &[]).unwrap();
    // It was invited, and comes in by itself.
    assert_eq!(tell(&teams, key(1), WORDS).await, Ok(()));
    assert_eq!(tell(&teams, key(1), WORDS).await, Ok(()), "again, as after a crash");
    // Another database counts from one, too.
    assert_eq!(tell(&teams, key(1), "other words").await, Ok(()));
    let called = team(&server, &[("mention", json!("@room"))]).unwrap();
    assert_eq!(tell(&called, key(2), "the network is down").await, Ok(()));
    let person = team(&server, &[("mention", json!("@ida:desk.example"))]).unwrap();
    assert_eq!(tell(&person, key(3), "a phishing mail").await, Ok(()));
    let message = |body: &str, mentions: Value| json!({ "msgtype": "m.text", "body": body, "m.mentions": mentions });
    let expect = [
        message(
            "＠room look at https[:]//evil[.]example ＃all:evil[.]example <b>now</b>",
            json!({}),
        ),
        message("other words", json!({})),
        message("@room the network is down", json!({ "room": true })),
        message("@ida:desk.example a phishing mail", json!({ "user_ids": ["@ida:desk.example"] })),
    ];
    assert_eq!(server.messages().await.unwrap(), expect);
}

#[tokio::test]
async fn what_is_wrong_says_whether_another_try_is_worth_it() {
    let server = Matrix::start().await.unwrap();
    let elsewhere = server.room(&[]).await.unwrap();
    let strangers = team(&server, &[("room", json!(elsewhere))]).unwrap();
    let refused = tell(&strangers, key(1), "words").await;
    assert_eq!(refused, Err(ActError::Refused("403 Forbidden".to_owned())), "not invited");
    let teams = team(&server, &[]).unwrap();
    server.end_sessions_of_agent().await.unwrap();
    let ended = tell(&teams, key(2), "words").await;
    assert_eq!(ended, Err(ActError::Later("401 Unauthorized".to_owned())), "somebody mends it");
    assert_eq!(server.messages().await.unwrap(), Vec::<Value>::new());
    drop(server);
    let away = tell(&teams, key(3), "words").await;
    assert!(matches!(&away, Err(ActError::Later(why)) if !why.contains("matrix")), "{away:?}");
}

#[tokio::test]
async fn what_cannot_work_is_said_at_the_start() {
    let server = Matrix::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let none = private(folder.path(), "none.pem", "").unwrap();
    for (field, value, expect) in [
        ("room", json!("#network:desk.example"), "is not the id of a room"),
        ("homeserver", json!("http://matrix.example/"), "is not an https address"),
        ("mention", json!("network"), "neither `@room` nor a person"),
        ("token_file", json!("/no/such/file"), "/no/such/file cannot be read"),
        ("ca_file", json!("/no/such/file"), "with these certificates"),
    ] {
        let why = team(&server, &[(field, value)]).unwrap_err();
        assert!(why.contains(expect), "{field}: {why}");
    }
    // Nobody else's certificate is believed.
    let teams = team(&server, &[("ca_file", json!(none))]).unwrap();
    assert!(matches!(tell(&teams, key(1), "words").await, Err(ActError::Later(_))));
}
