use std::{sync::Arc, time::Duration};

use agent_client::{Auth, ClientError, StepUp};
use ticket::{Problem, ProblemCode, Verification};
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};

use crate::canned::{Canned, accept_one, client};

async fn asked(status: &str, headers: &str, body: &str) -> Result<ticket::Me, ClientError> {
    let server = Canned::answering(status, headers, body).await;
    server.client().me(&Auth::default()).await
}

fn problem(code: ProblemCode) -> String {
    serde_json::to_string(&Problem { code, reference: "r-1".to_owned() }).unwrap()
}

/// What the agent says, and what something in front of it says without its words.
async fn check(status: &str, code: ProblemCode, without_words: Option<ProblemCode>) {
    let refused = asked(status, "retry-after: 7\r\n", &problem(code)).await.unwrap_err();
    assert_eq!(refused.code(), code);
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(7)));
    assert!(refused.to_string().contains("reference r-1"), "{refused}");
    let page = asked(status, "", "<html>Nothing here</html>").await.unwrap_err();
    match without_words {
        Some(code) => assert_eq!(page.code(), code, "{status}"),
        None => assert!(matches!(page, ClientError::Protocol(_)), "{status}: {page}"),
    }
}

#[tokio::test]
async fn tells_every_refusal_of_the_agent_apart() {
    use ProblemCode::{
        AgentUnreachable, Conflict, Internal, Malformed, NotAllowed, NotFound, SignInNeeded,
        TooLarge, TooMany,
    };
    check("400 Bad Request", Malformed, None).await;
    check("401 Unauthorized", SignInNeeded, Some(SignInNeeded)).await;
    check("403 Forbidden", NotAllowed, None).await;
    check("404 Not Found", NotFound, None).await;
    check("407 Proxy Authentication Required", NotAllowed, None).await;
    check("409 Conflict", Conflict, None).await;
    check("413 Content Too Large", TooLarge, Some(TooLarge)).await;
    check("422 Unprocessable Content", Malformed, None).await;
    check("429 Too Many Requests", TooMany, Some(TooMany)).await;
    check("500 Internal Server Error", Internal, Some(Internal)).await;
    check("502 Bad Gateway", Internal, Some(AgentUnreachable)).await;
    check("503 Service Unavailable", Internal, Some(AgentUnreachable)).await;
}

#[tokio::test]
async fn says_which_sign_in_is_asked_for() {
    let challenge =
        "www-authenticate: Bearer error=\"insufficient_user_authentication\", max_age=300\r\n";
    let body = problem(ProblemCode::FreshSignInNeeded);
    for body in [body.as_str(), ""] {
        let refused = asked("401 Unauthorized", challenge, body).await.unwrap_err();
        assert!(refused.needs_sign_in() && refused.is_retryable());
        let ClientError::Refused { code, step_up, .. } = refused else { panic!("{refused}") };
        assert_eq!(code, ProblemCode::FreshSignInNeeded);
        let max_age = Some(Duration::from_secs(300));
        assert_eq!(step_up, Some(StepUp { max_age, acr_values: None }));
    }
}

#[tokio::test]
async fn reads_the_answer_it_asked_for_and_no_other() {
    let me = asked("200 OK", "", r#"{"name":"Noor","verification":"session"}"#).await.unwrap();
    assert_eq!((me.name.as_str(), me.verification), ("Noor", Verification::Session));
    let pages = ["<html>Please sign in</html>", "{}", "", r#"{"name":"Noor","verif"#];
    for body in pages {
        let error = asked("200 OK", "", body).await.unwrap_err();
        assert!(matches!(error, ClientError::Protocol(_)), "{error}");
        assert!(error.is_retryable());
    }
    let portal = asked("302 Found", "location: http://portal.example/\r\n", "").await;
    assert!(matches!(portal, Err(ClientError::Protocol(_))));
}

#[tokio::test]
async fn takes_only_the_agents_own_answer_for_a_sign_of_life() {
    for (status, expect) in [("204 No Content", true), ("200 OK", false), ("202 Accepted", false)] {
        let health = Canned::answering(status, "", "").await.client().health().await;
        assert_eq!(health.is_ok(), expect, "{status}: {health:?}");
        assert!(health.is_ok() || matches!(health, Err(ClientError::Protocol(_))), "{health:?}");
    }
}

#[tokio::test]
async fn stops_reading_an_answer_that_is_too_large() {
    let body = format!("\"{}\"", "a".repeat(2 * 1024 * 1024));
    let error = asked("200 OK", "", &body).await.unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[tokio::test]
async fn cannot_reach_what_does_not_listen_or_hangs_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let hangs_up = tokio::spawn(async move { drop(accept_one(listener).await) });
    for _ in 0..2 {
        let error = client(&address).me(&Auth::default()).await.unwrap_err();
        assert!(matches!(error, ClientError::Unreachable(Some(_))), "{error}");
        assert!(!format!("{error:?}").contains(&address), "no address in logs");
    }
    hangs_up.await.unwrap();
}

#[tokio::test]
async fn names_a_certificate_this_device_does_not_trust() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("https://localhost:{}", listener.local_addr().unwrap().port()));
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    let server = tokio::spawn(async move {
        let accepted = accept_one(listener).await;
        TlsAcceptor::from(Arc::new(config)).accept(accepted).await.map(drop)
    });
    let error = client.me(&Auth::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::CertificateUntrusted), "{error:?}");
    assert!(server.await.unwrap().is_err());
}
