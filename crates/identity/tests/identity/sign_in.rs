use identity::IdentityError;
use test_support::{Act, HttpBrowser, Provider, ProviderOptions};
use url::Url;

use crate::desk::{Desk, fresh, opener, ordinary, press, sign_in};

#[tokio::test]
async fn signs_a_person_in_and_gives_a_token_for_the_agent() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();

    let (result, landing) = press(&app, &ordinary(), &browser, Act::SignIn("noor")).await;

    let person = result.unwrap();
    assert_eq!((person.subject.as_str(), person.name.as_deref()), ("noor", Some("Noor Haddad")));
    assert_eq!(landing.status, 200);
    assert!(landing.body.contains("go back to Deskside"), "{}", landing.body);
    let token = app.access_token().await.unwrap();
    assert_eq!(token.name.as_deref(), Some("Noor Haddad"));
    assert_eq!(token.secret.split('.').count(), 3, "a JWT");
    assert!(!format!("{token:?}").contains(&token.secret));
}

#[tokio::test]
async fn asks_the_token_endpoint_only_after_an_authorization_request() {
    let desk = Desk::new().await;
    let app = desk.app();
    sign_in(&app, "noor").await;
    app.access_token().await.unwrap();

    let log = desk.provider.log().await.unwrap();
    let calls: Vec<_> = log.iter().map(|call| (call.path.as_str(), call.status)).collect();

    assert_eq!(calls, [("/auth", 303), ("/token", 200)]);
    assert!(log.iter().all(|call| call.client.as_deref() == Some("deskside")));
}

#[tokio::test]
async fn a_second_press_opens_the_same_page_and_gets_the_same_person() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    let (open_first, mut first_tab) = opener();
    let (open_second, mut second_tab) = opener();
    let request = ordinary();

    let person = async {
        let first = first_tab.recv().await.unwrap();
        let second = second_tab.recv().await.unwrap();
        assert_eq!(first, second);
        browser.walk(&first, Act::SignIn("noor")).await.unwrap();
    };
    let second_press = async {
        // Until the first press has opened its page there is nothing to press twice.
        app.sign_in(&request, open_second).await
    };
    let (first, second, ()) = tokio::join!(app.sign_in(&request, open_first), second_press, person);

    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(desk.provider.token_calls("authorization_code").await.unwrap(), 1);
}

#[tokio::test]
async fn another_kind_of_sign_in_has_to_wait() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    let (open, mut opened) = opener();
    let request = ordinary();

    let meanwhile = async {
        let page = opened.recv().await.unwrap();
        let refused = app.sign_in(&fresh(300, None), |_: &Url| panic!("opened")).await;
        assert!(matches!(refused, Err(IdentityError::Busy)), "{refused:?}");
        browser.walk(&page, Act::SignIn("noor")).await.unwrap();
    };

    tokio::join!(app.sign_in(&request, open), meanwhile).0.unwrap();
}

#[tokio::test]
async fn an_answer_with_a_wrong_state_is_refused_and_the_right_one_still_counts() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    let (open, mut opened) = opener();
    let request = ordinary();

    let person = async {
        let page = opened.recv().await.unwrap();
        let answer = browser.answer(&page, Act::SignIn("noor")).await.unwrap();
        let mut forged = answer.clone();
        forged.set_query(Some("code=stolen&state=wrong"));
        assert_eq!(browser.visit(&forged).await.unwrap().status, 400);
        assert_eq!(browser.visit(&answer).await.unwrap().status, 200);
    };
    let (result, ()) = tokio::join!(app.sign_in(&request, open), person);

    assert_eq!(result.unwrap().subject, "noor");
}

#[tokio::test]
async fn cancelling_on_the_page_cancels_the_sign_in_and_the_next_one_works() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();

    let (result, landing) = press(&app, &ordinary(), &browser, Act::Cancel).await;
    assert!(matches!(result, Err(IdentityError::Cancelled)), "{result:?}");
    assert!(landing.body.contains("You are not signed in"), "{}", landing.body);
    assert!(matches!(app.access_token().await, Err(IdentityError::SignInNeeded)));

    assert_eq!(sign_in(&app, "noor").await.subject, "noor");
}

