use std::sync::Arc;
use std::time::Duration;

use connectors::{Call, Recording};
use serde_json::Value;
use test_support::{PATIENCE, until};
use ticket::{
    Cause, CheckId, EventKind, Evidence, EvidenceKey, Finding, FindingReason, FindingStatus,
    OpenIncident, Receipt, Submission, TicketStatus,
};

use crate::world::{Laptop, World, submission};

/// A person with a laptop.
struct Person<'a> {
    world: &'a World,
    laptop: Laptop,
    name: &'static str,
}

impl<'a> Person<'a> {
    async fn new(world: &'a World, name: &'static str) -> Self {
        Person { world, laptop: Laptop::enrolled(world, name).await, name }
    }

    /// Sends something and gives its number once it is decided.
    async fn sends(&self, request: &Submission) -> u32 {
        let token = self.world.issuer.token(self.name);
        let sent = self.world.post_signed("/v1/tickets", Some(&token), &self.laptop, request).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        self.world.decided(number).await;
        number
    }

    async fn incidents(&self) -> Vec<OpenIncident> {
        let token = self.world.issuer.token(self.name);
        self.world.get_signed("/v1/incidents", &token, &self.laptop).await.json().await.unwrap()
    }
}

/// A request whose checks say that this kind of VPN gateway does not answer.
fn unreachable(gateway: &str) -> Submission {
    let fact = |key, value: &str| Evidence { key, value: value.to_owned() };
    let failed = |check, reason: FindingReason| Finding {
        check,
        status: FindingStatus::Failed,
        evidence: vec![
            fact(EvidenceKey::ReasonWord, reason.as_str()),
            fact(EvidenceKey::VpnProtocol, gateway),
        ],
        took_ms: 1,
    };
    let findings = vec![
        failed(CheckId::VpnGateway, FindingReason::Unreachable),
        failed(CheckId::Vpn, FindingReason::NothingComesBack),
    ];
    Submission { findings, ..submission("The VPN does not connect.") }
}

async fn joined(world: &World, number: u32) -> Option<u32> {
    let record = world.records().await.find(number).await.unwrap().unwrap();
    record.events.iter().find_map(|event| match event.kind {
        EventKind::IncidentJoined { incident, cause } => {
            assert_eq!(cause, Cause::VpnGatewayDown);
            Some(incident)
        }
        _ => None,
    })
}

fn notices(recording: &Recording) -> Vec<String> {
    let calls = recording.calls().into_iter();
    calls
        .filter_map(|call| match call {
            Call::NotifyTeam(_, _, words) if words.to_lowercase().contains("incident") => {
                Some(words)
            }
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_with_one_fault_are_one_incident_and_hear_of_its_end() {
    let recording = Arc::new(Recording::default());
    let world = World::start_connected(recording.ports(), |_, _| ()).await;
    let noor = Person::new(&world, "noor").await;
    let maria = Person::new(&world, "maria").await;
    let tomas = Person::new(&world, "tomas").await;
    let ines = Person::new(&world, "ines").await;

    // One person with it three times is one person.
    let mut tickets = Vec::new();
    for person in [&noor, &noor, &noor, &maria] {
        tickets.push(person.sends(&unreachable("wireguard")).await);
    }
    assert!(noor.incidents().await.is_empty());
    assert_eq!(joined(&world, tickets[0]).await, None);

    tickets.push(tomas.sends(&unreachable("wireguard")).await);
    let open = ines.incidents().await;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].cause), (1, Cause::VpnGatewayDown));
    for number in &tickets {
        assert_eq!(joined(&world, *number).await, Some(1), "{number}");
    }

    // Whoever comes later is added: by what their checks found, or by their own word.
    tickets.push(ines.sends(&unreachable("wireguard")).await);
    let me_too = Submission { incident: Some(1), ..submission("Me too: the VPN is down.") };
    let by_word = ines.sends(&me_too).await;
    tickets.push(by_word);
    let record = world.records().await.find(by_word).await.unwrap().unwrap();
    assert_eq!(joined(&world, by_word).await, Some(1));
    assert_eq!(record.status, TicketStatus::Received, "nobody is asked again");
    let gone = Submission { incident: Some(99), ..unreachable("openvpn") };
    let other = maria.sends(&gone).await;
    assert_eq!(joined(&world, other).await, None);

    let shown = world.succeed(&["incident", "show", "1"]);
    assert!(shown.contains("open") && shown.contains("4 people, 7 tickets"), "{shown}");
    assert!(!world.run(&["incident", "close", "2"]).status.success());
    assert!(!world.run(&["incident", "reviewed", "1"]).status.success(), "it is open");
    let closed = world.succeed(&["incident", "close", "1", "--owner", "ida"]);
    assert!(closed.contains("ida looks at how it went, until"), "{closed}");
    for number in tickets.clone() {
        let last = told(&world, number).await;
        assert_eq!(last.0, EventKind::IncidentOver { incident: 1, cause: Cause::VpnGatewayDown });
        assert_eq!(last.1, TicketStatus::Answered);
        let again = world.run(&["replay", &number.to_string()]);
        assert!(again.status.success(), "{again:?}");
    }
    assert!(noor.incidents().await.is_empty());
    let list = world.succeed(&["incident", "list"]);
    assert!(list.contains("review by ida until"), "{list}");
    let review = world.succeed(&["incident", "review", "1"]);
    for words in [
        "# Incident 1: The company’s end of the VPN does not answer.",
        "4 people, 7 requests",
        "Owner of this review: ida",
        "there were enough of them for an incident",
        "somebody said that it is over",
        "- vpn_gateway failed (unreachable): 6 of 7 requests",
        "- 1: answered",
    ] {
        assert!(review.contains(words), "{words}: {review}");
    }
    assert!(!review.contains("does not connect") && !review.contains("noor"), "{review}");
    let json: Value =
        serde_json::from_str(&world.succeed(&["incident", "review", "1", "--json"])).unwrap();
    let times: Vec<_> = json["timeline"].as_array().unwrap().iter().map(|it| &it["at"]).collect();
    assert!(times.len() > tickets.len() && times.is_sorted_by_key(|at| at.as_str()), "{json}");
    world.succeed(&["incident", "reviewed", "1"]);
    assert!(!world.run(&["incident", "reviewed", "1"]).status.success());
    assert!(world.succeed(&["incident", "list"]).contains("reviewed 2"));
    // One when it begins, and one when it is over.
    let told = until("what is told at the end", PATIENCE, async || {
        Ok(Some(notices(&recording)).filter(|told| told.len() > 1))
    });
    let told = told.await.unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("ida looks at how it went"), "{told:?}");
    let list: Value =
        serde_json::from_str(&world.succeed(&["incident", "list", "--json"])).unwrap();
    assert!(list[0]["closed_at"].is_string() && list[0]["gateway"] == "wireguard", "{list}");
}

