//! A real mail server.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use std::collections::BTreeMap;

use connectors::{ActError, ActKey, Letter, LetterKey, LetterPort, MessagePort};
use systems::{Mail, MailConfig, Teams};
use test_support::MailServer;

const KEY: ActKey = ActKey { ticket: 12, round: 0, place: 1 };

fn config(server: &MailServer) -> MailConfig {
    MailConfig {
        host: server.host().to_owned(),
        port: server.port(),
        ca_file: Some(server.ca_file()),
        sign_in: None,
        from: "Deskside <deskside@lumen-oak.example>".to_owned(),
    }
}

fn mail(config: &MailConfig) -> Teams {
    let teams = [("network", "Network team <network@lumen-oak.example>")];
    let teams = teams.map(|(id, address)| (id.to_owned(), address.to_owned()));
    Teams::open(&BTreeMap::new(), Some(config), &BTreeMap::from(teams)).unwrap()
}

#[tokio::test]
async fn a_team_reads_the_words_and_nothing_in_them_becomes_a_header() {
    let server = MailServer::start().await.unwrap();
    let mail = mail(&config(&server));
    let words =
        "Größe: VPN is down\r\nBcc: everybody@example.com\n\nreply to boss@example.com\n.\nQUIT";
    let encoded = mail.channel("network").encode(words);
    mail.notify_team(KEY, "network", &encoded).await.unwrap();
    let mails = server.mails().unwrap();
    assert_eq!(mails.len(), 1);
    let (head, body) = mails[0]
        .replace("\r\n", "\n")
        .split_once("\n\n")
        .map(|(head, body)| (head.to_owned(), body.to_owned()))
        .unwrap();
    assert!(head.contains("Subject: Deskside: request 12"), "{head}");
    assert!(head.contains("Message-ID: <deskside-12-0-1@lumen-oak.example>"), "{head}");
    assert!(head.contains("To: \"Network team\" <network@lumen-oak.example>"), "{head}");
    assert!(!head.to_lowercase().contains("bcc"), "{head}");
    assert!(body.contains("Bcc") && !body.contains("boss@example"), "{body}");
}

#[tokio::test]
async fn a_person_gets_a_letter_that_no_machine_answers() {
    let server = MailServer::start().await.unwrap();
    let mail = Mail::open(&config(&server), &BTreeMap::new()).unwrap();
    let letter = |to: &str| Letter {
        to: to.to_owned(),
        subject: "Eine Anfrage wartet".to_owned(),
        body: "Für Sie:\nhttps://help.lumen-oak.example/portal\n".to_owned(),
    };
    mail.send_letter(LetterKey(7), &letter("maria@lumen-oak.example")).await.unwrap();
    let mails = server.mails().unwrap();
    assert_eq!(mails.len(), 1);
    for line in [
        "To: maria@lumen-oak.example",
        "Message-ID: <deskside-letter-7@lumen-oak.example>",
        "Auto-Submitted: auto-generated",
        "https://help.lumen-oak.example/portal",
    ] {
        assert!(mails[0].contains(line), "{line}: {}", mails[0]);
    }
    for wrong in
        ["", "maria", "a@b.example, c@d.example", "M <m@d.example>", "m@d.example\r\nBcc: x@y.z"]
    {
        let refused = mail.send_letter(LetterKey(8), &letter(wrong)).await;
        assert_eq!(refused, Err(ActError::Refused("the address is none".to_owned())), "{wrong}");
    }
    assert_eq!(server.mails().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_sent_now_is_sent_later_and_what_never_can_is_refused() {
    let server = MailServer::start().await.unwrap();
    let working = config(&server);
    let refused = mail(&working).notify_team(KEY, "nobody", "words").await;
    assert_eq!(refused, Err(ActError::Refused("nobody has no mail address".to_owned())));
    // A certificate that nothing vouches for.
    let distrusting = MailConfig { ca_file: None, ..working.clone() };
    let later = mail(&distrusting).notify_team(KEY, "network", "words").await;
    assert!(matches!(later, Err(ActError::Later(_))), "{later:?}");
    assert!(server.mails().is_err() || server.mails().unwrap().is_empty());
    drop(server);
    let later = mail(&distrusting).notify_team(KEY, "network", "words").await;
    assert!(matches!(later, Err(ActError::Later(_))), "{later:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_at_the_start() {
    let server = MailServer::start().await.unwrap();
    let teams = BTreeMap::from([("network".to_owned(), "network".to_owned())]);
    let error = Teams::open(&BTreeMap::new(), Some(&config(&server)), &teams).unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(why, "`network` is not a mail address");
}
