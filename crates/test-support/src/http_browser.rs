use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{RequestBuilder, Response};
use url::Url;

const MOST_STEPS: usize = 15;

/// What the person does on the provider's page.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// Signs in; the password is the user name. The code is given where it is asked for.
    SignIn(&'a str),
    /// Follows the Cancel link.
    Cancel,
}

/// Where the browser ended.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The page.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its text.
    pub body: String,
}

/// A browser without a window: walks through the provider's pages over HTTP, with cookies. It
/// keeps its session at the provider like a real one, and costs milliseconds.
#[derive(Debug)]
pub struct HttpBrowser {
    client: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl HttpBrowser {
    /// A browser nobody is signed in with.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new() -> Result<Self> {
        Ok(Self { client: crate::client()?, cookies: Mutex::default() })
    }

    /// Opens `page`, does `act` where a person is needed, and ends at the app's own page.
    ///
    /// # Errors
    /// When the walk does not lead back to the app.
    pub async fn walk(&self, page: &Url, act: Act<'_>) -> Result<Landing> {
        let answer = self.answer(page, act).await?;
        self.visit(&answer).await
    }

    /// As [`HttpBrowser::walk`], but stops before the app's page: its address is the answer.
    ///
    /// # Errors
    /// When the walk does not lead back to the app.
    pub async fn answer(&self, page: &Url, act: Act<'_>) -> Result<Url> {
        let mut response = self.get(page).await?;
        for _ in 0..MOST_STEPS {
            if let Some(next) = redirect_of(&response)? {
                if next.path().ends_with("/callback") {
                    return Ok(next);
                }
                response = self.get(&next).await?;
            } else {
                response = self.act(response, act).await?;
            }
        }
        bail!("the sign-in page does not let {act:?} through")
    }

    /// Opens a page with what this browser keeps, wherever that leads to.
    ///
    /// # Errors
    /// When nobody answers there, or it leads nowhere.
    pub async fn open(&self, page: &Url) -> Result<Landing> {
        self.follow(self.get(page).await?).await
    }

    /// Sends a form to where it belongs, from a page of there.
    ///
    /// # Errors
    /// When nobody answers there, or it leads nowhere.
    pub async fn submit(&self, to: &Url, form: &[(&str, &str)]) -> Result<Landing> {
        let origin = to.origin().ascii_serialization();
        let sent = self.send(self.client.post(to.clone()).header(ORIGIN, origin).form(form));
        self.follow(sent.await?).await
    }

    async fn follow(&self, mut response: Response) -> Result<Landing> {
        for _ in 0..MOST_STEPS {
            let Some(next) = redirect_of(&response)? else {
                let (url, status) = (response.url().clone(), response.status().as_u16());
                return Ok(Landing { url, status, body: response.text().await? });
            };
            response = self.get(&next).await?;
        }
        bail!("{} leads nowhere", response.url())
    }

    /// Opens one page.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn visit(&self, url: &Url) -> Result<Landing> {
        let response = self.client.get(url.clone()).send().await?;
        let status = response.status().as_u16();
        Ok(Landing { url: url.clone(), status, body: response.text().await? })
    }

    async fn act(&self, response: Response, act: Act<'_>) -> Result<Response> {
        let here = response.url().clone();
        let html = response.text().await?;
        ensure!(here.path().starts_with("/sign-in/"), "stopped at {here}: {html}");
        match act {
            Act::Cancel => self.get(&here.join(&format!("{}/cancel", here.path()))?).await,
            Act::SignIn(user) => {
                let mut form = vec![("login", user), ("password", user)];
                if html.contains("name=\"code\"") {
                    form.push(("code", "000000"));
                }
                self.send(self.client.post(here).form(&form)).await
            }
        }
    }

    async fn get(&self, url: &Url) -> Result<Response> {
        self.send(self.client.get(url.clone())).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let response = request.header(COOKIE, self.cookies()).send().await?;
        self.keep_cookies(response.headers())?;
        Ok(response)
    }

    /// What this browser sends along, as one line.
    #[must_use]
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Paths and dates are not looked at: one provider, one person, a few seconds.
    fn keep_cookies(&self, headers: &HeaderMap) -> Result<()> {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for header in headers.get_all(SET_COOKIE) {
            let pair = header.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie without a name")?;
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }
}

fn redirect_of(response: &Response) -> Result<Option<Url>> {
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    Ok(Some(response.url().join(location.to_str()?)?))
}
