//! PagerDuty as its documentation has it: what is posted, and what answers mean. The real service is not here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use connectors::{ActError, ActKey, PagerPort};
use serde_json::{Value, json};
use systems::{PagerConfig, PagerError, Pagers};
use test_support::{Postbox, private};

const KEY: ActKey = ActKey { ticket: 12, round: 0, place: 3 };

async fn page(status: &str, words: &str) -> (Result<(), ActError>, Value) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let key_file = private(folder.path(), "key", "0123456789abcdef0123456789abcdef\n").unwrap();
    let pager = Postbox::start("/v2/enqueue", status).await.unwrap();
    let url = pager.url().to_owned();
    let teams = BTreeMap::from([("network".to_owned(), PagerConfig { key_file, url })]);
    let pagers = Pagers::open(&teams).unwrap();
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
    assert!(matches!(Pagers::open(&teams), Err(PagerError::Address(_))));
}

#[tokio::test]
async fn a_team_without_a_pager_wakes_nobody() {
    let pagers = Pagers::open(&BTreeMap::new()).unwrap();
    let sent = pagers.page(KEY, "network", "mail is down").await;
    assert!(matches!(sent, Err(ActError::Refused(_))), "{sent:?}");
}
