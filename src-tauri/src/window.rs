//! The one window.

use desktop::view::Screen;
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};
use tauri_specta::Event;

use crate::bindings::OpenScreen;

const LABEL: &str = "main";
const SIZE: (f64, f64) = (960.0, 680.0);
const SMALLEST: (f64, f64) = (400.0, 560.0);

/// Shows the window in front, at a screen.
pub(crate) fn open(app: &AppHandle, screen: Screen) {
    match existing_or_new(app) {
        Ok(window) => {
            let shown =
                window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
            if let Err(error) = shown {
                tracing::warn!(%error, "the window did not come to the front");
            }
            if let Err(error) = OpenScreen(screen).emit(app) {
                tracing::warn!(%error, "the screen was not opened");
            }
        }
        Err(error) => tracing::error!(%error, "the window cannot be opened"),
    }
}

fn existing_or_new(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return Ok(window);
    }
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Deskside")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        // Nothing in the window leads outside: articles link only to our own screens.
        .on_navigation(|url| {
            matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost")
        })
        .build()
}

/// Closing the window leaves the program in the tray, where answers still arrive.
pub(crate) fn hide_in_place_of_closing(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        api.prevent_close();
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window could not be hidden");
        }
    }
}
