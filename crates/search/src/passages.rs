//! The pieces of an article whose meaning is looked at.

/// Words in a passage; as many pieces of words as the model reads.
const WORDS: usize = 80;

/// The text of an article in passages, in their order, each below the title: what a passage is about
/// stands there alone often enough.
pub(crate) fn passages(title: &str, text: &str) -> Vec<String> {
    let mut passages = Vec::new();
    let mut passage = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if !passage.is_empty() && passage.len() + words.len() > WORDS {
            passages.push(std::mem::take(&mut passage));
        }
        for word in words {
            if passage.len() == WORDS {
                passages.push(std::mem::take(&mut passage));
            }
            passage.push(word);
        }
    }
    if !passage.is_empty() {
        passages.push(passage);
    }
    passages.into_iter().map(|words| format!("{title}. {}", words.join(" "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_together_and_long_ones_are_cut() {
        assert_eq!(passages("T", ""), Vec::<String>::new());
        assert_eq!(passages("T", "one\n\ntwo three"), ["T. one two three"]);
        let (long, short) = (["w"; WORDS].join(" "), ["s"; WORDS - 1].join(" "));
        assert_eq!(
            passages("T", &format!("{long}\n{short}")),
            [format!("T. {long}"), format!("T. {short}")]
        );
        assert_eq!(passages("T", &format!("a\n{long}")), ["T. a".to_owned(), format!("T. {long}")]);
        assert_eq!(passages("T", &format!("{long} {long} x")).len(), 3);
    }
}
