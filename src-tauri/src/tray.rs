//! The icon in the tray and its menu.

use desktop::Desktop;
use desktop::view::Screen;
use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

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

/// The menu's items, kept because their texts follow the language.
struct Items([MenuItem<Wry>; 4]);

pub(crate) fn build(app: &AppHandle, desktop: &Desktop) -> tauri::Result<()> {
    let language = desktop.language();
    let item = |id: &str| MenuItemBuilder::with_id(id, messages::text(&language, id)).build(app);
    let (open, requests, security, quit) =
        (item(OPEN)?, item(REQUESTS)?, item(SECURITY)?, item(QUIT)?);
    let menu = MenuBuilder::new(app)
        .items(&[&open, &requests])
        .separator()
        .item(&security)
        .separator()
        .item(&quit)
        .build()?;
    TrayIconBuilder::with_id("deskside")
        .icon(ICON)
        .tooltip("Deskside")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| choose(app, event.id().as_ref()))
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        })
        .build(app)?;
    app.manage(Items([open, requests, security, quit]));
    Ok(())
}

/// Writes the menu again in the language of now.
pub(crate) fn translate(app: &AppHandle, desktop: &Desktop) {
    // Without a tray there is nothing to translate.
    let Some(items) = app.try_state::<Items>() else { return };
    let language = desktop.language();
    for item in &items.0 {
        if let Err(error) = item.set_text(messages::text(&language, item.id().as_ref())) {
            tracing::warn!(%error, "the tray's menu keeps its language");
        }
    }
}

fn choose(app: &AppHandle, item: &str) {
    match item {
        OPEN => window::show(app),
        REQUESTS => window::open(app, Screen::Requests),
        SECURITY => window::open(app, Screen::Security),
        QUIT => app.exit(0),
        other => tracing::warn!(other, "unknown menu item"),
    }
}
