//! The client against a server that gives canned answers.
#![cfg(test)]

mod answers;
mod canned;
mod sent;
mod stream;
