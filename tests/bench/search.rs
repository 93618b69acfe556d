//! Search on every key press over many more articles than a company writes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use content::{Article, Audience};
use rustix::time::{ClockId, clock_gettime};
use search::Index;
use tempfile::TempDir;
use test_support::root;

use crate::report::{Aim, Report, Spread};

/// Articles in the index.
const ARTICLES: usize = 10_000;
/// Strings that are typed, letter by letter.
const STRINGS: usize = 200;
/// One of so many words of a copy is exchanged.
const EXCHANGED: usize = 20;
/// Results asked for, as the window does.
const RESULTS: usize = 5;
/// Time of the processor for one key press, 99 of 100.
const KEY_MS: f64 = 5.0;

/// Builds the index, then types.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    crate::progress(&format!("search over {ARTICLES} articles"))?;
    let (content, _) = content::load(&root().join("knowledge"), Audience::App)?;
    let mut dice = Dice(0x5eed);
    let articles = copies(&content.articles, &mut dice);
    let folder = TempDir::new().context("a folder for the index")?;
    let folder = folder.path().join("index");
    let begin = Instant::now();
    search::build(&folder, &articles)?;
    let built = begin.elapsed();
    let index = Index::open(&folder)?;
    let keys = typing(&index, &content.articles, &mut dice)?;
    let keys = Spread::of(keys)?;
    report.add_with_aim("search, a key press, time of CPU", "ms", keys, Aim::P99AtMost(KEY_MS));
    report.add("index of 10,000 articles, built in", "s", Spread::one(built.as_secs_f64()));
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53 bytes")]
    let size = size(&folder)? as f64 / (1024.0 * 1024.0);
    report.add("index of 10,000 articles, on disk", "MiB", Spread::one(size));
    Ok(())
}

/// Copies of the articles in turn, each with some words from the others.
fn copies(articles: &[Article], dice: &mut Dice) -> Vec<Article> {
    let text = articles.iter().flat_map(|article| &article.blocks);
    let words: Vec<&str> = text
        .flat_map(|block| block.markdown.split_whitespace())
        .filter(|word| is_word(word))
        .collect();
    let originals = articles.iter().cycle().take(ARTICLES).enumerate();
    originals
        .map(|(number, original)| {
            let mut copy = original.clone();
            copy.id = format!("{}-{number}", original.id);
            copy.title = exchange(&copy.title, &words, dice);
            copy.summary = exchange(&copy.summary, &words, dice);
            for block in &mut copy.blocks {
                block.markdown = exchange(&block.markdown, &words, dice);
            }
            copy
        })
        .collect()
}

fn exchange(text: &str, words: &[&str], dice: &mut Dice) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end();
            let other = if is_word(word) && dice.below(EXCHANGED) == 0 {
                words.get(dice.below(words.len())).copied()
            } else {
                None
            };
            piece.replacen(word, other.unwrap_or(word), 1)
        })
        .collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// Types every string letter by letter; the time of this thread for each key press in ms.
fn typing(index: &Index, articles: &[Article], dice: &mut Dice) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..STRINGS {
        let article = articles.get(dice.below(articles.len())).context("no articles")?;
        let string = some_words(&article.title, dice);
        for end in string.char_indices().map(|(end, _)| end).skip(2).chain([string.len()]) {
            let typed = string.get(..end).unwrap_or_default();
            let begin = thread_time();
            index.search(typed, &article.locale, RESULTS)?;
            times.push(thread_time().saturating_sub(begin).as_secs_f64() * 1000.0);
        }
    }
    Ok(times)
}

/// Two to four words that follow each other, as far as there are so many.
fn some_words(title: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let wanted = 2 + dice.below(3);
    let first = dice.below(words.len().saturating_sub(wanted) + 1);
    let words: Vec<&str> = words.into_iter().skip(first).take(wanted).collect();
    words.join(" ").to_lowercase()
}

fn thread_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let entries = std::fs::read_dir(folder).context("reading the index")?;
    entries.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

/// The same numbers in every run (xorshift64, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    /// A number below `limit`; 0 if there is none.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let number = usize::try_from(self.0 >> 16).unwrap_or_default();
        number.checked_rem(limit).unwrap_or_default()
    }
}
