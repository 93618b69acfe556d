//! The one profile of HTTP Message Signatures (RFC 9421) both sides speak: an installation signs
//! method, path and the digest of the body with its Ed25519 key.

use uuid::Uuid;

/// Label of our signature in the `Signature` and `Signature-Input` headers.
pub const SIGNATURE_LABEL: &str = "installation";

/// The parameters of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignatureInput {
    /// Seconds since the Unix epoch when it was made.
    pub created: i64,
    /// The installation.
    pub key_id: Uuid,
}

impl SignatureInput {
    /// The value of the `Signature-Input` header.
    #[must_use]
    pub fn header(&self) -> String {
        format!("{SIGNATURE_LABEL}={}", self.parameters())
    }

    /// Reads the value of a `Signature-Input` header; only our exact profile is understood.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let rest = header.strip_prefix(SIGNATURE_LABEL)?.strip_prefix('=')?;
        let rest = rest.strip_prefix(COMPONENTS)?.strip_prefix(";created=")?;
        let (created, rest) = rest.split_once(";keyid=\"")?;
        let key_id = rest.strip_suffix("\";alg=\"ed25519\"")?;
        Some(Self { created: created.parse().ok()?, key_id: key_id.parse().ok()? })
    }

    fn parameters(&self) -> String {
        format!("{COMPONENTS};created={};keyid=\"{}\";alg=\"ed25519\"", self.created, self.key_id)
    }
}

const COMPONENTS: &str = r#"("@method" "@path" "@query" "content-digest")"#;

/// The text that is signed (RFC 9421 §2.5). `query` starts with `?`, also when empty;
/// `content_digest` is the value of the `Content-Digest` header (RFC 9530).
#[must_use]
pub fn signature_base(
    method: &str,
    path: &str,
    query: &str,
    content_digest: &str,
    input: &SignatureInput,
) -> String {
    format!(
        "\"@method\": {method}\n\"@path\": {path}\n\"@query\": {query}\n\"content-digest\": {content_digest}\n\"@signature-params\": {}",
        input.parameters()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let input = SignatureInput { created: 1_700_000_000, key_id: Uuid::nil() };
        assert_eq!(SignatureInput::parse(&input.header()), Some(input));
    }

    #[test]
    fn refuses_another_profile() {
        for header in ["", "sig1=(\"@method\");created=1", "installation=();created=1;keyid=\"x\""]
        {
            assert_eq!(SignatureInput::parse(header), None, "{header}");
        }
    }
}
