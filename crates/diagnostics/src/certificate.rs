//! Who issued a certificate.

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, Tagged};

const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

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
