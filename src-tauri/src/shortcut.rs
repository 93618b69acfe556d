//! The keys that open the window from anywhere.

use desktop::Desktop;
use desktop::view::Screen;
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};

use crate::window;

/// Makes the system agree with the setting. Keys that cannot be had are told on the settings screen.
pub(crate) fn apply(app: &AppHandle, desktop: &Desktop) {
    let shortcuts = app.global_shortcut();
    let given_back = shortcuts.unregister_all();
    let taken = desktop.shortcut().map_or(Ok(()), |keys| {
        shortcuts.on_shortcut(keys.as_str(), |app, _, event| {
            if event.state == ShortcutState::Pressed {
                window::open(app, Screen::Ask);
            }
        })
    });
    let refused = given_back.and(taken);
    if let Err(error) = &refused {
        tracing::warn!(%error, "no keys open the window");
    }
    desktop.set_keys_taken(refused.is_err());
}
