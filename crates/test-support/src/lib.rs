//! Real counterparts for tests: the identity provider and the browsers that visit it. Nothing
//! here pretends; what a test drives through this crate is what a person would meet.

mod agent_process;
mod browser;
mod company;
mod directory;
mod django_helpdesk;
mod http;
mod http_browser;
mod interrupt;
mod listening;
mod mail_server;
mod matrix;
mod port;
mod postbox;
mod postgres;
mod probe;
mod process;
/// Processes and their memory.
pub mod processes;
mod program;
mod provider;
mod quiet_hours;
mod request_tracker;
mod seat;
mod shell;
mod stack;
mod story;
mod until;
mod window;
mod words;

pub use agent_process::AgentProcess;
pub use browser::{Chromium, sign_in_as};
pub use company::Company;
pub use directory::Directory;
pub use django_helpdesk::DjangoHelpdesk;
pub use http::client;
pub use http_browser::{Act, HttpBrowser, Landing};
pub use interrupt::unless_interrupted;
pub use listening::private;
pub use mail_server::MailServer;
pub use matrix::Matrix;
pub use postbox::Postbox;
pub use postgres::{NewDatabase, Postgres, Server};
pub use probe::{Probe, Wifi};
pub use process::OwnGroup;
pub use program::{Program, built, root};
pub use provider::{LogEntry, Provider, ProviderOptions, Tls};
pub use quiet_hours::with_nobody_of;
pub use request_tracker::RequestTracker;
pub use seat::Seat;
pub use shell::Shell;
pub use stack::Stack;
pub use thirtyfour::Key;
pub use until::{PATIENCE, until};
pub use window::{Shown, Window};
pub use words::Words;
