use agent::Roles;
use audit::{Entry, EntryKind};
use connectors::Ports;
use reqwest::Response;
use serde_json::{Value, json};
use ticket::{
    CheckId, DeviceReport, EventKind, Evidence, EvidenceKey, Finding, FindingStatus, ProblemCode,
    Receipt, Scenario, Submission, SupportCode, TicketStatus, TicketView,
};
use uuid::Uuid;

use crate::world::{Laptop, World, assert_refused, submission};

/// Sends a text and gives the number once it is decided.
async fn send(world: &World, text: &str) -> u32 {
    let token = world.issuer.token("noor");
    let response = world.post("/v1/tickets", &token, &submission(text)).await;
    let number = response.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    number
}

async fn reply(world: &World, laptop: &Laptop, number: u32, reply: &Value) -> Response {
    let path = format!("/v1/tickets/{number}/replies");
    world.post_signed(&path, Some(&world.issuer.token("noor")), laptop, reply).await
}

/// Waits until the work of a ticket is done, by its newest event.
async fn until(world: &World, laptop: &Laptop, number: u32, status: TicketStatus) -> TicketView {
    for _ in 0..500 {
        let path = format!("/v1/tickets/{number}");
        let view = world.get_signed(&path, &world.issuer.token("noor"), laptop).await;
        let view: TicketView = view.json().await.unwrap();
        if view.status == status {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("ticket {number} is not {status:?} after ten seconds");
}

/// What came in a burst, before anything of it is decided: security and an outage are decided first, whether it was
/// chosen or only written.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_does_not_delay_security_or_an_outage() {
    let world = World::start_as(Roles::SERVE, Ports::default(), |_| ()).await;
    let sent = async |submission: Value| {
        let response = world.post("/v1/tickets", &world.issuer.token("noor"), &submission).await;
        response.json::<Receipt>().await.unwrap().number
    };
    let mut burst = Vec::new();
    for count in 0..30 {
        burst.push(sent(json!(submission(&format!("The printer is jammed, {count}")))).await);
    }
    let chosen = Submission { scenario: Some(Scenario::Outage), ..submission("It is all gone") };
    let written = sent(json!(submission("I clicked on a phishing link"))).await;
    let pressing = [written, sent(json!(chosen)).await];
    let world = world.restart().await;
    let mut decided = Vec::new();
    for number in burst.iter().chain(&pressing) {
        let record = world.decided(*number).await;
        let is_decided = |it: &&Entry| it.kind == EntryKind::Decided;
        let at = record.audit.entries.iter().find(is_decided).unwrap().at;
        decided.push((at, *number));
    }
    decided.sort_unstable();
    let first: Vec<_> = decided.iter().take(2).map(|(_, number)| *number).collect();
    assert_eq!(first, pressing, "{decided:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_with_the_article_that_fits_and_hands_off_when_it_does_not_help() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, "My VPN stops after a minute.").await;
    let view = until(&world, &laptop, number, TicketStatus::Answered).await;
    let kinds: Vec<_> = view.events.into_iter().map(|event| event.kind).collect();
    let expect = [
        EventKind::Received,
        EventKind::Understood { scenario: Scenario::VpnConnectivity },
        EventKind::Answered { articles: vec!["vpn-not-connecting".to_owned()] },
    ];
    assert_eq!(kinds, expect);

    let not_solved = json!({ "id": Uuid::now_v7(), "action": { "type": "not_solved" } });
    assert_eq!(reply(&world, &laptop, number, &not_solved).await.status(), 200);
    assert_eq!(reply(&world, &laptop, number, &not_solved).await.status(), 200);
    let view = until(&world, &laptop, number, TicketStatus::WithTeam).await;
    assert_eq!(view.team.as_deref(), Some("Network team"));
    let kinds: Vec<_> = view.events.into_iter().map(|event| event.kind).skip(3).collect();
    let handed_off = EventKind::HandedOff {
        team: "Network team".to_owned(),
        respond_within_minutes: 60,
        hold_still: false,
    };
    assert_eq!(kinds, [EventKind::Reopened, handed_off]);
}

#[tokio::test(flavor = "multi_thread")]
async fn closes_when_the_employee_says_it_is_solved() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, "My VPN stops after a minute.").await;
    let solved = json!({ "id": Uuid::now_v7(), "action": { "type": "solved" } });
    let view: TicketView = reply(&world, &laptop, number, &solved).await.json().await.unwrap();
    assert_eq!(view.status, TicketStatus::Solved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_security_has_stays_with_it_whatever_the_employee_says() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, "I clicked a link and gave my password.").await;
    until(&world, &laptop, number, TicketStatus::WithTeam).await;
    for (round, action, word) in [
        (1, "solved", EventKind::Solved),
        (2, "not_solved", EventKind::Reopened),
        (3, "solved", EventKind::Solved),
    ] {
        let said = json!({ "id": Uuid::now_v7(), "action": { "type": action } });
        let view: TicketView = reply(&world, &laptop, number, &said).await.json().await.unwrap();
        let event = view.events.last().unwrap();
        assert_eq!((&event.kind, event.status), (&word, TicketStatus::WithTeam));
        let record = world.decided_in(number, round).await;
        assert_eq!(record.status, TicketStatus::WithTeam, "{action}");
        assert_eq!(record.events.last().unwrap().kind, word);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_one_question_and_takes_one_of_its_answers() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let number = send(&world, "It is strange.").await;
    let question = until(&world, &laptop, number, TicketStatus::Question).await.question.unwrap();
    let choose = |question: &str, answer: &str| {
        json!({ "id": Uuid::now_v7(),
            "action": { "type": "choose", "question": question, "answer": answer } })
    };
    let closed = reply(&world, &laptop, number, &choose("other", "yes")).await;
    assert_refused(closed, 409, ProblemCode::Conflict).await;
    let chosen = choose(&question.id, &question.answers[0].id);
    let view: TicketView = reply(&world, &laptop, number, &chosen).await.json().await.unwrap();
    let text = question.answers[0].text.clone();
    assert_eq!(view.events.last().unwrap().kind, EventKind::Replied { text });
    assert_eq!(view.question, None);

    let mut other = chosen;
    other["action"] = json!({ "type": "solved" });
    assert_refused(reply(&world, &laptop, number, &other).await, 409, ProblemCode::Conflict).await;
    let controls = json!({ "id": Uuid::now_v7(), "action": { "type": "write", "text": "\u{7}" } });
    assert_refused(reply(&world, &laptop, number, &controls).await, 422, ProblemCode::Malformed)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_desk_sees_who_what_why_and_the_proof() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut request = submission("My VPN stops after a minute.");
    request.device = Some(DeviceReport { name: "LO-4711".to_owned(), ..DeviceReport::default() });
    let token = world.issuer.token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &request).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;

    let shown = world.succeed(&["ticket", "show", &number.to_string(), "--json"]);
    let record: Value = serde_json::from_str(&shown).unwrap();
    for key in [
        "number",
        "submission",
        "text",
        "status",
        "team",
        "respond_by",
        "summary",
        "verified",
        "device",
        "findings",
        "diagnosis",
        "tried",
        "removed",
        "labels",
        "decision",
        "events",
        "audit",
    ] {
        assert!(record.get(key).is_some(), "{key} is missing in {shown}");
    }
    assert_eq!(record["verified"]["level"], "session");
    assert_eq!(record["verified"]["subject"], "noor");
    assert_eq!(record["verified"]["installation"], json!(laptop.id));
    assert_eq!(record["labels"][0]["scenario"], "vpn_connectivity");
    let reason = json!({ "rule": "vpn-word", "words": "VPN" });
    assert_eq!(record["labels"][0]["reasons"][0], reason);
    assert_eq!(record["summary"].as_array().unwrap().len(), 5);
    assert_eq!(record["audit"]["verified"], true);
    assert!(record["audit"]["entries"].as_array().unwrap().len() >= 5);

    let page = world.succeed(&["ticket", "show", &number.to_string()]);
    assert!(page.contains("noor of Lumen & Oak (session)"), "{page}");
    let list = world.succeed(&["ticket", "list"]);
    assert!(list.contains("My VPN stops after a minute."), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_desk_sees_the_way_to_the_company_and_finds_the_device_by_its_code() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let mut request = submission("Nothing loads.");
    let finding = |check, status, value: &str| Finding {
        check,
        status,
        evidence: vec![Evidence { key: EvidenceKey::ReasonWord, value: value.to_owned() }],
        took_ms: 1,
    };
    request.findings = vec![
        finding(CheckId::Link, FindingStatus::Fine, "\u{1b}[2J"),
        finding(CheckId::Gateway, FindingStatus::Failed, "gateway_silent"),
    ];
    let token = world.issuer.token("noor");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &request).await;
    assert_refused(sent, 422, ProblemCode::Malformed).await;
    request.findings[0].evidence[0].value = "<script>".to_owned();
    request.id = Uuid::now_v7();
    request.diagnosis = diagnosis::diagnose(&request.findings);
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &request).await;
    let number = sent.json::<Receipt>().await.unwrap().number.to_string();

    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("way.svg");
    let show = ["ticket", "show", &number, "--svg", picture.to_str().unwrap()];
    let page = world.succeed(&show);
    assert!(page.contains("[ok] network -- [FAILED] router .. [not reached] names"), "{page}");
    assert!(page.contains("Cause: The router does not answer."), "{page}");
    let svg = std::fs::read_to_string(&picture).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("The router does not answer."), "{svg}");
    assert!(!svg.contains("script"), "{svg}");

    let code = SupportCode::of(laptop.id).to_string();
    assert!(page.contains(&format!("Support code {code}")), "{page}");
    assert!(world.succeed(&["ticket", "find", &code]).contains("Nothing loads."));
    let nobody = SupportCode::of(Uuid::nil()).to_string();
    let none = world.succeed(&["ticket", "find", &nobody]);
    assert!(none.contains("No ticket came from the device 0000 0000 yet."), "{none}");
    let nonsense = world.run(&["ticket", "find", "7KM4"]);
    assert_eq!(nonsense.status.code(), Some(2), "{nonsense:?}");
}
