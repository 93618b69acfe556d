//! What the outbox promises: nothing acknowledged is lost, nothing leaves in another name.
#![cfg(test)]

mod crash;
mod full_disk;
mod kill;
mod queue;
mod support;
