//! Dies at every named point of the code, once each, in a story that goes through all of them; then it is
//! counted what reached the company's directory, its help desk and the mailbox of a team: each effect once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::time::Duration;

use agent::{Config, Record, Records};
use audit::EntryKind;
use decision::RunEnd;
use reqwest::Response;
use serde_json::{Value, json};
use test_support::{Directory, MailServer, RequestTracker};
use ticket::{
    Access, ApprovalRequest, EventKind, Receipt, Reply, ReplyAction, Right, Submission,
    WIRE_VERSION,
};
use uuid::Uuid;

use crate::home::Home;
use crate::issuer::Issuer;
use crate::killed::Program;
use crate::signers::Signers;
use crate::world::{Laptop, config, config_text, connect, install_provider, submission};

/// Points that the story does not come by, and why.
const ELSEWHERE: [(&str, &str); 20] = [
    ("run_given_back", "the database failed: nothing of the move was written"),
    ("installation_revoked", "changes nothing outside: installations.rs"),
    ("signed_in_at_portal", "changes nothing outside: portal.rs"),
    ("signed_out_of_portal", "changes nothing outside: portal.rs"),
    ("content_put", "a command beside the agent, changes nothing outside: contents.rs"),
    ("account_shown", "changes nothing outside: facts.rs"),
    ("confirmed", "changes nothing outside: portal.rs"),
    ("denied", "changes nothing outside: portal.rs"),
    ("team_reminded", "takes a quarter of an hour: teamwork.rs"),
    ("job_given_back", "the database failed: nothing of the decision was written"),
    ("letter_given_back", "the mail server did not take it: letters.rs"),
    ("act_given_back", "a team could not be told: acting.rs"),
    ("incident_told", "changes nothing outside: incidents.rs"),
    ("incident_reviewed", "changes nothing outside: incidents.rs"),
    ("review_reminded", "changes nothing outside: incidents.rs"),
    ("incident_closed", "changes nothing outside: incidents.rs"),
    ("refusals_written", "changes nothing outside: refusals.rs"),
    (
        "approval_waits",
        "changes nothing outside, and only where two people are asked: accessing.rs",
    ),
    ("team_judged", "changes nothing outside: desk.rs"),
    ("call_look", "only looks, at whether an account has ended: approving.rs"),
];

/// Everything outside, which stays while agents come and go.
struct Outside {
    issuer: Issuer,
    directory: Directory,
    desk: RequestTracker,
}

/// Somebody with a device.
struct Person {
    subject: &'static str,
    laptop: Laptop,
}

/// One story, in which the agent or one of its commands dies once.
struct Story<'a> {
    outside: &'a Outside,
    point: String,
    died: bool,
    home: Home,
    config: Config,
    mail: MailServer,
    signers: Signers,
    program: Option<Program>,
    noor: Person,
    maria: Person,
    /// The last ticket that the help desk had before.
    at_desk: u32,
    http: reqwest::Client,
}

/// The points of the code, read from it.
fn points() -> BTreeSet<String> {
    let mut points = BTreeSet::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                for call in [".commit(\"", "fault::around(\""] {
                    let named = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                    points.extend(named.map(str::to_owned));
                }
            }
        }
    }
    points
}

impl<'a> Story<'a> {
    async fn new(outside: &'a Outside, point: &str) -> Self {
        // Numbers of tickets begin anew, and so do the ids of mails.
        let mail = MailServer::start().await.unwrap();
        let home = Home::new();
        let mut config = config(&outside.issuer.url, &home);
        let signers = Signers::new();
        signers.configure(&mut config);
        connect(&mut config, &outside.directory);
        let by_mail = json!({ "host": mail.host(), "port": mail.port(),
            "ca_file": mail.ca_file(), "from": "Deskside <deskside@lumen-oak.example>" });
        config.mail = Some(serde_json::from_value(by_mail).unwrap());
        config.request_tracker = Some(serde_json::from_value(outside.desk.config()).unwrap());
        config.public_url = Some("https://help.lumen-oak.example".parse().unwrap());
        let at_desk = outside.desk.last().await.unwrap();
        std::fs::write(home.path().join("agent.json"), config_text(&config)).unwrap();
        Self {
            outside,
            point: point.to_owned(),
            died: false,
            home,
            config,
            mail,
            signers,
            program: None,
            noor: Person { subject: "noor", laptop: Laptop::new() },
            maria: Person { subject: "maria", laptop: Laptop::new() },
            at_desk,
            http: reqwest::Client::new(),
        }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("agent.json")
    }