#[tokio::test]
async fn cancelling_in_the_app_ends_every_press() {
    let desk = Desk::new().await;
    let app = desk.app();
    let (open_first, mut first_tab) = opener();
    let (open_second, mut second_tab) = opener();
    let (first, second) = (ordinary(), ordinary());

    let cancel = async {
        first_tab.recv().await.unwrap();
        second_tab.recv().await.unwrap();
        second.cancel.cancel();
    };
    let (one, two, ()) =
        tokio::join!(app.sign_in(&first, open_first), app.sign_in(&second, open_second), cancel);

    assert!(matches!(one, Err(IdentityError::Cancelled)), "{one:?}");
    assert!(matches!(two, Err(IdentityError::Cancelled)), "{two:?}");
}

#[tokio::test]
async fn stops_waiting_for_a_browser_that_never_comes_back() {
    let desk = Desk::new().await;
    let mut request = ordinary();
    request.patience = std::time::Duration::from_millis(200);

    let result = desk.app().sign_in(&request, |_: &Url| {}).await;

    assert!(matches!(result, Err(IdentityError::Cancelled)), "{result:?}");
}

#[tokio::test]
async fn says_that_the_provider_cannot_be_reached_and_opens_nothing() {
    let desk = Desk::new().await;
    let app = desk.app();
    drop(desk.provider);

    let result = app.sign_in(&ordinary(), |_: &Url| panic!("opened")).await;

    assert!(matches!(result, Err(IdentityError::ProviderUnreachable(_))), "{result:?}");
}

#[tokio::test]
async fn uses_the_configured_loopback_port_and_says_when_it_is_taken() {
    let provider = Provider::start(&ProviderOptions::default()).await.unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let config = identity::ProviderConfig {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.to_owned(),
        audience: None,
        loopback_port: Some(taken.local_addr().unwrap().port()),
        scopes: Vec::new(),
    };
    let client = test_support::client().unwrap();
    let keyring = identity::Keyring::in_memory();
    let app = identity::Identity::new(config, keyring, client, folder.path().join("lock"));

    let refused = app.sign_in(&ordinary(), |_: &Url| panic!("opened")).await;
    assert!(matches!(refused, Err(IdentityError::Device { .. })), "{refused:?}");

    drop(taken);
    assert_eq!(sign_in(&app, "tomas").await.name.as_deref(), None, "no scope, no name");
}

#[tokio::test]
async fn refuses_an_id_token_that_is_not_the_providers_answer_to_this_question() {
    let desk = Desk::new().await;
    let app = desk.app();
    let browser = HttpBrowser::new().unwrap();
    let check = async |how: &str| {
        desk.provider.spoil_next_id_token(how).await.unwrap();
        let (result, _) = press(&app, &ordinary(), &browser, Act::SignIn("noor")).await;
        assert!(matches!(result, Err(IdentityError::Mismatch(_))), "{how}: {result:?}");
        assert_eq!(app.signed_in().await.unwrap(), None, "{how}");
    };
    check("nonce=another").await;
    check("aud=another").await;
    check("azp=another").await;
    check("iss=https://another.example").await;
    check("key=unknown").await;
    check("alg=none").await;
    press(&app, &ordinary(), &browser, Act::SignIn("noor")).await.0.unwrap();
}

#[tokio::test]
async fn a_press_that_was_given_up_does_not_stand_in_the_way_of_the_next() {
    let desk = Desk::new().await;
    let app = desk.app();
    let (open, mut opened) = opener();
    let request = ordinary();

    tokio::select! {
        result = app.sign_in(&request, open) => panic!("{result:?}"),
        page = opened.recv() => assert!(page.is_some()),
    }

    assert_eq!(sign_in(&app, "noor").await.subject, "noor");
}
