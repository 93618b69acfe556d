use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::SecretKind;
use crate::find::{Found, Reader, find};

/// One secret that was masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Masked {
    /// What it was.
    pub kind: SecretKind,
    /// Its first byte in the original text.
    pub start: usize,
    /// One past its last byte in the original text.
    pub end: usize,
}

/// A text without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redacted {
    /// The text, with a placeholder for each secret.
    pub text: String,
    /// What was masked, in order of place.
    pub masked: Vec<Masked>,
}

/// Masks every secret of a text, and card, account and identity numbers.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    masked_for(Reader::Desk, text)
}

/// Masks also how a person is reached: for what leaves the desk, as a language model's input does.
#[must_use]
pub fn redact_for_outside(text: &str) -> Redacted {
    masked_for(Reader::Outside, text)
}

/// Works in rounds until nothing is found: a placeholder may end the word a longer secret needed.
/// Each round covers text that no placeholder covered before, or joins placeholders, so it ends;
/// and a text in which nothing is found is left alone, so masking twice is masking once.
fn masked_for(reader: Reader, text: &str) -> Redacted {
    let mut masked: Vec<Masked> = Vec::new();
    loop {
        let page = Page::of(text, &masked);
        let found = find(&page.text, reader);
        if found.is_empty() {
            return Redacted { text: page.text, masked };
        }
        let more: Vec<Masked> = found.iter().map(|found| page.original(found)).collect();
        masked = joined(masked.into_iter().chain(more).collect());
    }
}

/// The text with its placeholders, and the way back.
struct Page {
    text: String,
    /// Placeholders: their place in `text` and the bytes of the original they stand for.
    masks: Vec<(Range<usize>, Masked)>,
}

impl Page {
    fn of(original: &str, masked: &[Masked]) -> Self {
        let mut page = Self { text: String::with_capacity(original.len()), masks: Vec::new() };
        let mut behind = 0;
        for mask in masked {
            page.text.push_str(original.get(behind..mask.start).unwrap_or_default());
            let start = page.text.len();
            page.text.push_str(mask.kind.placeholder());
            page.masks.push((start..page.text.len(), *mask));
            behind = mask.end;
        }
        page.text.push_str(original.get(behind..).unwrap_or_default());
        page
    }

    /// Borders of a find never lie inside a placeholder, so each maps to one place.
    fn original(&self, found: &Found) -> Masked {
        let (start, end) = (self.place(found.range.start), self.place(found.range.end));
        Masked { kind: found.kind, start, end }
    }

    fn place(&self, at: usize) -> usize {
        let before = self.masks.iter().rev().find(|(range, _)| range.end <= at);
        before.map_or(at, |(range, mask)| mask.end + (at - range.end))
    }
}

/// Overlapping secrets become one, named after the first.
fn joined(mut all: Vec<Masked>) -> Vec<Masked> {
    all.sort_by_key(|mask| (mask.start, std::cmp::Reverse(mask.end)));
    let mut joined: Vec<Masked> = Vec::with_capacity(all.len());
    for mask in all {
        match joined.last_mut() {
            Some(last) if mask.start < last.end => last.end = last.end.max(mask.end),
            _ => joined.push(mask),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
