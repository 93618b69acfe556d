//! The portal, as a browser sees it.

use agent::PersonalData;
use agent::Whose;
use audit::EntryKind;
use jiff::Timestamp;
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_support::{Act, HttpBrowser, Landing};
use ticket::{DeviceReport, EventKind, Receipt, SubmissionKind, TicketStatus, Verification};
use url::Url;
use uuid::Uuid;

use crate::approving::{Company, ENDED, Story};
use crate::carrying::ended;
use crate::issuer::AUDIENCE;
use crate::world::{Laptop, World, submission};

pub(crate) fn at(world: &World, path: &str) -> Url {
    format!("{}{path}", world.agent.url()).parse().unwrap()
}

/// Somebody with a browser of their own, signed in an hour ago.
pub(crate) async fn signed_in(world: &World, subject: &str) -> HttpBrowser {
    let browser = HttpBrowser::new().unwrap();
    world.issuer.is_in_front(subject);
    let landing = browser.open(&at(world, "/portal/sign-in")).await.unwrap();
    assert_eq!((landing.status, landing.url.path()), (200, "/portal"), "{}", landing.body);
    browser
}

/// The value of a hidden field of a page.
fn hidden<'a>(page: &'a Landing, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&start).unwrap_or_else(|| panic!("{name}: {}", page.body));
    rest.split('"').next().unwrap()
}

fn assert_shows(page: &Landing, words: &str) {
    assert!(page.body.contains(words), "no {words} at {}:\n{}", page.url, page.body);
}

/// What a page asks about, by its beginning.
fn asked_about(page: &Landing, start: &str) -> String {
    assert_shows(page, start);
    let (_, rest) = page.body.split_once(start).unwrap();
    format!("{start}{}", rest.split('"').next().unwrap())
}

