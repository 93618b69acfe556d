//! The real program under a virtual display, driven the way a person drives it.

mod demo;
mod desktop;
mod devices;
mod security;
mod story;
