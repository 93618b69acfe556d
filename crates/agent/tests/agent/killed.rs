use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use agent::Records;
use ticket::{EventKind, Receipt, Submission};

use crate::home::Home;
use crate::issuer::Issuer;
use crate::world::{config, config_text, install_provider, submission};

/// The real program, killed when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) url: String,
}

impl Program {
    pub(crate) fn start(config: &Path) -> Self {
        Self::start_to_die(config, "").unwrap()
    }

    /// With a point at which it dies; nothing, if it died before it was ready.
    pub(crate) fn start_to_die(config: &Path, point: &str) -> Option<Self> {
        let child = Command::new(env!("CARGO_BIN_EXE_deskside-agent"))
            .args(["run", "--config"])
            .arg(config)
            .env("RUST_LOG", "error")
            .env("DESKSIDE_FAULT", point)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut program = Self { child, url: String::new() };
        let mut line = String::new();
        BufReader::new(program.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        program.url = line.trim().strip_prefix("deskside-agent ready ")?.to_owned();
        Some(program)
    }

    /// Whether it has not died.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to end (SIGTERM). True: it did, in good order.
    pub(crate) fn end(mut self) -> bool {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends until the agent says it has it; an answer that never came is asked for again.
pub(crate) async fn send(
    http: &reqwest::Client,
    url: &str,
    token: &str,
    request: &Submission,
) -> Option<u32> {
    let sent = http.post(format!("{url}/v1/tickets")).bearer_auth(token).json(request).send();
    let receipt: Receipt = sent.await.ok()?.error_for_status().ok()?.json().await.ok()?;
    Some(receipt.number)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_keeps_every_ticket_and_decides_each_once() {
    install_provider();
    let issuer = Issuer::start().await;
    let home = Home::new();
    let config = config(&issuer.url, &home);
    let file = home.path().join("agent.json");
    std::fs::write(&file, config_text(&config)).unwrap();
    let (http, token) = (reqwest::Client::new(), issuer.token("noor"));
    let requests: Vec<_> = (0..60).map(|n| submission(&format!("The VPN stops, {n}."))).collect();
    let mut accepted = vec![None; requests.len()];

    // Each life is a little longer than the one before, so that the end falls everywhere.
    for life in 0..12_u64 {
        let program = Program::start(&file);
        let end = tokio::time::sleep(Duration::from_millis(10 + life * 7));
        let work = async {
            for (request, number) in requests.iter().zip(&mut accepted) {
                *number = number.or(send(&http, &program.url, &token, request).await);
            }
        };
        tokio::select! { () = end => {} () = work => {} }
    }
    let program = Program::start(&file);
    for (request, number) in requests.iter().zip(&accepted) {
        let again = send(&http, &program.url, &token, request).await;
        assert!(again.is_some() && number.is_none_or(|number| Some(number) == again));
    }

    let records = Records::open(&config).await.unwrap();
    let all_decided = async {
        while !records.newest().await.unwrap().iter().all(|it| it.decision.is_some()) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all_decided).await.unwrap();
    let tickets = records.newest().await.unwrap();
    assert_eq!(tickets.len(), requests.len());
    for ticket in tickets {
        let answers = ticket.events.iter().filter(|event| {
            matches!(event.kind, EventKind::Answered { .. } | EventKind::HandedOff { .. })
        });
        assert_eq!(answers.count(), 1, "ticket {}", ticket.number);
        assert!(ticket.audit.verified);
    }
}
