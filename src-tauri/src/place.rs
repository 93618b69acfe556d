//! Where this program keeps and finds things.

use std::path::{Path, PathBuf};

use anyhow::Context;
use desktop::Folders;
use tauri::{AppHandle, Manager};

const FOLDER: &str = "deskside";
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../knowledge");

pub(crate) fn folders(app: &AppHandle) -> anyhow::Result<Folders> {
    Ok(Folders {
        config: app.path().config_dir().context("no folder for configuration")?.join(FOLDER),
        data: app.path().local_data_dir().context("no folder for data")?.join(FOLDER),
        managed: PathBuf::from(desktop::MANAGED_PATH),
    })
}

/// The content installed with the program; a development build that is not installed uses the
/// checkout's.
pub(crate) fn knowledge(app: &AppHandle) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("finding this program")?;
    if cfg!(debug_assertions) && !is_installed(&program) {
        return Ok(PathBuf::from(CHECKOUT));
    }
    Ok(app.path().resource_dir().context("no folder for content")?.join("knowledge"))
}

/// An installed program never looks into a checkout, so that a package without content is noticed.
fn is_installed(program: &Path) -> bool {
    program.starts_with("/usr")
}

/// The language of the person's desktop, BCP 47.
pub(crate) fn system_locale() -> String {
    sys_locale::get_locale().unwrap_or_else(|| "en".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_program_of_the_system_counts_as_installed() {
        let check = |program: &str, expect| {
            assert_eq!(is_installed(Path::new(program)), expect, "{program}");
        };
        check("/usr/bin/deskside", true);
        check("/usr/local/bin/deskside", true);
        check("/home/noor/deskside/target/debug/deskside", false);
        check("/usrlocal/deskside", false);
    }
}
