//! `deskside-agent person`: what is kept of somebody, for them or to be erased.

use std::io::Write;
use std::process::ExitCode;

use agent::{Config, Personal, PersonalData, Whose};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use ticket::TicketStatus;

/// What to do with a person's data.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints everything that is kept of them, as JSON
    Export {
        /// Who
        #[command(flatten)]
        whose: Selected,
    },
    /// Erases everything they wrote, for good
    Erase {
        /// Who
        #[command(flatten)]
        whose: Selected,
        /// Do it; without it, it is only told what would be erased
        #[arg(long)]
        yes: bool,
    },
}

/// Whose data.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Selected {
    /// What the identity provider calls them; `ticket show` says it
    #[arg(long)]
    subject: Option<String>,
    /// The sender of this ticket; one that nobody was signed in for stands for itself
    #[arg(long)]
    ticket: Option<u32>,
}

impl Selected {
    fn whose(self) -> Option<Whose> {
        self.subject.map(Whose::Subject).or(self.ticket.map(Whose::Ticket))
    }
}

/// The status when nothing was erased yet.
const NOT_YET: u8 = 2;

/// Reads and writes the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<ExitCode> {
    let data = PersonalData::open(config).await?;
    let mut out = std::io::stdout();
    match command {
        Command::Export { whose } => {
            if let Some(whose) = whose.whose() {
                let personal = data.export(&whose, Timestamp::now()).await?;
                writeln!(out, "{}", serde_json::to_string_pretty(&personal)?)?;
            }
        }
        Command::Erase { whose, yes } => {
            if let Some(whose) = whose.whose() {
                return erase(&data, &whose, yes, &mut out).await;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn erase(
    data: &PersonalData,
    whose: &Whose,
    yes: bool,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    if !yes {
        writeln!(out, "{}", foreseen(&data.show(whose).await?))?;
        writeln!(out, "Nothing is erased yet. It cannot be taken back: add --yes to do it.")?;
        return Ok(ExitCode::from(NOT_YET));
    }
    let erased = data.erase(whose, Timestamp::now()).await?;
    writeln!(out, "Erased: {} tickets, {} devices.", erased.tickets, erased.installations)?;
    if erased.is_complete {
        writeln!(out, "Copies of the database made before can still be read: let them expire.")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "The log of the database still holds some of it: do it again.")?;
    Ok(ExitCode::from(NOT_YET))
}

fn foreseen(personal: &Personal) -> String {
    let who = match &personal.person {
        Some(person) => format!("{} ({})", super::page::plain(&person.name), person.subject),
        None => "Nobody who was signed in".to_owned(),
    };
    let is_open = |status| !matches!(status, TicketStatus::Solved | TicketStatus::Closed);
    let open: Vec<String> = personal
        .tickets
        .iter()
        .filter(|it| is_open(it.status))
        .map(|it| it.number.to_string())
        .collect();
    let open = if open.is_empty() {
        "none of them open".to_owned()
    } else {
        format!("still open, and ended with it: {}", open.join(", "))
    };
    let (tickets, devices) = (personal.tickets.len(), personal.installations.len());
    format!("{who}: {tickets} tickets ({open}), {devices} devices.")
}
