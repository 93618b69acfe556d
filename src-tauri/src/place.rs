//! Where this program keeps and finds things.

use std::path::PathBuf;

use anyhow::Context;
use desktop::Folders;
use tauri::{AppHandle, Manager};

/// Where IT's managed configuration is.
const MANAGED: &str = "/etc/deskside/policy.json";
const FOLDER: &str = "deskside";

pub(crate) fn folders(app: &AppHandle) -> anyhow::Result<Folders> {
    Ok(Folders {
        config: app.path().config_dir().context("no folder for configuration")?.join(FOLDER),
        data: app.path().local_data_dir().context("no folder for data")?.join(FOLDER),
        managed: PathBuf::from(MANAGED),
    })
}

/// The content installed with the program; a development build uses the checkout's.
pub(crate) fn knowledge(app: &AppHandle) -> anyhow::Result<PathBuf> {
    let installed = app.path().resource_dir().context("no folder for content")?.join("knowledge");
    if cfg!(debug_assertions) && !installed.is_dir() {
        return Ok(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../knowledge")));
    }
    Ok(installed)
}

/// The language of the person's desktop, BCP 47.
pub(crate) fn system_locale() -> String {
    sys_locale::get_locale().unwrap_or_else(|| "en".to_owned())
}
