//! An article that a request was answered with, to read on a telephone.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Html;
use content::{Article, Links};
use maud::{Markup, PreEscaped, html};

use super::visitor::Visitor;
use super::{Hall, look};
use crate::api::Refusal;
use crate::words::Words;

pub(super) async fn show(
    State(hall): State<Hall>,
    words: Words,
    visitor: Visitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<Html<String>, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    let article = hall.desk.knowledge.article(&id, words.language);
    let article = article.ok_or_else(Refusal::not_found)?;
    let main = html! {
        (look::back(&hall, words))
        h1 lang=(article.locale) { (article.title) }
        p class="muted small" { (words.with("article.reviewed_on", &[("date", &article.reviewed.to_string())])) }
        (text(&hall, article))
    };
    Ok(look::page(&hall, words, Some(&visitor), &article.title, &main))
}

/// What is for everybody, and for each system what is for that, folded.
fn text(hall: &Hall, article: &Article) -> Markup {
    let links = Links::ArticlesBelow(format!("{}/articles", hall.portal.path));
    // Made safe where it is made.
    let safe = |markdown: &str| PreEscaped(content::html(markdown, links.clone()));
    html! {
        div class="article-text" lang=(article.locale) {
            @for block in &article.blocks {
                @match block.platform {
                    None => (safe(&block.markdown)),
                    Some(platform) => details class="list" {
                        summary class="row" { (platform.heading()) }
                        div class="stack" { (safe(&block.markdown)) }
                    },
                }
            }
        }
    }
}
