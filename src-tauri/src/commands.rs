//! What the window can ask for. Each command only adapts one use case of `desktop`.

use std::sync::Arc;

use desktop::view::{
    ApprovalView, ArticleView, DeviceView, DraftView, GuideAction, GuideView, HomeView,
    InstallationsView, OutsideTarget, Pace, RequestRow, RequestView, SavedView, SearchView,
    SessionView, SettingKey, SettingsView, SignOutOutcome, Startup, UnsentChoice,
};
use desktop::{Access, ApprovalWord, Desktop, DetailGroup, OwnAccount, Problem, ReplyAction};
use tauri::{AppHandle, Manager, State, WebviewWindow};
use uuid::Uuid;

use crate::starting::Starting;
use crate::{autostart, shortcut, tray, window};

/// The page asks for `startup` first, which waits until this is there.
type Shared<'a> = State<'a, Arc<Desktop>>;
type Answer<T> = Result<T, Problem>;

#[tauri::command]
#[specta::specta]
pub(crate) async fn startup(app: AppHandle, starting: State<'_, Starting>) -> Answer<Startup> {
    let startup = starting.desktop().await?.startup().await;
    window::page_listens(&app);
    Ok(startup)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session(desktop: Shared<'_>) -> Answer<SessionView> {
    Ok(desktop.session())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(desktop: Shared<'_>) -> Answer<SessionView> {
    desktop.sign_in().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_fresh(desktop: Shared<'_>) -> Answer<SessionView> {
    desktop.sign_in_fresh().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_sign_in(desktop: Shared<'_>) -> Answer<()> {
    desktop.cancel_sign_in();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(
    desktop: Shared<'_>,
    unsent: Option<UnsentChoice>,
) -> Answer<SignOutOutcome> {
    desktop.sign_out(unsent).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn home(desktop: Shared<'_>) -> Answer<HomeView> {
    desktop.home().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn search(desktop: Shared<'_>, query: String, pace: Pace) -> Answer<SearchView> {
    desktop.search(&query, pace).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn article(desktop: Shared<'_>, id: String) -> Answer<ArticleView> {
    desktop.article(&id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn article_feedback(desktop: Shared<'_>, id: String, helped: bool) -> Answer<()> {
    desktop.article_feedback(&id, helped).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn guide_start(
    desktop: Shared<'_>,
    playbook: String,
    text: String,
) -> Answer<GuideView> {
    desktop.guide_start(&playbook, &text)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn guide(desktop: Shared<'_>) -> Answer<Option<GuideView>> {
    Ok(desktop.guide())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn guide_act(desktop: Shared<'_>, action: GuideAction) -> Answer<GuideView> {
    desktop.guide_act(&action)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn guide_leave(desktop: Shared<'_>) -> Answer<()> {
    desktop.guide_leave();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_from_guide(desktop: Shared<'_>, text: String) -> Answer<DraftView> {
    desktop.draft_from_guide(&text).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_new(desktop: Shared<'_>, text: String) -> Answer<DraftView> {
    desktop.draft_new(&text).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_access(
    desktop: Shared<'_>,
    access: Access,
    text: String,
) -> Answer<DraftView> {
    desktop.draft_access(access, &text).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft(desktop: Shared<'_>) -> Answer<Option<DraftView>> {
    Ok(desktop.draft())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_text(desktop: Shared<'_>, text: String) -> Answer<DraftView> {
    desktop.draft_text(&text)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_toggle(
    desktop: Shared<'_>,
    group: DetailGroup,
    included: bool,
) -> Answer<DraftView> {
    desktop.draft_toggle(group, included)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_document(desktop: Shared<'_>) -> Answer<String> {
    desktop.draft_document()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_send(desktop: Shared<'_>) -> Answer<SavedView> {
    desktop.draft_send().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_discard(desktop: Shared<'_>) -> Answer<()> {
    desktop.draft_discard();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn device(desktop: Shared<'_>) -> Answer<DeviceView> {
    desktop.device().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn device_check(desktop: Shared<'_>) -> Answer<DeviceView> {
    desktop.device_check().await
}

/// Writes what is known of this device beside the person's downloads; gives the name of the file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn device_export(app: AppHandle, desktop: Shared<'_>) -> Answer<String> {
    let folder = app.path().download_dir().ok();
    desktop.device_export(folder).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn incident_me_too(
    desktop: Shared<'_>,
    id: u32,
    text: String,
) -> Answer<SavedView> {
    desktop.incident_me_too(id, &text).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn requests(desktop: Shared<'_>) -> Answer<Vec<RequestRow>> {
    desktop.requests().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request(desktop: Shared<'_>, id: Uuid) -> Answer<RequestView> {
    desktop.request(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn reply(
    desktop: Shared<'_>,
    id: Uuid,
    action: ReplyAction,
) -> Answer<RequestView> {
    desktop.reply(id, action).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request_retry(desktop: Shared<'_>, id: Uuid) -> Answer<RequestView> {
    desktop.request_retry(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request_discard(desktop: Shared<'_>, id: Uuid) -> Answer<()> {
    desktop.request_discard(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn security_report(
    desktop: Shared<'_>,
    text: String,
    contact: Option<String>,
) -> Answer<SavedView> {
    desktop.security_report(&text, contact).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn security_cancel(desktop: Shared<'_>, id: Uuid) -> Answer<()> {
    desktop.security_cancel(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(desktop: Shared<'_>) -> Answer<SettingsView> {
    Ok(desktop.settings())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn setting_set(
    app: AppHandle,
    desktop: Shared<'_>,
    key: SettingKey,
    value: String,
) -> Answer<SettingsView> {
    let view = desktop.setting_set(key, &value)?;
    autostart::apply(&app, &desktop);
    if key == SettingKey::Shortcut {
        shortcut::apply(&app, &desktop);
        return Ok(desktop.settings());
    }
    if key == SettingKey::Language {
        tray::translate(&app, &desktop);
    }
    Ok(view)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn own_account(desktop: Shared<'_>) -> Answer<OwnAccount> {
    desktop.own_account().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn installations(desktop: Shared<'_>) -> Answer<InstallationsView> {
    desktop.installations().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn installation_revoke(
    desktop: Shared<'_>,
    id: Uuid,
) -> Answer<InstallationsView> {
    desktop.installation_revoke(id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn approvals(desktop: Shared<'_>) -> Answer<Vec<ApprovalView>> {
    desktop.approvals().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn approval_say(
    desktop: Shared<'_>,
    id: u32,
    word: ApprovalWord,
) -> Answer<Vec<ApprovalView>> {
    desktop.approval_say(id, &word).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_outside(desktop: Shared<'_>, target: OutsideTarget) -> Answer<()> {
    desktop.open_outside(target)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn hide_window(window: WebviewWindow) -> Answer<()> {
    // A window that cannot be hidden stays where it is; nothing is lost.
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden");
    }
    Ok(())
}
