use std::future::Future;

use openidconnect::core::{CoreAuthenticationFlow, CoreTokenResponse};
use openidconnect::{
    AuthenticationContextClass, CsrfToken, LanguageTag, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope,
};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::access::configuration;
use crate::attempt::{Host, Role};
use crate::config::{Freshness, SignInRequest};
use crate::discovery::Metadata;
use crate::error::IdentityError;
use crate::exchange::Secrets;
use crate::identity::Identity;
use crate::loopback::Loopback;
use crate::redirect::Expected;
use crate::session::{Session, SignedIn};

/// An authorization request and what its answer is checked against.
struct Question {
    url: Url,
    expected: Expected,
    secrets: Secrets,
}

impl Identity {
    /// Signs a person in with the system browser: `open` gets the address to show. A second call
    /// while one runs opens the same page again and gets the same result.
    ///
    /// # Errors
    /// Every [`IdentityError`]; whatever session there was before stays as it is.
    pub async fn sign_in(
        &self,
        request: &SignInRequest,
        open: impl FnOnce(&Url) + Send,
    ) -> Result<SignedIn, IdentityError> {
        match self.attempts.enter(&request.freshness)? {
            Role::Guest(guest) => guest.join(&request.cancel, open).await,
            Role::Host(host) => {
                let result = self.attempt(request, &host, open).await;
                host.finish(result.clone());
                result
            }
        }
    }

    async fn attempt(
        &self,
        request: &SignInRequest,
        host: &Host,
        open: impl FnOnce(&Url) + Send,
    ) -> Result<SignedIn, IdentityError> {
        let asking = async {
            let metadata = self.discover().await?;
            let loopback = Loopback::bind(self.config.loopback_port).await?;
            let redirect = RedirectUrl::new(loopback.redirect_uri()).map_err(configuration)?;
            let question = self.question(&metadata, &redirect, request);
            host.opened(&question.url);
            open(&question.url);
            let code = loopback.code(question.expected, &request.language).await?;
            Ok((metadata, redirect, code, question.secrets))
        };
        let (metadata, redirect, code, secrets) = patiently(request, &host.stop, asking).await?;
        let (answer, person) =
            self.exchange(&metadata, redirect, code, secrets, &request.freshness).await?;
        self.keep(&answer, &person, &request.freshness).await?;
        Ok(person)
    }

    fn question(
        &self,
        metadata: &Metadata,
        redirect: &RedirectUrl,
        request: &SignInRequest,
    ) -> Question {
        let client = self.client(metadata).set_redirect_uri(redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(self.config.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_ui_locale(LanguageTag::new(request.language.clone()));
        if let Some(audience) = &self.config.audience {
            asked = asked.add_extra_param("resource", audience.clone());
        }
        if let Freshness::Fresh { max_age, acr } = &request.freshness {
            asked = asked.set_max_age(*max_age);
            if let Some(acr) = acr {
                asked = asked.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
            }
        }
        let (url, state, nonce) = asked.url();
        let extras = metadata.additional_metadata();
        let expected = Expected {
            state: state.into_secret(),
            issuer: metadata.issuer().to_string(),
            issuer_required: extras.authorization_response_iss_parameter_supported,
        };
        Question { url, expected, secrets: Secrets { verifier, nonce } }
    }

    /// Puts the new session in the place of the old one, in this process and in the keyring.
    async fn keep(
        &self,
        answer: &CoreTokenResponse,
        person: &SignedIn,
        freshness: &Freshness,
    ) -> Result<(), IdentityError> {
        let mut access = self.access.lock().await;
        let _lock = self.lock_file().await?;
        // A keyring that cannot be read now is no reason to lose this sign-in.
        let stored = self.stored_session().await.unwrap_or_default();
        let before = stored.map(|session| session.person).or_else(|| access.person());
        let is_other = before.is_some_and(|before| before.subject != person.subject);
        if matches!(freshness, Freshness::Fresh { .. }) && is_other {
            return Err(IdentityError::Mismatch("somebody else signed in"));
        }
        if let Some(refresh_token) = answer.refresh_token() {
            let refresh_token = refresh_token.secret().clone();
            self.store_session(&Session::new(&self.config, person.clone(), refresh_token)).await;
        }
        access.hold(self.access_token_of(answer, person), person.clone());
        tracing::info!("signed in");
        Ok(())
    }
}

/// Runs `asking` until it ends, somebody cancels, or patience ends.
async fn patiently<T>(
    request: &SignInRequest,
    stop: &CancellationToken,
    asking: impl Future<Output = Result<T, IdentityError>>,
) -> Result<T, IdentityError> {
    tokio::select! {
        result = asking => result,
        () = request.cancel.cancelled() => Err(IdentityError::Cancelled),
        () = stop.cancelled() => Err(IdentityError::Cancelled),
        () = tokio::time::sleep(request.patience) => Err(IdentityError::Cancelled),
    }
}
