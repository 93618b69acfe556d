//! Checks that ask servers, against servers that answer as told.

use crate::support::{answering, live, nobody, one, server, silent};
use diagnostics::Targets;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use ticket::{CheckId, EvidenceKey, FindingReason, FindingStatus};

use FindingReason as R;
use FindingStatus::{Attention, Failed, Fine, NotAvailable};
use diagnostics::Url;

type Expect = (FindingStatus, Option<FindingReason>);

async fn check(id: CheckId, targets: Targets, expect: Expect) {
    let finding = one(id, &live(targets)).await;
    assert_eq!((finding.status, finding.reason()), expect, "{finding:?}");
}

fn probe(url: Url) -> Targets {
    Targets { internet_probe: Some(url), ..Targets::default() }
}

fn provider(url: Url) -> Targets {
    Targets { identity_provider: Some(url), ..Targets::default() }
}

fn agent(url: Url) -> Targets {
    Targets { agent: Some(url), ..Targets::default() }
}

async fn internet(status: &str, headers: &str, expect: Expect) {
    check(CheckId::Internet, probe(answering(status, headers).await), expect).await;
}

#[tokio::test]
async fn tells_the_internet_from_a_page_in_its_place() {
    let portal = (Failed, Some(R::CaptivePortal));
    internet("204 No Content", "", (Fine, None)).await;
    internet("200 OK", "", portal).await;
    internet("302 Found", "location: http://portal.example/login\r\n", portal).await;
    internet("307 Temporary Redirect", "location: http://127.0.0.1:1/\r\n", portal).await;
    internet("511 Network Authentication Required", "", portal).await;
    internet("503 Service Unavailable", "", (Failed, Some(R::UnexpectedAnswer))).await;
    let garbage = server("SSH-2.0-OpenSSH_9.2\r\n".to_owned()).await;
    check(CheckId::Internet, probe(garbage), (Failed, Some(R::UnexpectedAnswer))).await;
    check(CheckId::Internet, probe(nobody().await), (Failed, Some(R::ServerRefused))).await;
    check(CheckId::Internet, Targets::default(), (NotAvailable, Some(R::NotConfigured))).await;
}

#[tokio::test]
async fn asks_sign_in_and_service_whether_they_are_there() {
    for (id, targets) in [
        (CheckId::IdentityProvider, provider as fn(Url) -> Targets),
        (CheckId::CompanyService, agent),
    ] {
        check(id, targets(answering("200 OK", "").await), (Fine, None)).await;
        let broken = targets(answering("502 Bad Gateway", "").await);
        check(id, broken, (Failed, Some(R::UnexpectedAnswer))).await;
        check(id, targets(nobody().await), (Failed, Some(R::ServerRefused))).await;
        check(id, Targets::default(), (NotAvailable, Some(R::NotConfigured))).await;
        let insecure = targets("http://desk.example".parse().unwrap());
        check(id, insecure, (NotAvailable, Some(R::InsecureAddress))).await;
    }
}

#[tokio::test]
async fn a_service_that_asks_who_is_there_is_there() {
    let service = |url| Targets { service: Some(url), ..Targets::default() };
    for status in ["302 Found", "401 Unauthorized", "404 Not Found"] {
        let asked = service(answering(status, "").await);
        check(CheckId::CompanyService, asked, (Fine, None)).await;
    }
    let broken = service(answering("503 Service Unavailable", "").await);
    check(CheckId::CompanyService, broken, (Failed, Some(R::UnexpectedAnswer))).await;
}

/// Time stands still, so this takes no three seconds.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_costs_the_deadline_and_no_more() {
    let timeout = (Failed, Some(R::Timeout));
    check(CheckId::Internet, probe(silent().await), timeout).await;
    check(CheckId::IdentityProvider, provider(silent().await), timeout).await;
    check(CheckId::CompanyService, agent(silent().await), timeout).await;
    check(CheckId::Clock, agent(silent().await), (NotAvailable, Some(R::Timeout))).await;
}

fn date(seconds_from_now: i64) -> String {
    let seconds = Timestamp::now().as_second() + seconds_from_now;
    let moment = Timestamp::from_second(seconds).unwrap();
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap();
    format!("date: {text}\r\n")
}

async fn clock(server_seconds: i64, expect: Expect) {
    let targets = provider(answering("200 OK", &date(server_seconds)).await);
    let finding = one(CheckId::Clock, &live(targets)).await;
    assert_eq!((finding.status, finding.reason()), expect, "{finding:?}");
    let skew: i64 = finding.value(EvidenceKey::ClockSkewSeconds).unwrap().parse().unwrap();
    assert!((skew + server_seconds).abs() <= 5, "{skew} against {server_seconds}");
}

#[tokio::test]
async fn compares_the_clock_with_the_servers() {
    clock(0, (Fine, None)).await;
    clock(120, (Attention, Some(R::ClockOff))).await;
    clock(-600, (Failed, Some(R::ClockOff))).await;
    clock(600, (Failed, Some(R::ClockOff))).await;
}

#[tokio::test]
async fn asks_another_server_for_the_time_where_one_has_none() {
    let targets = Targets {
        identity_provider: Some(answering("200 OK", "").await),
        agent: Some(answering("404 Not Found", &date(-900)).await),
        ..Targets::default()
    };
    check(CheckId::Clock, targets, (Failed, Some(R::ClockOff))).await;
    let none = provider(answering("200 OK", "date: yesterday\r\n").await);
    check(CheckId::Clock, none, (NotAvailable, Some(R::UnexpectedAnswer))).await;
}

#[tokio::test]
async fn a_page_in_the_internets_place_does_not_tell_the_time() {
    let portal = probe(answering("200 OK", &date(-900)).await);
    check(CheckId::Clock, portal, (NotAvailable, Some(R::UnexpectedAnswer))).await;
    let internet = probe(answering("204 No Content", &date(-900)).await);
    check(CheckId::Clock, internet, (Failed, Some(R::ClockOff))).await;
}

#[tokio::test]
async fn names_are_asked_only_where_there_are_any() {
    let literal = agent(nobody().await);
    check(CheckId::NameService, literal, (NotAvailable, Some(R::NothingToResolve))).await;
    // RFC 6761: this name never resolves. The system may take its time to say so.
    let never = agent("https://desk.invalid".parse().unwrap());
    let finding = one(CheckId::NameService, &live(never)).await;
    assert_eq!(finding.status, Failed);
    assert!(matches!(finding.reason(), Some(R::Unresolved | R::Timeout)), "{finding:?}");
}
