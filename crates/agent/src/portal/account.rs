//! What the directory says of the visitor's own account.

use axum::extract::State;
use axum::response::Html;
use jiff::Timestamp;
use maud::{Markup, html};
use ticket::{AccountState, OwnAccount};

use super::visitor::Visitor;
use super::{Hall, look};
use crate::api::Refusal;
use crate::own_account::{self, Told};
use crate::store::StoreError;
use crate::words::Words;
use look::Tone;

pub(super) async fn show(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
) -> Result<Html<String>, Refusal> {
    let told = own_account::show(&hall.desk, &visitor.person, None, Timestamp::now()).await?;
    let title = words.t("portal.account.title");
    let main = html! {
        (look::back(&hall, words))
        h1 { (title) }
        @match &told {
            Told::Known(account) => (known(words, account)?),
            Told::Nothing => p { (words.t("portal.account.nothing")) },
            Told::Later => (look::notice(Tone::Attention, words.t("portal.account.later"))),
        }
        (look::phones(&hall, words))
    };
    Ok(look::page(&hall, words, Some(&visitor), title, &main))
}

fn known(words: Words, account: &OwnAccount) -> Result<Markup, StoreError> {
    let OwnAccount { state, must_change_password, password_expires_at, expires_at, groups } =
        account;
    let ends = |name: &str, at| {
        html! {
            li class="row" { span class="grow" { (words.t(name)) } span class="end num" { (Words::day(at)) } }
        }
    };
    Ok(html! {
        @if let Some(state) = state {
            @let tone = if *state == AccountState::Active { Tone::Fine } else { Tone::Attention };
            (look::notice(tone, &words.term("own_account.state", state)?))
        }
        @if *must_change_password { (look::notice(Tone::Attention, words.t("own_account.must_change"))) }
        @if password_expires_at.is_some() || expires_at.is_some() {
            ul class="list" {
                @if let Some(at) = *password_expires_at { (ends("own_account.password", at)) }
                @if let Some(at) = *expires_at { (ends("own_account.ends", at)) }
            }
        }
        @if !groups.is_empty() {
            section aria-labelledby="groups" {
                h2 id="groups" class="group-title" { (words.count("own_account.groups", i64::try_from(groups.len()).unwrap_or(i64::MAX))) }
                ul class="list" { @for group in groups { li class="row words" { (group) } } }
            }
        }
    })
}
