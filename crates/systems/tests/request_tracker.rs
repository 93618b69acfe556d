//! A real Request Tracker.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::path::Path;

use connectors::{ActError, ActKey, DeskPort, DeskStatus, DeskTicket, DeskWatchPort};
use reqwest::Method;
use serde_json::json;
use systems::{RequestTracker, RequestTrackerConfig, RequestTrackerWriter};
use test_support::{RequestTracker as Server, private};

const LINK: &str = "https://help.lumen-oak.example/verdict/12/aGk_-x";

fn key(round: u32) -> ActKey {
    ActKey { ticket: 12, round, place: 0 }
}

fn config(server: &Server) -> RequestTrackerConfig {
    serde_json::from_value(server.config()).unwrap()
}

fn ticket(id: Option<&str>, words: &str, note: &str) -> DeskTicket {
    DeskTicket {
        id: id.map(str::to_owned),
        link: LINK.to_owned(),
        subject: "[Deskside 12] VPN geht nicht".to_owned(),
        words: words.to_owned(),
        note: note.to_owned(),
        requestor: Some("noor@lumen-oak.example".to_owned()),
    }
}

#[tokio::test]
async fn a_ticket_is_opened_once_moved_noted_and_closed() {
    let server = Server::start().await.unwrap();
    let desk = RequestTrackerWriter::open(&config(&server)).unwrap();
    let watch = RequestTracker::open(&config(&server)).unwrap();
    assert_eq!(watch.changed(None).await.unwrap(), []);

    let words = desk.channel().encode("Größe\n<b>bold</b> https://evil.example @everyone");
    let id =
        desk.assign_owner(key(0), "network", &ticket(None, &words, "At first.")).await.unwrap();
    // The answer was lost: it is asked again, and does not know what it opened.
    let again =
        desk.assign_owner(key(0), "network", &ticket(None, &words, "At first.")).await.unwrap();
    assert_eq!(again, id);
    desk.set_status(key(0), &id, DeskStatus::Escalated).await.unwrap();
    let all = server.tickets().await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["Subject"], "[Deskside 12] VPN geht nicht");
    assert_eq!((&all[0]["Status"], &all[0]["Queue"]["Name"]), (&json!("open"), &json!("Network")));
    assert_eq!(all[0]["Requestor"][0]["id"], "noor@lumen-oak.example");

    for _ in 0..2 {
        desk.add_note(key(1), &id, "It is at home too.").await.unwrap();
        desk.assign_owner(key(2), "security", &ticket(Some(&id), "words", "Five lines."))
            .await
            .unwrap();
        desk.set_status(key(2), &id, DeskStatus::Solved).await.unwrap();
    }
    let history = server.history(&id).await.unwrap();
    let of = |kind: &str| -> Vec<&str> {
        history.iter().filter(|(is, _)| is == kind).map(|(_, words)| words.as_str()).collect()
    };
    assert_eq!(of("Create"), [words.as_str()]);
    assert!(words.contains("<b>") && !words.contains("https://") && !words.contains('@'));
    assert_eq!(of("Comment"), ["At first.", "It is at home too.", "Five lines."]);
    assert_eq!(of("Status"), ["open", "resolved"]);

    let seen = watch.changed(None).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].id.as_str(), seen[0].team.as_deref()), (id.as_str(), Some("security")));
    assert!(seen[0].is_over && !seen[0].is_taken && seen[0].due.is_none(), "{seen:?}");
    let taken = json!({ "Status": "open", "Owner": "analyst", "Due": "2037-01-02 03:04:05" });
    server.analyst(Method::PUT, &format!("ticket/{id}"), Some(taken)).await.unwrap();
    let seen = watch.changed(Some(seen[0].changed_at)).await.unwrap();
    assert!(seen[0].is_taken && !seen[0].is_over && seen[0].due.is_some(), "{seen:?}");
    let later = seen[0].changed_at.checked_add(jiff::SignedDuration::from_secs(1)).unwrap();
    assert_eq!(watch.changed(Some(later)).await.unwrap(), []);
}

