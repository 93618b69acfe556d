//! People who are asked before something is changed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent::{Limits, Record};
use async_trait::async_trait;
use audit::EntryKind;
use connectors::{
    ActError, ActPort, Asked, DirectoryError, DirectoryPort, LetterPort, Mailbox, Ports, ReadError,
    ReadPort, StepKey, Target,
};
use content::{Act, Fact, Known, Reading};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use test_support::Directory;
use ticket::{
    Access, ApprovalOutcome, ApprovalRequest, Deed, EventKind, OwnAccount, ProblemCode, Receipt,
    Reply, ReplyAction, ServerFacts, TicketStatus,
};

use uuid::Uuid;

use crate::carrying::{ended, facts_of};
use crate::signers::Signers;
use crate::world::{Laptop, World, assert_refused, connect, submission};

pub(crate) const ENDED: &str = "I cannot sign in, my account does not let me in any more";

/// A directory with the account of Noor, which has ended, and who decides about it.
#[derive(Debug)]
pub(crate) struct Company {
    manager: Mutex<Option<&'static str>>,
    /// Whom the manager named to answer for her.
    delegate: Mutex<Option<&'static str>>,
    state: Mutex<&'static str>,
    keys: Mutex<Vec<String>>,
}

impl Company {
    pub(crate) fn new() -> Arc<Self> {
        let (manager, state) = (Mutex::new(Some("maria")), Mutex::new("expired"));
        let (delegate, keys) = (Mutex::default(), Mutex::default());
        Arc::new(Self { manager, delegate, state, keys })
    }

    fn ports(self: &Arc<Self>) -> Ports {
        self.ports_with(None)
    }

    /// With a mail server for letters to people.
    pub(crate) fn ports_with(self: &Arc<Self>, letters: Option<Arc<dyn LetterPort>>) -> Ports {
        let (directory, reads, acts) = (Arc::clone(self), Arc::clone(self), Arc::clone(self));
        Ports {
            directory: Some(directory),
            letters,
            reads: vec![reads],
            acts: vec![acts],
            ..Ports::default()
        }
    }

    pub(crate) fn times_extended(&self) -> usize {
        self.keys.lock().unwrap().iter().collect::<BTreeSet<_>>().len()
    }
}

#[async_trait]
impl DirectoryPort for Company {
    async fn facts(&self, _: Asked<'_>) -> Result<ServerFacts, DirectoryError> {
        Ok(ServerFacts::default())
    }

    async fn own_account(&self, _: &str) -> Result<Option<OwnAccount>, DirectoryError> {
        Ok(None)
    }

    async fn mailbox(&self, subject: &str) -> Result<Option<Mailbox>, DirectoryError> {
        let language = (subject == "maria").then(|| "fr, de;q=0.9".to_owned());
        let address = format!("{subject}@lumen-oak.example");
        Ok((subject != "nobody").then_some(Mailbox { address, language }))
    }

    async fn manager(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        let manager = *self.manager.lock().unwrap();
        Ok(manager.filter(|_| subject == "noor").map(str::to_owned))
    }

    async fn delegate(&self, subject: &str) -> Result<Option<String>, DirectoryError> {
        let delegate = *self.delegate.lock().unwrap();
        Ok(delegate.filter(|_| subject == "maria").map(str::to_owned))
    }

    async fn owner(&self, _: &Access) -> Result<Option<String>, DirectoryError> {
        Ok(None)
    }
}

#[async_trait]
impl ReadPort for Company {
    fn readings(&self) -> &[Reading] {
        &[Reading::Account]
    }

    async fn read(&self, _: Reading, _: &Target) -> Result<Known, ReadError> {
        let is_extended = !self.keys.lock().unwrap().is_empty();
        let state = if is_extended { "active" } else { *self.state.lock().unwrap() };
        let words = [
            (Fact::AccountState, state),
            (Fact::Protected, "no"),
            (Fact::EndsSoon, if is_extended { "no" } else { "yes" }),
            (Fact::Manager, "yes"),
        ];
        Ok(words.into_iter().map(|(fact, word)| (fact, word.to_owned())).collect())
    }
}