/// The number of the request that a page is about.
fn number_of(page: &Landing) -> u32 {
    let (_, number) = page.url.path().rsplit_once('/').unwrap();
    number.parse().unwrap_or_else(|_| panic!("{}: {}", page.url, page.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_tells_it_of_a_laptop_that_does_not_turn_on_and_follows_it() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    // What the laptop said of itself when it still worked.
    let device = DeviceReport {
        name: "LO-4711".to_owned(),
        model: Some("ThinkPad T14".to_owned()),
        uptime_seconds: Some(60),
        ..DeviceReport::default()
    };
    let before = ticket::Submission { device: Some(device), ..submission("vpn does not connect") };
    let token = world.issuer.token("noor");
    world.post_signed("/v1/tickets", Some(&token), &laptop, &before).await;

    let browser = HttpBrowser::new().unwrap();
    world.issuer.is_in_front("noor");
    let front = browser.open(&at(&world, "/portal/report")).await.unwrap();
    assert_shows(&front, "/portal/sign-in?to=%2Fportal%2Freport");
    let form = browser.open(&at(&world, "/portal/sign-in?to=/portal/report")).await.unwrap();
    assert_eq!(form.url.path(), "/portal/report");
    assert_shows(&form, "LO-4711");
    let (id, device, text) =
        (hidden(&form, "id"), laptop.id.to_string(), "It is <b>dead</b>.\r\nNo light & no sound.");
    let filled = [("kind", "request"), ("id", id), ("device", device.as_str()), ("text", text)];
    let sent = browser.submit(&at(&world, "/portal/report"), &filled).await.unwrap();
    assert_shows(&sent, "Your ticket number is");
    assert_shows(&sent, "It is &lt;b&gt;dead&lt;/b&gt;.\nNo light &amp; no sound.");
    let number = number_of(&sent);
    // Sent twice, it is one request.
    let again = browser.submit(&at(&world, "/portal/report"), &filled).await.unwrap();
    assert_eq!(number_of(&again), number);

    let record = world.decided(number).await;
    let person = record.verified.name.as_deref();
    assert_eq!(
        (record.verified.level, person),
        (Verification::Unverified, Some("noor of Lumen & Oak"))
    );
    let device = record.device.clone().unwrap();
    assert_eq!((device.model.as_deref(), device.uptime_seconds), (Some("ThinkPad T14"), None));
    assert!(record.audit.verified);
    let home = browser.open(&at(&world, "/portal")).await.unwrap();
    assert_shows(&home, "Hello noor of Lumen &amp; Oak");
    assert_shows(&home, &format!("/portal/requests/{number}"));

    // What the first request was answered with can be read here.
    world.decided(1).await;
    let first = browser.open(&at(&world, "/portal/requests/1")).await.unwrap();
    let (_, link) = first.body.split_once("href=\"/portal/articles/").expect("an article");
    let id = link.split('"').next().unwrap();
    let article = browser.open(&at(&world, &format!("/portal/articles/{id}"))).await.unwrap();
    assert_eq!(article.status, 200);
    assert_shows(&article, "class=\"article-text\"");
    for path in ["articles/none", "nowhere", "requests", "requests/1/2"] {
        let page = browser.open(&at(&world, &format!("/portal/{path}"))).await.unwrap();
        assert_eq!(page.status, 404);
        assert_shows(&page, "<!DOCTYPE html>");
    }

    // The answer is taken once and is in the trail.
    let here = at(&world, &format!("/portal/requests/{number}"));
    let page = browser.open(&here).await.unwrap();
    let filled = [("id", hidden(&page, "id")), ("do", "write"), ("text", "Still dead.")];
    for _ in 0..2 {
        let page = browser.submit(&here, &filled).await.unwrap();
        assert_shows(&page, "Still dead.");
    }
    let record = world.decided_in(number, 1).await;
    let is_reply = |kind: &EventKind| matches!(kind, EventKind::Replied { .. });
    assert_eq!(record.events.iter().filter(|it| is_reply(&it.kind)).count(), 1);
    let solved = [("id", &*Uuid::now_v7().to_string()), ("do", "solved")];
    browser.submit(&here, &solved).await.unwrap();
    let record = world.decided_in(number, 2).await;
    assert_eq!(record.status, TicketStatus::Solved);

    // Nobody else finds it, and after *Sign out* neither does this browser.
    let other = signed_in(&world, "maria").await;
    assert_eq!(other.open(&here).await.unwrap().status, 404);
    assert_eq!(other.submit(&here, &solved).await.unwrap().status, 404);
    let out = browser.submit(&at(&world, "/portal/sign-out"), &[]).await.unwrap();
    assert_shows(&out, "You are signed out here.");
    assert_shows(&browser.open(&here).await.unwrap(), "/portal/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_given_back_where_it_is_not_taken() {
    let world = World::start().await;
    let id = Uuid::now_v7().to_string();
    let report = at(&world, "/portal/report");
    let filled =
        |text: &'static str| [("kind", "security_report"), ("id", id.as_str()), ("text", text)];
    let nobody = HttpBrowser::new().unwrap();
    let page = nobody.submit(&report, &filled("</textarea><b>I clicked")).await.unwrap();
    assert_eq!(page.status, 401);
    assert_shows(&page, "Your sign-in has ended");
    assert_shows(&page, "&lt;/textarea&gt;&lt;b&gt;I clicked");
    assert_eq!(hidden(&page, "id"), id);
    let request = at(&world, "/portal/requests/1");
    let reply = [("id", id.as_str()), ("do", "write"), ("text", "my long answer")];
    let page = nobody.submit(&request, &reply).await.unwrap();
    assert_eq!(page.status, 401);
    assert_shows(&page, "my long answer");
    let noor = signed_in(&world, "noor").await;
    let page = noor.submit(&report, &filled(" \r\n ")).await.unwrap();
    assert_eq!(page.status, 422);
    assert_shows(&page, "Please write a few words about what happened");
    let long = "ä".repeat(ticket::MAX_TEXT_CHARS + 1);
    let form = [("kind", "request"), ("id", id.as_str()), ("text", long.as_str())];
    let page = noor.submit(&report, &form).await.unwrap();
    assert_eq!(page.status, 422);
    assert_shows(&page, &long);
    assert!(world.records().await.newest().await.unwrap().is_empty());
    // With the same form, once it is taken, the security team has it.
    let page = noor.submit(&report, &filled("I clicked")).await.unwrap();
    assert_shows(&page, "Do not take any further action on this account or device");
    let record = world.decided(number_of(&page)).await;
    assert_eq!(record.kind, SubmissionKind::SecurityReport);
    assert_eq!(record.status, TicketStatus::WithTeam);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_page_changes_nothing() {
    let world = World::start().await;
    let noor = signed_in(&world, "noor").await;
    let cookie = noor.cookies();
    let id = Uuid::now_v7().to_string();
    let form = [("kind", "request"), ("id", id.as_str()), ("text", "transfer everything")];
    for path in ["report", "requests/1", "approvals/1", "theirs", "sign-out"] {
        for origin in [None, Some("https://evil.example"), Some("null")] {
            let path = format!("/portal/{path}");
            let mut request =
                world.request(Method::POST, &path).header(COOKIE, &cookie).form(&form);
            if let Some(origin) = origin {
                request = request.header(ORIGIN, origin);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {origin:?}");
        }
    }
    assert!(world.records().await.newest().await.unwrap().is_empty());
    assert_shows(&noor.open(&at(&world, "/portal")).await.unwrap(), "Hello noor");
    let refused = world.general_facts().await;
    let refused = refused.iter().filter(|it| it["route"] == "/portal/report").count();
    assert_eq!(refused, 3);
}

/// The answer to a sign-in that a browser has begun, not yet given to the agent.
async fn answer(world: &World, browser: &HttpBrowser) -> Url {
    let ask = at(world, "/portal/sign-in");
    browser.answer(&ask, Act::Cancel).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_by_an_answer_that_is_not_to_their_question() {
    let world = World::start().await;
    world.issuer.is_in_front("noor");
    let changed = |url: &Url, name: &str, value: Option<&str>| {
        let mut url = url.clone();
        let kept: Vec<_> = url.query_pairs().into_owned().filter(|(it, _)| it != name).collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(name, value);
        }
        url
    };
    let is_out = async |browser: &HttpBrowser, url: &Url, why: &str| {
        let page = browser.open(url).await.unwrap();
        assert_shows(&page, "did not match our question");
        let home = browser.open(&at(&world, "/portal")).await.unwrap();
        assert!(!home.body.contains("Hello"), "{why}");
    };
    for (name, value) in [
        ("state", Some("another")),
        ("state", None),
        ("iss", Some("https://evil.example")),
        ("iss", None),
        ("code", Some("code999")),
        ("code", None),
    ] {
        let browser = HttpBrowser::new().unwrap();
        let url = changed(&answer(&world, &browser).await, name, value);
        is_out(&browser, &url, name).await;
    }
    // Somebody else's answer, as a link: no browser but theirs takes it, and theirs only once.
    let (eve, noor) = (HttpBrowser::new().unwrap(), HttpBrowser::new().unwrap());
    let url = answer(&world, &eve).await;
    is_out(&noor, &url, "nothing asked").await;
    let _ = answer(&world, &noor).await;
    is_out(&noor, &url, "something else asked").await;
    assert_shows(&eve.open(&url).await.unwrap(), "Hello");
    assert_shows(&eve.open(&url).await.unwrap(), "did not match our question");
    // What the provider says is wrong.
    let other = json!({ "aud": "urn:other" });
    let nothing = Value::Null;
    for (spoils, kind) in [
        ([json!({ "nonce": "another" }), nothing.clone()], ""),
        ([json!({ "nonce": null }), nothing.clone()], ""),
        ([other.clone(), nothing.clone()], ""),
        ([json!({ "aud": AUDIENCE }), nothing.clone()], ""),
        ([json!({ "iss": "https://evil.example" }), nothing.clone()], ""),
        ([json!({ "exp": 1 }), nothing.clone()], ""),
        ([nothing.clone(), other], ""),
        ([nothing.clone(), json!({ "exp": 1 })], ""),
        ([nothing.clone(), nothing.clone()], "JWT"),
    ] {
        let browser = HttpBrowser::new().unwrap();
        let url = answer(&world, &browser).await;
        world.issuer.says(&spoils, kind);
        is_out(&browser, &url, &format!("{spoils:?} {kind}")).await;
    }
    world.issuer.says(&<[Value; 2]>::default(), "");
    // Somebody who changes their mind there.
    let browser = HttpBrowser::new().unwrap();
    let url = changed(&answer(&world, &browser).await, "code", None);
    let page = browser.open(&changed(&url, "error", Some("access_denied"))).await.unwrap();
    assert_shows(&page, "The sign-in was not finished.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_says_yes_at_the_portal_after_a_sign_in_of_now_only() {
    let company = Company::new();
    let story = Story::begin(&company, |_| ()).await;
    let world = &story.world;
    let asked = story.asked().await;
    let maria = signed_in(world, "maria").await;
    assert_shows(
        &maria.open(&at(world, "/portal")).await.unwrap(),
        "1 request waits for your word",
    );
    let page = maria.open(&at(world, "/portal/approvals")).await.unwrap();
    assert_shows(&page, ENDED);
    assert_shows(&page, "Sign in once more");
    assert!(!page.body.contains("name=\"is_yes\""), "{}", page.body);
    let here = at(world, &format!("/portal/approvals/{}", asked.id));
    let word = |is_yes: &'static str| [("digest", asked.digest.as_str()), ("is_yes", is_yes)];
    // An hour ago is too long.
    assert_eq!(maria.submit(&here, &word("true")).await.unwrap().status, 401);
    // Nobody else is asked, however fresh.
    let noor = signed_in(world, "noor").await;
    noor.open(&at(world, "/portal/sign-in?fresh=true")).await.unwrap();
    let page = noor.open(&at(world, "/portal/approvals")).await.unwrap();
    assert_shows(&page, "Nothing waits for your word");
    assert_eq!(noor.submit(&here, &word("true")).await.unwrap().status, 404);
    assert_eq!(company.times_extended(), 0);

    world.issuer.is_in_front("maria");
    let again = at(world, "/portal/sign-in?fresh=true&to=/portal/approvals");
    let page = maria.open(&again).await.unwrap();
    assert_eq!(page.url.path(), "/portal/approvals");
    assert_eq!(hidden(&page, "digest"), asked.digest);
    let stale = [("digest", "0".repeat(64)), ("is_yes", "true".to_owned())];
    let stale = stale.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_shows(&maria.submit(&here, &stale).await.unwrap(), "Your word did not count");
    let said = maria.submit(&here, &word("true")).await.unwrap();
    assert_shows(&said, "You said yes.");
    assert_shows(&said, "Nothing waits for your word");
    let record = story.end().await;
    assert_eq!((ended(&record).as_str(), company.times_extended()), ("done", 1));
    // A word is final.
    assert_shows(&maria.submit(&here, &word("false")).await.unwrap(), "Your word did not count");
    // Noor is asked whether it was her.
    let home = noor.open(&at(world, "/portal")).await.unwrap();
    assert_shows(&home, "Your account ends 90 days later.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_that_it_was_not_them_has_told_security_and_lost_the_device() {
    let world = World::start().await;
    let (own, others) =
        (Laptop::enrolled(&world, "noor").await, Laptop::enrolled(&world, "noor").await);
    let (noor, elsewhere) = (signed_in(&world, "noor").await, signed_in(&world, "noor").await);
    let home = noor.open(&at(&world, "/portal")).await.unwrap();
    let subject = |laptop: &Laptop| asked_about(&home, &format!("installation {}", laptop.id));
    let theirs = at(&world, "/portal/theirs");
    let (mine, not_mine) = (subject(&own), subject(&others));
    let page = noor.submit(&theirs, &[("subject", &mine), ("was_me", "true")]).await.unwrap();
    assert_shows(&page, "Thank you. That is noted.");
    assert!(!page.body.contains(&mine), "{}", page.body);
    // Nobody is asked about somebody else's.
    let maria = signed_in(&world, "maria").await;
    for was_me in ["true", "false"] {
        let form = [("subject", not_mine.as_str()), ("was_me", was_me)];
        assert_eq!(maria.submit(&theirs, &form).await.unwrap().status, 404);
    }
    // What was hers is not taken back by a second answer.
    let form = [("subject", mine.as_str()), ("was_me", "false")];
    assert_eq!(noor.submit(&theirs, &form).await.unwrap().status, 404);

    let form = [("subject", not_mine.as_str()), ("was_me", "false")];
    let page = noor.submit(&theirs, &form).await.unwrap();
    assert_shows(&page, "That was not me: the device “LO-4711”");
    assert_shows(&page, "Do not take any further action");
    let number = number_of(&page);
    assert_eq!(number_of(&noor.submit(&theirs, &form).await.unwrap()), number);
    let record = world.decided(number).await;
    assert_eq!(
        (record.kind, record.status),
        (SubmissionKind::SecurityReport, TicketStatus::WithTeam)
    );
    // The device is not hers any more, the other one is, and whoever was signed in elsewhere is not.
    let token = world.issuer.token("noor");
    let asked = world.get_signed("/v1/tickets", &token, &others).await;
    assert_eq!(asked.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.get_signed("/v1/tickets", &token, &own).await.status(), StatusCode::OK);
    assert_shows(&elsewhere.open(&at(&world, "/portal")).await.unwrap(), "/portal/sign-in?to=");
    assert_shows(&noor.open(&at(&world, "/portal")).await.unwrap(), "Hello noor");
    let trail = world.records().await.general_trail().await.unwrap();
    let said = trail.entries.iter().filter(|it| it.kind == EntryKind::Confirmed);
    let said: Vec<_> =
        said.map(|it| (it.facts["is_theirs"].clone(), it.facts["report"].clone())).collect();
    assert_eq!(said, [(json!(true), json!(null)), (json!(false), json!(number))]);
    assert!(trail.entries.iter().any(|it| it.kind == EntryKind::SignedIn));

    // What happens again is asked about again.
    let claims = json!({ "auth_time": Timestamp::now().as_second() + 5 });
    let token = world.issuer.key.sign(&world.issuer.claims_with("noor", &claims));
    let path = "/v1/installations";
    let back = world.post_signed(path, Some(&token), &others, &others.enrollment()).await;
    assert_eq!(back.status(), StatusCode::CREATED);
    let home = noor.open(&at(&world, "/portal")).await.unwrap();
    let again = asked_about(&home, &format!("installation {}", others.id));
    assert_ne!(again, not_mine);

    // It is given out to her, and goes with her.
    let data = PersonalData::open(&world.config).await.unwrap();
    let whose = Whose::Subject("noor".to_owned());
    let kept = data.show(&whose).await.unwrap();
    assert_eq!(kept.confirmations.len(), 2);
    data.erase(&whose, Timestamp::now()).await.unwrap();
    assert_shows(&noor.open(&at(&world, "/portal")).await.unwrap(), "/portal/sign-in?to=");
}

/// A device that is lost may have the portal open.
#[tokio::test(flavor = "multi_thread")]
async fn who_takes_a_device_away_in_the_app_is_signed_out_of_the_portal() {
    let world = World::start().await;
    let (own, lost) =
        (Laptop::enrolled(&world, "noor").await, Laptop::enrolled(&world, "noor").await);
    let noor = signed_in(&world, "noor").await;
    let path = format!("/v1/installations/{}", lost.id);
    let token = world.issuer.fresh_token("noor");
    let taken = world.signed(&Method::DELETE, &path, &token, &own).send().await.unwrap();
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);
    assert_shows(&noor.open(&at(&world, "/portal")).await.unwrap(), "/portal/sign-in?to=");
    // Who has it may still be signed in at the provider: that does not count any more, whatever the provider does
    // with the wish for a sign-in of now.
    let sign_in = at(&world, "/portal/sign-in");
    let now = Timestamp::now().as_second();
    world.issuer.says(&[Value::Null, json!({ "auth_time": now - 3_600 })], "");
    let page = noor.open(&sign_in).await.unwrap();
    assert_eq!(page.status, 401);
    assert_shows(&page, "This needs a fresh sign-in.");
    world.issuer.says(&[Value::Null, json!({ "auth_time": now + 5 })], "");
    assert_shows(&noor.open(&sign_in).await.unwrap(), "Hello noor");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_both_languages_and_lets_nothing_in() {
    let world = World::start().await;
    let laptop = Laptop::enrolled(&world, "noor").await;
    let token = world.issuer.token("noor");
    let asked = submission("vpn does not connect");
    let sent = world.post_signed("/v1/tickets", Some(&token), &laptop, &asked);
    let number = sent.await.json::<Receipt>().await.unwrap().number;
    world.decided(number).await;
    let noor = signed_in(&world, "noor").await;
    let request = format!("/portal/requests/{number}");
    let paths = [
        "/portal",
        "/portal/report",
        "/portal/report?kind=security_report",
        &request,
        "/portal/approvals",
        "/portal/account",
        "/portal/requests/999",
        "/portal/report?kind=other",
        "/portal/callback",
    ];
    let cookies = noor.cookies();
    for (language, cookies) in [("en", ""), ("de", ""), ("en", &cookies), ("de", &cookies)] {
        for path in paths {
            let asked = world.request(Method::GET, path).header(ACCEPT_LANGUAGE, language);
            let answer = asked.header(COOKIE, cookies).send().await.unwrap();
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
            assert_eq!(
                (header("x-frame-options"), header("cache-control")),
                ("DENY".to_owned(), "no-store".to_owned())
            );
            assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
            let page = answer.text().await.unwrap();
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{path}: {page}");
            for bad in ["<script", "style=\"", "javascript:", "{{", " onclick"] {
                assert!(!page.contains(bad), "{bad} at {path}");
            }
            // Where a text is missing, its name is shown.
            let words = page.split(|c: char| !c.is_ascii_alphanumeric() && !"._".contains(c));
            let is_name = |it: &&str| {
                it.split('.').count() > 1
                    && it.split('.').all(|part| {
                        !part.is_empty() && part.starts_with(|c: char| c.is_ascii_lowercase())
                    })
            };
            let names: Vec<_> = words.filter(is_name).collect();
            assert!(
                names.iter().all(|it| ["style.css", "signin.lumen", "oak.example"].contains(it)),
                "{path}: {names:?}"
            );
        }
    }
    let style = world.request(Method::GET, "/portal/style.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    for path in ["/", "/portal/"] {
        let first = noor.open(&at(&world, path)).await.unwrap();
        assert_eq!(first.url.path(), "/portal");
    }
    // Without a client at the provider there is no page.
    let world = World::start_with(|config, _| config.portal = None).await;
    for path in ["/", "/portal", "/portal/sign-in"] {
        assert_eq!(
            world.request(Method::GET, path).send().await.unwrap().status(),
            StatusCode::NOT_FOUND
        );
    }
}
