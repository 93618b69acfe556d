//! Walks an employee through a playbook: a session and an answer in, the next session out. Pure:
//! it runs no check and shows nothing; the caller brings what the checks found.

mod advance;
mod session;
mod tried;

pub use advance::{Answer, Fixed, PlaybookError, advance};
pub use session::{End, MAX_STEPS, Outcome, Phase, Session, Visit, current, end, phase};
pub use tried::tried;
