use std::path::Path;

use anyhow::{Context, ensure};
use jiff::{ToSpan, ZonedDateTime};

/// Writes knowledge into `folder` in which nobody of a team is there now: the same files, but for the hours of
/// that team, which are on another day of the week.
///
/// # Errors
/// A file cannot be read or written, or there is no such team.
pub fn with_nobody_of(team: &str, knowledge: &Path, folder: &Path) -> anyhow::Result<()> {
    copy(knowledge, folder)?;
    let file = folder.join("routing/teams.yaml");
    let text = std::fs::read_to_string(&file).context("the teams")?;
    let day = ZonedDateTime::now().checked_add(3.days())?.strftime("%A").to_string().to_lowercase();
    let hours = format!("hours: {{zone: UTC, days: [{day}], from: \"09:00\", to: \"17:00\"}}");
    let id = format!("  - id: {team}\n");
    ensure!(text.contains(&id), "no team {team}");
    std::fs::write(&file, text.replace(&id, &format!("{id}    {hours}\n"))).context("the hours")
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (path, at) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &at)?;
        } else {
            std::fs::copy(&path, &at)?;
        }
    }
    Ok(())
}