#[async_trait]
impl ActPort for Company {
    fn acts(&self) -> &[Act] {
        &[Act::ExtendAccount]
    }

    async fn act(&self, key: &StepKey, _: Act, _: &Target) -> Result<(), ActError> {
        self.keys.lock().unwrap().push(key.to_string());
        Ok(())
    }
}

pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) noor: Laptop,
    pub(crate) maria: Laptop,
    pub(crate) number: u32,
}

impl Story {
    /// Noor has written, and her manager is asked where there is one.
    pub(crate) async fn begin(company: &Arc<Company>, limit: impl FnOnce(&mut Limits)) -> Self {
        Self::begin_with(company, None, limit).await
    }

    /// With a mail server for letters to people.
    pub(crate) async fn begin_with(
        company: &Arc<Company>,
        letters: Option<Arc<dyn LetterPort>>,
        limit: impl FnOnce(&mut Limits),
    ) -> Self {
        Self::begin_connected(company.ports_with(letters), &["act"], limit).await
    }

    async fn begin_in(
        company: &Arc<Company>,
        mode: &[&str],
        limit: impl FnOnce(&mut Limits),
    ) -> Self {
        Self::begin_connected(company.ports(), mode, limit).await
    }

    async fn begin_connected(ports: Ports, mode: &[&str], limit: impl FnOnce(&mut Limits)) -> Self {
        let signers = Signers::new();
        let world = World::start_connected(ports, |config, limits| {
            signers.configure(config);
            limit(limits);
        })
        .await;
        signers.trust_in(&world, "extend-account", mode);
        Self::written(world).await
    }

    async fn written(world: World) -> Self {
        let noor = Laptop::enrolled(&world, "noor").await;
        let maria = Laptop::enrolled(&world, "maria").await;
        let token = world.issuer.token("noor");
        let sent = world.post_signed("/v1/tickets", Some(&token), &noor, &submission(ENDED)).await;
        let number = sent.json::<Receipt>().await.unwrap().number;
        Self { world, noor, maria, number }
    }

    pub(crate) async fn asked_of(&self, subject: &str, laptop: &Laptop) -> Vec<ApprovalRequest> {
        let token = self.world.issuer.token(subject);
        self.world.get_signed("/v1/approvals", &token, laptop).await.json().await.unwrap()
    }

    /// What the manager is asked, as soon as she is.
    pub(crate) async fn asked(&self) -> ApprovalRequest {
        self.asked_other_than("").await
    }

