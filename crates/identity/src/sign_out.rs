use openidconnect::HttpRequest;
use openidconnect::http::header::CONTENT_TYPE;
use openidconnect::http::{HeaderValue, Method};
use url::form_urlencoded;

use crate::access::configuration;
use crate::error::IdentityError;
use crate::identity::Identity;
use crate::keyring::KeyringEntry;

/// Whether the provider knows that the session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The provider confirmed that the refresh token is no longer good, or there was none.
    Confirmed,
    /// The provider could not be reached, refused or offers no revocation. The token is gone
    /// from this device; at the provider it ends by itself.
    NotReached,
}

impl Identity {
    /// Ends the session: on this device in any case, at the provider (RFC 7009) if it answers.
    ///
    /// # Errors
    /// [`IdentityError::Keyring`] when the keyring refuses to let go of the token,
    /// [`IdentityError::Busy`] when another process holds it.
    pub async fn sign_out(&self) -> Result<Revocation, IdentityError> {
        let mut access = self.access.lock().await;
        let _lock = self.lock_file().await?;
        let session = self.stored_session().await?;
        access.drop_token();
        self.keyring.delete(KeyringEntry::RefreshToken).await?;
        tracing::info!("signed out");
        let Some(session) = session else { return Ok(Revocation::Confirmed) };
        match self.revoke(&session.refresh_token).await {
            Ok(revocation) => Ok(revocation),
            Err(error) => {
                tracing::warn!(%error, "the refresh token was not revoked");
                Ok(Revocation::NotReached)
            }
        }
    }

    /// By hand: the library insists on https also where the provider is on this machine.
    async fn revoke(&self, refresh_token: &str) -> Result<Revocation, IdentityError> {
        let metadata = self.known_metadata().await?;
        let Some(endpoint) = &metadata.additional_metadata().revocation_endpoint else {
            return Ok(Revocation::NotReached);
        };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", refresh_token)
            .append_pair("token_type_hint", "refresh_token")
            .append_pair("client_id", &self.config.client_id)
            .finish();
        let mut request = HttpRequest::new(form.into_bytes());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = endpoint.as_str().parse().map_err(configuration)?;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        let answer = self.http.send(request).await?;
        let confirmed = answer.status().is_success();
        Ok(if confirmed { Revocation::Confirmed } else { Revocation::NotReached })
    }
}
