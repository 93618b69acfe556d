//! Letters to people: who gets one, in which language, and what is in it.

use std::sync::Arc;
use std::time::Duration;

use audit::EntryKind;
use connectors::{ActError, Call, Letter, LetterPort, Recording};
use serde_json::json;
use test_support::{PATIENCE, until};
use ticket::Receipt;
use uuid::Uuid;

use crate::approving::{Company, Story};
use crate::home::connect_to;
use crate::portal::{at, signed_in};
use crate::world::{Laptop, World, submission};

/// A mail server that is only written to by the agent.
fn mail() -> (Arc<Recording>, Arc<dyn LetterPort>) {
    let mail = Arc::new(Recording::default());
    (Arc::clone(&mail), mail)
}

/// What was sent to somebody, once there are so many.
async fn letters_to(mail: &Recording, to: &str, count: usize) -> Vec<Letter> {
    until(&format!("{count} letters to {to}"), PATIENCE, async || {
        let letters = all(mail).into_iter().filter(|letter| letter.to.starts_with(to));
        let letters: Vec<_> = letters.collect();
        Ok((letters.len() >= count).then_some(letters))
    })
    .await
    .unwrap()
}

fn all(mail: &Recording) -> Vec<Letter> {
    let letter = |call| match call {
        Call::Letter(_, letter) => Some(letter),
        _ => None,
    };
    mail.calls().into_iter().filter_map(letter).collect()
}

/// How many letters wait to be sent.
async fn waiting(world: &World) -> i64 {
    let mut connection = connect_to(&world.config).await;
    let query = sqlx::query_scalar("SELECT count(*) FROM letters");
    query.fetch_one(&mut connection).await.unwrap()
}

fn subjects(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.subject.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_to_decide_is_written_to_in_their_language_and_again_before_it_is_too_late() {
    let (mail, port) = mail();
    let company = Company::new();
    let story = Story::begin_with(&company, Some(port), |limits| {
        limits.approval_expires = Duration::from_secs(8);
    })
    .await;
    // Their device, what is asked, and what is still asked when a quarter of the time is left.
    let letters = letters_to(&mail, "maria@", 3).await;
    let expect = [
        "Waren Sie das?",
        "Eine Anfrage wartet auf Ihr Wort",
        "Eine Anfrage wartet noch auf Ihr Wort",
    ];
    assert_eq!(subjects(&letters), expect);
    let link = format!("\n{}/portal/approvals\n", story.world.agent.url());
    for letter in &letters[1..] {
        assert!(letter.body.contains(&link), "{}", letter.body);
        assert!(letter.body.contains("Nr. 1"), "{}", letter.body);
    }
    // Who asked reads in the app how it stands, and is written to about nothing but the device.
    assert_eq!(subjects(&letters_to(&mail, "noor@", 1).await), ["Was this you?"]);
    // Nothing of what anybody wrote or is called.
    for letter in all(&mail) {
        for word in ["cannot sign in", "Lumen", "LO-4711", "noor of"] {
            assert!(!letter.body.contains(word), "{word}: {}", letter.body);
        }
    }
    let record = story.record().await;
    let sent = record.audit.entries.iter().filter(|it| it.kind == EntryKind::LetterSent);
    let sent: Vec<_> = sent.map(|it| (&it.facts["notice"], &it.facts["outcome"])).collect();
    let (asked, ends, outcome) = (json!("approval_asked"), json!("approval_ends"), json!("sent"));
    assert_eq!(sent, [(&asked, &outcome), (&ends, &outcome)]);
    assert!(record.audit.verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_their_word_is_not_written_to_again_and_who_it_was_done_for_is_asked() {
    let (mail, port) = mail();
    let company = Company::new();
    let story = Story::begin_with(&company, Some(port), |limits| {
        limits.approval_expires = Duration::from_secs(8);
    })
    .await;
    let asked = story.asked().await;
    let said = story.say_as(("maria", &story.maria), &asked, true).await;
    assert!(said.status().is_success(), "{said:?}");
    let letters = letters_to(&mail, "noor@", 2).await;
    assert_eq!(subjects(&letters), ["Was this you?", "Was this you?"]);
    let done = &letters[1].body;
    assert!(
        done.contains("was done") && done.contains("- Your account ends 90 days later."),
        "{done}"
    );
    until("everything to be sent or dropped", PATIENCE, async || {
        Ok((waiting(&story.world).await == 0).then_some(()))
    })
    .await
    .unwrap();
    let again = all(&mail).into_iter().filter(|letter| letter.subject.contains("noch")).count();
    assert_eq!(again, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_from_the_portal_is_told_each_change_in_a_line() {
    let (mail, port) = mail();
    let company = Company::new();
    let world = World::start_connected(company.ports_with(Some(port)), |_, _| ()).await;
    let noor = signed_in(&world, "noor").await;
    let id = Uuid::now_v7().to_string();
    let form = [("kind", "request"), ("id", id.as_str()), ("text", "My <b>mouse</b> is broken")];
    noor.submit(&at(&world, "/portal/report"), &form).await.unwrap();
    let record = world.decided(1).await;
    let letters = letters_to(&mail, "noor@", 1).await;
    assert!(letters[0].subject.starts_with("Request No. 1: "), "{letters:?}");
    let link = format!("{}/portal/requests/1\n", world.agent.url());
    assert!(letters[0].body.contains(&link), "{}", letters[0].body);
    assert!(!letters[0].body.contains("mouse"), "{}", letters[0].body);
    // The same from an app needs no letter but the one about the device.
    let laptop = Laptop::enrolled(&world, "maria").await;
    let token = world.issuer.token("maria");
    let sent = submission(&record.text);
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &sent).await;
    world.decided(sent.json::<Receipt>().await.unwrap().number).await;
    assert_eq!(subjects(&letters_to(&mail, "maria@", 1).await), ["Waren Sie das?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_in_the_trail() {
    let (mail, port) = mail();
    mail.fail_next(ActError::Refused("no such person".to_owned()));
    let company = Company::new();
    let world = World::start_connected(company.ports_with(Some(port)), |_, _| ()).await;
    Laptop::enrolled(&world, "noor").await;
    Laptop::enrolled(&world, "nobody").await;
    let outcomes = until("both letters to end", PATIENCE, async || {
        let facts = world.general_facts().await;
        let ended = facts.iter().filter(|it| it["notice"] == "was_this_you");
        let mut outcomes: Vec<_> = ended.map(|it| it["outcome"].to_string()).collect();
        outcomes.sort();
        Ok((outcomes.len() == 2).then_some(outcomes))
    });
    assert_eq!(outcomes.await.unwrap(), ["\"no_address\"", "\"refused\""]);
    assert_eq!(all(&mail).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_where_nobody_could_send_it_and_nobody_who_was_erased_is_written_to() {
    let (mail, port) = mail();
    // Longer than this test.
    mail.fail_next(ActError::Later("busy".to_owned()));
    let company = Company::new();
    let world = World::start_connected(company.ports_with(Some(port)), |_, _| ()).await;
    Laptop::enrolled(&world, "noor").await;
    until("the first attempt", PATIENCE, async || Ok((all(&mail).len() == 1).then_some(())))
        .await
        .unwrap();
    world.succeed(&["person", "erase", "--subject", "noor", "--yes"]);
    assert_eq!(waiting(&world).await, 0);
    // Without a mail server.
    let world = World::start().await;
    Laptop::enrolled(&world, "noor").await;
    until("the letter to be dropped", PATIENCE, async || {
        Ok((waiting(&world).await == 0).then_some(()))
    })
    .await
    .unwrap();
}
