//! How the pages look: the window's own styles, and parts that several pages show.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use content::Contact;
use maud::{DOCTYPE, Markup, html};
use ticket::{Deed, Problem, Question};
use uuid::Uuid;

use super::visitor::Visitor;
use super::{Hall, Portal};
use crate::store::StoreError;
use crate::words::Words;

pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

const STYLE: &str = concat!(
    include_str!("../../../../ui/src/styles/tokens.css"),
    include_str!("../../../../ui/src/styles/base.css"),
    include_str!("../../../../ui/src/styles/controls.css"),
    include_str!("../../../../ui/src/styles/thread.css"),
    include_str!("../../../../ui/src/styles/article.css"),
    include_str!("style.css"),
);

/// The styles of the window, and what a telephone needs beside them.
pub(super) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, STYLE)
}

/// The tone of a notice.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tone {
    Fine,
    Attention,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Fine => "notice notice-fine",
            Self::Attention => "notice notice-attention",
        }
    }
}

/// A whole page.
pub(super) fn page(
    hall: &Hall,
    words: Words,
    visitor: Option<&Visitor>,
    title: &str,
    main: &Markup,
) -> Html<String> {
    let Portal { path, organization, .. } = &*hall.portal;
    let markup = html! {
        (DOCTYPE)
        html lang=(words.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Deskside" }
                link rel="stylesheet" href={ (path) "/style.css" };
            }
            body {
                a class="skip btn" href="#main" { (words.t("portal.skip")) }
                header class="bar" {
                    a class="side-brand" href=(path) {
                        (mark())
                        span { b { "Deskside" } span { (organization.name) } }
                    }
                    @if let Some(visitor) = visitor {
                        form method="post" action={ (path) "/sign-out" } {
                            span class="only-read" { (words.with("portal.signed_in_as", &[("name", &visitor.person.name)])) }
                            button class="btn btn-quiet" { (words.t("portal.sign_out")) }
                        }
                    }
                }
                main id="main" class="stack" { (main) }
            }
        }
    };
    Html(markup.into_string())
}

fn mark() -> Markup {
    html! {
        svg class="brand-mark" viewBox="0 0 16 16" aria-hidden="true" {
            circle class="dot" cx="5.2" cy="10" r="4.3" {}
            path class="stem" d="M11.7 2.1v9.2a2 2 0 0 0 2 2h.6" stroke-width="2.3" {}
        }
    }
}

/// The way back to the start.
pub(super) fn back(hall: &Hall, words: Words) -> Markup {
    html! { a class="back" href=(hall.portal.path) { "← " (words.t("portal.home")) } }
}

/// Something that is said at the top of a page, and read out.
pub(super) fn notice(tone: Tone, text: &str) -> Markup {
    html! { div class=(tone.class()) role="status" { div class="grow" { (text) } } }
}

/// What a problem means, what was done about it and what the person can do.
pub(super) fn trouble(hall: &Hall, words: Words, problem: &Problem) -> String {
    let code = serde_json::to_value(problem.code).unwrap_or_default();
    let text = |part: &str| {
        words.t(&format!("problem.{}.{part}", code.as_str().unwrap_or("internal"))).to_owned()
    };
    let main = html! {
        (back(hall, words))
        h1 { (text("what")) }
        p { (text("did")) " " (text("can")) }
        p class="muted small" { (words.with("problem.reference", &[("reference", &problem.reference)])) }
        (phones(hall, words))
    };
    page(hall, words, None, &text("what"), &main).0
}

/// Whom to call when writing is not enough.
pub(super) fn phones(hall: &Hall, words: Words) -> Markup {
    let Contact { phone, hours } = &hall.portal.organization.help_desk;
    let hours = hours.get(words.language);
    html! {
        (call(&words.with("portal.help_desk", &[("hours", hours)]), phone))
        (security_phone(hall, words))
    }
}

/// The security team's telephone alone.
pub(super) fn security_phone(hall: &Hall, words: Words) -> Markup {
    let Contact { phone, hours } = &hall.portal.organization.security;
    call(&words.with("security.phone", &[("hours", hours.get(words.language))]), phone)
}

/// A number that a telephone calls.
fn call(label: &str, phone: &str) -> Markup {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! {
        a class="card pad call" href={ "tel:" (digits) } {
            span class="label" { (label) }
            bdi class="nowrap num" dir="ltr" { (phone) }
        }
    }
}

/// What must not be done with an account or device.
pub(super) fn hold_still(words: Words) -> Markup {
    html! {
        section class="card pad stack dont" aria-labelledby="hold-still" {
            h2 id="hold-still" { (words.t("security.hold_still")) }
            ul class="stack" {
                li { (words.t("security.dont_click")) }
                li { (words.t("security.dont_restart")) }
                li { (words.t("security.dont_change")) }
                li { (words.t("security.do")) }
            }
        }
    }
}

/// What was done for the employee.
pub(super) fn deeds(words: Words, deeds: &[Deed]) -> Result<Markup, StoreError> {
    Ok(html! { ul { @for deed in deeds { li { (words.term("deed", deed)?) } } } })
}

/// The open question, with its answers as buttons and a field for one's own.
pub(super) fn question(words: Words, question: &Question, typed: &str) -> Markup {
    html! {
        section class="card pad stack question" aria-labelledby="question" {
            h2 id="question" { (question.text) }
            input type="hidden" name="question" value=(question.id);
            @if !question.answers.is_empty() {
                div class="line" {
                    @for answer in &question.answers {
                        button class="btn" name="do" value={ "choose " (answer.id) } { (answer.text) }
                    }
                }
            }
            label for="text" { (words.t("request.your_answer")) }
            (field(typed))
            button class="btn btn-main" name="do" value="write" { (words.t("request.send_answer")) }
        }
    }
}

/// Where somebody writes.
pub(super) fn field(typed: &str) -> Markup {
    // A browser drops the first line break of what stands in the field.
    html! { textarea id="text" name="text" rows="4" maxlength=(ticket::MAX_TEXT_CHARS) { "\n" (typed) } }
}

/// Makes sending twice the same as once.
pub(super) fn once(id: Uuid) -> Markup {
    html! { input type="hidden" name="id" value=(id); }
}

/// What somebody typed whose sign-in ended meanwhile is not lost.
pub(super) fn ended(hall: &Hall, words: Words) -> Markup {
    html! {
        div class=(Tone::Attention.class()) role="alert" {
            div class="grow stack" {
                p { (words.t("portal.sign_in.ended")) }
                a class="btn" target="_blank" href={ (hall.portal.path) "/sign-in" } { (words.t("portal.sign_in.ended_button")) }
            }
        }
    }
}
