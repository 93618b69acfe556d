use regex::Regex;

/// A letter, digit or underscore of the languages that built-in patterns are written in. The class of
/// all scripts takes several times as long to compile, which every start of a program would pay.
const WORD: &str = r"[0-9_a-z\u{df}-\u{24f}\u{400}-\u{52f}\u{3040}-\u{30ff}\u{3400}-\u{9fff}]";

/// Makes a built-in pattern over folded text ready; `\w` stands for [`WORD`]. That every pattern is
/// sound is a test.
pub(crate) fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(&pattern.replace(r"\w", WORD)).ok()
}
