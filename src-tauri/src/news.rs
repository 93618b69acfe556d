//! Carries what happens in `desktop` to the window and, when it is an answer, to the desktop's
//! notifications.

use std::sync::Arc;

use desktop::{Change, Desktop, News};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use tauri_specta::Event;
use tokio::sync::broadcast::error::RecvError;

use crate::bindings::{
    ApprovalsChanged, DeviceChanged, DraftChanged, GuideChanged, IndexReady, RequestsChanged,
    SessionChanged, SettingsChanged,
};
use crate::{autostart, messages, shortcut, tray};

const ANSWERED: &str = "notification.answered";
const QUESTION: &str = "notification.question";
const HANDED_OFF: &str = "notification.handed_off";
const APPROVAL: &str = "notification.approval";
const APPROVAL_ENDS: &str = "notification.approval_ends";

/// Every text of a notification.
#[cfg_attr(not(test), allow(dead_code, reason = "the test of the message files walks it"))]
pub(crate) const KEYS: [&str; 5] = [ANSWERED, QUESTION, HANDED_OFF, APPROVAL, APPROVAL_ENDS];

/// Forwards until the program ends.
pub(crate) fn forward(app: AppHandle, desktop: Arc<Desktop>) {
    let mut changes = desktop.changes();
    tauri::async_runtime::spawn(async move {
        loop {
            match changes.recv().await {
                Ok(change) => tell(&app, &desktop, change),
                // The window asks for whole views, so a skipped change is only a later repaint.
                Err(RecvError::Lagged(skipped)) => tracing::debug!(skipped, "changes skipped"),
                Err(RecvError::Closed) => break,
            }
        }
    });
}

fn tell(app: &AppHandle, desktop: &Desktop, change: Change) {
    let emitted = match change {
        Change::Session(view) => {
            tray::refresh(app, desktop);
            SessionChanged(view).emit(app)
        }
        Change::Guide(view) => GuideChanged(view).emit(app),
        Change::Draft(view) => DraftChanged(view).emit(app),
        Change::Device(view) => DeviceChanged(view).emit(app),
        Change::Requests { waiting } => {
            tray::refresh(app, desktop);
            RequestsChanged { waiting }.emit(app)
        }
        Change::Approvals => ApprovalsChanged.emit(app),
        Change::Index { articles } => IndexReady { articles }.emit(app),
        Change::Settings => {
            autostart::apply(app, desktop);
            shortcut::apply(app, desktop);
            tray::translate(app, desktop);
            SettingsChanged.emit(app)
        }
        Change::News(_) if !desktop.tells_by_notification() => Ok(()),
        Change::News(news) => {
            notify(app, &desktop.language(), &news);
            Ok(())
        }
    };
    if let Err(error) = emitted {
        tracing::warn!(%error, "the window was not told");
    }
}

fn notify(app: &AppHandle, language: &str, news: &News) {
    let (key, number) = match news {
        News::Answered { number } => (ANSWERED, Some(number)),
        News::Question { number } => (QUESTION, Some(number)),
        News::HandedOff { number } => (HANDED_OFF, Some(number)),
        News::Approval => (APPROVAL, None),
        News::ApprovalEnds => (APPROVAL_ENDS, None),
    };
    let number = number.map(u32::to_string).unwrap_or_default();
    let text = messages::text(language, key).replace("{{number}}", &number);
    if let Err(error) = app.notification().builder().title("Deskside").body(text).show() {
        tracing::warn!(%error, "no notification");
    }
}
