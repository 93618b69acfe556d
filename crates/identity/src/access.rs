use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreErrorResponseType, CoreTokenResponse};
use openidconnect::{OAuth2TokenResponse, RefreshToken, RequestTokenError, StandardErrorResponse};

use crate::error::IdentityError;
use crate::http::HttpFailure;
use crate::identity::Identity;
use crate::keyring::KeyringEntry;
use crate::session::{Session, SignedIn};

/// Renewed this long before its end, so that it does not end on the way.
const MARGIN: SignedDuration = SignedDuration::from_secs(15);
/// For providers that do not say how long a token lives.
const ASSUMED_LIFE: Duration = Duration::from_secs(60);

/// A token for the agent.
#[derive(Clone)]
pub struct AccessToken {
    /// The bearer token itself. Never log it.
    pub secret: String,
    /// Whose it is: their immutable id at the provider.
    pub subject: String,
    /// Their name, if the provider gives one.
    pub name: Option<String>,
    /// The end of its life by this device's clock.
    pub expires_at: Timestamp,
    /// When the person last showed who they are.
    pub auth_time: Option<Timestamp>,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The token in use.
#[derive(Default)]
pub(crate) struct Access {
    held: Option<(AccessToken, SignedIn)>,
    /// The last refresh that failed: callers that were already waiting get the same answer
    /// instead of trying again one after the other.
    failure: Option<(Instant, IdentityError)>,
}

impl Access {
    pub(crate) fn hold(&mut self, token: AccessToken, person: SignedIn) {
        self.held = Some((token, person));
        self.failure = None;
    }

    pub(crate) fn drop_token(&mut self) {
        self.held = None;
    }

    pub(crate) fn person(&self) -> Option<SignedIn> {
        self.held.as_ref().map(|(_, person)| person.clone())
    }

    fn usable(&self, now: Timestamp) -> Option<AccessToken> {
        let (token, _) = self.held.as_ref()?;
        (token.expires_at.duration_since(now) > MARGIN).then(|| token.clone())
    }

    fn failure_since(&self, asked: Instant) -> Option<IdentityError> {
        let (at, error) = self.failure.as_ref()?;
        (*at >= asked).then(|| error.clone())
    }
}

impl Identity {
    /// A token that is good for the next request; renewed when needed, once for all who wait, and
    /// never by two processes at a time.
    ///
    /// # Errors
    /// [`IdentityError::SignInNeeded`] when there is no session or the provider ended it;
    /// [`IdentityError::ProviderUnreachable`] and all others leave the session as it is.
    pub async fn access_token(&self) -> Result<AccessToken, IdentityError> {
        let asked = Instant::now();
        let mut access = self.access.lock().await;
        if let Some(token) = access.usable(self.now()) {
            return Ok(token);
        }
        if let Some(error) = access.failure_since(asked) {
            return Err(error);
        }
        match self.refresh().await {
            Ok((token, person)) => {
                access.hold(token.clone(), person);
                Ok(token)
            }
            Err(error) => {
                if matches!(error, IdentityError::SignInNeeded) {
                    access.drop_token();
                }
                access.failure = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Forgets the token in use, for example after the agent refused it; the next
    /// [`Identity::access_token`] gets a new one. The session stays.
    pub async fn forget_access_token(&self) {
        self.access.lock().await.drop_token();
    }

    /// The refresh token is read under the lock: another process may have rotated it.
    async fn refresh(&self) -> Result<(AccessToken, SignedIn), IdentityError> {
        let _lock = self.lock_file().await?;
        let Some(session) = self.stored_session().await? else {
            return Err(IdentityError::SignInNeeded);
        };
        let answer = match self.request_refresh(&session.refresh_token).await {
            Err(IdentityError::SignInNeeded) => {
                if let Err(error) = self.keyring.delete(KeyringEntry::RefreshToken).await {
                    tracing::warn!(%error, "a dead refresh token stays in the keyring");
                }
                return Err(IdentityError::SignInNeeded);
            }
            other => other?,
        };
        let person = session.person;
        if let Some(rotated) = answer.refresh_token() {
            let rotated = rotated.secret().clone();
            self.store_session(&Session::new(&self.config, person.clone(), rotated)).await;
        }
        Ok((self.access_token_of(&answer, &person), person))
    }

    async fn request_refresh(&self, token: &str) -> Result<CoreTokenResponse, IdentityError> {
        let metadata = self.known_metadata().await?;
        let client = self.client(&metadata);
        let token = RefreshToken::new(token.to_owned());
        let mut request = client.exchange_refresh_token(&token).map_err(configuration)?;
        if let Some(audience) = &self.config.audience {
            request = request.add_extra_param("resource", audience.clone());
        }
        request.request_async(&self.http).await.map_err(token_failure)
    }

    pub(crate) fn access_token_of(
        &self,
        answer: &CoreTokenResponse,
        person: &SignedIn,
    ) -> AccessToken {
        let life = answer.expires_in().unwrap_or(ASSUMED_LIFE);
        AccessToken {
            secret: answer.access_token().secret().clone(),
            subject: person.subject.clone(),
            name: person.name.clone(),
            expires_at: self.now().saturating_add(life).unwrap_or(Timestamp::MAX),
            auth_time: person.auth_time,
        }
    }
}

pub(crate) fn configuration(error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Protocol(error.to_string())
}

/// What a failed token request means. The answer itself is left behind: it may hold tokens.
pub(crate) fn token_failure(
    error: RequestTokenError<HttpFailure, StandardErrorResponse<CoreErrorResponseType>>,
) -> IdentityError {
    match error {
        RequestTokenError::Request(failure) => failure.into(),
        RequestTokenError::ServerResponse(answer) => refusal(&answer),
        RequestTokenError::Parse(_, _) | RequestTokenError::Other(_) => {
            IdentityError::ProviderUnreachable(Arc::new(std::io::Error::other(
                "the answer of the token endpoint is not one",
            )))
        }
    }
}

fn refusal(answer: &StandardErrorResponse<CoreErrorResponseType>) -> IdentityError {
    match answer.error() {
        CoreErrorResponseType::InvalidGrant => IdentityError::SignInNeeded,
        CoreErrorResponseType::InvalidClient
        | CoreErrorResponseType::InvalidRequest
        | CoreErrorResponseType::InvalidScope
        | CoreErrorResponseType::UnauthorizedClient
        | CoreErrorResponseType::UnsupportedGrantType
        | CoreErrorResponseType::Extension(_) => {
            IdentityError::Protocol(format!("error code {}", answer.error()))
        }
    }
}
