//! Request Tracker 5, the help desk, by its interface REST 2. A ticket is told apart there by a link to an address
//! of ours, a note by its subject: it takes no key of another system, so that what was done is looked up first.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine};
use connectors::{
    ActError, ActKey, Channel, DeskPort, DeskReply, DeskStatus, DeskTicket, DeskWatchPort,
    ReadError, SeenTicket,
};
use dom_query::Document;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::Credentials;
use crate::file::FileError;
use crate::posting::ClientError;
use session::{Found, PAGE, Session, Trouble};

mod session;

/// The company's Request Tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTrackerConfig {
    /// Where it is, such as `https://rt.example.com/`.
    pub url: Url,
    /// Certificates that its own must come from (PEM); absent: those the system trusts.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The queue of each team, by the team's id. What a team without one gets is not written there.
    pub queues: BTreeMap<String, String>,
    /// Who reads there: the rights `SeeQueue` and `ShowTicket`.
    pub reader: Credentials,
    /// Who opens tickets, comments and moves them: also `CreateTicket`, `ModifyTicket`, `CommentOnTicket` and
    /// `ShowTicketComments`. Its password is read by the role that executes alone; no other machine needs it.
    pub writer: Credentials,
    /// What its states are called there.
    #[serde(default)]
    pub statuses: Statuses,
    /// After so many seconds the agent looks again at what people did there.
    #[serde(default = "half_a_minute_at_most")]
    pub look_every_seconds: NonZeroU16,
}

/// With the look itself, what is done there shows within half a minute.
const fn half_a_minute_at_most() -> NonZeroU16 {
    match NonZeroU16::new(20) {
        Some(seconds) => seconds,
        None => NonZeroU16::MIN,
    }
}

/// Names of states, as the lifecycle of its queues has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Statuses {
    /// A team must look now.
    pub escalated: String,
    /// A person decides.
    pub pending_human_review: String,
    /// Nothing is left to do.
    pub solved: String,
    /// All that mean that nobody works on it any more.
    pub over: Vec<String>,
}

impl Default for Statuses {
    fn default() -> Self {
        let open = "open".to_owned();
        let over = ["resolved", "rejected", "deleted"];
        Self {
            escalated: open.clone(),
            pending_human_review: open,
            solved: "resolved".to_owned(),
            over: over.map(str::to_owned).to_vec(),
        }
    }
}

impl Statuses {
    fn name(&self, status: DeskStatus) -> &str {
        match status {
            DeskStatus::Escalated => &self.escalated,
            DeskStatus::PendingHumanReview => &self.pending_human_review,
            DeskStatus::Solved => &self.solved,
        }
    }
}

/// Why it cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum RequestTrackerError {
    /// Others could answer for it.
    #[error("request_tracker: {0} is not an https address")]
    Address(Url),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No client could be made, or the certificates are none.
    #[error("request_tracker cannot be reached with these certificates")]
    Client(#[from] ClientError),
}

impl RequestTrackerConfig {
    /// How long the agent waits until it looks again.
    #[must_use]
    pub fn look_every(&self) -> Duration {
        Duration::from_secs(u64::from(self.look_every_seconds.get()))
    }

    /// Has relative paths start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        let passwords = [&mut self.reader.password_file, &mut self.writer.password_file];
        let files = self.ca_file.iter_mut().chain(passwords);
        files.for_each(|file| *file = folder.join(&*file));
    }
}

/// Sees what people do in Request Tracker.
#[derive(Debug)]
pub struct RequestTracker {
    session: Session,
    queues: BTreeMap<String, String>,
    /// Who opens what is looked at.
    writer: String,
    /// States in which nobody works on it.
    over: Vec<String>,
}

/// Opens and moves tickets in Request Tracker. Only the role that executes has one.
#[derive(Debug)]
pub struct RequestTrackerWriter {
    session: Session,
    queues: BTreeMap<String, String>,
    statuses: Statuses,
}

impl RequestTracker {
    /// Reads the password of who reads; asks nothing yet.
    ///
    /// # Errors
    /// A file cannot be used, or the address is without TLS.
    pub fn open(config: &RequestTrackerConfig) -> Result<Self, RequestTrackerError> {
        Ok(Self {
            session: Session::open(config, &config.reader)?,
            queues: config.queues.clone(),
            writer: config.writer.user.clone(),
            over: config.statuses.over.clone(),
        })
    }

