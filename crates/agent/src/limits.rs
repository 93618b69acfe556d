use std::time::Duration;

/// How much and how often: the same wherever the agent runs, smaller in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A comment is sent this often in a stream of events that has nothing to tell, so that both
    /// sides see a dead line.
    pub heartbeat: Duration,
    /// Refusals written to the audit trail per minute; what is beyond is counted.
    pub refusals_per_minute: u32,
    /// Enrollments without a sign-in per minute from one sender, an office behind one address too.
    pub enrollments_per_sender: u32,
    /// Enrollments without a sign-in per minute of everybody together.
    pub enrollments_together: u32,
    /// When so many of a hundred parts of its time are over, a team that said nothing is reminded.
    pub reminded_after: i32,
    /// How often a connected system is asked in a minute.
    pub calls_per_minute: u32,
    /// How often a step of a runbook is tried before that counts as no answer; the waits in between double.
    pub tries_of_a_step: u32,
    /// Who is asked to approve something may answer for so long; then nothing is done.
    pub approval_expires: Duration,
    /// Who is on call for a team is woken once in so long, whatever comes meanwhile.
    pub pages_again_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            refusals_per_minute: 600,
            enrollments_per_sender: 20,
            enrollments_together: 600,
            reminded_after: 75,
            calls_per_minute: 600,
            tries_of_a_step: 5,
            approval_expires: Duration::from_secs(3 * 24 * 60 * 60),
            pages_again_after: Duration::from_secs(60 * 60),
        }
    }
}
