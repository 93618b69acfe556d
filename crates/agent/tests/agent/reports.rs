use reqwest::StatusCode;
use ticket::{ProblemCode, Receipt, TicketStatus, Verification};

use crate::world::{Laptop, World, assert_refused, report, submission};

const REPORTS: &str = "/v1/reports";

async fn unowned(world: &World) -> Laptop {
    let laptop = Laptop::new();
    let enrollment = laptop.enrollment();
    let response = world.post_signed("/v1/installations", None, &laptop, &enrollment).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    laptop
}

#[tokio::test]
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
    let somebody = world.get(&path, &world.issuer.token("noor")).await;
    assert_refused(somebody, 404, ProblemCode::NotFound).await;
}

#[tokio::test]
async fn only_security_reports_come_in_without_a_sign_in() {
    let world = World::start().await;
    let laptop = unowned(&world).await;
    let request = world.post_signed(REPORTS, None, &laptop, &submission("x")).await;
    assert_refused(request, 403, ProblemCode::NotAllowed).await;
    let unknown = world.post_signed(REPORTS, None, &Laptop::new(), &report("x")).await;
    assert_refused(unknown, 401, ProblemCode::NotAllowed).await;
    let thief = Laptop { id: laptop.id, ..Laptop::new() };
    let forged = world.post_signed(REPORTS, None, &thief, &report("x")).await;
    assert_refused(forged, 401, ProblemCode::NotAllowed).await;
}

#[tokio::test]
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