    /// What a line of a history says, as plain text; files that came with it stay there.
    async fn words(&self, line: &str) -> Result<String, Trouble> {
        let attachments = format!("transaction/{line}/attachments");
        let asked = [("fields", "ContentType,Filename")];
        let parts: Vec<Part> = self.session.list(&attachments, &asked).await?;
        let of = |kind: &str| parts.iter().find(|it| it.is_text(kind));
        let (part, is_html) = match (of("text/plain"), of("text/html")) {
            (Some(plain), _) => (plain, false),
            (None, Some(html)) => (html, true),
            (None, None) => return Ok(String::new()),
        };
        let attachment: Attachment =
            self.session.get(&format!("attachment/{}", part.id), &[]).await?;
        let encoded = attachment.content.replace('\n', "");
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| Trouble::Half)?;
        let text = String::from_utf8_lossy(&bytes);
        let text = if is_html { plain(&text) } else { text.into_owned() };
        Ok(text.trim().to_owned())
    }

    fn team_of(&self, queue: &str) -> Option<String> {
        let mut all = self.queues.iter();
        all.find(|(_, name)| *name == queue).map(|(team, _)| team.clone())
    }

    fn seen(&self, ticket: Listed) -> Option<SeenTicket> {
        Some(SeenTicket {
            id: ticket.id,
            changed_at: moment(&ticket.last_updated)?,
            team: self.team_of(&ticket.queue.name),
            is_taken: ticket.owner.id != "Nobody",
            due: moment(&ticket.due),
            is_over: self.over.contains(&ticket.status),
        })
    }
}

/// A ticket, an account, or what was made.
#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Queue {
    name: String,
}

/// A ticket in a list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(rename = "id")]
    id: String,
    last_updated: String,
    queue: Queue,
    owner: Named,
    due: String,
    status: String,
}

/// What is set at a ticket.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Standing {
    queue: Queue,
    status: String,
}

/// A line of a history, and who wrote it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    #[serde(rename = "id")]
    id: String,
    #[serde(rename = "Type")]
    kind: String,
    creator: Named,
}

/// Whom a ticket is for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Party {
    requestor: Vec<Named>,
}

/// A part of what was written, in a list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    #[serde(rename = "id")]
    id: String,
    content_type: String,
    #[serde(default)]
    filename: Option<String>,
}

impl Part {
    /// Whether it is a text of this kind, and no file.
    fn is_text(&self, kind: &str) -> bool {
        let is_file = self.filename.as_ref().is_some_and(|it| !it.is_empty());
        self.content_type == kind && !is_file
    }
}

/// The same with what it says, in Base64.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    content: String,
}

/// What a text in HTML says.
fn plain(html: &str) -> String {
    let document = Document::from(html);
    document.select("head, script, style").remove();
    document.formatted_text().to_string()
}

/// A line of a history; a comment has its subject there.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    #[serde(default)]
    data: Option<String>,
}

/// A moment; what never was is the beginning of time there.
fn moment(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.parse().ok()?;
    (at > Timestamp::UNIX_EPOCH).then_some(at)
}

/// A word in a query. None: it could end the word and say something else.
fn quoted(word: &str) -> Option<String> {
    (!word.contains(['\'', '\\'])).then(|| format!("'{word}'"))
}

#[async_trait]
impl DeskWatchPort for RequestTracker {
    async fn changed(&self, since: Option<Timestamp>) -> Result<Vec<SeenTicket>, ReadError> {
        let writer = quoted(&self.writer)
            .ok_or_else(|| ReadError::Refused("the name of the writer has a quote".to_owned()))?;
        let query = format!("Creator = {writer}");
        let mut all = Vec::new();
        for page in 1.. {
            let page = page.to_string();
            // Its own moments are compared: how it understands one in a query depends on a time zone.
            let asked = [
                ("query", query.as_str()),
                ("fields", "Status,Queue,Owner,Due,LastUpdated"),
                ("fields[Queue]", "Name"),
                ("orderby", "LastUpdated"),
                ("order", "DESC"),
                ("per_page", "100"),
                ("page", &page),
            ];
            let found: Found<Listed> = self.session.get("tickets", &asked).await?;
            let is_last = found.items.len() < PAGE;
            let mut is_known = false;
            for it in found.items {
                let seen = self.seen(it).ok_or(Trouble::Half)?;
                is_known |= since.is_some_and(|since| seen.changed_at < since);
                all.extend(Some(seen).filter(|_| !is_known));
            }
            if is_last || is_known {
                break;
            }
        }
        all.sort_by_key(|it| it.changed_at);
        Ok(all)
    }

    async fn replies(&self, id: &str, after: Option<&str>) -> Result<Vec<DeskReply>, ReadError> {
        let number = |id: &str| id.parse().map_err(|_| Trouble::Half);
        let after: u64 = after.map(number).transpose()?.unwrap_or_default();
        let asked = [("fields", "Type,Creator")];
        let lines: Vec<Written> =
            self.session.list(&format!("ticket/{id}/history"), &asked).await?;
        let mut new = Vec::new();
        for line in lines.into_iter().filter(|it| it.kind == "Correspond") {
            new.extend(Some((number(&line.id)?, line)).filter(|(number, _)| *number > after));
        }
        if new.is_empty() {
            return Ok(Vec::new());
        }
        new.sort_by_key(|(number, _)| *number);
        // What the person wrote there by mail is known to them.
        let party: Party = self.session.get(&format!("ticket/{id}"), &[]).await?;
        let is_own = |it: &Written| party.requestor.iter().any(|own| own.id == it.creator.id);
        let mut replies = Vec::new();
        for (_, line) in new.into_iter().filter(|(_, line)| !is_own(line)) {
            let text = self.words(&line.id).await?;
            replies.extend(Some(DeskReply { id: line.id, text }).filter(|it| !it.text.is_empty()));
        }
        Ok(replies)
    }
}

