//! Signing in at the identity provider (authorization code with PKCE, RFC 7636; `state`, `nonce` and `iss` exact,
//! RFC 9207), and out. What the provider gives is looked at and thrown away.

use std::pin::Pin;

use audit::{Actor, Draft, EntryKind};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::ProblemCode;
use url::form_urlencoded;

use super::visitor::{Visitor, cookie, digest_of, inside, new_cookie};
use super::{Hall, Portal};
use crate::api::Refusal;
use crate::auth::{
    Claims, Doors, Expected, FRESH_SECONDS, challenge_since, header, id_header, recognized, verify,
};
use crate::refused;
use crate::store::visits::Visit;
use crate::store::{StoreError, audit as trail, installations, visits};
use crate::words::Words;

/// The name of what waits in the browser for the provider's answer.
const WAY: &str = "deskside-way";
/// What binds it to its purpose.
const WAY_PURPOSE: &str = "sign-in at the portal 1";
/// So long the provider's page may take.
const WAY_SECONDS: i64 = 600;
/// So long somebody stays signed in; the provider's own session makes the next time a single press.
const VISIT_SECONDS: i64 = 3_600;
/// The longest answer of the provider that is read.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// A sign-in that has begun; sealed, in the browser.
#[derive(Serialize, Deserialize)]
struct Way {
    state: String,
    nonce: String,
    verifier: String,
    /// Where to go then.
    to: String,
    /// Whether a sign-in of now was asked for.
    fresh: bool,
    ends_at: Timestamp,
}

/// What somebody wants who goes to the provider.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    to: String,
    /// A sign-in of now, as strong as configured.
    #[serde(default)]
    fresh: bool,
}

/// What the provider sends back with the browser (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// What only an OpenID provider adds.
#[derive(Debug, Deserialize, Serialize)]
struct WithIdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

type Tokens = StandardTokenResponse<WithIdToken, BasicTokenType>;
type Client = oauth2::Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Why nobody came in.
enum Stray {
    /// The answer is not one to our question.
    Mismatch(&'static str),
    /// They changed their mind at the provider.
    Cancelled,
    /// The provider does not answer.
    Unreachable,
    /// Ours.
    Store(StoreError),
}

impl From<StoreError> for Stray {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Stray> for Refusal {
    fn from(stray: Stray) -> Self {
        match stray {
            Stray::Mismatch(why) => {
                tracing::warn!(why, "a sign-in at the portal was not taken");
                Self::new(StatusCode::BAD_REQUEST, ProblemCode::SignInMismatch)
            }
            Stray::Cancelled => Self::new(StatusCode::OK, ProblemCode::SignInCancelled),
            Stray::Unreachable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::ProviderUnreachable)
            }
            Stray::Store(error) => error.into(),
        }
    }
}

/// Sends the browser to the provider.
pub(super) async fn ask(
    State(hall): State<Hall>,
    words: Words,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(wish) = wish.map_err(|_| Refusal::malformed())?;
    let doors = hall.desk.keys.doors().await.map_err(|_| Stray::Unreachable)?;
    let client = hall.portal.client(&doors)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let nonce = CsrfToken::new_random().into_secret();
    let mut asked = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(["openid", "profile"].map(|it| Scope::new(it.to_owned())))
        .set_pkce_challenge(challenge)
        .add_extra_param("nonce", nonce.clone())
        .add_extra_param("resource", hall.desk.expected.audience.clone())
        .add_extra_param("ui_locales", words.language);
    if wish.fresh {
        asked = asked.add_extra_param("max_age", FRESH_SECONDS.to_string());
        if let Some(acr) = hall.desk.step_up.acr() {
            asked = asked.add_extra_param("acr_values", acr.to_owned());
        }
    }
    let (url, state) = asked.url();
    let way = Way {
        state: state.into_secret(),
        nonce,
        verifier: verifier.into_secret(),
        to: inside(&wish.to).to_owned(),
        fresh: wish.fresh,
        ends_at: in_seconds(Timestamp::now(), WAY_SECONDS)?,
    };
    let way = serde_json::to_vec(&way).map_err(StoreError::from)?;
    let way = URL_SAFE_NO_PAD.encode(hall.desk.store.seal_note(WAY_PURPOSE, &way)?);
    let cookie = hall.portal.set_cookie(&hall.portal.cookie_name(WAY), &way, WAY_SECONDS);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(url.as_str())).into_response())
}

