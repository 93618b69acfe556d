//! `deskside-agent import`: takes over what another system has. Needs no configuration.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand, ValueEnum};
use import::{Defaults, Format, ImportError, Written};
use jiff::{Timestamp, tz::Offset};
use serde_json::json;

/// What to take over.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Articles: reads an export and writes files into `articles`. Run it again to bring them up to date;
    /// what IT has added to a file stays
    Articles(Articles),
}

/// Which export, and what it does not tell.
#[derive(Debug, Args)]
pub(crate) struct Articles {
    /// The export: a file or a folder.
    export: PathBuf,
    /// What it is.
    #[arg(long, value_enum)]
    from: From,
    /// The knowledge folder.
    #[arg(long, default_value = "knowledge")]
    into: PathBuf,
    /// The language of articles that name none, in two letters.
    #[arg(long, default_value = "en")]
    language: String,
    /// The team that keeps the articles true.
    #[arg(long, default_value = "service-desk")]
    owner: String,
    /// Months after which an article must be read again.
    #[arg(long, default_value_t = 12)]
    months: u16,
    /// Tell what would be done, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
}

/// Kinds of exports.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum From {
    /// A folder of Markdown, perhaps with front matter.
    Markdown,
    /// A folder of HTML pages.
    Html,
    /// A space of Confluence, exported as XML or HTML: the archive or its folder.
    Confluence,
    /// The table `kb_knowledge` of ServiceNow, in JSON or CSV.
    Servicenow,
    /// Articles of Zendesk Guide, JSON as its API gives it.
    Zendesk,
    /// Word documents.
    Docx,
}

impl From {
    const fn format(self) -> Format {
        match self {
            Self::Markdown => Format::Markdown,
            Self::Html => Format::Html,
            Self::Confluence => Format::Confluence,
            Self::Servicenow => Format::ServiceNow,
            Self::Zendesk => Format::Zendesk,
            Self::Docx => Format::Docx,
        }
    }
}

/// The status where the export is not what it should be.
const MALFORMED: u8 = 2;

/// Imports, and tells what came of it.
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Articles(articles) = command;
    let folder = articles.into.join("articles");
    ensure!(
        folder.is_dir(),
        "{} is not there: give the knowledge folder with --into",
        folder.display()
    );
    let format = articles.from.format();
    let read = match import::read(format, &articles.export) {
        Ok(read) => read,
        Err(error @ ImportError::Format { .. }) => {
            writeln!(std::io::stderr(), "{error}.\nNothing was imported.")?;
            return Ok(ExitCode::from(MALFORMED));
        }
        Err(error) => return Err(error.into()),
    };
    let defaults = Defaults {
        owner: articles.owner.clone(),
        language: articles.language.clone(),
        months: articles.months,
        today: Offset::UTC.to_datetime(Timestamp::now()).date(),
    };
    let written = import::write(&read, format, &folder, &defaults, articles.dry_run)
        .context("importing the articles")?;
    tell(&written, articles)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(written: &Written, articles: &Articles) -> anyhow::Result<()> {
    let Written { new, changed, same, gone, left } = written;
    let mut out = std::io::stdout().lock();
    if articles.json {
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        let found =
            json!({ "new": new, "changed": changed, "same": same, "gone": gone, "left": left });
        writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?;
        return Ok(());
    }
    for left in left {
        writeln!(out, "{left}")?;
    }
    for path in gone {
        writeln!(
            out,
            "{}: not in the export any more; remove the file if it may go",
            path.display()
        )?;
    }
    let would = if articles.dry_run { "would be " } else { "" };
    writeln!(
        out,
        "{} {would}new, {} {would}brought up to date, {} the same",
        new.len(),
        changed.len(),
        same.len()
    )?;
    if !articles.dry_run && !new.is_empty() {
        writeln!(
            out,
            "Next: `deskside-agent check {}`, and read what is new.",
            articles.into.display()
        )?;
    }
    Ok(())
}
