//! The handshake of TLS, and who issued the certificate seen in it, also one that was refused.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::certificate;

/// Judges certificates as the system does.
#[derive(Debug, Clone)]
pub struct Trust {
    provider: Arc<CryptoProvider>,
    judge: Arc<dyn ServerCertVerifier>,
}

impl Trust {
    /// The system's own trust store.
    pub(crate) fn of_the_system(provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let judge = Arc::new(Verifier::new(Arc::clone(&provider))?);
        Ok(Self { provider, judge })
    }

    /// Another judge in place of the system's.
    #[must_use]
    pub fn by(provider: Arc<CryptoProvider>, judge: Arc<dyn ServerCertVerifier>) -> Self {
        Self { provider, judge }
    }

    /// What a client needs for one handshake; the issuer is noted in `seen`.
    pub(crate) fn for_one(&self, seen: &Arc<Seen>) -> Result<ClientConfig, Error> {
        let onlooker = Onlooker { judge: Arc::clone(&self.judge), seen: Arc::clone(seen) };
        Ok(ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(onlooker))
            .with_no_client_auth())
    }
}

/// What was seen in a handshake.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Option<String>>);

impl Seen {
    /// Who issued the certificate.
    pub(crate) fn issuer(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Notes who issued the certificate and leaves the judgement to the judge.
#[derive(Debug)]
struct Onlooker {
    judge: Arc<dyn ServerCertVerifier>,
    seen: Arc<Seen>,
}

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let issuer = certificate::issuer(end_entity);
        *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner) = issuer;
        self.judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}
