//! What happens next with a case: facts, labels, tier, effect. One pure total function; the agent
//! performs the effect, records it and asks again.

mod case;
mod effect;
mod explanation;
mod five_lines;
mod gate;
mod next;
mod priority;
mod question;
mod situation;
mod standing;
mod words;

pub use case::{
    Case, Offer, Opinion, Procedure, Requester, Rulebook, RunEnd, Similar, Step, is_with_security,
    words,
};
pub use effect::{Decision, Effect, Escalation, Workflow, minutes_until};
pub use five_lines::{COLUMNS, FiveLines, five_lines};
pub use next::next;
pub use question::{Topic, question};

#[cfg(test)]
mod tests;