#[tokio::test]
async fn what_people_write_to_whom_a_ticket_is_for_is_heard() {
    let server = Server::start().await.unwrap();
    let desk = RequestTrackerWriter::open(&config(&server)).unwrap();
    let watch = RequestTracker::open(&config(&server)).unwrap();
    let id = desk.assign_owner(key(0), "network", &ticket(None, "words", "note")).await.unwrap();
    assert_eq!(watch.replies(&id, None).await.unwrap(), []);

    server.correspond(&id, "text/plain", "Grüße,\nbitte neu starten.").await.unwrap();
    let html = "<p>Please <b>restart</b> it.</p><p>Is it &lt;better&gt; now?</p><script>x</script>";
    server.correspond(&id, "text/html", html).await.unwrap();
    let comment = json!({ "Content": "among us", "ContentType": "text/plain" });
    let path = format!("ticket/{id}/comment");
    server.analyst(Method::POST, &path, Some(comment)).await.unwrap();
    let replies = watch.replies(&id, None).await.unwrap();
    let texts: Vec<_> = replies.iter().map(|it| it.text.as_str()).collect();
    let expect = ["Grüße,\nbitte neu starten.", "Please restart it.\n\nIs it <better> now?"];
    assert_eq!(texts, expect);
    let later = watch.replies(&id, Some(&replies[0].id)).await.unwrap();
    assert_eq!(later, replies[1..]);
    assert_eq!(watch.replies(&id, Some(&replies[1].id)).await.unwrap(), []);

    // Who it is for knows what they wrote themselves.
    let own = json!({ "Requestor": ["analyst"] });
    server.analyst(Method::PUT, &format!("ticket/{id}"), Some(own)).await.unwrap();
    assert_eq!(watch.replies(&id, None).await.unwrap(), []);
}

#[tokio::test]
async fn a_session_that_ended_is_begun_again_and_a_no_is_told_from_a_failure() {
    let mut server = Server::start().await.unwrap();
    let desk = RequestTrackerWriter::open(&config(&server)).unwrap();
    let id = desk.assign_owner(key(0), "network", &ticket(None, "words", "note")).await.unwrap();

    let nowhere = desk.assign_owner(key(1), "printers", &ticket(None, "words", "note")).await;
    assert!(matches!(&nowhere, Err(ActError::Refused(why)) if why.contains("no queue")));
    let mut other = config(&server);
    other.statuses.escalated = "urgent".to_owned();
    other.queues.insert("printers".to_owned(), "Printers".to_owned());
    let other = RequestTrackerWriter::open(&other).unwrap();
    let state = other.set_status(key(1), &id, DeskStatus::Escalated).await;
    assert!(matches!(&state, Err(ActError::Refused(why)) if why.contains("urgent")), "{state:?}");
    let other_link = DeskTicket { link: format!("{LINK}2"), ..ticket(None, "words", "note") };
    let queue = other.assign_owner(key(1), "printers", &other_link).await;
    assert!(matches!(&queue, Err(ActError::Refused(why)) if why.contains("403")), "{queue:?}");

    server.kill();
    let down = desk.add_note(key(1), &id, "a note").await;
    assert!(matches!(down, Err(ActError::Later(_))), "{down:?}");
    server.end_sessions().unwrap();
    server.start_again().await.unwrap();
    desk.add_note(key(1), &id, "a note").await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let mut stranger = config(&server);
    stranger.writer.password_file = private(folder.path(), "password", "wrong").unwrap();
    let stranger = RequestTrackerWriter::open(&stranger).unwrap();
    let refused = stranger.add_note(key(3), &id, "a note").await;
    assert!(matches!(&refused, Err(ActError::Later(why)) if why.contains("does not let")));
}

#[test]
fn it_is_asked_only_where_nobody_can_answer_for_it() {
    let config = |url: &str| {
        let account = json!({ "user": "u", "password_file": Path::new("/nowhere") });
        let config = json!({ "url": url, "queues": {}, "reader": account, "writer": account });
        serde_json::from_value::<RequestTrackerConfig>(config).unwrap()
    };
    let refused = RequestTracker::open(&config("http://desk.example")).unwrap_err().to_string();
    assert!(refused.contains("not an https address"), "{refused}");
}
