//! Who issued a certificate, also one that was refused.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use reqwest::Url;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// A second look must not cost the check its answer.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// The organization that issued this certificate (DER, RFC 5280 §4.1), or its common name.
pub(crate) fn issuer(certificate: &[u8]) -> Option<String> {
    let whole = Any::from_der(certificate).ok()?;
    let signed = parts(whole.value())?.into_iter().next()?;
    let fields = parts(signed.value())?;
    // The version is optional and alone in being tagged; then serial number, algorithm, issuer.
    let versioned = fields.first().is_some_and(|field| is_tagged(field.tag()));
    let name = fields.get(if versioned { 3 } else { 2 })?;
    attribute(name.value(), ORGANIZATION).or_else(|| attribute(name.value(), COMMON_NAME))
}

const fn is_tagged(tag: Tag) -> bool {
    matches!(tag, Tag::ContextSpecific { .. })
}

fn attribute(name: &[u8], wanted: ObjectIdentifier) -> Option<String> {
    let sets = parts(name)?;
    let mut pairs = sets.iter().filter_map(|set| parts(set.value())).flatten();
    pairs.find_map(|pair| {
        let pair = parts(pair.value())?;
        let kind: ObjectIdentifier = pair.first()?.decode_as().ok()?;
        let text = pair.get(1).filter(|_| kind == wanted)?;
        Some(String::from_utf8_lossy(text.value()).into_owned())
    })
}

fn parts(value: &[u8]) -> Option<Vec<Any>> {
    let mut reader = SliceReader::new(value).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(reader.decode().ok()?);
    }
    Some(parts)
}

/// Looks once more at a server whose certificate was refused, to tell who issued it. The handshake
/// never completes: the verifier below refuses everything.
pub(crate) async fn issuer_of_server(url: &Url) -> Option<String> {
    let onlooker = Arc::new(Onlooker::new()?);
    timeout(SECOND_LOOK, look(url, onlooker.clone())).await.ok()?;
    onlooker.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
}

async fn look(url: &Url, onlooker: Arc<Onlooker>) -> Option<()> {
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let config = ClientConfig::builder_with_provider(onlooker.provider.clone())
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(onlooker)
        .with_no_client_auth();
    let stream = TcpStream::connect((host, url.port_or_known_default()?)).await.ok()?;
    // Ends in the refusal it is made for.
    let _ = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    Some(())
}

/// Notes who issued the certificate and refuses it.
#[derive(Debug)]
struct Onlooker {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Option<String>>,
}

impl Onlooker {
    fn new() -> Option<Self> {
        let provider = CryptoProvider::get_default()?.clone();
        Some(Self { provider, seen: Mutex::new(None) })
    }
}

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = issuer(end_entity);
        Err(CertificateError::UnknownIssuer.into())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn check(name: &[(DnType, &str)], expect: Option<&str>) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (kind, value) in name {
            params.distinguished_name.push(kind.clone(), *value);
        }
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert_eq!(issuer(certificate.der()).as_deref(), expect);
    }

    #[test]
    fn names_the_organization_or_else_the_common_name() {
        let common = (DnType::CommonName, "Inspection CA");
        let organization = (DnType::OrganizationName, "Größenwahn Proxy AG");
        check(&[common.clone(), organization], Some("Größenwahn Proxy AG"));
        check(&[common], Some("Inspection CA"));
        check(&[], None);
    }

    #[test]
    fn anything_else_has_no_issuer() {
        for bytes in [&[][..], &[0x30], &[0x30, 0x03, 0x30, 0x01, 0xff], b"-----BEGIN CERTIFICATE"]
        {
            assert_eq!(issuer(bytes), None);
        }
    }
}
