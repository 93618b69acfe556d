//! `deskside-agent incident`: faults that several people have.

use std::io::Write;

use agent::{Config, IncidentRecord, Incidents};
use anyhow::ensure;
use clap::Subcommand;
use diagnosis::advice;
use jiff::Timestamp;

/// What to do with incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The newest, newest first
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One of them with its tickets
    Show {
        /// Its number
        id: u32,
    },
    /// It is over: the running agent tells everybody who has it
    Close {
        /// Its number
        id: u32,
    },
}

/// Reads and writes the agent's database, whether it runs or not.
pub(crate) async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let incidents = Incidents::open(config).await?;
    let mut out = std::io::stdout();
    match command {
        Command::List { json } => {
            let newest = incidents.newest().await?;
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&newest)?)?;
            } else {
                newest.iter().try_for_each(|it| writeln!(out, "{}", line(it)))?;
                writeln!(out, "{} known", newest.len())?;
            }
        }
        Command::Show { id } => {
            let newest = incidents.newest().await?;
            let found = newest.iter().find(|it| it.id == id);
            let Some(incident) = found else { anyhow::bail!("there is no incident {id}") };
            writeln!(out, "{}", line(incident))?;
            for ticket in &incident.tickets {
                writeln!(out, "  deskside-agent ticket show {ticket}")?;
            }
        }
        Command::Close { id } => {
            let closed = incidents.close(id, Timestamp::now()).await?;
            ensure!(closed, "no incident {id} is open");
            writeln!(out, "incident {id} is over; everybody who has it is told")?;
        }
    }
    Ok(())
}

fn line(incident: &IncidentRecord) -> String {
    let state = match incident.closed_at {
        Some(at) => format!("over since {at}"),
        None => "open".to_owned(),
    };
    format!(
        "{:>6}  {state}, since {}, {} people, {} tickets: {}",
        incident.id,
        incident.opened_at,
        incident.people,
        incident.tickets.len(),
        advice(incident.cause).is,
    )
}
