//! A session at Request Tracker. It is kept: a password or token costs the server a third of a second of work
//! each time it is checked.

use std::time::Duration;

use connectors::{ActError, ReadError};
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{RequestTrackerConfig, RequestTrackerError};
use crate::Credentials;
use crate::file::secret;
use crate::posting::{client, is_safe};

/// It gets this long for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// An answer is not read further than this, in bytes.
const LONGEST_ANSWER: usize = 4 << 20;

/// What a page of a list has at most.
pub(super) const PAGE: usize = 100;

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Found<T> {
    pub(super) items: Vec<T>,
}

/// Asks as one account.
pub(super) struct Session {
    client: Client,
    /// With a slash at its end.
    url: Url,
    user: String,
    password: String,
    /// The cookie of the session, once there is one.
    cookie: Mutex<Option<String>>,
}

/// Never shows how it signs in.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Why there is no answer that counts.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Perhaps later.
    Later(String),
    /// Never.
    No(String),
    /// It ended in the middle, or is none of its own.
    Half,
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        Self::Later(error.without_url().to_string())
    }
}

impl From<Trouble> for ActError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Later(why) => Self::Later(why),
            Trouble::No(why) => Self::Refused(why),
            Trouble::Half => Self::Later("an answer that cannot be understood".to_owned()),
        }
    }
}

impl From<Trouble> for ReadError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Later(why) => Self::Later(why),
            Trouble::No(why) => Self::Refused(why),
            Trouble::Half => Self::Later("an answer that cannot be understood".to_owned()),
        }
    }
}

impl Session {
    pub(super) fn open(
        config: &RequestTrackerConfig,
        account: &Credentials,
    ) -> Result<Self, RequestTrackerError> {
        if !is_safe(&config.url) {
            return Err(RequestTrackerError::Address(config.url.clone()));
        }
        let mut url = config.url.clone();
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self {
            client: client(PATIENCE, config.ca_file.as_deref())?,
            url,
            user: account.user.clone(),
            password: secret(&account.password_file)?,
            cookie: Mutex::new(None),
        })
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        asked: &[(&str, &str)],
    ) -> Result<T, Trouble> {
        self.ask(Method::GET, path, asked, None).await
    }

    /// Every page of a list.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        asked: &[(&str, &str)],
    ) -> Result<Vec<T>, Trouble> {
        let mut all = Vec::new();
        for page in 1.. {
            let page = page.to_string();
            let asked = [asked, &[("per_page", "100"), ("page", &page)]].concat();
            let found: Found<T> = self.get(path, &asked).await?;
            let is_last = found.items.len() < PAGE;
            all.extend(found.items);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, Trouble> {
        self.ask(Method::POST, path, &[], Some(body)).await
    }

    pub(super) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, Trouble> {
        self.ask(Method::PUT, path, &[], Some(body)).await
    }

    /// Asks; where the session has ended, once more in a new one.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        asked: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, Trouble> {
        let mut used = None;
        for _ in 0..2 {
            let cookie = self.signed_in(used.as_deref()).await?;
            let mut address = self.address(&format!("REST/2.0/{path}"))?;
            if !asked.is_empty() {
                address.query_pairs_mut().extend_pairs(asked);
            }
            let request = self.client.request(method.clone(), address);
            let request = request.header(COOKIE, &cookie).header(ORIGIN, self.origin());
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = request.send().await?;
            if !is_signed_out(&answer) {
                return said(answer).await;
            }
            used = Some(cookie);
        }
        Err(Trouble::Later(format!("it does not let {} in", self.user)))
    }

    /// The cookie of a session, of a new one if the one that was used has ended.
    async fn signed_in(&self, ended: Option<&str>) -> Result<String, Trouble> {
        let mut kept = self.cookie.lock().await;
        if let Some(cookie) = kept.as_ref().filter(|cookie| Some(cookie.as_str()) != ended) {
            return Ok(cookie.clone());
        }
        let form = [("user", &self.user), ("pass", &self.password)];
        let request = self.client.post(self.address("NoAuth/Login.html")?).form(&form);
        let answer = request.header(ORIGIN, self.origin()).send().await?;
        let status = answer.status();
        let set = answer.headers().get_all(SET_COOKIE).into_iter();
        let mut cookies =
            set.filter_map(|it| it.to_str().ok()?.split(';').next().map(str::to_owned));
        let cookie = cookies.next_back().ok_or_else(|| Trouble::Later(status.to_string()))?;
        *kept = Some(cookie.clone());
        Ok(cookie)
    }

    fn address(&self, path: &str) -> Result<Url, Trouble> {
        self.url.join(path).map_err(|error| Trouble::No(error.to_string()))
    }

    /// It takes changes in a session only from its own pages, which tell where they are from.
    fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// Without a session it leads to its page for signing in, or says 401.
fn is_signed_out(answer: &Response) -> bool {
    answer.status() == StatusCode::UNAUTHORIZED
        || (answer.status() == StatusCode::FOUND && answer.headers().contains_key(LOCATION))
}

/// Why it says no.
#[derive(Deserialize)]
struct No {
    message: String,
}

/// What an answer says.
async fn said<T: DeserializeOwned>(mut answer: Response) -> Result<T, Trouble> {
    let status = answer.status();
    let mut text = Vec::new();
    while let Some(more) = answer.chunk().await? {
        if text.len() + more.len() > LONGEST_ANSWER {
            return Err(Trouble::Half);
        }
        text.extend_from_slice(&more);
    }
    if status.is_success() {
        return serde_json::from_slice(&text).map_err(|_| Trouble::Half);
    }
    let no = serde_json::from_slice(&text).ok().map(|No { message }| message);
    let why = no.map_or_else(|| status.to_string(), |it| format!("{status}: {}", it.trim()));
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => {
            Err(Trouble::Later(why))
        }
        _ if status.is_server_error() => Err(Trouble::Later(why)),
        _ => Err(Trouble::No(why)),
    }
}
