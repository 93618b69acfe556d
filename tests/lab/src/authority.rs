//! Who issues the laboratory's certificates, good and bad ones.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

/// What laptops trust.
pub(crate) const PUBLIC: &str = "public";
/// What a guest network shows for every server.
pub(crate) const GUEST: &str = "guest";
/// Names nobody asks for: certificates of real companies are longer than one packet.
const PADDING: usize = 40;

/// Makes the authorities once, for every server of this laboratory.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn found(folder: &Path) -> anyhow::Result<()> {
    for name in [PUBLIC, GUEST] {
        let params = authority(name)?;
        let key = KeyPair::generate()?;
        std::fs::write(folder.join(format!("{name}.pem")), params.self_signed(&key)?.pem())?;
        std::fs::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    }
    for (name, kind) in
        [("openvpn-server", "good"), ("openvpn-client", "good"), ("openvpn-expired", "expired")]
    {
        let (certificate, key) = certify(folder, kind, name)?;
        std::fs::write(folder.join(format!("{name}.pem")), certificate.pem())?;
        std::fs::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    }
    Ok(())
}

fn authority(name: &str) -> anyhow::Result<CertificateParams> {
    let organization =
        if name == GUEST { "Guest Network Inspection" } else { "Public Trust Laboratory" };
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, organization);
    params.not_before = date_time_ymd(2020, 1, 1);
    Ok(params)
}

/// A certificate of this kind (`good`, `expired`, `future`, `wrong_name`, `untrusted`) for a name.
///
/// # Errors
/// The authority is not there, or the kind is unknown.
pub(crate) fn issue(folder: &Path, kind: &str, name: &str) -> anyhow::Result<Arc<CertifiedKey>> {
    let (certificate, key) = certify(folder, kind, name)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let key = any_supported_type(&key).context("the key of a certificate")?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key)))
}

fn certify(folder: &Path, kind: &str, name: &str) -> anyhow::Result<(Certificate, KeyPair)> {
    let by = if kind == "untrusted" { GUEST } else { PUBLIC };
    let params = authority(by)?;
    let key = std::fs::read_to_string(folder.join(format!("{by}.key")))?;
    let issuer = Issuer::from_params(&params, KeyPair::from_pem(&key)?);
    let name = if kind == "wrong_name" { "somewhere.else.test" } else { name };
    let padding = (0..PADDING).map(|number| format!("also-{number}.{name}"));
    let mut params = CertificateParams::new(
        std::iter::once(name.to_owned()).chain(padding).collect::<Vec<_>>(),
    )?;
    params.not_before = date_time_ymd(2024, 1, 1);
    match kind {
        "expired" => params.not_after = date_time_ymd(2025, 1, 1),
        "future" => params.not_before = date_time_ymd(2190, 1, 1),
        "good" | "wrong_name" | "untrusted" => {}
        _ => anyhow::bail!("no such kind of certificate: {kind}"),
    }
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    Ok((certificate, key))
}
