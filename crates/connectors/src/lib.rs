//! The way to the systems around the agent. What people wrote leaves only through
//! [`Channel::encode`]: whatever it holds, it arrives as words and does nothing there. Pure.

mod channel;

pub use channel::Channel;