/// Takes the provider's answer, and lets in whom it is about.
pub(super) async fn come_in(
    State(hall): State<Hall>,
    before: Option<Visitor>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(answer) = answer.map_err(|_| Stray::Mismatch("the answer has another form"))?;
    let now = Timestamp::now();
    let way = hall.way(&headers, now).ok_or(Stray::Mismatch("nobody asked from this browser"))?;
    let doors = hall.desk.keys.doors().await.map_err(|_| Stray::Unreachable)?;
    let code = hall.code_of(answer, &way, &doors)?;
    let (to, was_fresh) = (way.to.clone(), way.fresh);
    let claims = hall.claims(&doors, code, way).await?;
    let mut reading = hall.desk.store.read().await?;
    let person = recognized(&hall.desk, &mut reading, &claims).await?.id;
    let revoked_at = installations::last_revoked_at(&mut reading, person).await?;
    drop(reading);
    // Who has the device that was taken away may be signed in at the provider with it.
    match revoked_at.filter(|at| !claims.signed_in_after(*at, now)) {
        Some(at) if was_fresh => return Err(refused::revoked(&challenge_since(at, now))),
        Some(_) => return Ok(Redirect::to(&hall.portal.sign_in_now(&to)).into_response()),
        None => {}
    }
    let visit = Visit {
        person,
        signed_in_at: claims.auth_time.and_then(|at| Timestamp::from_second(at).ok()),
        is_strong: hall.desk.step_up.is_strong(&claims),
        ends_at: in_seconds(now, VISIT_SECONDS)?,
    };
    let cookie = new_cookie().ok_or(StoreError::Range)?;
    let mut writing = hall.desk.store.write().await?;
    if let Some(before) = before {
        visits::end(&mut writing, &before.cookie_digest).await?;
    }
    visits::begin(&mut writing, &digest_of(&cookie), &visit, now).await?;
    let facts = json!({ "person": visit.person, "is_strong": visit.is_strong });
    let (actor, kind) = (Actor::Employee, EntryKind::SignedIn);
    trail::record(&mut writing, Draft { at: now, ticket: None, actor, kind, facts }).await?;
    writing.commit("signed_in_at_portal").await?;
    let portal = &hall.portal;
    let cookies = [
        (header::SET_COOKIE, portal.set_cookie(&portal.visit_cookie(), &cookie, VISIT_SECONDS)),
        (header::SET_COOKIE, portal.set_cookie(&portal.cookie_name(WAY), "", 0)),
    ];
    let to = format!("{}{}", portal.path, to.strip_prefix("/portal").unwrap_or_default());
    Ok((AppendHeaders(cookies), Redirect::to(&to)).into_response())
}

/// Ends a visit.
pub(super) async fn go(
    State(hall): State<Hall>,
    visitor: Option<Visitor>,
) -> Result<Response, Refusal> {
    if let Some(visitor) = visitor {
        let mut writing = hall.desk.store.write().await?;
        visits::end(&mut writing, &visitor.cookie_digest).await?;
        writing.commit("signed_out_of_portal").await?;
    }
    let portal = &hall.portal;
    let cookie = portal.set_cookie(&portal.visit_cookie(), "", 0);
    let to = Redirect::to(&format!("{}?out=true", portal.path));
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), to).into_response())
}

impl Portal {
    /// The way to a sign-in of now.
    fn sign_in_now(&self, to: &str) -> String {
        let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        format!("{}/sign-in?fresh=true&to={to}", self.path)
    }

