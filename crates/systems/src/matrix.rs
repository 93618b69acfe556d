//! Chat by Matrix, its client-server API ("Sending events to a room", "Joining rooms"). A message that comes again
//! with the same transaction is written once.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use connectors::{ActError, ActKey};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::file::{FileError, secret};
use crate::posting::{ClientError, PATIENCE, client, is_safe, sent, taken};

/// The room of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixConfig {
    /// Where the server is, such as `https://matrix.example.com/`.
    pub homeserver: Url,
    /// Certificates that its own must come from (PEM); absent: those the system trusts.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The room's id, such as `!Xyz:example.com`. It is not encrypted; the account is in it, or invited.
    pub room: String,
    /// The file with an access token of the account that writes, which nobody else may read.
    pub token_file: PathBuf,
    /// Who is called by each message: `@room`, or a person such as `@ida:example.com`. IT writes it here; nothing in
    /// a ticket can.
    #[serde(default)]
    pub mention: Option<String>,
}

/// Why a room cannot be written to at all.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Others could answer for it.
    #[error("homeserver: {0} is not an https address")]
    Address(Url),
    /// It is an alias, or a name.
    #[error("room: `{0}` is not the id of a room, which begins with `!` (room settings, Advanced)")]
    Room(String),
    /// Nobody would be called.
    #[error("mention: `{0}` is neither `@room` nor a person, such as `@ida:example.com`")]
    Mention(String),
    /// No client could be made, or the certificates are none.
    #[error("the homeserver cannot be reached with these certificates")]
    Client(#[from] ClientError),
}

/// Writes to a room.
#[derive(Clone)]
pub(crate) struct Matrix {
    client: Client,
    homeserver: Url,
    room: String,
    token: String,
    mention: Option<String>,
}

/// Never shows the token.
impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matrix").field("room", &self.room).finish_non_exhaustive()
    }
}

impl MatrixConfig {
    /// Has a relative path start at a folder.
    pub fn files_from(&mut self, folder: &Path) {
        let files = self.ca_file.iter_mut().chain([&mut self.token_file]);
        files.for_each(|file| *file = folder.join(&*file));
    }
}

impl Matrix {
    pub(crate) fn open(config: &MatrixConfig) -> Result<Self, MatrixError> {
        let MatrixConfig { homeserver, room, mention, .. } = config.clone();
        if !is_safe(&homeserver) {
            return Err(MatrixError::Address(homeserver));
        }
        if !room.starts_with('!') {
            return Err(MatrixError::Room(room));
        }
        let calls = |it: &String| it == ROOM || it.starts_with('@') && it.contains(':');
        if let Some(nobody) = mention.as_ref().filter(|it| !calls(it)) {
            return Err(MatrixError::Mention(nobody.clone()));
        }
        let token = secret(&config.token_file)?.trim().to_owned();
        let client = client(PATIENCE, config.ca_file.as_deref())?;
        Ok(Self { client, homeserver, room, token, mention })
    }

    pub(crate) async fn send(&self, key: ActKey, encoded: &str) -> Result<(), ActError> {
        let message = self.message(encoded);
        let transaction = transaction(key, encoded);
        let send = || {
            let path = ["rooms", &self.room, "send", "m.room.message", &transaction];
            self.request(Method::PUT, &path).json(&message)
        };
        let answer = sent(send()).await?;
        if answer.status() != StatusCode::FORBIDDEN {
            return taken(&answer);
        }
        // Invited, but not in it yet.
        let join = self.request(Method::POST, &["join", &self.room]).json(&json!({}));
        taken(&sent(join).await?)?;
        taken(&sent(send()).await?)
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.homeserver.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["_matrix", "client", "v3"]).extend(path);
        }
        self.client.request(method, url).bearer_auth(&self.token)
    }

    fn message(&self, encoded: &str) -> Value {
        // Who is called stands here alone: without it, programs look for names in the words.
        let (before, called) = match self.mention.as_deref() {
            Some(ROOM) => (format!("{ROOM} "), json!({ "room": true })),
            Some(person) => (format!("{person} "), json!({ "user_ids": [person] })),
            None => (String::new(), json!({})),
        };
        json!({ "msgtype": "m.text", "body": format!("{before}{encoded}"), "m.mentions": called })
    }
}

const ROOM: &str = "@room";

/// With the words: another database counts its tickets from one again, and the server would take a new message for
/// one that it has.
fn transaction(key: ActKey, encoded: &str) -> String {
    let mut words = DefaultHasher::new();
    encoded.hash(&mut words);
    format!("{key}-{:x}", words.finish())
}
