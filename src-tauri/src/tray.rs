//! The icon in the tray and its menu.

use desktop::Desktop;
use desktop::view::Screen;
use tauri::AppHandle;
use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuItemBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};

use crate::{messages, window};

/// Menu items: id and key of the text.
const OPEN: &str = "tray.open";
const REQUESTS: &str = "tray.requests";
const SECURITY: &str = "tray.security";
const QUIT: &str = "tray.quit";

/// Every text of the menu.
#[cfg_attr(not(test), allow(dead_code, reason = "the test of the message files walks it"))]
pub(crate) const KEYS: [&str; 4] = [OPEN, REQUESTS, SECURITY, QUIT];

const ICON: Image<'_> = tauri::include_image!("../icons/32x32.png");

pub(crate) fn build(app: &AppHandle, desktop: &Desktop) -> tauri::Result<()> {
    let language = desktop.language();
    let item = |id: &str| MenuItemBuilder::with_id(id, messages::text(&language, id)).build(app);
    let menu = MenuBuilder::new(app)
        .items(&[&item(OPEN)?, &item(REQUESTS)?])
        .separator()
        .item(&item(SECURITY)?)
        .separator()
        .item(&item(QUIT)?)
        .build()?;
    TrayIconBuilder::with_id("deskside")
        .icon(ICON)
        .tooltip("Deskside")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::open(app, Screen::Ask),
            REQUESTS => window::open(app, Screen::Requests),
            SECURITY => window::open(app, Screen::Security),
            QUIT => app.exit(0),
            other => tracing::warn!(other, "unknown menu item"),
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::open(tray.app_handle(), Screen::Ask);
            }
        })
        .build(app)?;
    Ok(())
}
