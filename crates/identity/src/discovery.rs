use std::sync::Arc;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, ClientId, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, ProviderMetadata,
};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::IdentityError;
use crate::http::{Http, HttpFailure};
use crate::identity::Identity;

/// What we read beside the standard discovery document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Extras {
    /// RFC 9207.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
    /// RFC 8414.
    pub(crate) revocation_endpoint: Option<Url>,
}

impl AdditionalProviderMetadata for Extras {}

pub(crate) type Metadata = ProviderMetadata<
    Extras,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(crate) type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Identity {
    /// Asks the provider anew: keys and addresses may have changed.
    pub(crate) async fn discover(&self) -> Result<Arc<Metadata>, IdentityError> {
        let metadata = Arc::new(discover(&self.config.issuer, &self.http).await?);
        *self.metadata.lock().await = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    /// What the provider said before, if anything.
    pub(crate) async fn known_metadata(&self) -> Result<Arc<Metadata>, IdentityError> {
        let known = self.metadata.lock().await.clone();
        match known {
            Some(metadata) => Ok(metadata),
            None => self.discover().await,
        }
    }

    pub(crate) fn client(&self, metadata: &Metadata) -> Client {
        let id = ClientId::new(self.config.client_id.clone());
        CoreClient::from_provider_metadata(metadata.clone(), id, None)
    }
}

async fn discover(issuer: &Url, http: &Http) -> Result<Metadata, IdentityError> {
    require_trustworthy(issuer)?;
    let mut result = Err(IdentityError::Protocol("no issuer".to_owned()));
    for spelling in spellings(issuer) {
        let issuer = IssuerUrl::new(spelling).map_err(protocol)?;
        match Metadata::discover_async(issuer, http).await {
            Ok(metadata) => return Ok(metadata),
            Err(DiscoveryError::Validation(text)) => result = Err(IdentityError::Protocol(text)),
            Err(error) => return Err(failure(error)),
        }
    }
    result
}

/// A `Url` cannot say whether the issuer is written with a slash at its end; the provider
/// decides, and from then on its exact spelling counts.
fn spellings(issuer: &Url) -> [String; 2] {
    let bare = issuer.as_str().trim_end_matches('/').to_owned();
    let slashed = format!("{bare}/");
    if issuer.path() != "/" && issuer.path().ends_with('/') {
        [slashed, bare]
    } else {
        [bare, slashed]
    }
}

fn require_trustworthy(issuer: &Url) -> Result<(), IdentityError> {
    let on_this_machine = match issuer.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if issuer.scheme() == "https" || (issuer.scheme() == "http" && on_this_machine) {
        Ok(())
    } else {
        Err(IdentityError::Protocol("the issuer is not an https address".to_owned()))
    }
}

fn failure(error: DiscoveryError<HttpFailure>) -> IdentityError {
    match error {
        DiscoveryError::Request(failure) => failure.into(),
        // Not JSON or not found: a portal's page, or a wrong address.
        DiscoveryError::Response(status, _, _) => HttpFailure::Status(status.as_u16()).into(),
        other => protocol(other),
    }
}

fn protocol(error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Protocol(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_the_usual_spelling_of_the_issuer_first() {
        let check = |issuer: &str, first: &str| {
            let url = Url::parse(issuer).unwrap();
            assert_eq!(spellings(&url)[0], first);
        };
        check("https://id.example", "https://id.example");
        check("https://id.example/tenant", "https://id.example/tenant");
        check("https://id.example/tenant/", "https://id.example/tenant/");
    }

    #[test]
    fn trusts_plain_http_only_on_this_machine() {
        let check = |issuer: &str, expected: bool| {
            let url = Url::parse(issuer).unwrap();
            assert_eq!(require_trustworthy(&url).is_ok(), expected, "{issuer}");
        };
        check("https://id.example", true);
        check("http://127.0.0.1:4000", true);
        check("http://[::1]:4000", true);
        check("http://localhost", true);
        check("http://id.example", false);
        check("http://127.0.0.1.id.example", false);
        check("ftp://127.0.0.1", false);
    }
}
