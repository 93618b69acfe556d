//! Brings the app up while the window already opens: neither waits for the other.

use std::sync::Arc;

use desktop::{Desktop, Options, Problem};
use tauri::{AppHandle, Manager};
use tokio::sync::SetOnce;

use crate::{autostart, news, shortcut, tray};

/// The app, or why it cannot start; known a moment after the window opens.
#[derive(Default)]
pub(crate) struct Starting(SetOnce<Result<Arc<Desktop>, Problem>>);

impl Starting {
    /// Waits for the app.
    pub(crate) async fn desktop(&self) -> Result<Arc<Desktop>, Problem> {
        self.0.wait().await.clone()
    }
}

/// Starts the app in the background. A program that cannot start says so in its window.
pub(crate) fn begin(app: &AppHandle, options: Options) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let started = Desktop::start(options).await.map_err(|error| error.problem());
        if let Ok(desktop) = &started {
            app.manage(Arc::clone(desktop));
            news::forward(app.clone(), Arc::clone(desktop));
        }
        let desktop = started.clone().ok();
        if app.state::<Starting>().0.set(started).is_err() {
            tracing::error!("started twice");
        }
        if let Some(desktop) = desktop {
            join_the_desktop(&app, desktop);
        }
    });
}

/// The tray belongs to the thread of the windows.
fn join_the_desktop(app: &AppHandle, desktop: Arc<Desktop>) {
    autostart::apply(app, &desktop);
    shortcut::apply(app, &desktop);
    let tray_of = app.clone();
    let asked = app.run_on_main_thread(move || {
        if let Err(error) = tray::build(&tray_of, &desktop) {
            // Some desktops have no tray; the launcher and a second start still open the window.
            tracing::warn!(%error, "no tray icon");
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "no tray icon");
    }
}