    async fn asked_other_than(&self, digest: &str) -> ApprovalRequest {
        for _ in 0..500 {
            let asked = self.asked_of("maria", &self.maria).await.pop();
            if let Some(asked) = asked.filter(|it| it.digest != digest) {
                return asked;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the manager is not asked: {:?}", self.record().await.decision);
    }

    pub(crate) async fn say_as(
        &self,
        (subject, laptop): (&str, &Laptop),
        asked: &ApprovalRequest,
        is_yes: bool,
    ) -> Response {
        let token = self.world.issuer.fresh_token(subject);
        let word = json!({ "digest": asked.digest, "is_yes": is_yes });
        let path = format!("/v1/approvals/{}", asked.id);
        self.world.post_signed(&path, Some(&token), laptop, &word).await
    }

    pub(crate) async fn say(&self, asked: &ApprovalRequest, is_yes: bool) -> Response {
        self.say_as(("maria", &self.maria), asked, is_yes).await
    }

    /// Noor writes.
    async fn reply(&self, action: ReplyAction) {
        let reply = Reply { id: Uuid::now_v7(), action };
        let path = format!("/v1/tickets/{}/replies", self.number);
        let token = self.world.issuer.token("noor");
        let sent = self.world.post_signed(&path, Some(&token), &self.noor, &reply).await;
        assert!(sent.status().is_success(), "{sent:?}");
    }

    pub(crate) async fn record(&self) -> Record {
        self.world.records().await.find(self.number).await.unwrap().unwrap()
    }

    pub(crate) async fn end(&self) -> Record {
        self.world.decided_in(self.number, 1).await
    }
}

pub(crate) fn outcome(record: &Record) -> Option<ApprovalOutcome> {
    record.events.iter().find_map(|event| match event.kind {
        EventKind::ApprovalEnded { outcome, .. } => Some(outcome),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_manager_says_yes_to_is_done_once_told_and_on_record() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    assert_eq!((asked.person.as_str(), asked.words.as_str()), ("noor of Lumen & Oak", ENDED));
    assert_eq!((asked.deeds.as_slice(), asked.can_be_undone), (&[Deed::AccountExtended][..], true));
    // Until then nothing is changed, and Noor reads that somebody is asked.
    assert_eq!(company.times_extended(), 0);
    let told = story.record().await.events.pop().unwrap().kind;
    assert!(matches!(told, EventKind::ApprovalAsked { until, .. } if until == asked.until));
    let said = story.say(&asked, true).await;
    assert_eq!(said.status(), StatusCode::NO_CONTENT);
    let record = story.end().await;
    assert_eq!((ended(&record).as_str(), company.times_extended()), ("done", 1));
    assert_eq!(outcome(&record), Some(ApprovalOutcome::Given));
    assert_eq!(record.status, TicketStatus::Answered);
    // The gate saw whose word there was.
    let begun = &facts_of(&record, EntryKind::StepBegun)[0];
    assert_eq!(begun["gate"]["outcome"]["type"], "permit");
    let on_record = &facts_of(&record, EntryKind::ApprovalSaid)[0];
    assert_eq!((&on_record["is_yes"], &on_record["digest"]), (&json!(true), &json!(asked.digest)));
    assert!(record.audit.verified);
    let replayed = story.world.succeed(&["replay", &story.number.to_string()]);
    assert!(!replayed.contains("different"), "{replayed}");
    assert!(story.asked_of("maria", &story.maria).await.is_empty());
}

/// Who was named by the manager may answer for her, as long as she says so, and whose word comes first counts.
#[tokio::test(flavor = "multi_thread")]
async fn whom_the_manager_named_answers_for_her() {
    for (first, is_yes) in [("jon", true), ("jon", false), ("maria", true)] {
        let company = Company::new();
        *company.delegate.lock().unwrap() = Some("jon");
        let story = Story::begin(&company, |_| ()).await;
        let laptop = Laptop::enrolled(&story.world, "jon").await;
        let asked = story.asked().await;
        assert!(!asked.is_delegate);
        let of_jon = story.asked_of("jon", &laptop).await.pop().unwrap();
        assert_eq!(of_jon, ApprovalRequest { is_delegate: true, ..asked.clone() });
        *company.delegate.lock().unwrap() = None;
        let not_now = story.say_as(("jon", &laptop), &of_jon, true).await;
        assert_refused(not_now, 403, ProblemCode::NotAllowed).await;
        *company.delegate.lock().unwrap() = Some("jon");
        let (one, other) = (("jon", &laptop), ("maria", &story.maria));
        let (one, other) = if first == "jon" { (one, other) } else { (other, one) };
        assert_eq!(story.say_as(one, &asked, is_yes).await.status(), StatusCode::NO_CONTENT);
        assert_refused(story.say_as(other, &asked, true).await, 409, ProblemCode::Conflict).await;
        let record = story.end().await;
        assert_eq!(company.times_extended(), usize::from(is_yes));
        let expect = if is_yes { ApprovalOutcome::Given } else { ApprovalOutcome::Refused };
        assert_eq!(outcome(&record), Some(expect));
        assert_eq!(facts_of(&record, EntryKind::ApprovalSaid).len(), 1);
    }
    // Who asks does not answer for who decides.
    let company = Company::new();
    *company.delegate.lock().unwrap() = Some("noor");
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    assert!(story.asked_of("noor", &story.noor).await.is_empty());
    assert!(!story.say_as(("noor", &story.noor), &asked, true).await.status().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_no_nothing_is_done_and_it_is_told() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    assert_eq!(story.say(&asked, false).await.status(), StatusCode::NO_CONTENT);
    let record = story.end().await;
    assert_eq!(ended(&record), "stopped at agree: refused");
    assert_eq!(outcome(&record), Some(ApprovalOutcome::Refused));
    assert_eq!(company.times_extended(), 0);
    // It is an answer, and no team gets it, unless Noor wants more.
    assert_eq!((record.status, record.team.as_deref()), (TicketStatus::Answered, None));
    story.reply(ReplyAction::NotSolved).await;
    let record = story.world.decided_in(story.number, 2).await;
    assert_eq!(record.status, TicketStatus::WithTeam);
    assert!(record.summary.join(" ").contains("declined: extend-account"), "{:?}", record.summary);
    // A no is final: saying yes later changes nothing.
    let again = story.say(&asked, true).await;
    assert_refused(again, 409, ProblemCode::Conflict).await;
    assert_eq!(company.times_extended(), 0);
}

/// The manager decided, and the runbook did what it should.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_no_bad_end_of_a_runbook_on_trial() {
    let company = Company::new();
    let story = Story::begin_in(&company, &["canary", "--share", "100"], |_| ()).await;
    let asked = story.asked().await;
    assert_eq!(story.say(&asked, false).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ended(&story.end().await), "stopped at agree: refused");
    let listed = story.world.succeed(&["mode", "list"]);
    let line = listed.lines().find(|line| line.starts_with("extend-account")).unwrap();
    assert!(line.contains("canary"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_in_time_nothing_is_done_and_a_late_one_does_not_count() {
    let company = Company::new();
    let story =
        Story::begin(&company, |limits| limits.approval_expires = Duration::from_millis(200)).await;
    let record = story.end().await;
    assert_eq!(ended(&record), "stopped at agree: expired");
    assert_eq!(outcome(&record), Some(ApprovalOutcome::Expired));
    let asked = &facts_of(&record, EntryKind::ApprovalAsked)[0];
    let word = json!({ "digest": asked["digest"], "is_yes": true });
    let path = format!("/v1/approvals/{}", asked["approval"]);
    let token = story.world.issuer.fresh_token("maria");
    let late = story.world.post_signed(&path, Some(&token), &story.maria, &word).await;
    assert_refused(late, 409, ProblemCode::Conflict).await;
    assert_eq!(company.times_extended(), 0);
    assert!(story.asked_of("maria", &story.maria).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_says_yes_and_nobody_about_themselves() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    let stranger = Laptop::enrolled(&story.world, "ada").await;
    for (subject, laptop) in [("noor", &story.noor), ("ada", &stranger)] {
        assert!(story.asked_of(subject, laptop).await.is_empty(), "{subject}");
        let said = story.say_as((subject, laptop), &asked, true).await;
        assert_refused(said, 404, ProblemCode::NotFound).await;
    }
    // A session is not enough, and neither is a token without a device.
    let word = json!({ "digest": asked.digest, "is_yes": true });
    let path = format!("/v1/approvals/{}", asked.id);
    let token = story.world.issuer.token("maria");
    let said = story.world.post_signed(&path, Some(&token), &story.maria, &word).await;
    assert_refused(said, 401, ProblemCode::FreshSignInNeeded).await;
    let token = story.world.issuer.fresh_token("maria");
    assert!(story.world.post(&path, &token, &word).await.status().is_client_error());
    // Shown something else.
    let other = ApprovalRequest { digest: "0".repeat(64), ..asked.clone() };
    assert_refused(story.say(&other, true).await, 409, ProblemCode::Conflict).await;
    // Switched off, or somebody else's manager now.
    for manager in [None, Some("alba")] {
        *company.manager.lock().unwrap() = manager;
        let said = story.say(&asked, true).await;
        assert_refused(said, 403, ProblemCode::NotAllowed).await;
    }
    assert_eq!(company.times_extended(), 0);
    // Once she is the manager again her word counts, once, however often it is sent, and is final.
    *company.manager.lock().unwrap() = Some("maria");
    for _ in 0..2 {
        assert_eq!(story.say(&asked, true).await.status(), StatusCode::NO_CONTENT);
    }
    assert_refused(story.say(&asked, false).await, 409, ProblemCode::Conflict).await;
    let record = story.end().await;
    assert_eq!(ended(&record), "done");
    assert_eq!(facts_of(&record, EntryKind::ApprovalSaid).len(), 1);
    assert_eq!(company.times_extended(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_shown_is_asked_again() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    *company.state.lock().unwrap() = "active";
    assert_eq!(story.say(&asked, true).await.status(), StatusCode::NO_CONTENT);
    let again = story.asked_other_than(&asked.digest).await;
    assert_eq!(company.times_extended(), 0);
    // A yes to what was shown first is none to this.
    let stale = ApprovalRequest { digest: asked.digest, ..again.clone() };
    assert_refused(story.say(&stale, true).await, 409, ProblemCode::Conflict).await;
    assert_eq!(story.say(&again, true).await.status(), StatusCode::NO_CONTENT);
    let record = story.end().await;
    assert_eq!((ended(&record).as_str(), company.times_extended()), ("done", 1));
    let ends = facts_of(&record, EntryKind::StepEnded);
    let changed = |it: &&Value| it["move"] == "act extend" && it["answer"] == "changed";
    assert_eq!(ends.iter().filter(changed).count(), 1, "{ends:?}");
}

/// The directory knows nobody who could decide, or only who asks.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_manager_nobody_is_asked_and_a_team_gets_it() {
    for manager in [None, Some("noor")] {
        let company = Company::new();
        *company.manager.lock().unwrap() = manager;
        let story = Story::begin(&company, |_| ()).await;
        let record = story.end().await;
        assert_eq!(ended(&record), "stopped at agree: refused", "{manager:?}");
        assert_eq!(record.status, TicketStatus::WithTeam);
        assert_eq!((outcome(&record), company.times_extended()), (None, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_people_outlives_the_agent() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    let world = story.world.restart_connected(company.ports()).await;
    let story = Story { world, ..story };
    assert_eq!(story.asked().await, asked);
    assert_eq!(story.say(&asked, true).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ended(&story.end().await), "done");
    assert_eq!(company.times_extended(), 1);
}

/// Whoever wants a person gets one, and then nobody's yes changes anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_people_took_over_asks_nobody_any_more() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let asked = story.asked().await;
    story.reply(ReplyAction::Write { text: "I want to talk to a person".to_owned() }).await;
    let record = story.world.decided_in(story.number, 2).await;
    assert_eq!(record.status, TicketStatus::WithTeam);
    assert_eq!(ended(&record), "stopped at agree: canceled");
    assert!(story.asked_of("maria", &story.maria).await.is_empty());
    assert_refused(story.say(&asked, true).await, 409, ProblemCode::Conflict).await;
    assert_eq!(company.times_extended(), 0);
}

/// Active Directory, as Samba has it: an account that ended goes on for 90 days once its manager said yes.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_goes_on_in_the_companys_own_directory_once_the_manager_said_yes() {
    let samba = Directory::samba().await.unwrap();
    let signers = Signers::new();
    let world = World::start_with(|config, _| {
        signers.configure(config);
        connect(config, &samba);
    })
    .await;
    signers.trust_in(&world, "extend-account", &["act"]);
    assert!(!samba.lets_in("cora").unwrap());
    let (cora, maria) =
        (Laptop::enrolled(&world, "cora").await, Laptop::enrolled(&world, "maria").await);
    let token = world.issuer.token("cora");
    let sent = world.post_signed("/v1/tickets", Some(&token), &cora, &submission(ENDED)).await;
    let number = sent.json::<Receipt>().await.unwrap().number;
    let story = Story { world, noor: cora, maria, number };
    let asked = story.asked().await;
    assert!(!samba.lets_in("cora").unwrap());
    assert_eq!(story.say(&asked, true).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ended(&story.end().await), "done");
    assert!(samba.lets_in("cora").unwrap());
}
