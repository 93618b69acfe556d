//! A provider whose certificate comes from the company's own authority.

use std::path::Path;
use std::process::Command;

use identity::{IdentityError, Keyring};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use test_support::{Act, HttpBrowser, ProviderOptions, Tls};

use crate::desk::{Desk, ordinary, press};

const THIS_TEST: &str =
    "company_network::a_company_certificate_works_when_the_system_trusts_it_and_only_then";
/// Names the folder with the certificates to the second run of the test.
const FOLDER: &str = "COMPANY_NETWORK_FOLDER";

/// The trust store is read from the system when a process starts, so the device that trusts the
/// company is a second process: this test again, with another trust store.
#[tokio::test]
async fn a_company_certificate_works_when_the_system_trusts_it_and_only_then() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return sign_in_at_the_company(Path::new(&folder)).await;
    }
    let folder = TempDir::new().unwrap();
    write_certificates(folder.path());

    let stranger = desk(folder.path()).await;
    let refused = stranger.app().sign_in(&ordinary(), |_| panic!("opened")).await;
    assert!(matches!(refused, Err(IdentityError::CertificateUntrusted(_))), "{refused:?}");

    let inside = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", THIS_TEST, "--nocapture"])
        .env(FOLDER, folder.path())
        .env("SSL_CERT_FILE", folder.path().join("authority.pem"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}");
}

async fn sign_in_at_the_company(folder: &Path) {
    let desk = desk(folder).await;
    let browser = HttpBrowser::new().unwrap();
    let (result, _) = press(&desk.app(), &ordinary(), &browser, Act::SignIn("noor")).await;
    assert_eq!(result.unwrap().subject, "noor");
}

async fn desk(folder: &Path) -> Desk {
    let tls = Tls { key: folder.join("key.pem"), certificate: folder.join("certificate.pem") };
    let options = ProviderOptions { tls: Some(tls), ..ProviderOptions::default() };
    Desk::with(Keyring::in_memory(), &options).await
}

fn write_certificates(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let provider = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let provider = provider.signed_by(&key, &authority).unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("authority.pem", authority.pem());
    write("certificate.pem", provider.pem());
    write("key.pem", key.serialize_pem());
}
