use std::ops::Range;

use crate::shapes::SHAPES;
use crate::{SecretKind, contact, number, password, prose};

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: SecretKind,
    pub(crate) range: Range<usize>,
}

/// Who reads the text when it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Who handles the request, and has to reach the person.
    Desk,
    /// Anybody else.
    Outside,
}

/// Everything the reader must not see that no placeholder covers yet. What reaches into a placeholder
/// covers all of it.
pub(crate) fn find(text: &str, reader: Reader) -> Vec<Found> {
    let placeholders = placeholders(text);
    let mut found = Vec::new();
    for (kind, pattern) in SHAPES.iter() {
        for captures in pattern.captures_iter(text) {
            // The group `secret` is the part to mask; without it the whole match is.
            let Some(secret) = captures.name("secret").or_else(|| captures.get(0)) else {
                continue;
            };
            if is_secret(*kind, secret.as_str()) {
                found.push(Found { kind: *kind, range: secret.range() });
            }
        }
    }
    found.extend(password::find(text));
    found.extend(number::find(text));
    found.extend(prose::find(text));
    if reader == Reader::Outside {
        found.extend(contact::find(text));
    }
    found.iter().filter_map(|found| widened(found, &placeholders)).collect()
}

/// A bearer token has digits; the word after "bearer" in prose has none.
fn is_secret(kind: SecretKind, text: &str) -> bool {
    kind != SecretKind::AccessKey || text.contains(|c: char| c.is_ascii_digit())
}

fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<_> = SecretKind::ALL
        .iter()
        .flat_map(|kind| text.match_indices(kind.placeholder()))
        .map(|(at, placeholder)| at..at + placeholder.len())
        .collect();
    places.sort_by_key(|place| place.start);
    places
}

fn widened(found: &Found, placeholders: &[Range<usize>]) -> Option<Found> {
    let Range { mut start, mut end } = found.range;
    for place in placeholders {
        if place.start <= start && end <= place.end {
            return None;
        }
        if place.start < end && start < place.end {
            start = start.min(place.start);
            end = end.max(place.end);
        }
    }
    (start < end).then_some(Found { kind: found.kind, range: start..end })
}