    /// The point, as long as nothing died at it.
    fn fault(&self) -> &str {
        if self.died { "" } else { &self.point }
    }

    /// The agent, started again if it died.
    fn url(&mut self) -> String {
        if self.program.as_mut().is_some_and(|program| !program.is_alive()) {
            self.died = true;
            self.program = None;
        }
        if self.program.is_none() {
            self.program = Program::start_to_die(&self.file(), self.fault());
        }
        if self.program.is_none() {
            self.died = true;
            self.program = Program::start_to_die(&self.file(), "");
        }
        self.program.as_ref().unwrap().url.clone()
    }

    /// Runs a command of the agent, again if it dies; it may have been done before then.
    fn command(&mut self, arguments: &[&str]) -> String {
        let run = |fault: &str, file: &Path| -> Output {
            let mut command = Command::new(env!("CARGO_BIN_EXE_deskside-agent"));
            command.env("DESKSIDE_FAULT", fault).arg("--config").arg(file).args(arguments);
            command.output().unwrap()
        };
        let mut output = run(self.fault(), &self.file());
        if is_killed(output.status) {
            self.died = true;
            output = run("", &self.file());
            if String::from_utf8_lossy(&output.stderr).contains("it is closed already") {
                return String::new();
            }
        }
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Sends a signed request of Noor until the agent answers.
    async fn send(&mut self, path: &str, body: &Value) -> Response {
        self.send_of(|it| &it.noor, path, body).await
    }

    async fn send_of(&mut self, who: fn(&Self) -> &Person, path: &str, body: &Value) -> Response {
        loop {
            let url = self.url();
            let body = serde_json::to_vec(body).unwrap();
            let Person { subject, laptop } = who(self);
            let request = self.http.post(format!("{url}{path}"));
            let request = laptop.sign(request, "POST", path, &body);
            let request = request.bearer_auth(self.outside.issuer.fresh_token(subject));
            let request = request.header("content-type", "application/json").body(body);
            if let Ok(response) = request.send().await {
                return response;
            }
        }
    }

    /// What the manager is asked, as soon as she is.
    async fn asked(&mut self) -> ApprovalRequest {
        let path = "/v1/approvals";
        for _ in 0..1_500 {
            let url = self.url();
            let request = self.http.get(format!("{url}{path}"));
            let request = self.maria.laptop.sign(request, "GET", path, b"");
            let sent = request.bearer_auth(self.outside.issuer.token("maria")).send().await;
            if let Ok(response) = sent
                && let Ok(mut asked) = response.json::<Vec<ApprovalRequest>>().await
                && let Some(asked) = asked.pop()
            {
                return asked;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{}: the manager is not asked after 30 seconds", self.point);
    }

    /// The record of a ticket once it is as wanted, which takes the agent.
    async fn until(&mut self, number: u32, is_so: impl Fn(&Record) -> bool) -> Record {
        self.url();
        let records = Records::open(&self.config).await.unwrap();
        for _ in 0..1_500 {
            self.url();
            let record = records.find(number).await.unwrap().unwrap();
            if is_so(&record) {
                return record;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{}: ticket {number} is not as wanted after 30 seconds", self.point);
    }

    async fn told(&mut self) {
        let (ida, jon) = (self.signers.key("ida"), self.signers.key("jon"));
        self.url();
        for runbook in ["unlock-account", "provision-from-catalogue"] {
            let set = ["mode", "set", runbook, "act", "--reason", "tried", "--key", &ida];
            let written = self.command(&set);
            let number = written.split_whitespace().next().unwrap().to_owned();
            self.command(&["mode", "sign", &number, "--key", &jon]);
        }
        let people: [fn(&Self) -> &Person; 2] = [|it| &it.noor, |it| &it.maria];
        for who in people {
            let enrollment = who(self).laptop.enrollment();
            self.send_of(who, "/v1/installations", &enrollment).await;
        }
        self.outside.directory.lock_out("noor").unwrap();
        let unlocks = self.outside.directory.unlocks().unwrap();

        let locked = self.ticket("I am locked out of my account").await;
        let is_done = |record: &Record| record.runs.iter().any(|run| run.end == Some(RunEnd::Done));
        let record = self.until(locked, |it| is_done(it) && decided(it) == 2).await;
        let told = record.events.iter().filter(|it| matches!(it.kind, EventKind::Done { .. }));
        assert_eq!((record.runs.len(), told.count()), (1, 1), "{}", self.point);
        let reply = json!(Reply { id: Uuid::now_v7(), action: ReplyAction::Solved });
        self.send(&format!("/v1/tickets/{locked}/replies"), &reply).await;

        let given = self.is_given().await;
        let phishing = self.ticket("I clicked a phishing link").await;
        // It is told by mail, opened at the desk, and its state set there.
        let record = self.until(phishing, |it| of(it, EntryKind::Performed) > 2).await;
        assert_eq!(of(&record, EntryKind::Performed), 3, "{}", self.point);
        self.command(&["ticket", "start", &phishing.to_string()]);
        self.is_heard(phishing).await;
        self.command(&["ticket", "close", &phishing.to_string(), "--verdict", "needed-me"]);
        let usage =
            json!({ "version": WIRE_VERSION, "id": Uuid::now_v7(), "counts": [], "questions": [] });
        self.send("/v1/usage", &usage).await;
        self.command(&["queue", "accept", &locked.to_string()]);
        self.command(&["person", "export", "--ticket", &locked.to_string()]);

        // Each effect once, as those say who had it.
        let lifted = self.outside.directory.unlocks().unwrap() - unlocks;
        assert_eq!(lifted, 1, "{}: locks lifted", self.point);
        self.is_at_desk_once([locked, given, phishing]).await;
        let (ids, subjects) = self.mails().await;
        assert_eq!(ids.len(), subjects.len(), "{}: {ids:?} {subjects:?}", self.point);
        for number in [locked, given, phishing] {
            assert!(self.until(number, |_| true).await.audit.verified, "{}", self.point);
        }
        self.command(&["person", "erase", "--ticket", &locked.to_string(), "--yes"]);
        self.url();
        self.died |= !self.program.take().unwrap().end();
        assert!(self.died, "{} was never hit", self.point);
    }

    /// Noor asks to read, her manager says yes, and the directory says that she was put into one group once. Gives
    /// the number of the ticket.
    async fn is_given(&mut self) -> u32 {
        let additions = self.outside.directory.additions().unwrap();
        let access = Access { entry: "wiki-space".to_owned(), right: Right::Read };
        let wanted = Submission { access: Some(access), ..submission("for the handbook") };
        let number = self.sent(&wanted).await;
        let asked = self.asked().await;
        let word = json!({ "digest": asked.digest, "is_yes": true });
        let said =
            self.send_of(|it| &it.maria, &format!("/v1/approvals/{}", asked.id), &word).await;
        assert!(said.status().is_success(), "{}: {said:?}", self.point);
        let is_done = |record: &Record| record.runs.iter().any(|run| run.end == Some(RunEnd::Done));
        let record = self.until(number, |it| is_done(it) && decided(it) == 2).await;
        let words = of(&record, EntryKind::ApprovalSaid);
        assert_eq!((record.runs.len(), words), (1, 1), "{}", self.point);
        let added = self.outside.directory.additions().unwrap() - additions;
        assert_eq!(added, 1, "{}: put into a group", self.point);
        let members = self.outside.directory.members("wiki-readers").unwrap();
        assert_eq!(members.len(), 1, "{}: {members:?}", self.point);
        // For the next story.
        self.outside.directory.empty("wiki-readers").unwrap();
        number
    }

    /// The help desk has each of these once, closed, and each note of it once.
    async fn is_at_desk_once(&mut self, numbers: [u32; 3]) {
        let is_closed = |it: &Value| it["Status"] == "resolved";
        let mut closed = Vec::new();
        for _ in 0..600 {
            self.url();
            closed = self.outside.desk.since(self.at_desk).await.unwrap();
            if closed.len() >= numbers.len() && closed.iter().all(is_closed) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let subjects: BTreeSet<_> = closed.iter().map(|it| it["Subject"].to_string()).collect();
        let are = (closed.len(), subjects.len(), closed.iter().all(is_closed));
        assert_eq!(are, (3, 3, true), "{}: {closed:#?}", self.point);
        for number in numbers {
            let named = format!("[Deskside {number}]");
            assert!(subjects.iter().any(|it| it.contains(&named)), "{}: {named}", self.point);
        }
        for ticket in &closed {
            let history = self.outside.desk.history(ticket["id"].as_str().unwrap()).await.unwrap();
            let notes = history.iter().filter(|(kind, _)| kind == "Comment");
            let notes: Vec<_> = notes.map(|(_, words)| words).collect();
            let once: BTreeSet<_> = notes.iter().collect();
            assert!(!notes.is_empty(), "{}: {history:?}", self.point);
            assert_eq!(notes.len(), once.len(), "{}: {notes:#?}", self.point);
        }
    }

    /// What a team writes at the help desk is in the timeline once.
    async fn is_heard(&mut self, number: u32) {
        let record = self.until(number, |it| it.desk_ticket.is_some()).await;
        let id = record.desk_ticket.unwrap();
        self.outside.desk.correspond(&id, "text/plain", "We are at it.").await.unwrap();
        let record = self.until(number, |it| of(it, EntryKind::TeamWrote) > 0).await;
        let told = record.events.iter().filter(|it| matches!(it.kind, EventKind::TeamWrote { .. }));
        assert_eq!((told.count(), of(&record, EntryKind::TeamWrote)), (1, 1), "{}", self.point);
    }

    async fn ticket(&mut self, text: &str) -> u32 {
        self.sent(&submission(text)).await
    }

    async fn sent(&mut self, submission: &Submission) -> u32 {
        let request = json!(submission);
        let response = self.send("/v1/tickets", &request).await;
        response.json::<Receipt>().await.unwrap().number
    }

    /// The ids of all mails, and to whom they went about what, once everybody was told: the team, both people
    /// about their devices, and Noor about what was done for her. A mail that is sent again has the same id:
    /// readers show it once.
    async fn mails(&mut self) -> (BTreeSet<String>, BTreeSet<String>) {
        for _ in 0..1_500 {
            self.url();
            let mails = self.mail.mails().unwrap_or_default();
            let told: BTreeSet<_> = mails.iter().map(|mail| about(mail)).collect();
            let asked = |person| told.iter().filter(|it| it.contains(person)).count();
            if asked("To: security") == 1 && asked("To: maria") > 0 && asked("To: noor") == 3 {
                return (mails.iter().map(|mail| head(mail, "Message-ID:")).collect(), told);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let told = self.mail.mails();
        panic!("{}: not everybody was told after 30 seconds: {told:#?}", self.point);
    }
}

/// A line of the head of a mail.
fn head(mail: &str, name: &str) -> String {
    mail.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned()
}

/// To whom a mail went, and what it is about: where its link leads is another port after each start.
fn about(mail: &str) -> String {
    let (_, body) = mail.split_once("\n\n").unwrap_or_default();
    let words = body.split("http").next().unwrap_or_default();
    format!("{} {words}", head(mail, "To:"))
}

fn is_killed(status: ExitStatus) -> bool {
    status.code().is_none()
}

fn of(record: &Record, kind: EntryKind) -> usize {
    record.audit.entries.iter().filter(|it| it.kind == kind).count()
}

fn decided(record: &Record) -> usize {
    of(record, EntryKind::Decided)
}

async fn campaign(points: impl Iterator<Item = String>) {
    install_provider();
    let outside = Outside {
        issuer: Issuer::start().await,
        directory: Directory::samba().await.unwrap(),
        desk: RequestTracker::start().await.unwrap(),
    };
    for point in points {
        Story::new(&outside, &point).await.told().await;
    }
}

#[test]
fn every_point_that_the_story_does_not_come_by_is_one() {
    let points = points();
    assert!(points.len() > 25, "{points:?}");
    for (point, why) in ELSEWHERE {
        assert!(points.contains(point) && !why.is_empty(), "{point}");
    }
}

/// Where something outside is changed, which is where most can go wrong; the rest is in the campaign.
#[tokio::test(flavor = "multi_thread")]
async fn killed_around_a_change_outside_it_is_made_once() {
    let around = [
        "call_step.before",
        "call_step.after",
        "step_ended.before",
        "call_act.after",
        "call_letter.after",
    ];
    campaign(around.into_iter().map(str::to_owned)).await;
}

/// At every point, before and after.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: part of the campaigns of `cargo xtask test --all`"]
async fn killed_at_every_point_nothing_is_lost_and_nothing_done_twice() {
    let elsewhere = |point: &String| ELSEWHERE.iter().any(|(name, _)| name == point);
    let points = points().into_iter().filter(|point| !elsewhere(point));
    campaign(points.flat_map(|point| ["before", "after"].map(|side| format!("{point}.{side}"))))
        .await;
}
