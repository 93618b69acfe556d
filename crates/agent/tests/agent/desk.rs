//! A real Request Tracker as the help desk.

use agent::{Record, Records};
use audit::EntryKind;
use reqwest::Method;
use serde_json::{Value, json};
use systems::RequestTrackerConfig;
use test_support::{PATIENCE, RequestTracker, until};
use ticket::{EventKind, Receipt, Reply, ReplyAction, TicketStatus, TicketView};
use uuid::Uuid;

use crate::world::{Laptop, World, submission};

/// An agent whose teams work in Request Tracker.
struct Floor {
    server: RequestTracker,
    world: World,
    laptop: Laptop,
}

impl Floor {
    async fn start() -> Self {
        let server = RequestTracker::start().await.unwrap();
        let mut tracker: RequestTrackerConfig = serde_json::from_value(server.config()).unwrap();
        // Its tickets stay with the commands of the agent.
        tracker.queues.remove("endpoint");
        let world = World::start_with(|config, _| {
            config.request_tracker = Some(tracker);
            config.public_url = Some("https://help.lumen-oak.example".parse().unwrap());
        })
        .await;
        let laptop = Laptop::enrolled(&world, "noor").await;
        Self { server, world, laptop }
    }

    async fn send(&self, text: &str) -> u32 {
        let (token, sent) = (self.world.issuer.token("noor"), submission(text));
        let sent = self.world.post_signed("/v1/tickets", Some(&token), &self.laptop, &sent).await;
        sent.json::<Receipt>().await.unwrap().number
    }

    async fn reply(&self, number: u32, action: ReplyAction) {
        let token = self.world.issuer.token("noor");
        let path = format!("/v1/tickets/{number}/replies");
        let reply = Reply { id: Uuid::now_v7(), action };
        let sent = self.world.post_signed(&path, Some(&token), &self.laptop, &reply).await;
        sent.json::<TicketView>().await.unwrap();
    }

    /// The record once something is so.
    async fn record(&self, number: u32, what: &str, is_so: impl Fn(&Record) -> bool) -> Record {
        let records: Records = self.world.records().await;
        until(what, PATIENCE, async || Ok(records.find(number).await?.filter(&is_so)))
            .await
            .unwrap()
    }

    /// The desk's ticket once something is so.
    async fn at_desk(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        until(what, PATIENCE, async || {
            Ok(self.server.tickets().await?.into_iter().find(|it| is_so(it)))
        })
        .await
        .unwrap()
    }

    /// The page that a link of the desk leads to, with a tap on it or without.
    async fn verdict(&self, link: &str, tapped: Option<&str>) -> String {
        let path = link.strip_prefix("https://help.lumen-oak.example").unwrap();
        let (method, form) = match tapped {
            Some(verdict) => (Method::POST, format!("verdict={verdict}")),
            None => (Method::GET, String::new()),
        };
        let asked = self.world.request(method, path).body(form);
        let asked = asked.header("content-type", "application/x-www-form-urlencoded");
        let asked = asked.header("origin", "https://help.lumen-oak.example");
        asked.send().await.unwrap().text().await.unwrap()
    }

    fn verdicts(&self) -> String {
        self.world.succeed(&["ticket", "verdicts"])
    }

    /// What the analyst does with a ticket.
    async fn analyst(&self, id: &str, change: Value) {
        let path = format!("ticket/{id}");
        self.server.analyst(Method::PUT, &path, Some(change)).await.unwrap();
    }
}

fn last(record: &Record) -> &EventKind {
    &record.events.last().unwrap().kind
}

