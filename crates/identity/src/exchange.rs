use std::time::Duration;

use chrono::{DateTime, Utc};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreTokenResponse,
};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, Nonce,
    PkceCodeVerifier, RedirectUrl, TokenResponse,
};

use crate::access::{configuration, token_failure};
use crate::config::Freshness;
use crate::discovery::{Client, Metadata};
use crate::error::IdentityError;
use crate::identity::Identity;
use crate::session::SignedIn;

/// How far this clock and the provider's may be apart.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Signatures with a key of the provider; never a shared secret, never none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
];

/// What only this attempt knows.
pub(crate) struct Secrets {
    pub(crate) verifier: PkceCodeVerifier,
    pub(crate) nonce: Nonce,
}

impl Identity {
    /// Turns the code into tokens and the ID token into a person.
    pub(crate) async fn exchange(
        &self,
        metadata: &Metadata,
        redirect: RedirectUrl,
        code: String,
        secrets: Secrets,
        freshness: &Freshness,
    ) -> Result<(CoreTokenResponse, SignedIn), IdentityError> {
        let client = self.client(metadata).set_redirect_uri(redirect);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(configuration)?
            .set_pkce_verifier(secrets.verifier);
        if let Some(audience) = &self.config.audience {
            request = request.add_extra_param("resource", audience.clone());
        }
        let sent = request.request_async(&self.http).await;
        let answer = sent.map_err(|error| match token_failure(error) {
            IdentityError::SignInNeeded => IdentityError::Mismatch("the code was refused"),
            other => other,
        })?;
        let person = self.person(&client, &answer, &secrets.nonce, freshness)?;
        Ok((answer, person))
    }

    fn person(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        nonce: &Nonce,
        freshness: &Freshness,
    ) -> Result<SignedIn, IdentityError> {
        let Some(id_token) = answer.id_token() else {
            return Err(IdentityError::Protocol("no ID token".to_owned()));
        };
        let verifier = verifier(client, self.now(), freshness);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| self.refusal_of(&error))?;
        if claims.authorized_party().is_some_and(|party| **party != self.config.client_id) {
            return Err(IdentityError::Mismatch("the ID token was issued to another client"));
        }
        Ok(person_of(claims))
    }

    fn refusal_of(&self, error: &ClaimsVerificationError) -> IdentityError {
        match error {
            ClaimsVerificationError::Expired(_) => self.clock_or_token(),
            ClaimsVerificationError::InvalidNonce(_) => IdentityError::Mismatch("wrong nonce"),
            ClaimsVerificationError::InvalidIssuer(_) => IdentityError::Mismatch("wrong issuer"),
            ClaimsVerificationError::InvalidAudience(_) => {
                IdentityError::Mismatch("the ID token is for another client")
            }
            ClaimsVerificationError::SignatureVerification(_) => {
                IdentityError::Mismatch("the signature of the ID token is not the provider's")
            }
            ClaimsVerificationError::InvalidAuthContext(_)
            | ClaimsVerificationError::InvalidAuthTime(_) => {
                IdentityError::Mismatch("the sign-in is not as fresh or strong as it was asked for")
            }
            _ => IdentityError::Protocol("an ID token that cannot be checked".to_owned()),
        }
    }

    /// A token that is too old or too new although it was just made: is it our clock?
    fn clock_or_token(&self) -> IdentityError {
        let skew = self.http.provider_time().map(|theirs| self.now().duration_since(theirs));
        match skew {
            Some(skew) if skew.abs() > SKEW => IdentityError::ClockWrong { skew },
            Some(_) | None => IdentityError::Mismatch("the ID token is not of this moment"),
        }
    }
}

/// Checks the signature, issuer and audience (the library's part) and the times and strength.
fn verifier<'a>(
    client: &'a Client,
    now: Timestamp,
    freshness: &'a Freshness,
) -> CoreIdTokenVerifier<'a> {
    client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || a_little_before(now))
        .set_issue_time_verifier_fn(move |issued| issued_now(now, issued))
        .set_auth_time_verifier_fn(move |at| fresh_enough(now, at, freshness))
        .set_auth_context_verifier_fn(move |acr| strong_enough(acr, freshness))
}

/// What "now" is when a token's end is checked: a provider's clock may be behind ours.
fn a_little_before(now: Timestamp) -> DateTime<Utc> {
    let second = now.as_second().saturating_sub(SKEW.as_secs());
    DateTime::from_timestamp(second, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The token comes straight from the provider, so it was made just now.
fn issued_now(now: Timestamp, issued: DateTime<Utc>) -> Result<(), String> {
    let age = now.duration_since(timestamp(issued));
    if age.abs() <= SKEW { Ok(()) } else { Err("not issued now".to_owned()) }
}

fn fresh_enough(
    now: Timestamp,
    auth_time: Option<DateTime<Utc>>,
    freshness: &Freshness,
) -> Result<(), String> {
    let Freshness::Fresh { max_age, .. } = freshness else { return Ok(()) };
    let Some(at) = auth_time else { return Err("no auth_time".to_owned()) };
    let longest = *max_age + Duration::from_secs(SKEW.as_secs().unsigned_abs());
    let age = now.duration_since(timestamp(at));
    if age <= SignedDuration::try_from(longest).unwrap_or(SignedDuration::MAX) {
        Ok(())
    } else {
        Err("signed in too long ago".to_owned())
    }
}

fn strong_enough(
    acr: Option<&AuthenticationContextClass>,
    freshness: &Freshness,
) -> Result<(), String> {
    match freshness {
        Freshness::Fresh { acr: Some(wanted), .. } if acr.is_none_or(|acr| **acr != *wanted) => {
            Err("not the strength asked for".to_owned())
        }
        Freshness::Fresh { .. } | Freshness::Ordinary => Ok(()),
    }
}

fn person_of(claims: &CoreIdTokenClaims) -> SignedIn {
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    SignedIn {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        name,
        auth_time: claims.auth_time().map(timestamp),
        acr: claims.auth_context_ref().map(|acr| acr.to_string()),
    }
}

fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MIN)
}
