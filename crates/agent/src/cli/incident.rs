//! `deskside-agent incident`: faults that several people have.

use std::io::Write;

use agent::{Config, Happened, IncidentRecord, Incidents, LookBack, ReviewTask, Seen};
use anyhow::{Context, ensure};
use clap::Subcommand;
use diagnosis::advice;
use jiff::Timestamp;

use super::page;

/// Longest name of an account, in characters.
const MOST_NAME: usize = 64;

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
        /// The account of whoever looks at how it went; without it, yours
        #[arg(long, value_parser = account)]
        owner: Option<String>,
    },
    /// What somebody begins with who looks at how it went
    Review {
        /// Its number
        id: u32,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Somebody looked at how it went
    Reviewed {
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
        Command::Close { id, owner } => {
            let by = page::user();
            let owner = owner.unwrap_or_else(|| by.clone());
            let due_at = incidents.close(id, &by, &owner, Timestamp::now()).await?;
            let due_at = due_at.with_context(|| format!("no incident {id} is open"))?;
            writeln!(out, "incident {id} is over; everybody who has it is told")?;
            writeln!(
                out,
                "{owner} looks at how it went, until {due_at}: deskside-agent incident review {id}"
            )?;
        }
        Command::Review { id, json } => {
            let found = incidents.look_back(id).await?;
            let found = found.with_context(|| format!("there is no incident {id}"))?;
            let text =
                if json { serde_json::to_string_pretty(&found)? } else { as_markdown(&found) };
            writeln!(out, "{}", text.trim_end())?;
        }
        Command::Reviewed { id } => {
            let taken = incidents.reviewed(id, &page::user(), Timestamp::now()).await?;
            ensure!(taken, "no incident {id} waits for somebody to look at how it went");
            writeln!(out, "noted: somebody looked at how incident {id} went")?;
        }
    }
    Ok(())
}

/// The name of an account.
fn account(name: &str) -> Result<String, String> {
    let is_name = !name.trim().is_empty()
        && name.chars().count() <= MOST_NAME
        && !name.contains(char::is_control);
    if is_name { Ok(name.to_owned()) } else { Err(format!("1 to {MOST_NAME} characters")) }
}

/// The first draft of a report, to be gone on with by people.
fn as_markdown(it: &LookBack) -> String {
    let incident = &it.incident;
    let mut text = format!("# Incident {}: {}\n\n", incident.id, advice(incident.cause).is);
    text += &format!("{} people, {} requests.\n", incident.people, incident.tickets.len());
    text += &match &incident.review {
        Some(ReviewTask { owner, due_at, done_at: None }) => {
            format!("Owner of this review: {owner}, until {due_at:.0}.\n")
        }
        Some(ReviewTask { owner, done_at: Some(at), .. }) => {
            format!("Reviewed by {owner} at {at:.0}.\n")
        }
        None => "It is open; there is a review once it is over.\n".to_owned(),
    };
    text += "\n## What happened\n\n";
    for moment in &it.timeline {
        let ticket = moment.ticket.map(|it| format!(" (request {it})")).unwrap_or_default();
        text += &format!("- {:.0} {}{ticket}\n", moment.at, happened(moment.what));
    }
    text += "\n## What the devices saw\n\n";
    for Seen { check, reason, requests } in &it.evidence {
        let reason = reason.map(|it| format!(" ({})", it.as_str())).unwrap_or_default();
        let all = incident.tickets.len();
        text += &format!("- {} failed{reason}: {requests} of {all} requests\n", check.as_str());
    }
    text += "\n## Its requests\n\n";
    for part in &it.children {
        text += &format!("- {}: {}\n", part.ticket, page::word(&part.status));
    }
    text + "\n## What we learned\n\n## What we change, who does it, and until when\n"
}

const fn happened(what: Happened) -> &'static str {
    match what {
        Happened::RequestCame => "a request came",
        Happened::Opened => "there were enough of them for an incident",
        Happened::TeamTold => "a team was told",
        Happened::OnCallPaged => "who is on call was woken",
        Happened::TeamStarted => "a team said that it is at it",
        Happened::TeamClosed => "a team closed it",
        Happened::Closed => "somebody said that it is over",
    }
}

fn line(incident: &IncidentRecord) -> String {
    let state = match incident.closed_at {
        Some(at) => format!("over since {at}{}", review(incident.review.as_ref())),
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

/// Who looks at how it went, for the list.
fn review(task: Option<&ReviewTask>) -> String {
    match task {
        Some(ReviewTask { done_at: Some(at), .. }) => format!(", reviewed {at}"),
        Some(ReviewTask { owner, due_at, done_at: None }) => {
            format!(", review by {owner} until {due_at}")
        }
        None => String::new(),
    }
}
