//! Request Tracker 5, the help desk, by its interface REST 2. A ticket is told apart there by a link to an address
//! of ours, a note by its subject: it takes no key of another system, so that what was done is looked up first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use connectors::{
    ActError, ActKey, Channel, DeskPort, DeskStatus, DeskTicket, DeskWatchPort, ReadError,
    SeenTicket,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::Credentials;
use crate::file::FileError;
use session::{Session, Trouble};

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
    Client(#[from] reqwest::Error),
}

impl RequestTrackerConfig {
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

/// Tickets and lines of a history that are asked for at once.
const PAGE: usize = 100;

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

/// A page of what was found.
#[derive(Deserialize)]
struct Found<T> {
    items: Vec<T>,
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
        let history = format!("ticket/{id}/history");
        for page in 1.. {
            let page = page.to_string();
            let asked = [("fields", "Type,Data"), ("per_page", "100"), ("page", page.as_str())];
            let found: Found<Line> = self.session.get(&history, &asked).await?;
            let is_it = |it: &Line| it.data.as_deref().is_some_and(|it| it.trim() == subject);
            if found.items.iter().any(is_it) {
                return Ok(());
            }
            if found.items.len() < PAGE {
                break;
            }
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
