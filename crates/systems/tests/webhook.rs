//! Chat as its documentation has it: what is posted, and what answers mean. No real chat is here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use connectors::{ActError, ActKey, Channel, MessagePort};
use serde_json::{Value, json};
use systems::{ChatConfig, Teams, WebhookConfig};
use tempfile::TempDir;
use test_support::{Postbox, private};
use tokio::net::TcpListener;

const KEY: ActKey = ActKey { ticket: 12, round: 0, place: 1 };
/// Which chat it is.
type Kind = fn(WebhookConfig) -> ChatConfig;

const WORDS: &str = "<!channel> look at https://evil.example `now` @everyone";

/// A team whose chat has this address, in a file.
fn team(kind: Kind, address: &str, mention: Option<&str>) -> (TempDir, Teams) {
    // As the agent does when it starts; done before by another test is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let url_file = private(folder.path(), "url", &format!("{address}\n")).unwrap();
    let config = kind(WebhookConfig { url_file, mention: mention.map(str::to_owned) });
    let chats = BTreeMap::from([("network".to_owned(), config)]);
    (folder, Teams::open(&chats, None, &BTreeMap::new()).unwrap())
}

/// Takes one message, answers with a status, and gives what was posted.
async fn post(kind: Kind, mention: Option<&str>, status: &str) -> (Result<(), ActError>, Value) {
    let chat = Postbox::start("/services/T0/B0/secret", status).await.unwrap();
    let (_folder, teams) = team(kind, chat.url(), mention);
    let encoded = teams.channel("network").encode(WORDS);
    let sent = teams.notify_team(KEY, "network", &encoded).await;
    (sent, chat.posted().pop().unwrap())
}

#[tokio::test]
async fn slack_gets_a_block_of_code_behind_the_mention_that_it_wrote() {
    let (sent, posted) = post(ChatConfig::Slack, Some("<!subteam^S1> "), "200 OK").await;
    assert_eq!(sent, Ok(()));
    let text = posted["text"].as_str().unwrap();
    assert!(text.starts_with("<!subteam^S1> ```\n&lt;!channel&gt; look at"), "{text}");
    assert_eq!(text.matches("```").count(), 2, "{text}");
    assert!(!text.contains('@') && !text.contains("https://"), "{text}");
}

#[tokio::test]
async fn teams_gets_a_card_whose_words_know_no_markup() {
    let (sent, posted) = post(ChatConfig::Teams, None, "202 Accepted").await;
    assert_eq!(sent, Ok(()));
    let attachment = &posted["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let body = attachment["content"]["body"].as_array().unwrap();
    assert_eq!((body.len(), &body[0]["type"]), (1, &json!("RichTextBlock")));
    let run = &body[0]["inlines"][0];
    assert_eq!(run["type"], "TextRun");
    assert_eq!(run["text"], Channel::MailBody.encode(WORDS));
}

#[tokio::test]
async fn an_answer_says_whether_it_is_worth_another_try() {
    for (status, is_later) in [
        ("429 Too Many Requests", true),
        ("503 Service Unavailable", true),
        ("401 Unauthorized", true),
        ("400 Bad Request", false),
        ("404 Not Found", false),
        ("410 Gone", false),
        ("302 Found", false),
    ] {
        let (sent, _) = post(ChatConfig::Slack, None, status).await;
        let found = matches!(sent, Err(ActError::Later(_)));
        assert_eq!(found, is_later, "{status}: {sent:?}");
        assert!(sent.is_err(), "{status}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/services/T0/B0/secret", gone.local_addr().unwrap());
    drop(gone);
    let (_folder, teams) = team(ChatConfig::Slack, &address, None);
    let error = teams.notify_team(KEY, "network", "words").await.unwrap_err();
    assert!(matches!(&error, ActError::Later(why) if !why.contains("secret")), "{error:?}");
    let unknown = teams.notify_team(KEY, "endpoint", "words").await;
    assert_eq!(unknown, Err(ActError::Refused("endpoint has no chat and no mail".to_owned())));
}

#[test]
fn an_address_without_tls_is_refused_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let url_file = private(folder.path(), "url", "http://chat.example/secret").unwrap();
    let config = ChatConfig::Slack(WebhookConfig { url_file, mention: None });
    let chats = BTreeMap::from([("network".to_owned(), config)]);
    let error = Teams::open(&chats, None, &BTreeMap::new()).unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert!(why.ends_with("url holds no https address") && !why.contains("secret"), "{why}");
}