/// The newest event of a ticket, once it is the end of an incident.
async fn told(world: &World, number: u32) -> (EventKind, TicketStatus) {
    let records = world.records().await;
    for _ in 0..500 {
        let record = records.find(number).await.unwrap().unwrap();
        let last = record.events.last().unwrap();
        if matches!(last.kind, EventKind::IncidentOver { .. }) {
            return (last.kind.clone(), last.status);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("ticket {number} was not told after ten seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_faults_at_the_same_time_stay_two() {
    let world = World::start().await;
    let people = [
        Person::new(&world, "noor").await,
        Person::new(&world, "maria").await,
        Person::new(&world, "tomas").await,
    ];
    let mut others = Vec::new();
    for person in people.iter().take(2) {
        person.sends(&unreachable("wireguard")).await;
        others.push(person.sends(&unreachable("openvpn")).await);
    }
    assert!(people[0].incidents().await.is_empty());
    people[2].sends(&unreachable("wireguard")).await;
    assert_eq!(people[0].incidents().await.len(), 1);
    for number in others {
        assert_eq!(joined(&world, number).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_the_agent_does_not_know_counts_for_nothing() {
    let world = World::start().await;
    let request = || Submission { incident: Some(1), ..unreachable("wireguard") };
    for name in ["noor", "maria", "tomas", "ines"] {
        let sent = world.post("/v1/tickets", &world.issuer.token(name), &request()).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        world.decided(number).await;
    }
    assert!(world.succeed(&["incident", "list"]).contains("0 known"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_incident_hides_nothing_from_security() {
    let recording = Arc::new(Recording::default());
    let world = World::start_connected(recording.ports(), |_, _| ()).await;
    for name in ["noor", "maria", "tomas"] {
        Person::new(&world, name).await.sends(&unreachable("wireguard")).await;
    }
    let ines = Person::new(&world, "ines").await;
    let text = "Me too. I also clicked a phishing link and entered my password.";
    let number = ines.sends(&Submission { incident: Some(1), ..submission(text) }).await;
    let record = world.records().await.find(number).await.unwrap().unwrap();
    assert_eq!(record.status, TicketStatus::WithTeam);
    assert!(record.decision.unwrap().hands_to_security());
    for _ in 0..500 {
        let told = recording.calls().into_iter().any(
            |call| matches!(call, Call::NotifyTeam(key, team, _) if key.ticket == number && team == "security"),
        );
        if told {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("security was not told: {:?}", recording.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_reminded_once_of_a_review_that_nobody_made() {
    let recording = Arc::new(Recording::default());
    let world = World::start_connected(recording.ports(), |config, _| {
        config.incidents.review_days = 0;
    })
    .await;
    for name in ["noor", "maria", "tomas"] {
        Person::new(&world, name).await.sends(&unreachable("wireguard")).await;
    }
    // What is told is kept with the request of somebody who is still there.
    world.succeed(&["person", "erase", "--subject", "noor", "--yes"]);
    world.succeed(&["incident", "close", "1", "--owner", "ida"]);
    let late = |words: &String| words.contains("Nobody has looked yet");
    until("the reminder", PATIENCE, async || {
        Ok(notices(&recording).iter().any(late).then_some(()))
    })
    .await
    .unwrap();
    world.succeed(&["incident", "reviewed", "1"]);
    assert_eq!(notices(&recording).iter().filter(|it| late(it)).count(), 1);
}
