//! The way to the systems around the agent. What it may change there is the closed list [`Act`], done
//! through act ports; what people wrote leaves only through [`Channel::encode`]: whatever it holds,
//! it arrives as words and does nothing there. What it may read there is behind [`DirectoryPort`] and [`ReadPort`]; what
//! a runbook may change, behind [`ActPort`]. The real systems are in `systems`. Pure.

mod act;
mod channel;
mod desk;
mod directory;
mod port;
mod recording;
mod system;

pub use act::{Act, ActKey, DeskStatus};
pub use channel::Channel;
pub use desk::{DeskReply, DeskTicket, DeskWatchPort, SeenTicket};
pub use directory::{
    Asked, DirectoryError, DirectoryPort, Mailbox, RecordedDevice, RecordedDirectory,
    RecordedPerson,
};
pub use port::{ActError, DeskPort, Letter, LetterKey, LetterPort, MessagePort, PagerPort, Ports};
pub use recording::{Call, Recording};
pub use system::{ActPort, ReadError, ReadPort, StepKey, Target};
