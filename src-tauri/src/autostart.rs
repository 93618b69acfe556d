//! Starting with the person's session, in the tray, so that answers arrive.

use desktop::Desktop;
use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt;

/// Makes the system agree with the setting. A development build never registers itself.
pub(crate) fn apply(app: &AppHandle, desktop: &Desktop) {
    if cfg!(debug_assertions) {
        return;
    }
    let launcher = app.autolaunch();
    let changed = match (desktop.starts_with_session(), launcher.is_enabled().unwrap_or_default()) {
        (true, false) => launcher.enable(),
        (false, true) => launcher.disable(),
        (true, true) | (false, false) => Ok(()),
    };
    if let Err(error) = changed {
        tracing::warn!(%error, "starting with the session was not changed");
    }
}
