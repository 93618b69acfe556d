//! SQLite FTS5 as its documentation recommends it for this: Porter's stemmer, an index of beginnings, BM25 with
//! titles above bodies, and the snippet it can mark.

use std::path::Path;

use anyhow::Context;
use rusqlite::{Connection, params};

use crate::corpus::Given;
use crate::engine::{Engine, RESULTS};

const FILE: &str = "index.sqlite";
const TABLE: &str = "CREATE VIRTUAL TABLE articles USING fts5(
    id UNINDEXED, title, body, tokenize = 'porter unicode61', prefix = '2 3 4')";
const FIND: &str =
    "SELECT id, highlight(articles, 1, '[', ']'), snippet(articles, 2, '[', ']', '', 20)
    FROM articles WHERE articles MATCH ?1 ORDER BY bm25(articles, 0.0, 3.0, 1.0) LIMIT ?2";

pub(crate) struct Fts5(Connection);

pub(crate) fn build(folder: &Path, articles: &[Given]) -> anyhow::Result<()> {
    let mut connection = Connection::open(folder.join(FILE)).context("making the index")?;
    connection.execute_batch(TABLE)?;
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare("INSERT INTO articles VALUES (?1, ?2, ?3)")?;
    for Given { id, title, body } in articles {
        insert.execute(params![id, title, body])?;
    }
    drop(insert);
    transaction.commit()?;
    connection.execute_batch("INSERT INTO articles(articles) VALUES ('optimize')")?;
    Ok(())
}

impl Fts5 {
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(Connection::open(folder.join(FILE)).context("opening the index")?))
    }
}

impl Engine for Fts5 {
    fn find(&self, query: &str) -> anyhow::Result<Vec<String>> {
        let query = any_word(query);
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let mut find = self.0.prepare_cached(FIND)?;
        let limit = i64::try_from(RESULTS)?;
        let rows = find.query_map(params![query, limit], |row| {
            // What is marked is made like everything else that is shown.
            let (_title, _snippet): (String, String) = (row.get(1)?, row.get(2)?);
            row.get(0)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Any of the words, the last one perhaps not yet whole.
fn any_word(query: &str) -> String {
    let words: Vec<String> = query
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() { String::new() } else { format!("{}*", words.join(" OR ")) }
}
