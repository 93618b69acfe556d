//! The one window.

use std::sync::{Mutex, PoisonError};

use desktop::view::Screen;
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};
use tauri_specta::Event;

use crate::bindings::OpenScreen;

const LABEL: &str = "main";
const SIZE: (f64, f64) = (960.0, 680.0);
const SMALLEST: (f64, f64) = (400.0, 560.0);

/// Whether the page can be told which screen to open, and which it shall open once it can.
#[derive(Default)]
pub(crate) struct Page(Mutex<Stage>);

#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Loading { wanted: Option<Screen> },
    Listening,
}

impl Default for Stage {
    fn default() -> Self {
        Self::Loading { wanted: None }
    }
}

impl Page {
    /// Gives the screen back if the page can be told now; else keeps it until the page listens.
    fn want(&self, screen: Screen) -> Option<Screen> {
        let mut stage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *stage {
            Stage::Listening => Some(screen),
            Stage::Loading { .. } => {
                *stage = Stage::Loading { wanted: Some(screen) };
                None
            }
        }
    }

    /// The page listens from now on. Gives the screen it missed.
    fn listens(&self) -> Option<Screen> {
        let mut stage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *stage, Stage::Listening) {
            Stage::Loading { wanted } => wanted,
            Stage::Listening => None,
        }
    }
}

/// Shows the window in front, at a screen.
pub(crate) fn open(app: &AppHandle, screen: Screen) {
    let now = app.state::<Page>().want(screen);
    show(app);
    if let Some(screen) = now {
        tell(app, screen);
    }
}

/// Shows the window in front, where the person left it.
pub(crate) fn show(app: &AppHandle) {
    match existing_or_new(app) {
        Ok(window) => {
            let shown =
                window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
            if let Err(error) = shown {
                tracing::warn!(%error, "the window did not come to the front");
            }
        }
        Err(error) => tracing::error!(%error, "the window cannot be opened"),
    }
}

/// The page has asked for its first view, after it began to listen.
pub(crate) fn page_listens(app: &AppHandle) {
    if let Some(screen) = app.state::<Page>().listens() {
        tell(app, screen);
    }
}

fn tell(app: &AppHandle, screen: Screen) {
    if let Err(error) = OpenScreen(screen).emit(app) {
        tracing::warn!(%error, "the screen was not opened");
    }
}

fn existing_or_new(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return Ok(window);
    }
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Deskside")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        // Nothing in the window leads outside: articles link only to our own screens.
        .on_navigation(|url| {
            matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost")
        })
        .build()?;
    #[cfg(target_os = "linux")]
    draw_without_graphics_card(&window);
    Ok(window)
}

/// Text and lines need no graphics card. Without asking for one WebKit opens sooner and in less memory
/// where there is none (tests/MEASURED.md), and the drivers that leave its window empty do not matter.
#[cfg(target_os = "linux")]
fn draw_without_graphics_card(window: &WebviewWindow) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    let asked = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "WebKit draws as it likes");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_wanted_while_the_page_loads_is_opened_when_it_listens() {
        let page = Page::default();
        assert_eq!(page.want(Screen::Requests), None);
        assert_eq!(page.want(Screen::Security), None);
        assert_eq!(page.listens(), Some(Screen::Security));
    }

    #[test]
    fn a_page_that_listens_is_told_at_once_and_only_once() {
        let page = Page::default();
        assert_eq!(page.listens(), None);
        assert_eq!(page.want(Screen::Security), Some(Screen::Security));
        assert_eq!(page.listens(), None);
    }
}
