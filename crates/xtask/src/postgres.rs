//! The agent's tests once more, with PostgreSQL in the place of a file.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

/// What names the server to the tests.
const VARIABLE: &str = "DESKSIDE_TEST_POSTGRES";
/// Tests of the agent over HTTP that take whatever database they are given. What takes long and is about something
/// else is done with one of them alone: thousands of attacks, real directories, a real model, signing in.
pub(crate) const TESTS: &str = "package(agent) and kind(test) and not \
    test(/^(sqlite|postgres|openapi|policy|eval|check|sign_in)::|::no_attack|own_directory|::a_real_model/)";

/// A server that ends with this value.
pub(crate) struct Server {
    process: Child,
    words: String,
}

impl Server {
    /// Starts one, which the tests' own helper knows how to do.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let program = crate::target().join("debug/test-postgres");
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let said = process.stdout.take().context("it says nothing")?;
        let mut words = String::new();
        BufReader::new(said).read_line(&mut words)?;
        ensure!(!words.is_empty(), "PostgreSQL does not start");
        Ok(Self { process, words: words.trim_end().to_owned() })
    }

    /// Has a run of tests use it.
    pub(crate) fn give_to(&self, tests: &mut Command) {
        tests.env(VARIABLE, &self.words);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input, and takes its folder along.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
