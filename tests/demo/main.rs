//! Everything at once on this person's own display: identity provider, agent and window, with data in
//! `target/demo`. Ends with the window, Ctrl-C or SIGTERM, and leaves nothing running.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use test_support::{Program, ProviderOptions, Stack, built, root, unless_interrupted};

/// The person's own folders; the browser, which is not ours, keeps them.
const FOLDERS: [(&str, &str); 3] =
    [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    unless_interrupted(demo()).await.map(drop)
}

async fn demo() -> anyhow::Result<()> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join("demo");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let sign_in =
        ProviderOptions { keys: Some(folder.join("keys.json")), ..ProviderOptions::default() };
    let stack = Stack::start_in(&folder, &sign_in).await?;
    let mut window = open_window(&folder, &stack)?;
    say(&format!(
        "sign-in  {}\nagent    {}\nlogs     {}",
        stack.provider.issuer,
        stack.agent.url(),
        folder.display()
    ))?;
    say(&format!("the window ended: {}", window.until_ended().await?))
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("writing to the terminal")
}

fn open_window(folder: &Path, stack: &Stack) -> anyhow::Result<Program> {
    write_settings(&folder.join("config/deskside"), stack)?;
    let mut command = Command::new(built("deskside")?);
    command.stdin(Stdio::null()).env("PATH", path_with_browser(folder)?);
    for (variable, name) in FOLDERS {
        command.env(variable, folder.join(name));
    }
    Program::start(&mut command, &folder.join("window.log"))
}

/// Leads to the servers of this time; what the person chose last time stays.
fn write_settings(folder: &Path, stack: &Stack) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let file = folder.join("settings.json");
    let chosen = std::fs::read_to_string(&file).unwrap_or_default();
    let mut settings: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&chosen).unwrap_or_default();
    if let serde_json::Value::Object(servers) = stack.settings() {
        settings.extend(servers);
    }
    let text = serde_json::Value::Object(settings).to_string();
    std::fs::write(&file, text).context("writing settings.json")
}

/// A path that finds the person's own browser with the person's own folders.
fn path_with_browser(folder: &Path) -> anyhow::Result<std::ffi::OsString> {
    let own = std::env::var_os("PATH").unwrap_or_default();
    let mut script = "#!/bin/sh\n".to_owned();
    for (variable, _) in FOLDERS {
        script.push_str(&match std::env::var(variable) {
            Ok(value) => format!("export {variable}='{}'\n", value.replace('\'', "'\\''")),
            Err(_) => format!("unset {variable}\n"),
        });
    }
    script.push_str(&format!(
        "PATH='{}' exec xdg-open \"$@\"\n",
        own.to_string_lossy().replace('\'', "'\\''")
    ));
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs).context("making the folder of the browser's script")?;
    let file = programs.join("xdg-open");
    std::fs::write(&file, script).context("writing the browser's script")?;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700))
        .context("making it a program")?;
    let folders = std::iter::once(programs).chain(std::env::split_paths(&own));
    std::env::join_paths(folders).context("the path")
}
