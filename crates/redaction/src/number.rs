use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::SecretKind;
use crate::find::Found;

/// Payment cards (ISO/IEC 7812, Luhn), bank accounts (ISO 13616, mod 97), and social security
/// numbers of the United States (SSA, "Social Security Number Randomization").
pub(crate) fn find(text: &str) -> Vec<Found> {
    let cards = candidates(&CARD, text).filter(|range| is_card(text.get(range.clone())));
    let cards = cards.map(|range| Found { kind: SecretKind::CardNumber, range });
    let accounts = candidates(&ACCOUNT, text).filter_map(|range| account(text, range));
    let accounts = accounts.map(|range| Found { kind: SecretKind::BankAccount, range });
    let ids = IDENTITY.iter().flat_map(|pattern| pattern.captures_iter(text));
    let ids = ids.filter(|it| is_issued(it)).filter_map(|it| it.get(0));
    let ids = ids.map(|it| Found { kind: SecretKind::IdNumber, range: it.range() });
    cards.chain(accounts).chain(ids).collect()
}

/// Matches that may overlap: a candidate that fails its check must not hide one that starts in it.
fn candidates<'a>(
    pattern: &'a LazyLock<Option<Regex>>,
    text: &'a str,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let place = pattern.as_ref()?.find_at(text, from)?;
        let first = place.as_str().chars().next().map_or(1, char::len_utf8);
        from = place.start() + first;
        Some(place.range())
    })
}

/// Luhn: every second digit from the right doubled, the sum of all digits ends in 0.
fn is_card(text: Option<&str>) -> bool {
    let digits = text.unwrap_or_default().chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}

/// The longest beginning of a candidate that is an account number.
fn account(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let candidate = text.get(range.clone())?;
    let ends = candidate.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([candidate.len()]).collect();
    let end = ends.into_iter().rev().find(|end| candidate.get(..*end).is_some_and(is_account))?;
    Some(range.start..range.start + end)
}

fn is_account(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    if !(15..=34).contains(&compact.len()) {
        return false;
    }
    let (head, body) = compact.split_at(4);
    let remainder = body.iter().chain(head).try_fold(0_u32, |sum, c| {
        let value = c.to_digit(36)?;
        Some((sum * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    remainder == Some(1)
}

/// No part is all zeros, and areas 666 and from 900 do not exist.
fn is_issued(found: &Captures<'_>) -> bool {
    let part =
        |name| found.name(name).and_then(|it| it.as_str().parse::<u32>().ok()).unwrap_or_default();
    let area = part("area");
    (1..900).contains(&area) && area != 666 && part("group") > 0 && part("serial") > 0
}

/// Three, two and four digits, apart from each other.
static IDENTITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<area>\d{3})[- ](?P<group>\d{2})[- ](?P<serial>\d{4})\b").ok()
});

/// Beginnings of the card networks, in groups or in one piece.
static CARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:(?:4\d{3}|5[0-9]\d{2}|2[2-7]\d{2}|6\d{3})(?:[ -]?\d{4}){3}(?:\d{3})?|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?-u:\b)",
    )
    .ok()
});

/// Country, check digits, then groups of four.
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b").ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(CARD.is_some() && ACCOUNT.is_some() && IDENTITY.is_some());
    }

    #[test]
    fn counts_only_numbers_whose_check_digits_fit() {
        for (text, expect) in [
            ("4111 1111 1111 1111", vec!["4111 1111 1111 1111"]),
            ("4111 1111 1111 1112", vec![]),
            ("378282246310005", vec!["378282246310005"]),
            ("imei 356938035643809", vec![]),
            ("DE89 3704 0044 0532 0130 00 is mine", vec!["DE89 3704 0044 0532 0130 00"]),
            ("hp24 DE89370400440532013000", vec!["DE89370400440532013000"]),
            ("DE88 3704 0044 0532 0130 00", vec![]),
            ("mine is 042-10-3580", vec!["042-10-3580"]),
            ("000-10-3580 and 666-10-3580 and 042-00-3580", vec![]),
            ("gb82 west 1234 5698 7654 32", vec!["gb82 west 1234 5698 7654 32"]),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|it| &text[it.range]).collect();
            assert_eq!(found, expect, "{text}");
        }
    }
}
