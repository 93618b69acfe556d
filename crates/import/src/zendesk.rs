//! Articles of Zendesk Guide, as `GET /api/v2/help_center/articles` gives them: one page or several, or a list of
//! articles.

use std::path::Path;

use serde::Deserialize;

use crate::{Foreign, Format, Import, ImportError, Loss, day, files, html, language};

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Page {
    Whole { articles: Vec<Article> },
    List(Vec<Article>),
}

#[derive(Debug, Deserialize)]
struct Article {
    id: u64,
    title: String,
    body: Option<String>,
    locale: Option<String>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    outdated: bool,
    #[serde(default)]
    label_names: Vec<String>,
    updated_at: Option<String>,
    html_url: Option<String>,
}

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    let mut import = Import::default();
    for file in files::below(export)? {
        if files::ending(&file) != "json" {
            import.lose(&files::place(&file, export), Loss::OtherKind);
            continue;
        }
        let page: Page = serde_json::from_str(&files::text(&file)?).map_err(|error| {
            let why = format!("it has no list of `articles` with `id` and `title` ({error})");
            ImportError::Format { path: file.clone(), format: Format::Zendesk.name(), why }
        })?;
        let (Page::Whole { articles } | Page::List(articles)) = page;
        articles.into_iter().for_each(|article| take(&mut import, article));
    }
    Ok(import)
}

fn take(import: &mut Import, article: Article) {
    let name = article.id.to_string();
    if article.draft || article.outdated {
        let state = if article.draft { "draft" } else { "outdated" };
        import.lose(&name, Loss::NotPublished(state.to_owned()));
        return;
    }
    let mut addresses = vec![name.clone()];
    // What people copy has the title behind the number.
    addresses.extend(
        article.html_url.as_deref().and_then(|url| Some(url.rsplit('/').next()?.to_owned())),
    );
    addresses.extend(article.html_url.clone());
    import.take(Foreign {
        id: format!("zendesk-{name}"),
        name,
        addresses,
        title: article.title,
        markdown: html::fragment(article.body.as_deref().unwrap_or_default()),
        language: article.locale.as_deref().and_then(language),
        keywords: article.label_names,
        changed: article.updated_at.as_deref().and_then(day),
    });
}
