//! The provider's own page in a real browser.

use crate::desk::{Desk, opener};

use identity::{Freshness, SignInRequest};

#[tokio::test]
async fn a_person_signs_in_with_a_real_browser() {
    let desk = Desk::new().await;
    let app = desk.app();
    let (open, mut opened) = opener();
    let request = SignInRequest::new(Freshness::Ordinary, "de");

    let person = async {
        let page = opened.recv().await.unwrap();
        test_support::sign_in_as(&page, "noor").await.unwrap()
    };
    let (result, text) = tokio::join!(app.sign_in(&request, open), person);

    assert_eq!(result.unwrap().name.as_deref(), Some("Noor Haddad"));
    assert!(text.contains("zu Deskside zurückkehren"), "{text}");
    app.access_token().await.unwrap();
    let log = desk.provider.log().await.unwrap();
    let paths: Vec<_> = log.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, ["/auth", "/token"]);
}
