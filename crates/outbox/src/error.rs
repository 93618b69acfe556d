use sealing::SealingError;

/// Why the outbox could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Another process has it open.
    #[error("another process has the outbox open")]
    InUse,
    /// The disk or the cipher refused. Nothing was acknowledged.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// An entry could not be put into JSON.
    #[error("the entry cannot be written as JSON")]
    Encode(#[source] serde_json::Error),
    /// The id is already used for a different content.
    #[error("the id is already used for a different content")]
    Conflict,
}

impl OutboxError {
    /// Whether freeing space on the disk would help.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        matches!(self, Self::Sealing(error) if error.is_full_disk())
    }
}
