//! Procedures that the agent carries out. A run is its runbook and the answers so far; [`next`] gives the
//! move that follows. Whoever carries moves out writes each answer down before asking for the next: started
//! again anywhere, a run goes on where it was. Total and pure.

mod envelope;
mod moves;
mod run;
mod trial;

pub use envelope::{Asked, Envelope, Objection, Said, Standing, Word};
pub use moves::{End, Move, Why};
pub use run::next;
pub use trial::{Difference, Played, simulate, try_out, weak_spots};

#[cfg(test)]
mod tests;
