use std::ops::Range;

use ticket::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A text as patterns see it, and where each piece of it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For every piece: its first byte in `text`, and the original bytes it came from.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    at: usize,
    from: usize,
    to: usize,
}

impl Folded {
    /// The folded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original text behind a range of the folded one.
    #[must_use]
    pub fn original(&self, range: Range<usize>) -> Span {
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        let behind = self.pieces.partition_point(|piece| piece.at < range.end);
        let start = self.pieces.get(first).map_or(0, |piece| piece.from);
        let end = behind
            .checked_sub(1)
            .and_then(|last| self.pieces.get(last))
            .map_or(start, |piece| piece.to);
        Span { start: byte(start), end: byte(end.max(start)) }
    }

    fn push(&mut self, cluster: &str, from: usize) {
        let piece = Piece { at: self.text.len(), from, to: from + cluster.len() };
        for c in cluster.nfkc().filter(|c| !is_invisible(*c)) {
            self.push_char(plain(c));
        }
        if self.text.len() > piece.at {
            self.pieces.push(piece);
        }
    }

    fn push_char(&mut self, c: char) {
        if !c.is_whitespace() && !c.is_control() {
            self.text.extend(c.to_lowercase());
        } else if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }
}

/// Folds a text for matching: NFKC, lower case, nothing invisible, plain quotes and hyphens, one
/// space between words.
#[must_use]
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded { text: String::with_capacity(text.len()), pieces: Vec::new() };
    let mut start = 0;
    let visible = |c: char| canonical_combining_class(c) == 0;
    let starts = text.char_indices().filter(|(_, c)| visible(*c)).map(|(at, _)| at);
    for next in starts.chain([text.len()]) {
        folded.push(text.get(start..next).unwrap_or_default(), start);
        start = next;
    }
    if folded.text.ends_with(' ') {
        folded.text.pop();
        folded.pieces.pop_if(|piece| piece.at == folded.text.len());
    }
    folded
}

/// Typographic quotes and hyphens, so that one pattern matches every keyboard.
const fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// Characters that show nothing and only break words apart for a machine.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Spans count in 32 bits; a request is far shorter.
fn byte(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(fold(text).text(), expect);
    }

    #[test]
    fn folds_what_people_and_attackers_type() {
        check("  The  VPN\n\tSTOPS ", "the vpn stops");
        check("ig\u{200b}nore\u{2060} your ru\u{ad}les", "ignore your rules");
        check("ｉｇｎｏｒｅ", "ignore");
        check("can’t – “now”", "can't - \"now\"");
        check("Pru\u{308}fen PRÜFEN ﬁle", "prüfen prüfen file");
        check("a\u{202e}b", "ab");
        check("", "");
        check(" \u{200b} ", "");
    }

    fn check_evidence(text: &str, word: &str, expect: &str) {
        let folded = fold(text);
        let at = folded.text().find(word).unwrap();
        let span = folded.original(at..at + word.len());
        assert_eq!(&text[span.start as usize..span.end as usize], expect);
    }

    #[test]
    fn finds_the_evidence_in_the_original() {
        check_evidence("  Über das V\u{200b}PN ", "vpn", "V\u{200b}PN");
        check_evidence("a  b   C", "b c", "b   C");
        check_evidence("Pru\u{308}fen", "prüfen", "Pru\u{308}fen");
        check_evidence("ﬁle server", "file", "ﬁle");
    }

    proptest! {
        #[test]
        fn every_span_is_a_piece_of_the_original(text in "\\PC{0,40}|[ \\n\u{308}\u{200b}aÄﬁİß]{0,20}") {
            let folded = fold(&text);
            for (at, c) in folded.text().char_indices() {
                let span = folded.original(at..at + c.len_utf8());
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
            prop_assert!(!folded.text().contains("  "));
            prop_assert_eq!(folded.text().trim(), folded.text());
        }
    }
}
