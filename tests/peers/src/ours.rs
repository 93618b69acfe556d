//! The search of Deskside, by words.

use std::path::Path;

use search::{Document, Index};

use crate::corpus::Given;
use crate::engine::{Engine, RESULTS};

const ENGLISH: &str = "en";

pub(crate) struct Ours(Index);

/// The index is a folder of its own, which is replaced as a whole: the given one is made anew.
pub(crate) fn build(folder: &Path, articles: &[Given]) -> anyhow::Result<()> {
    let documents = articles.iter().map(|article| Document {
        id: article.id.clone(),
        locale: ENGLISH.to_owned(),
        title: article.title.clone(),
        text: article.body.clone(),
        ..Document::default()
    });
    search::build(folder, documents)?;
    Ok(())
}

impl Ours {
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(Index::open(folder)?))
    }
}

impl Engine for Ours {
    /// As the window does it, with what it shows: marked titles and lines.
    fn find(&self, query: &str) -> anyhow::Result<Vec<String>> {
        let hits = self.0.search(query, ENGLISH, RESULTS)?;
        Ok(hits.into_iter().map(|hit| hit.id).collect())
    }
}
