use std::sync::Arc;
use std::time::Duration;

use agent::{Config, Limits};
use audit::EntryKind;
use connectors::{Call, Recording};
use serde_json::{Value, json};
use ticket::{EventKind, Receipt, Reply, ReplyAction, TicketStatus, TicketView};
use uuid::Uuid;

use crate::world::{Laptop, World, submission};

struct Desk {
    world: World,
    laptop: Laptop,
}

impl Desk {
    async fn start() -> Self {
        let world = World::start().await;
        let laptop = Laptop::enrolled(&world, "noor").await;
        Self { world, laptop }
    }

    /// Sends words that a team gets.
    async fn handed_off(&self, text: &str) -> u32 {
        let token = self.world.issuer.token("noor");
        let path = "/v1/tickets";
        let sent =
            self.world.post_signed(path, Some(&token), &self.laptop, &submission(text)).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        assert!(self.world.decided(number).await.team.is_some());
        number
    }

    fn close(&self, number: u32, verdict: &str) -> String {
        let number = number.to_string();
        let output = self.world.run(&["ticket", "close", &number, "--verdict", verdict]);
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    async fn reply(&self, number: u32, action: ReplyAction) -> TicketView {
        let token = self.world.issuer.token("noor");
        let path = format!("/v1/tickets/{number}/replies");
        let reply = Reply { id: Uuid::now_v7(), action };
        let sent = self.world.post_signed(&path, Some(&token), &self.laptop, &reply).await;
        sent.json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_closes_and_says_whether_it_was_needed() {
    let desk = Desk::start().await;
    let number = desk.handed_off("I clicked a phishing link").await;
    let said = desk.close(number, "could-be-automatic");
    assert!(said.contains("is closed; its employee is told"), "{said}");
    let record = desk.world.records().await.find(number).await.unwrap().unwrap();
    assert_eq!(record.status, TicketStatus::Solved);
    let last = &record.events.last().unwrap().kind;
    assert!(matches!(last, EventKind::TeamClosed { team } if !team.is_empty()), "{last:?}");
    let entry = record.audit.entries.iter().find(|it| it.facts["verdict"].is_string()).unwrap();
    assert_eq!(entry.facts["verdict"], "could_be_automatic");
    assert!(record.audit.verified);
    assert!(desk.close(number, "needed-me").contains("no team has ticket"));
    assert!(desk.close(99, "needed-me").contains("there is no ticket 99"));
    let sums = desk.world.succeed(&["ticket", "verdicts", "--json"]);
    let sums: Value = serde_json::from_str(&sums).unwrap();
    assert_eq!(sums, json!([{ "verdict": "could_be_automatic", "count": 1 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_solved_goes_back_to_the_team() {
    let desk = Desk::start().await;
    let number = desk.handed_off("I clicked a phishing link").await;
    desk.close(number, "needed-me");
    desk.reply(number, ReplyAction::NotSolved).await;
    // The second round began with the closing.
    let record = desk.world.decided_in(number, 2).await;
    assert_eq!(record.status, TicketStatus::WithTeam);
    let replayed = desk.world.succeed(&["replay", &number.to_string()]);
    assert!(!replayed.contains("different"), "{replayed}");
    assert!(desk.close(number, "should-have-come-sooner").contains("is closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_at_it_says_so_and_until_when() {
    let desk = Desk::start().await;
    let number = desk.handed_off("I clicked a phishing link").await;
    let said = desk.world.succeed(&["ticket", "start", &number.to_string(), "--within", "90"]);
    assert!(said.contains("its employee is told"), "{said}");
    let record = desk.world.records().await.find(number).await.unwrap().unwrap();
    assert_eq!(record.status, TicketStatus::WithTeam);
    let last = &record.events.last().unwrap().kind;
    assert!(matches!(last, EventKind::TeamStarted { done_within_minutes: Some(90), .. }));
    let output = desk.world.run(&["ticket", "start", "99"]);
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_says_nothing_is_reminded_once() {
    let recording = Arc::new(Recording::default());
    let at_once = |_: &mut Config, limits: &mut Limits| limits.reminded_after = 0;
    let world = World::start_connected(recording.ports(), at_once).await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let desk = Desk { world, laptop };
    let number = desk.handed_off("I clicked a phishing link").await;
    let told = || {
        let calls = recording.calls();
        let to_team = |call: &Call| match call {
            Call::NotifyTeam(key, _, words) => Some((key.place, words.clone())),
            _ => None,
        };
        calls.iter().filter_map(to_team).collect::<Vec<_>>()
    };
    for _ in 0..500 {
        if told().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[1].0, 200);
    assert!(told[1].1.contains(&format!("ticket start {number}")), "{}", told[1].1);
    let record = desk.world.records().await.find(number).await.unwrap().unwrap();
    let of = |kind| record.audit.entries.iter().filter(|it| it.kind == kind).count();
    assert_eq!(of(EntryKind::TeamReminded), 1);
}

/// What security closed stays closed where its employee only says thanks.
#[tokio::test(flavor = "multi_thread")]
async fn thanks_open_nothing_again() {
    let desk = Desk::start().await;
    let number = desk.handed_off("I clicked a phishing link").await;
    desk.close(number, "needed-me");
    let thanks = ReplyAction::Write { text: "Thank you!".to_owned() };
    let view = desk.reply(number, thanks).await;
    assert_eq!(view.status, TicketStatus::Solved);
    desk.world.decided_in(number, 2).await;
    let record = desk.world.records().await.find(number).await.unwrap().unwrap();
    assert_eq!(record.status, TicketStatus::Solved);
}
