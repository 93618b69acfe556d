//! What a team says of a ticket that it has at the help desk, in one tap: whether it had to come to it. The link
//! stands there alone and names one ticket; the page shows nothing of it, and a sign-in is not asked for.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::Html;
use jiff::Timestamp;
use maud::html;
use serde::Deserialize;

use super::{Hall, look};
use crate::api::Refusal;
use crate::at_desk;
use crate::store::word;
use crate::teamwork::Verdict;
use crate::words::Words;

/// What they tap.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    verdict: Verdict,
}

const ALL: [Verdict; 4] = [
    Verdict::NeededMe,
    Verdict::CouldBeAutomatic,
    Verdict::WrongTeam,
    Verdict::ShouldHaveComeSooner,
];

/// Asks. Who only looks has said nothing: programs open links, too.
pub(super) async fn ask(
    State(hall): State<Hall>,
    Path((number, mark)): Path<(u32, String)>,
    headers: HeaderMap,
) -> Result<Html<String>, Refusal> {
    let words = Words::of(&headers);
    let mut reading = hall.desk.store.read().await?;
    if !at_desk::is_known(&mut reading, number, &mark).await? {
        return Err(Refusal::not_found());
    }
    let title = words.with("portal.verdict.title", &[("number", &number.to_string())]);
    let main = html! {
        h1 { (title) }
        p { (words.t("portal.verdict.text")) }
        form class="stack" method="post" {
            @for verdict in ALL {
                button class="btn wide" name="verdict" value=(word(&verdict)?) {
                    (words.term("portal.verdict", &verdict)?)
                }
            }
        }
        p class="small muted" { (words.t("portal.verdict.why")) }
    };
    Ok(look::page(&hall, words, None, &title, &main))
}

/// Takes it.
pub(super) async fn say(
    State(hall): State<Hall>,
    Path((number, mark)): Path<(u32, String)>,
    headers: HeaderMap,
    said: Result<Form<Said>, FormRejection>,
) -> Result<Html<String>, Refusal> {
    let words = Words::of(&headers);
    let Form(Said { verdict }) = said.map_err(|_| Refusal::not_found())?;
    if !at_desk::judge(&hall.desk, number, &mark, verdict, Timestamp::now()).await? {
        return Err(Refusal::not_found());
    }
    let title = words.with("portal.verdict.title", &[("number", &number.to_string())]);
    let main = html! {
        h1 { (title) }
        (look::notice(look::Tone::Fine, words.t("portal.verdict.thanks")))
        p { (words.term("portal.verdict", &verdict)?) }
        p class="small muted" { (words.t("portal.verdict.again")) }
    };
    Ok(look::page(&hall, words, None, &title, &main))
}
