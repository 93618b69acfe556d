use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::Timestamp;
use ticket::Verification;
use uuid::Uuid;

use super::signature::{Presented, SignatureFault};
use super::token::{self, Claims, SKEW_SECONDS};
use crate::api::Refusal;
use crate::desk::Desk;
use crate::refused::{self, SignInFault};
use crate::store::people::{self, Person};
use crate::store::tickets::Owner;
use crate::store::{StoreError, installations};

/// A sign-in counts as fresh for this many seconds.
const FRESH_SECONDS: i64 = 300;

/// Somebody with a good access token, whatever device they use.
#[derive(Debug, Clone)]
pub(crate) struct TokenHolder {
    pub(crate) person: Person,
    pub(crate) claims: Claims,
}

/// Somebody with a good access token, and how well we know them.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) person: Person,
    /// Their installation, if its signature was good.
    pub(crate) installation: Option<Uuid>,
    pub(crate) verification: Verification,
    pub(crate) claims: Claims,
}

/// A caller who signed in within the last five minutes, as strongly as configured.
#[derive(Debug, Clone)]
pub(crate) struct FreshCaller(pub(crate) Caller);

impl TokenHolder {
    /// Whether they signed in after a moment. `auth_time` is in whole seconds, so a sign-in within
    /// the second of that moment does not count.
    pub(crate) fn signed_in_after(&self, moment: Timestamp, now: Timestamp) -> bool {
        let latest = now.as_second().saturating_add(SKEW_SECONDS);
        self.claims.auth_time.is_some_and(|at| at > moment.as_second() && at <= latest)
    }
}

impl Caller {
    /// Whom a ticket they send belongs to.
    pub(crate) fn owner(&self) -> Owner {
        Owner {
            person: Some(self.person.id),
            installation: self.installation,
            verification: self.verification,
        }
    }
}

impl FromRequestParts<Arc<Desk>> for TokenHolder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let claims = match claims(parts, desk).await {
            Ok(claims) => claims,
            Err(fault) => return Err(refused::sign_in(desk, parts, fault).await),
        };
        Ok(Self { person: person(desk, &claims).await?, claims })
    }
}

impl OptionalFromRequestParts<Arc<Desk>> for TokenHolder {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        desk: &Arc<Desk>,
    ) -> Result<Option<Self>, Refusal> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<_>>::from_request_parts(parts, desk).await.map(Some)
    }
}

impl FromRequestParts<Arc<Desk>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let holder = <TokenHolder as FromRequestParts<_>>::from_request_parts(parts, desk).await?;
        let now = Timestamp::now();
        let presented = parts.extensions.get::<Presented>().filter(|it| it.is_current(now));
        let installation = match presented {
            Some(presented) => installation(desk, &holder.person, presented).await?,
            None => Ok(None),
        };
        let installation = match installation {
            Ok(installation) => installation,
            Err(fault) => return Err(refused::signature(desk, parts, fault).await),
        };
        let TokenHolder { person, claims } = holder;
        let verification = match installation {
            None => Verification::Unverified,
            Some(_) if is_fresh(&claims, desk, now) => Verification::Fresh,
            Some(_) => Verification::Session,
        };
        Ok(Self { person, installation, verification, claims })
    }
}

impl FromRequestParts<Arc<Desk>> for FreshCaller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, desk).await?;
        if is_fresh(&caller.claims, desk, Timestamp::now()) {
            return Ok(Self(caller));
        }
        Err(refused::not_fresh(desk, parts, &challenge(desk)).await)
    }
}

/// The challenge of RFC 9470 for a sign-in later than a moment.
pub(crate) fn challenge_since(moment: Timestamp, now: Timestamp) -> String {
    sign_in_within(now.as_second().saturating_sub(moment.as_second()).max(0))
}

fn sign_in_within(seconds: i64) -> String {
    format!("Bearer error=\"insufficient_user_authentication\", max_age={seconds}")
}

/// The challenge of RFC 9470 for a sign-in that is fresh, as strongly as configured.
fn challenge(desk: &Desk) -> String {
    let challenge = sign_in_within(FRESH_SECONDS);
    match &desk.step_up_acr {
        Some(acr) => format!("{challenge}, acr_values=\"{acr}\""),
        None => challenge,
    }
}

fn is_fresh(claims: &Claims, desk: &Desk, now: Timestamp) -> bool {
    let is_recent = claims.auth_time.is_some_and(|at| {
        let age = now.as_second().saturating_sub(at);
        (-SKEW_SECONDS..=FRESH_SECONDS + SKEW_SECONDS).contains(&age)
    });
    is_recent && desk.step_up_acr.as_ref().is_none_or(|wanted| claims.acr.as_ref() == Some(wanted))
}

async fn claims(parts: &Parts, desk: &Desk) -> Result<Claims, SignInFault> {
    let token = bearer(parts).ok_or(SignInFault::Missing)?;
    let header = token::header(token)?;
    let key = desk.keys.find(header.kid.as_deref()).await?;
    let key = key.ok_or(token::TokenFault::UnknownKey)?;
    Ok(token::verify(token, &header, &key, &desk.expected, Timestamp::now())?)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The row of the person; written only when there is something new.
async fn person(desk: &Desk, claims: &Claims) -> Result<Person, StoreError> {
    let name = claims.name.as_deref().unwrap_or(&claims.sub);
    let mut reading = desk.store.read.acquire().await?;
    let known = people::find(&mut reading, &claims.iss, &claims.sub).await?;
    if let Some(person) = known.filter(|person| person.name == name) {
        return Ok(person);
    }
    let mut writing = desk.store.write().await?;
    let person = people::record(&mut writing, &claims.iss, &claims.sub, name).await?;
    writing.commit().await?;
    Ok(person)
}

/// The installation that signed. An installation that is not this person's says nothing; a wrong
/// signature by one that is, is refused.
async fn installation(
    desk: &Desk,
    person: &Person,
    presented: &Presented,
) -> Result<Result<Option<Uuid>, SignatureFault>, StoreError> {
    let id = presented.input.key_id;
    let mut reading = desk.store.read.acquire().await?;
    let Some(key) = installations::key_of(&mut reading, id, person.id).await? else {
        return Ok(Ok(None));
    };
    Ok(if presented.is_by(&key) { Ok(Some(id)) } else { Err(SignatureFault::Signature) })
}