/// From the hand-off to its end: what each side does shows on the other, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_lives_on_both_sides() {
    let floor = Floor::start().await;
    let elsewhere = floor.send("the printer is jammed").await;
    let record = floor.record(elsewhere, "a team", |it| it.team.is_some()).await;
    assert_eq!(record.team.as_deref(), Some("Endpoint team"));
    let number = floor.send("I clicked a phishing link <b>now</b> https://evil.example").await;
    let open = |it: &Value| it["Status"] == "open";
    let ticket = floor.at_desk("a ticket of the security team", open).await;
    let id = ticket["id"].as_str().unwrap();
    assert_eq!(ticket["Queue"]["Name"], "Security");
    let subject = ticket["Subject"].as_str().unwrap();
    assert!(subject.starts_with(&format!("[Deskside {number}] I clicked a phishing link")));
    let history = floor.server.history(id).await.unwrap();
    let first = |kind: &str| &history.iter().find(|(is, _)| is == kind).unwrap().1;
    let (words, note) = (first("Create"), first("Comment"));
    assert!(words.starts_with("I clicked a phishing link <b>now</b>"), "{words}");
    assert!(note.contains("noor") && note.contains("Stops: it may be a compromise"), "{note}");
    assert!(!words.contains("https://evil") && !note.contains("https://evil"), "{note}");
    let link = note.lines().last().unwrap().to_owned();

    floor.analyst(id, json!({ "Owner": "analyst", "Due": "2037-01-02 03:04:05" })).await;
    let started = |it: &Record| matches!(last(it), EventKind::TeamStarted { .. });
    let record = floor.record(number, "a team that is at it", started).await;
    let EventKind::TeamStarted { done_within_minutes: Some(minutes), .. } = last(&record) else {
        panic!("{:?}", last(&record))
    };
    assert!(*minutes > 1_000_000, "{minutes}");
    assert_eq!(record.desk_ticket.as_deref(), Some(id));

    floor.analyst(id, json!({ "Queue": "Network" })).await;
    let moved = |it: &Record| matches!(last(it), EventKind::HandedOff { .. });
    let record = floor.record(number, "another team", moved).await;
    let EventKind::HandedOff { team, hold_still, .. } = last(&record) else { panic!() };
    assert!(team.contains("Network") && *hold_still, "{record:?}");

    for text in ["Did you type your password?", "Mine is password: Tulip-4711-boat"] {
        floor.server.correspond(id, "text/plain", text).await.unwrap();
    }
    let wrote = |it: &Record| {
        let texts = it.events.iter().filter_map(|it| match &it.kind {
            EventKind::TeamWrote { text, .. } => Some(text.clone()),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    let record = floor.record(number, "what the team wrote", |it| wrote(it).len() > 1).await;
    assert_eq!(record.status, TicketStatus::WithTeam);
    let said = wrote(&record);
    assert_eq!(said.first().map(String::as_str), Some("Did you type your password?"));
    assert!(!said.concat().contains("Tulip"), "{said:?}");

    floor.reply(number, ReplyAction::Write { text: "It was my work laptop".to_owned() }).await;
    until("the reply as a note", PATIENCE, async || {
        let history = floor.server.history(id).await?;
        Ok(history
            .iter()
            .any(|(kind, it)| kind == "Comment" && it == "It was my work laptop")
            .then_some(()))
    })
    .await
    .unwrap();

    // Looked at, tapped wrong, tapped again; it counts once it is closed.
    let page = floor.verdict(&link, None).await;
    assert!(page.contains("Did this have to come to you?") && !page.contains("phishing"), "{page}");
    for verdict in ["wrong_team", "could_be_automatic"] {
        let page = floor.verdict(&link, Some(verdict)).await;
        assert!(page.contains("Thank you. That is noted."), "{page}");
    }
    assert!(!floor.verdicts().contains("could_be_automatic"), "{}", floor.verdicts());
    let other = link.replace(&format!("/verdict/{number}/"), "/verdict/99/");
    assert!(!floor.verdict(&other, Some("needed_me")).await.contains("noted"));
    floor.analyst(id, json!({ "Status": "resolved" })).await;
    let solved = |it: &Record| it.status == TicketStatus::Solved;
    let record = floor.record(number, "an end", solved).await;
    assert!(matches!(last(&record), EventKind::TeamClosed { team } if team.contains("Network")));
    assert!(floor.verdicts().contains("1  could_be_automatic"), "{}", floor.verdicts());
    assert!(!floor.verdicts().contains("wrong_team"), "{}", floor.verdicts());
    floor.verdict(&link, Some("needed_me")).await;
    assert!(!floor.verdicts().contains("could_be_automatic"), "{}", floor.verdicts());
    floor.analyst(id, json!({ "Status": "open" })).await;
    floor.record(number, "taken up again", |it| it.status == TicketStatus::WithTeam).await;
    floor.world.succeed(&["ticket", "close", &number.to_string(), "--verdict", "needed-me"]);
    floor.at_desk("a closed ticket", |it| it["Status"] == "resolved").await;

    let record = floor.record(number, "an end", solved).await;
    assert!(record.audit.verified);
    let of = |kind| record.audit.entries.iter().filter(|it| it.kind == kind).count();
    let counts = [EntryKind::TeamStarted, EntryKind::TeamChanged, EntryKind::TeamClosed].map(of);
    assert_eq!(counts, [1, 2, 2]);
    assert_eq!((wrote(&record).len(), of(EntryKind::TeamWrote)), (2, 2));
    assert_eq!(floor.server.tickets().await.unwrap().len(), 1);
    let record = floor.record(elsewhere, "a team", |it| it.team.is_some()).await;
    assert!(record.audit.entries.iter().all(|it| it.kind != EntryKind::Performed), "{record:?}");
    let shown = floor.world.succeed(&["ticket", "show", &number.to_string()]);
    assert!(shown.contains(&format!("At the help desk: {id}")), "{shown}");
}

/// The desk goes away in the middle: what was decided meanwhile is written there once it is back, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_the_desk_is_down_is_made_up_for() {
    let mut floor = Floor::start().await;
    floor.server.kill();
    let number = floor.send("I clicked a phishing link").await;
    let record = floor.record(number, "a team", |it| it.status == TicketStatus::WithTeam).await;
    assert_eq!(record.desk_ticket, None);
    floor.server.start_again().await.unwrap();
    let record = floor.record(number, "a ticket there", |it| it.desk_ticket.is_some()).await;
    let id = record.desk_ticket.unwrap();
    floor.at_desk("an open ticket", |it| it["Status"] == "open").await;
    floor.server.kill();
    floor.reply(number, ReplyAction::Write { text: "One more thing".to_owned() }).await;
    floor.world.decided_in(number, 1).await;
    floor.server.start_again().await.unwrap();
    until("the reply as a note", PATIENCE, async || {
        let history = floor.server.history(&id).await?;
        let notes = history.iter().filter(|(kind, it)| kind == "Comment" && it == "One more thing");
        Ok((notes.count() == 1).then_some(()))
    })
    .await
    .unwrap();
    assert_eq!(floor.server.tickets().await.unwrap().len(), 1);
}
