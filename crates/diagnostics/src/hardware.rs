//! What holds for hardware on every system: limits, and the shape of what is told.

pub(crate) mod battery;
pub(crate) mod displays;
pub(crate) mod drives;
pub(crate) mod printers;
pub(crate) mod starts;
pub(crate) mod temperature;

use ticket::{EvidenceKey, FindingReason};

use crate::outcome::Outcome;

/// What there is to hear, to speak and to be seen with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AudioVideo {
    pub(crate) outputs: usize,
    pub(crate) inputs: usize,
    pub(crate) cameras: usize,
}

impl AudioVideo {
    pub(crate) fn judge(self) -> Outcome {
        if self == Self::default() {
            return Outcome::not_available(FindingReason::NotPresent);
        }
        let outcome = if self.outputs == 0 {
            Outcome::attention().because(FindingReason::NoSoundOutput)
        } else {
            Outcome::fine()
        };
        outcome
            .with(EvidenceKey::SoundOutputs, &self.outputs)
            .with(EvidenceKey::SoundInputs, &self.inputs)
            .with(EvidenceKey::Cameras, &self.cameras)
    }
}
