//! The Deskside window: tray, notifications and commands that only adapt `desktop`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod autostart;
mod bindings;
mod commands;
mod messages;
mod news;
mod place;
mod shortcut;
mod starting;
mod tray;
mod window;

use std::sync::Arc;

use anyhow::Context;
use tauri::Manager;
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_opener::OpenerExt;
use tracing_subscriber::EnvFilter;

/// Started without showing the window, as at sign-in to the computer.
const HIDDEN: &str = "--hidden";

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    // Fails only if a provider is already there, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = bindings::builder();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            window::show(app);
        }))
        .plugin(tauri_plugin_autostart::init(MacosLauncher::LaunchAgent, Some(vec![HIDDEN])))
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(builder.invoke_handler())
        .setup(move |app| {
            builder.mount_events(app);
            set_up(app.handle()).map_err(Into::into)
        })
        .on_window_event(window::hide_in_place_of_closing)
        .run(tauri::generate_context!())
        .context("running the window")
}

fn set_up(app: &tauri::AppHandle) -> anyhow::Result<()> {
    let opener = app.clone();
    let options = desktop::Options {
        folders: place::folders(app)?,
        knowledge: place::knowledge(app)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system_locale: place::system_locale(),
        open: Arc::new(move |url| {
            opener.opener().open_url(url, None::<&str>).map_err(|error| error.to_string())
        }),
    };
    app.manage(starting::Starting::default());
    app.manage(window::Page::default());
    if !std::env::args().any(|argument| argument == HIDDEN) {
        window::show(app);
    }
    starting::begin(app, options);
    Ok(())
}
