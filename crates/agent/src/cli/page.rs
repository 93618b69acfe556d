//! What several commands print, and who runs them.

pub(crate) use agent::page::{list, plain, show, word};
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

/// So many days before now.
pub(crate) fn days_ago(days: u16) -> anyhow::Result<Timestamp> {
    let before = SignedDuration::from_hours(24 * i64::from(days));
    Timestamp::now().checked_sub(before).context("too many days")
}

/// Who runs this, as the system calls them.
pub(crate) fn user() -> String {
    let name = |variable| std::env::var(variable).ok().filter(|name| !name.is_empty());
    let known = name("SUDO_USER").or_else(|| name("USER")).or_else(|| name("LOGNAME"));
    known.unwrap_or_else(|| format!("uid {}", rustix::process::getuid()))
}
