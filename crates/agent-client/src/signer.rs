use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ticket::{SIGNATURE_LABEL, SignatureInput, signature_base};
use url::Url;
use uuid::Uuid;

type Sign = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// In whose name a request is sent.
#[derive(Clone, Copy, Default)]
pub struct Auth<'a> {
    /// Access token of the person.
    pub bearer: Option<&'a str>,
    /// Signature of the installation.
    pub signer: Option<&'a Signer>,
}

/// Signs requests with the key of this installation, which it never sees.
#[derive(Clone)]
pub struct Signer {
    key_id: Uuid,
    sign: Arc<Sign>,
}

/// The headers of a signed request.
pub(crate) struct Signed {
    pub(crate) input: String,
    pub(crate) signature: String,
    pub(crate) digest: String,
}

impl Signer {
    /// `sign` makes an Ed25519 signature with the key that is enrolled under `key_id`.
    pub fn new(key_id: Uuid, sign: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self { key_id, sign: Arc::new(sign) }
    }

    /// Id of the installation.
    #[must_use]
    pub fn key_id(&self) -> Uuid {
        self.key_id
    }

    pub(crate) fn sign(&self, method: &str, url: &Url, body: &[u8], now: Timestamp) -> Signed {
        let input = SignatureInput { created: now.as_second(), key_id: self.key_id };
        let query = format!("?{}", url.query().unwrap_or_default());
        let digest = content_digest(body);
        let base = signature_base(method, url.path(), &query, &digest, &input);
        let signature = STANDARD.encode((self.sign)(base.as_bytes()));
        Signed {
            input: input.header(),
            signature: format!("{SIGNATURE_LABEL}=:{signature}:"),
            digest,
        }
    }
}

impl fmt::Debug for Auth<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bearer = self.bearer.map(|_| "…");
        f.debug_struct("Auth").field("bearer", &bearer).field("signer", &self.signer).finish()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The value of `Content-Digest` (RFC 9530) for a body.
fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_as_the_standard_shows() {
        // The example of RFC 9530, appendix B.1 with its line feed.
        let expect = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
        assert_eq!(content_digest(b"{\"hello\": \"world\"}\n"), expect);
    }

    #[test]
    fn signs_an_empty_query_and_an_empty_body_too() {
        let signer = Signer::new(Uuid::nil(), <[u8]>::to_vec);
        let url = "https://agent.example/v1/me".parse().unwrap();
        let signed = signer.sign("GET", &url, b"", Timestamp::UNIX_EPOCH);
        let base = signed.signature.strip_prefix("installation=:").unwrap();
        let base = STANDARD.decode(base.strip_suffix(':').unwrap()).unwrap();
        let base = String::from_utf8(base).unwrap();
        assert!(base.starts_with("\"@method\": GET\n\"@path\": /v1/me\n\"@query\": ?\n"), "{base}");
        assert!(base.contains(&signed.digest));
    }
}
