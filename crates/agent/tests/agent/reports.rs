use reqwest::{Method, StatusCode};
use ticket::{ProblemCode, Receipt, Submission, TicketStatus, Verification};

use crate::world::{Laptop, World, assert_refused, report, submission};

const TICKETS: &str = "/v1/tickets";
const REPORTS: &str = "/v1/reports";

async fn unowned(world: &World) -> Laptop {
    let laptop = Laptop::new();
    let enrollment = laptop.enrollment();
    let response = world.post_signed("/v1/installations", None, &laptop, &enrollment).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    laptop
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_a_sign_in_is_unverified_and_goes_to_people() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    let sent = report("I clicked a link and gave my password.");
    let first = world.post_signed(REPORTS, None, &laptop, &sent).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let receipt: Receipt = first.json().await.unwrap();
    assert_eq!(receipt.verification, Verification::Unverified);
    let again = world.post_signed(REPORTS, None, &laptop, &sent).await;
    assert_eq!(again.status(), StatusCode::OK);
    let record = world.decided(receipt.number).await;
    assert_eq!(record.status, TicketStatus::WithTeam);
    assert_eq!(record.verified.name, None);
    assert_eq!(record.verified.installation, Some(laptop.id));
    let number = receipt.number;
    let path = format!("/v1/tickets/{number}");
    let noors = Laptop::enrolled(&world, "noor").await;
    let somebody = world.get_signed(&path, &world.issuer.token("noor"), &noors).await;
    assert_refused(somebody, 404, ProblemCode::NotFound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_sign_in_goes_to_people_whatever_it_says() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    let noors = Laptop::enrolled(&world, "noor").await;
    for (text, team) in [
        ("My VPN stops after a minute.", "Network team"),
        ("It is strange.", "Service Desk"),
        ("Thanks, it works again.", "Service Desk"),
        ("I clicked a link and gave my password.", "Security team"),
    ] {
        let sent = Submission { contact: Some("room 4.11".to_owned()), ..submission(text) };
        // A token adds nothing here.
        let token = world.issuer.fresh_token("noor");
        let response = world.post_signed(REPORTS, Some(&token), &laptop, &sent).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let receipt: Receipt = response.json().await.unwrap();
        assert_eq!(receipt.verification, Verification::Unverified);
        let record = world.decided(receipt.number).await;
        assert_eq!(record.verified.name, None);
        assert_eq!(record.contact.as_deref(), Some("room 4.11"));
        assert_eq!((record.status, record.team.as_deref()), (TicketStatus::WithTeam, Some(team)));
        let chosen = record.decision.unwrap().explanation.pop().unwrap();
        assert!(chosen.starts_with("Chose: to hand off"), "{text}: {chosen}");
        let path = format!("{TICKETS}/{}", receipt.number);
        let read = world.get_signed(&path, &token, &noors).await;
        assert_refused(read, 404, ProblemCode::NotFound).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_in_from_an_installation_nobody_knows() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    let unknown = world.post_signed(REPORTS, None, &Laptop::new(), &report("x")).await;
    assert_refused(unknown, 401, ProblemCode::NotAllowed).await;
    let thief = Laptop { id: laptop.id, ..Laptop::new() };
    let forged = world.post_signed(REPORTS, None, &thief, &report("x")).await;
    assert_refused(forged, 401, ProblemCode::NotAllowed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sent_again_without_the_sign_in_is_the_same_report() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let check = async |submission: &Submission, tries: [(&Laptop, bool, u16); 2]| {
        let mut receipts = Vec::new();
        for (laptop, is_signed_in, expect) in tries {
            let (path, token) =
                if is_signed_in { (TICKETS, Some(token.as_str())) } else { (REPORTS, None) };
            let response = world.post_signed(path, token, laptop, submission).await;
            assert_eq!(response.status(), expect, "{}", submission.text);
            receipts.push(response.json::<Receipt>().await.ok());
        }
        receipts.dedup();
        receipts.len()
    };
    let other = unowned(&world).await;
    assert_eq!(check(&report("in, out"), [(&laptop, true, 201), (&laptop, false, 200)]).await, 1);
    assert_eq!(check(&report("out, in"), [(&laptop, false, 201), (&laptop, true, 200)]).await, 1);
    assert_eq!(check(&report("other"), [(&laptop, true, 201), (&other, false, 409)]).await, 2);
    let request = submission("a request is the person's");
    assert_eq!(check(&request, [(&laptop, true, 201), (&laptop, false, 409)]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_reports_is_slowed_down_and_a_known_one_still_answered() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    let first = report("first");
    for text in ["", "second", "third", "fourth", "fifth"] {
        let report = if text.is_empty() { first.clone() } else { report(text) };
        let response = world.post_signed(REPORTS, None, &laptop, &report).await;
        assert_eq!(response.status(), StatusCode::CREATED);
    }
    let sixth = world.post_signed(REPORTS, None, &laptop, &report("sixth")).await;
    assert_eq!(sixth.headers()["retry-after"], "60");
    assert_refused(sixth, 429, ProblemCode::TooMany).await;
    let known = world.post_signed(REPORTS, None, &laptop, &first).await;
    assert_eq!(known.status(), StatusCode::OK);
}

/// Enrolls a new laptop without a sign-in, with what the request says about its way.
async fn enroll_from(world: &World, forwarded_for: &str) -> StatusCode {
    let laptop = Laptop::new();
    let path = "/v1/installations";
    let body = serde_json::to_vec(&laptop.enrollment()).unwrap();
    let request = laptop.sign(world.request(Method::POST, path), "POST", path, &body);
    let request = request.header("x-forwarded-for", forwarded_for);
    let request = request.header("content-type", "application/json").body(body);
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sender_does_not_use_up_the_enrollments_of_the_others() {
    let world = World::start_with(|config, limits| {
        config.behind_tls_proxy = true;
        (limits.enrollments_per_sender, limits.enrollments_together) = (1, 3);
    })
    .await;
    let (taken, too_many) = (StatusCode::CREATED, StatusCode::TOO_MANY_REQUESTS);
    for (forwarded_for, expect) in [
        ("192.0.2.1", taken),
        ("192.0.2.1", too_many),
        ("198.51.100.9, 192.0.2.1", too_many),
        ("192.0.2.1, 192.0.2.2", taken),
        ("2001:db8::1", taken),
        ("2001:db8::2", too_many),
        ("192.0.2.3", too_many),
    ] {
        assert_eq!(enroll_from(&world, forwarded_for).await, expect, "{forwarded_for}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_a_sender_cannot_say_where_it_comes_from() {
    let world = World::start_with(|_, limits| limits.enrollments_per_sender = 1).await;
    assert_eq!(enroll_from(&world, "192.0.2.1").await, StatusCode::CREATED);
    assert_eq!(enroll_from(&world, "192.0.2.2").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_is_slowed_down_and_a_security_report_is_not() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    for text in ["first", "second", "third", "fourth", "fifth"] {
        let response = world.post_signed(REPORTS, None, &laptop, &submission(text)).await;
        assert_eq!(response.status(), StatusCode::CREATED);
    }
    let sixth = world.post_signed(REPORTS, None, &laptop, &submission("sixth")).await;
    assert_refused(sixth, 429, ProblemCode::TooMany).await;
    let urgent = world.post_signed(REPORTS, None, &laptop, &report("urgent")).await;
    assert_eq!(urgent.status(), StatusCode::CREATED);
}
