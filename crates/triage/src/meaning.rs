use std::sync::Arc;

/// Turns an English text into a vector that says what it means; none where it cannot.
#[derive(Clone)]
pub struct Meaning(Arc<Embed>);

type Embed = dyn Fn(&str) -> Option<Vec<f32>> + Send + Sync;

impl Meaning {
    /// Takes what embeds a text.
    pub fn new(embed: impl Fn(&str) -> Option<Vec<f32>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(embed))
    }

    /// The vector of a folded text.
    pub(crate) fn of(&self, folded: &str) -> Option<Vec<f32>> {
        (self.0)(folded)
    }
}

impl std::fmt::Debug for Meaning {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Meaning").finish_non_exhaustive()
    }
}
