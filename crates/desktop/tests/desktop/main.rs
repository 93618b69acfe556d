//! The app without its window, against the real provider and the real agent.

mod delivery;
mod device;
mod glance;
mod incidents;
mod keys;
mod people;
mod usage;
mod words;
