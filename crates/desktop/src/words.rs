//! What a person typed or pasted, made fit to be sent.

use ticket::{Problem, ProblemCode, SubmissionError};

use crate::problem::problem;

/// Without the control characters that come along with text from a terminal; line ends are `\n`.
pub(crate) fn tidy(text: &str) -> String {
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(is_kept).collect()
}

/// Why a request is not taken as it is.
pub(crate) fn unfit(error: SubmissionError) -> Problem {
    let code = match error {
        SubmissionError::TooLong => ProblemCode::TooLarge,
        _ => ProblemCode::Malformed,
    };
    problem(code, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_a_terminal_adds_and_keeps_every_word() {
        let check = |text, expect: &str| assert_eq!(tidy(text), expect);
        check("\u{1b}[31merror\u{1b}[0m: no route", "[31merror[0m: no route");
        check("one\r\ntwo\rthree\tfour\u{0}", "one\ntwo\nthree\tfour");
        check("Grüße 👋 \u{85}", "Grüße 👋 ");
    }
}
