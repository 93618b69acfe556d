//! PagerDuty as its documentation has it: what is posted, and what answers mean. The real service is not here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use connectors::{ActError, ActKey, PagerPort};
use content::{OnDuty, Rota};
use serde_json::{Value, json};
use systems::{MailConfig, PagerConfig, PagerError, Pagers};
use test_support::{MailServer, Postbox, private};

const KEY: ActKey = ActKey { ticket: 12, round: 0, place: 3 };

async fn page(status: &str, words: &str) -> (Result<(), ActError>, Value) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let key_file = private(folder.path(), "key", "0123456789abcdef0123456789abcdef\n").unwrap();
    let pager = Postbox::start("/v2/enqueue", status).await.unwrap();
    let url = pager.url().to_owned();
    let teams = BTreeMap::from([("network".to_owned(), PagerConfig { key_file, url })]);
    let pagers = Pagers::open(&teams, BTreeMap::new(), None).unwrap();
    let sent = pagers.page(KEY, "network", words).await;
    (sent, pager.posted().pop().unwrap())
}

#[tokio::test]
async fn who_is_on_call_gets_one_critical_alert_for_a_key() {
    let (sent, posted) = page("202 Accepted", "mail is down").await;
    assert_eq!(sent, Ok(()));
    let expect = json!({
        "routing_key": "0123456789abcdef0123456789abcdef",
        "event_action": "trigger",
        "dedup_key": "deskside-12-0-3",
        "client": "Deskside",
        "payload": { "summary": "mail is down", "source": "deskside", "severity": "critical",
            "component": "network" },
    });
    assert_eq!(posted, expect);
    // The longest summary there may be.
    let (_, posted) = page("202 Accepted", &"é".repeat(2000)).await;
    assert_eq!(posted["payload"]["summary"].as_str().unwrap().chars().count(), 1024);
}

#[tokio::test]
async fn a_busy_pager_is_asked_again_and_a_no_is_a_no() {
    for (status, is_later) in [
        ("429 Too Many Requests", true),
        ("500 Internal Server Error", true),
        ("400 Bad Request", false),
    ] {
        let (sent, _) = page(status, "mail is down").await;
        let expect = |error: &ActError| matches!(error, ActError::Later(_)) == is_later;
        assert!(sent.as_ref().is_err_and(expect), "{status}: {sent:?}");
    }
}

#[tokio::test]
async fn an_address_that_others_could_answer_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = private(folder.path(), "key", "k").unwrap();
    let url = "http://events.pagerduty.com/v2/enqueue".to_owned();
    let teams = BTreeMap::from([("network".to_owned(), PagerConfig { key_file, url })]);
    let refused = Pagers::open(&teams, BTreeMap::new(), None);
    assert!(matches!(refused, Err(PagerError::Address(_))), "{refused:?}");
}

#[tokio::test]
async fn a_team_without_a_pager_wakes_nobody() {
    let pagers = Pagers::open(&BTreeMap::new(), BTreeMap::new(), None).unwrap();
    let sent = pagers.page(KEY, "network", "mail is down").await;
    assert!(matches!(sent, Err(ActError::Refused(_))), "{sent:?}");
}

fn rotas(mail: &str) -> BTreeMap<String, Rota> {
    let on_duty = OnDuty { id: "network-1".to_owned(), mail: mail.to_owned() };
    let rota = Rota {
        zone: "UTC".to_owned(),
        begins: "2026-01-05T09:00".parse().unwrap(),
        days: 7,
        people: vec![on_duty],
        swaps: Vec::new(),
    };
    BTreeMap::from([("network".to_owned(), rota)])
}

/// A real mail server.
#[tokio::test]
async fn who_the_rota_names_is_woken_by_mail() {
    let server = MailServer::start().await.unwrap();
    let config = json!({ "host": server.host(), "port": server.port(), "ca_file": server.ca_file(),
        "from": "Deskside <deskside@lumen-oak.example>" });
    let config: MailConfig = serde_json::from_value(config).unwrap();
    let on_call = "network-1@on-call.lumen-oak.example";
    let pagers = Pagers::open(&BTreeMap::new(), rotas(on_call), Some(&config)).unwrap();
    pagers.page(KEY, "network", "mail is down").await.unwrap();
    let mails = server.mails().unwrap();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert!(mail.contains(&format!("To: {on_call}")), "{mail}");
    assert!(mail.contains("Subject: Deskside: critical, request 12"), "{mail}");
    assert!(mail.contains("Message-ID: <deskside-12-0-3@"), "{mail}");
    assert!(mail.contains("mail is down"), "{mail}");

    let nowhere = Pagers::open(&BTreeMap::new(), rotas("network-1"), Some(&config));
    assert!(matches!(nowhere, Err(PagerError::OnDuty { .. })), "{nowhere:?}");
    let without_mail = Pagers::open(&BTreeMap::new(), rotas(on_call), None).unwrap();
    let sent = without_mail.page(KEY, "network", "mail is down").await;
    assert!(matches!(sent, Err(ActError::Refused(_))), "{sent:?}");
}
