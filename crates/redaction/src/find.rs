use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::{SecretKind, number, password};

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: SecretKind,
    pub(crate) range: Range<usize>,
}

/// Every secret that no placeholder covers yet. What reaches into a placeholder covers all of it.
pub(crate) fn find(text: &str) -> Vec<Found> {
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

static SHAPES: LazyLock<Vec<(SecretKind, Regex)>> = LazyLock::new(|| {
    PATTERNS.iter().filter_map(|(kind, it)| Some((*kind, Regex::new(it).ok()?))).collect()
});

/// Shapes that are secrets wherever they stand.
const PATTERNS: &[(SecretKind, &str)] = &[
    (
        SecretKind::PrivateKey,
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|\z)",
    ),
    // BitLocker: eight groups of six digits. FileVault: six groups of four.
    (SecretKind::RecoveryKey, r"\b\d{6}(?:[- ]\d{6}){7}\b"),
    (SecretKind::RecoveryKey, r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}\b"),
    (SecretKind::AddressSignIn, r"\b[A-Za-z][A-Za-z0-9+.-]*://(?P<secret>[^\s/?#]+:[^\s/?#]+)@"),
    (SecretKind::AccessKey, r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    (
        SecretKind::AccessKey,
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,})",
    ),
    (SecretKind::AccessKey, r"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}"),
    (
        SecretKind::AccessKey,
        r"\b(?:sk|pk|rk)[-_](?:[A-Za-z]+[-_])*[A-Za-z0-9_-]{20,}|\bAIza[\w-]{35}|\bnpm_[A-Za-z0-9]{36}",
    ),
    (SecretKind::AccessKey, r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*){0,3}"),
    (SecretKind::AccessKey, r"(?i)\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9._~+/-]{16,}=*)"),
    (
        SecretKind::AccessKey,
        r#"(?i)\b(?:api|access|client|secret|account|shared)[-_ ]?(?:key|token|secret|schlüssel)s?["']?\s*(?:is|ist|=|:)+\s*["']?(?P<secret>[^\s"',;]{8,})"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SHAPES.len(), PATTERNS.len());
    }
}
