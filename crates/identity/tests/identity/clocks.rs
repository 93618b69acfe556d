use identity::IdentityError;
use test_support::{Act, HttpBrowser};

use crate::desk::{Desk, ordinary, press};

#[tokio::test]
async fn says_by_how_much_a_wrong_clock_is_wrong() {
    async fn check(seconds: i64) {
        let desk = Desk::new().await;
        desk.turn_device_clock(seconds);
        let app = desk.app();
        let browser = HttpBrowser::new().unwrap();
        let (result, _) = press(&app, &ordinary(), &browser, Act::SignIn("noor")).await;
        let Err(IdentityError::ClockWrong { skew }) = result else { panic!("{result:?}") };
        assert!((skew.as_secs() - seconds).abs() <= 10, "{skew:?}");
        assert!(matches!(app.access_token().await, Err(IdentityError::SignInNeeded)));
    }
    check(600).await;
    check(-600).await;
}

#[tokio::test]
async fn a_clock_less_than_a_minute_off_is_good_enough() {
    async fn check(seconds: i64) {
        let desk = Desk::new().await;
        desk.turn_device_clock(seconds);
        let app = desk.app();
        let browser = HttpBrowser::new().unwrap();
        press(&app, &ordinary(), &browser, Act::SignIn("noor")).await.0.unwrap();
    }
    check(45).await;
    check(-45).await;
}
