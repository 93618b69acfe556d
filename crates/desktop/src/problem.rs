//! Errors at the border to the window.

use std::fmt::Display;

use ticket::{Problem, ProblemCode};
use uuid::Uuid;

/// A problem for the window; the cause goes to the log under its reference.
pub(crate) fn problem(code: ProblemCode, cause: impl Display) -> Problem {
    let reference = Uuid::new_v4().simple().to_string().chars().take(8).collect::<String>();
    tracing::warn!(?code, reference, %cause, "problem");
    Problem { code, reference }
}
