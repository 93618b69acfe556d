//! The icon in the tray and its menu.

use std::sync::{Mutex, PoisonError};

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

const READY: Image<'_> = tauri::include_image!("../icons/32x32.png");
const OFFLINE: Image<'_> = tauri::include_image!("../icons/tray-offline.png");
const WAITING: Image<'_> = tauri::include_image!("../icons/tray-waiting.png");

const ID: &str = "deskside";

/// What the icon says at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Ready,
    Offline,
    /// Something waits for the person.
    Waiting,
}

impl Look {
    fn of(desktop: &Desktop) -> Self {
        match (desktop.waiting(), desktop.session().online) {
            (1.., _) => Self::Waiting,
            (0, true) => Self::Ready,
            (0, false) => Self::Offline,
        }
    }

    const fn icon(self) -> Image<'static> {
        match self {
            Self::Ready => READY,
            Self::Offline => OFFLINE,
            Self::Waiting => WAITING,
        }
    }
}

/// How the icon looks now.
struct Shown(Mutex<Look>);

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
    let look = Look::of(desktop);
    TrayIconBuilder::with_id(ID)
        .icon(look.icon())
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
    app.manage(Shown(Mutex::new(look)));
    // What changed while the tray was built was not shown.
    refresh(app, desktop);
    Ok(())
}

/// Makes the icon agree with what the app knows.
pub(crate) fn refresh(app: &AppHandle, desktop: &Desktop) {
    // Without a tray there is nothing to show.
    let (Some(icon), Some(shown)) = (app.tray_by_id(ID), app.try_state::<Shown>()) else { return };
    let look = Look::of(desktop);
    let before = {
        let mut shown = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *shown, look)
    };
    if before != look
        && let Err(error) = icon.set_icon(Some(look.icon()))
    {
        tracing::warn!(%error, "the tray's icon keeps its look");
    }
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
