use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Serialize;
use ticket::{SIGNATURE_LABEL, SignatureInput, signature_base};

/// A signature may be this many seconds old, or ahead.
const WINDOW_SECONDS: i64 = 300;

/// Why a signature was refused. Goes to the audit trail, never to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignatureFault {
    /// No signature where one is needed.
    Missing,
    /// Another profile than ours, or half of it.
    Malformed,
    /// The body is not the one that was signed.
    Digest,
    /// Made too long ago, or in the future.
    Time,
    /// By an installation nobody enrolled, or not this person.
    UnknownInstallation,
    /// Not made by that installation's key.
    Signature,
}

/// A signature of a request whose body fits it. Whose it is, the key has to say.
#[derive(Debug, Clone)]
pub(crate) struct Presented {
    pub(crate) input: SignatureInput,
    base: String,
    signature: Vec<u8>,
}

impl Presented {
    /// Reads the signature of a request; `None`: it has none.
    pub(crate) fn read(parts: &Parts, body: &[u8]) -> Result<Option<Self>, SignatureFault> {
        if !parts.headers.contains_key("signature")
            && !parts.headers.contains_key("signature-input")
        {
            return Ok(None);
        }
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let input = header("signature-input").and_then(SignatureInput::parse);
        let signature = header("signature").and_then(signature);
        let digest = header("content-digest");
        let (Some(input), Some(signature), Some(digest)) = (input, signature, digest) else {
            return Err(SignatureFault::Malformed);
        };
        if digest != content_digest(body) {
            return Err(SignatureFault::Digest);
        }
        let query = format!("?{}", parts.uri.query().unwrap_or_default());
        let base = signature_base(parts.method.as_str(), parts.uri.path(), &query, digest, &input);
        Ok(Some(Self { input, base, signature }))
    }

    /// Whether it was made about now.
    pub(crate) fn is_current(&self, now: Timestamp) -> bool {
        self.input.created.abs_diff(now.as_second()) <= WINDOW_SECONDS.unsigned_abs()
    }

    /// Whether this Ed25519 key made it.
    pub(crate) fn is_by(&self, public_key: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, public_key)
            .verify(self.base.as_bytes(), &self.signature)
            .is_ok()
    }
}

/// The value of `Content-Digest` (RFC 9530) for a body.
fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
}

fn signature(header: &str) -> Option<Vec<u8>> {
    let bytes = header.strip_prefix(SIGNATURE_LABEL)?.strip_prefix("=:")?.strip_suffix(':')?;
    STANDARD.decode(bytes).ok()
}