impl RequestTrackerWriter {
    /// Reads the password of who writes; changes nothing yet.
    ///
    /// # Errors
    /// A file cannot be used, or the address is without TLS.
    pub fn open(config: &RequestTrackerConfig) -> Result<Self, RequestTrackerError> {
        Ok(Self {
            session: Session::open(config, &config.writer)?,
            queues: config.queues.clone(),
            statuses: config.statuses.clone(),
        })
    }

    /// The ticket that has a link, if it was opened: by a call, perhaps, whose answer was lost.
    async fn find(&self, link: &str) -> Result<Option<String>, Trouble> {
        let link = quoted(link).ok_or_else(|| Trouble::No("a link has a quote".to_owned()))?;
        let query = format!("RefersTo = {link}");
        let asked = [("query", query.as_str()), ("orderby", "id"), ("order", "ASC")];
        let found: Found<Named> = self.session.get("tickets", &asked).await?;
        Ok(found.items.into_iter().next().map(|it| it.id))
    }

    async fn create(&self, queue: &str, ticket: &DeskTicket) -> Result<String, Trouble> {
        let mut new = json!({ "Queue": queue, "Subject": ticket.subject, "Content": ticket.words,
            "ContentType": "text/plain", "RefersTo": ticket.link });
        if let (Some(requestor), Some(new)) = (&ticket.requestor, new.as_object_mut()) {
            new.insert("Requestor".to_owned(), json!(requestor));
        }
        let made: Named = self.session.post("ticket", &new).await?;
        Ok(made.id)
    }

    /// Adds a note, once for its subject.
    async fn note(&self, id: &str, subject: &str, body: &str) -> Result<(), Trouble> {
        let asked = [("fields", "Type,Data")];
        let lines: Vec<Line> = self.session.list(&format!("ticket/{id}/history"), &asked).await?;
        if lines.iter().any(|it| it.data.as_deref().is_some_and(|it| it.trim() == subject)) {
            return Ok(());
        }
        let note = json!({ "Subject": subject, "Content": body, "ContentType": "text/plain" });
        let _said: Vec<String> = self.session.post(&format!("ticket/{id}/comment"), &note).await?;
        Ok(())
    }

    /// Has a field of a ticket be so. It says yes to what it then does not do: it is read back.
    async fn set(
        &self,
        id: &str,
        field: &str,
        wanted: &str,
        is: impl Fn(Standing) -> String,
    ) -> Result<(), Trouble> {
        let path = format!("ticket/{id}");
        let asked = [("fields[Queue]", "Name")];
        if is(self.session.get(&path, &asked).await?) == wanted {
            return Ok(());
        }
        let said: Vec<String> = self.session.put(&path, &json!({ field: wanted })).await?;
        if is(self.session.get(&path, &asked).await?) == wanted {
            return Ok(());
        }
        Err(Trouble::No(said.join("; ")))
    }
}

#[async_trait]
impl DeskPort for RequestTrackerWriter {
    fn channel(&self) -> Channel {
        // What is sent as plain text it shows as plain text.
        Channel::MailBody
    }

    async fn assign_owner(
        &self,
        key: ActKey,
        team: &str,
        ticket: &DeskTicket,
    ) -> Result<String, ActError> {
        let nowhere = || ActError::Refused(format!("{team} has no queue"));
        let queue = self.queues.get(team).ok_or_else(nowhere)?;
        let known = match &ticket.id {
            Some(id) => Some(id.clone()),
            None => self.find(&ticket.link).await?,
        };
        let id = match known {
            Some(id) => {
                self.set(&id, "Queue", queue, |it| it.queue.name).await?;
                id
            }
            None => self.create(queue, ticket).await?,
        };
        // As a comment: who it is for sees their own words there, and no others.
        self.note(&id, &key.to_string(), &ticket.note).await?;
        Ok(id)
    }

    async fn add_note(&self, key: ActKey, id: &str, encoded: &str) -> Result<(), ActError> {
        Ok(self.note(id, &key.to_string(), encoded).await?)
    }

    async fn set_status(&self, _: ActKey, id: &str, status: DeskStatus) -> Result<(), ActError> {
        let wanted = self.statuses.name(status);
        Ok(self.set(id, "Status", wanted, |it| it.status).await?)
    }
}
