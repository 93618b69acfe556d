//! Certificates that are refused, told apart.

use std::sync::Arc;

use crate::support::{install_tls, live, one};
use diagnostics::{Context, Targets, Trust};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, KeyPair, date_time_ymd};
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use ticket::{Cause, CheckId, EvidenceKey, FindingReason, FindingStatus};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const ORGANIZATION: &str = "Lumen & Oak Inspection";

struct Company {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Company {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    /// A service with a certificate made from these; its address.
    async fn serve(&self, params: CertificateParams) -> String {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        serve(certificate.der().clone(), key).await
    }

    /// A device that trusts this company's issuer and nobody else.
    fn trusted_by(&self, targets: Targets) -> Context {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let judge =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let trust = Trust::by(provider, judge.build().unwrap());
        Context { trust, ..live(targets) }
    }
}

async fn serve(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> String {
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

fn params() -> CertificateParams {
    CertificateParams::new(vec!["localhost".to_owned()]).unwrap()
}

fn targets(url: &str) -> Targets {
    Targets { identity_provider: Some(url.parse().unwrap()), ..Targets::default() }
}

async fn check(params: CertificateParams, expect: (FindingStatus, Option<FindingReason>)) {
    install_tls();
    let company = Company::new();
    let url = company.serve(params).await;
    let context = company.trusted_by(targets(&url));
    let finding = one(CheckId::IdentityProvider, &context).await;
    assert_eq!((finding.status, finding.reason()), expect, "{finding:?}");
}

#[tokio::test]
async fn a_good_certificate_is_fine_and_a_bad_one_says_why() {
    check(params(), (FindingStatus::Fine, None)).await;
    let failed = |reason| (FindingStatus::Failed, Some(reason));
    let mut past = params();
    past.not_before = date_time_ymd(2020, 1, 1);
    past.not_after = date_time_ymd(2021, 1, 1);
    check(past, failed(FindingReason::CertificateExpired)).await;
    let mut future = params();
    future.not_before = date_time_ymd(2190, 1, 1);
    future.not_after = date_time_ymd(2191, 1, 1);
    check(future, failed(FindingReason::CertificateNotYetValid)).await;
    let other = CertificateParams::new(vec!["desk.example".to_owned()]).unwrap();
    check(other, failed(FindingReason::CertificateWrongName)).await;
}

#[tokio::test]
async fn an_unknown_issuer_is_named_and_is_the_cause() {
    install_tls();
    let url = Company::new().serve(params()).await;
    let context = Company::new().trusted_by(targets(&url));
    let finding = one(CheckId::IdentityProvider, &context).await;
    assert_eq!(finding.reason(), Some(FindingReason::CertificateUntrusted), "{finding:?}");
    assert_eq!(finding.value(EvidenceKey::CertificateIssuer), Some(ORGANIZATION));
    let cause = diagnosis::diagnose(&[finding]).map(|named| named.cause);
    assert_eq!(cause, Some(Cause::CertificateUntrusted));
}

#[tokio::test]
async fn the_systems_own_trust_store_refuses_it_too() {
    install_tls();
    let url = Company::new().serve(params()).await;
    let finding = one(CheckId::IdentityProvider, &live(targets(&url))).await;
    assert_eq!(finding.status, FindingStatus::Failed);
    assert_eq!(finding.reason(), Some(FindingReason::CertificateUntrusted), "{finding:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_answers_wrongly() {
    let plain = crate::support::answering("200 OK", "").await;
    let url = plain.as_str().replace("http://", "https://");
    let finding = one(CheckId::IdentityProvider, &live(targets(&url))).await;
    assert_eq!(finding.reason(), Some(FindingReason::UnexpectedAnswer), "{finding:?}");
}
