//! The desktop around the window: its tray and its notifications, recorded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use zbus::message::Header;
use zbus::zvariant::{Array, Dict, OwnedValue, Structure, Value};
use zbus::{Connection, interface};

use crate::seat::Seat;
use crate::until::{PATIENCE, until};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
const MENU: &str = "com.canonical.dbusmenu";

/// One item of a menu: its id and its text.
type MenuItem = (i32, String);
/// The answer of `GetLayout`: revision and root, whose children are layouts again.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// Who put an icon into the tray: its name on the bus and the path of the icon.
#[derive(Debug, Clone)]
struct Icon {
    owner: String,
    path: String,
}

#[derive(Default)]
struct Seen {
    icons: Vec<Icon>,
    notes: Vec<String>,
}

/// The shell at a seat, until it is dropped. Take it before the window opens.
pub struct Shell {
    connection: Connection,
    seen: Arc<Mutex<Seen>>,
}

impl Shell {
    /// Offers tray and notifications at a seat.
    ///
    /// # Errors
    /// The bus has ended, or somebody else offers them.
    pub async fn at(seat: &Seat) -> anyhow::Result<Self> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let connection = zbus::connection::Builder::address(seat.bus_address())?
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&seen)))?
            .serve_at("/org/freedesktop/Notifications", Notifications(Arc::clone(&seen)))?
            .name(WATCHER)?
            .name(NOTIFICATIONS)?
            .build()
            .await
            .context("offering tray and notifications")?;
        Ok(Self { connection, seen })
    }

    /// The texts of all notifications so far.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        lock(&self.seen).notes.clone()
    }

    /// Waits for the tray icon and gives the texts of its menu.
    ///
    /// # Errors
    /// There is no icon or no menu in time.
    pub async fn menu(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.items().await?.into_iter().map(|(_, text)| text).collect())
    }

    /// Chooses an item of the tray's menu.
    ///
    /// # Errors
    /// There is no such item.
    pub async fn choose(&self, text: &str) -> anyhow::Result<()> {
        let items = self.items().await?;
        let (id, _) =
            items.iter().find(|(_, found)| found == text).with_context(|| format!("{items:?}"))?;
        let icon = self.icon().await?;
        let path = self.menu_path(&icon).await?;
        let event = (id, "clicked", Value::from(""), 0_u32);
        self.connection
            .call_method(Some(icon.owner.as_str()), path.as_str(), Some(MENU), "Event", &event)
            .await
            .context("choosing from the tray's menu")?;
        Ok(())
    }

    /// The name of the icon's picture, which is another one for every look.
    ///
    /// # Errors
    /// There is no icon in time.
    pub async fn picture(&self) -> anyhow::Result<String> {
        let icon = self.icon().await?;
        Ok(self.item(&icon).await?.get_property("IconName").await?)
    }

    async fn items(&self) -> anyhow::Result<Vec<MenuItem>> {
        let icon = self.icon().await?;
        let path = self.menu_path(&icon).await?;
        let owner = Some(icon.owner.as_str());
        let whole = (0_i32, -1_i32, Vec::<&str>::new());
        until("the tray's menu", PATIENCE, async || {
            let answer =
                self.connection.call_method(owner, path.as_str(), Some(MENU), "GetLayout", &whole);
            let (_, (_, _, children)) = answer.await?.body().deserialize::<Layout>()?;
            let items: Vec<MenuItem> = children.into_iter().filter_map(item).collect();
            Ok((!items.is_empty()).then_some(items))
        })
        .await
    }

    async fn icon(&self) -> anyhow::Result<Icon> {
        until("the tray icon", PATIENCE, async || Ok(lock(&self.seen).icons.last().cloned())).await
    }

    async fn menu_path(&self, icon: &Icon) -> anyhow::Result<String> {
        let path: zbus::zvariant::OwnedObjectPath =
            self.item(icon).await?.get_property("Menu").await?;
        Ok(path.as_str().to_owned())
    }

    /// Asked anew each time: what it keeps of an icon may be old.
    async fn item(&self, icon: &Icon) -> anyhow::Result<zbus::Proxy<'_>> {
        let item = zbus::proxy::Builder::<zbus::Proxy<'_>>::new(&self.connection)
            .destination(icon.owner.clone())?
            .path(icon.path.clone())?
            .interface("org.kde.StatusNotifierItem")?
            .cache_properties(zbus::proxy::CacheProperties::No);
        item.build().await.context("asking the icon")
    }
}

/// Id and text of an item; separators have none.
fn item(layout: OwnedValue) -> Option<MenuItem> {
    let layout = Structure::try_from(layout).ok()?;
    let mut fields = layout.into_fields().into_iter();
    let id = i32::try_from(fields.next()?).ok()?;
    let properties = Dict::try_from(fields.next()?).ok()?;
    let _children = Array::try_from(fields.next()?).ok()?;
    let label: Value<'_> = properties.get(&"label").ok()??;
    let text = String::try_from(label).ok()?;
    Some((id, text.replace('_', "")))
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Watcher(Arc<Mutex<Seen>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    #[allow(clippy::needless_pass_by_value, reason = "the interface hands the header over")]
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        // Either a path of the caller, or a name that holds the usual path.
        let path = if service.starts_with('/') { service } else { "/StatusNotifierItem" };
        if let Some(sender) = header.sender() {
            let icon = Icon { owner: sender.to_string(), path: path.to_owned() };
            lock(&self.0).icons.push(icon);
        }
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        lock(&self.0).icons.iter().map(|icon| format!("{}{}", icon.owner, icon.path)).collect()
    }
}

struct Notifications(Arc<Mutex<Seen>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("recording", "Deskside", "1", "1.2")
    }

    fn close_notification(&self, _id: u32) {}

    #[allow(clippy::too_many_arguments, reason = "the specification of notifications names them")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut seen = lock(&self.0);
        seen.notes.push(format!("{summary}: {body}"));
        u32::try_from(seen.notes.len()).unwrap_or(u32::MAX)
    }
}