    fn client(&self, doors: &Doors) -> Result<Client, Stray> {
        let unreachable = |_| Stray::Unreachable;
        let authorization = AuthUrl::new(doors.authorization_endpoint.clone());
        let token = TokenUrl::new(doors.token_endpoint.clone());
        let redirect = RedirectUrl::new(format!("{}/callback", self.address));
        let client = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_type(AuthType::BasicAuth)
            .set_auth_uri(authorization.map_err(unreachable)?)
            .set_token_uri(token.map_err(unreachable)?)
            .set_redirect_uri(redirect.map_err(unreachable)?);
        Ok(match &self.client_secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.clone())),
            None => client,
        })
    }

    /// One request to the provider; its answer is read up to a length.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unsent> {
        let mut answer = self.http.execute(reqwest::Request::try_from(request)?).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER_BYTES {
                return Err(Unsent::TooLarge);
            }
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Portal {
    type Error = Unsent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unsent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Why a request to the provider has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsent {
    #[error("the request failed")]
    Failed(#[from] reqwest::Error),
    #[error("the answer is too large")]
    TooLarge,
}

impl Hall {
    /// The sign-in that this browser has begun.
    fn way(&self, headers: &HeaderMap, now: Timestamp) -> Option<Way> {
        let sealed = cookie(headers, &self.portal.cookie_name(WAY))?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let way = self.desk.store.open_note(WAY_PURPOSE, &sealed).ok()?;
        serde_json::from_slice::<Way>(&way).ok().filter(|way| now < way.ends_at)
    }

    /// The code of an answer that is one to our question.
    fn code_of(&self, answer: Answer, way: &Way, doors: &Doors) -> Result<String, Stray> {
        if answer.state.as_deref() != Some(way.state.as_str()) {
            return Err(Stray::Mismatch("another state"));
        }
        let names = answer.iss.is_some() || doors.authorization_response_iss_parameter_supported;
        if names && answer.iss.as_deref() != Some(self.desk.expected.issuer.as_str()) {
            return Err(Stray::Mismatch("another issuer answered"));
        }
        match (answer.code, answer.error.as_deref()) {
            (Some(code), None) => Ok(code),
            (_, Some("access_denied")) => Err(Stray::Cancelled),
            (_, Some("server_error" | "temporarily_unavailable")) => Err(Stray::Unreachable),
            _ => Err(Stray::Mismatch("no code")),
        }
    }

    /// Who the provider says it is: what the access token for this agent says, as everywhere; the ID token shows
    /// that it was given for this very sign-in.
    async fn claims(&self, doors: &Doors, code: String, way: Way) -> Result<Claims, Stray> {
        let client = self.portal.client(doors)?;
        let asked = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(way.verifier))
            .add_extra_param("resource", self.desk.expected.audience.clone());
        let tokens = asked.request_async(&*self.portal).await.map_err(|error| match error {
            RequestTokenError::Request(_) => Stray::Unreachable,
            RequestTokenError::ServerResponse(_) => Stray::Mismatch("the code was refused"),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Stray::Mismatch("tokens in another form")
            }
        })?;
        let id_token = tokens.extra_fields().id_token.as_deref();
        let id_token = id_token.ok_or(Stray::Mismatch("no ID token"))?;
        let ours = Expected {
            issuer: self.desk.expected.issuer.clone(),
            audience: self.portal.client_id.clone(),
        };
        let head = id_header(id_token).map_err(|_| Stray::Mismatch("no ID token"))?;
        let said = self.verified(id_token, &head, &ours).await?;
        if said.nonce.as_deref() != Some(way.nonce.as_str()) {
            return Err(Stray::Mismatch("another nonce"));
        }
        let access_token = tokens.access_token().secret();
        let head = header(access_token).map_err(|_| Stray::Mismatch("no access token"))?;
        self.verified(access_token, &head, &self.desk.expected).await
    }

    async fn verified(
        &self,
        token: &str,
        head: &jsonwebtoken::Header,
        expected: &Expected,
    ) -> Result<Claims, Stray> {
        let key = self.desk.keys.find(head.kid.as_deref()).await;
        let key = key.map_err(|_| Stray::Unreachable)?;
        let key = key.ok_or(Stray::Mismatch("a key that the provider does not have"))?;
        verify(token, head, &key, expected, Timestamp::now())
            .map_err(|_| Stray::Mismatch("a token that is not for us"))
    }
}

fn in_seconds(now: Timestamp, seconds: i64) -> Result<Timestamp, StoreError> {
    now.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| StoreError::Range)
}
