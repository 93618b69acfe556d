use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::Timestamp;
use ticket::Verification;
use uuid::Uuid;

use super::freshness::challenge_since;
use super::signature::{Presented, SignatureFault};
use super::token::{self, Claims};
use crate::api::Refusal;
use crate::desk::Desk;
use crate::refused::{self, SignInFault};
use crate::store::people::{self, Person};
use crate::store::tickets::Owner;
use crate::store::{Session, StoreError, installations};

/// Somebody with a good access token, whatever device they use.
#[derive(Debug, Clone)]
pub(crate) struct TokenHolder {
    pub(crate) person: Person,
    claims: Claims,
}

/// Somebody with a good access token who sends something; without an installation of theirs it
/// informs people and does nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender(Owner);

/// Somebody with a good access token at an installation of their own. A token alone may be stolen,
/// and a session may outlive the right to use a device, so nobody less sees or changes what is a
/// person's own.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) person: Person,
    pub(crate) installation: Uuid,
    /// Session or fresh.
    pub(crate) verification: Verification,
    /// When the access token ends, in seconds since the Unix epoch.
    pub(crate) until: i64,
}

/// A caller who signed in within the last five minutes, as strongly as configured.
#[derive(Debug, Clone)]
pub(crate) struct FreshCaller(pub(crate) Caller);

impl TokenHolder {
    async fn of(
        claims: Claims,
        parts: &Parts,
        desk: &Desk,
        reading: &mut Session,
    ) -> Result<Self, Refusal> {
        let person = recognized(desk, reading, &claims).await?;
        refused::saw_person(parts, person.id);
        Ok(Self { person, claims })
    }

    /// Whether they signed in after a moment.
    pub(crate) fn signed_in_after(&self, moment: Timestamp, now: Timestamp) -> bool {
        self.claims.signed_in_after(moment, now)
    }

    /// How well we know them at an installation of theirs.
    fn verification(&self, desk: &Desk, now: Timestamp) -> Verification {
        let is_fresh = desk.step_up.is_met(&self.claims, now);
        if is_fresh { Verification::Fresh } else { Verification::Session }
    }
}

impl Sender {
    /// Whom a ticket they send belongs to.
    pub(crate) fn owner(self) -> Owner {
        self.0
    }
}

impl FromRequestParts<Arc<Desk>> for TokenHolder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let claims = claims(parts, desk).await?;
        Self::of(claims, parts, desk, &mut desk.store.read().await?).await
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

impl FromRequestParts<Arc<Desk>> for Sender {
    type Rejection = Refusal;

    /// A signature that says nothing about this person is as good as none; one that is wrong is
    /// refused.
    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let claims = claims(parts, desk).await?;
        let mut reading = desk.store.read().await?;
        let holder = TokenHolder::of(claims, parts, desk, &mut reading).await?;
        let now = Timestamp::now();
        let signed = installation(parts, &mut reading, &holder, now).await?;
        let (installation, verification) = match signed {
            Ok(installation) => (Some(installation), holder.verification(desk, now)),
            Err(fault @ SignatureFault::Signature) => return Err(fault.into()),
            Err(_) => {
                needs_no_sign_in(&mut reading, &holder, now).await?;
                (None, Verification::Unverified)
            }
        };
        Ok(Self(Owner { person: Some(holder.person.id), installation, verification }))
    }
}

impl FromRequestParts<Arc<Desk>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let claims = claims(parts, desk).await?;
        let mut reading = desk.store.read().await?;
        let holder = TokenHolder::of(claims, parts, desk, &mut reading).await?;
        let now = Timestamp::now();
        let installation = installation(parts, &mut reading, &holder, now).await?;
        let installation = installation.map_err(refused::without_installation)?;
        let verification = holder.verification(desk, now);
        let TokenHolder { person, claims } = holder;
        Ok(Self { person, installation, verification, until: claims.exp })
    }
}

impl FromRequestParts<Arc<Desk>> for FreshCaller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, desk).await?;
        match caller.verification {
            Verification::Fresh => Ok(Self(caller)),
            Verification::Session | Verification::Unverified => {
                Err(refused::not_fresh(&desk.step_up.challenge()))
            }
        }
    }
}

async fn claims(parts: &Parts, desk: &Desk) -> Result<Claims, SignInFault> {
    let token = bearer(parts).ok_or(SignInFault::Missing)?;
    let now = Timestamp::now();
    if let Some(claims) = desk.proven.find(token, &desk.expected, now) {
        return Ok(claims);
    }
    let header = token::header(token)?;
    let key = desk.keys.find(header.kid.as_deref()).await?;
    let key = key.ok_or(token::TokenFault::UnknownKey)?;
    let claims = token::verify(token, &header, &key, &desk.expected, now)?;
    desk.proven.keep(token, &claims);
    Ok(claims)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The row of the person; written only when there is something new.
pub(crate) async fn recognized(
    desk: &Desk,
    reading: &mut Session,
    claims: &Claims,
) -> Result<Person, StoreError> {
    let name = claims.name.as_deref().unwrap_or(&claims.sub);
    let known = people::find(reading, &claims.iss, &claims.sub).await?;
    if let Some(person) = known.filter(|person| person.name == name) {
        return Ok(person);
    }
    let mut writing = desk.store.write().await?;
    let person = people::record(&mut writing, &claims.iss, &claims.sub, name).await?;
    writing.commit("person_seen").await?;
    Ok(person)
}

/// After a revocation nothing goes out in the person's name from anywhere that is not theirs, until
/// they have signed in again.
async fn needs_no_sign_in(
    reading: &mut Session,
    holder: &TokenHolder,
    now: Timestamp,
) -> Result<(), Refusal> {
    match installations::last_revoked_at(reading, holder.person.id).await? {
        Some(at) if !holder.signed_in_after(at, now) => {
            Err(refused::revoked(&challenge_since(at, now)))
        }
        Some(_) | None => Ok(()),
    }
}

/// The installation of this person that signed the request.
async fn installation(
    parts: &Parts,
    reading: &mut Session,
    holder: &TokenHolder,
    now: Timestamp,
) -> Result<Result<Uuid, SignatureFault>, StoreError> {
    let Some(presented) = parts.extensions.get::<Presented>() else {
        return Ok(Err(SignatureFault::Missing));
    };
    if !presented.is_current(now) {
        return Ok(Err(SignatureFault::Time));
    }
    let id = presented.input.key_id;
    Ok(match installations::key_of(reading, id, holder.person.id).await? {
        Some(key) if presented.is_by(&key) => {
            refused::saw_installation(parts, id);
            Ok(id)
        }
        Some(_) => Err(SignatureFault::Signature),
        None => Err(SignatureFault::UnknownInstallation),
    })
}
