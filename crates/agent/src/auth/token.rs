use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// Clocks may differ by this many seconds.
pub(crate) const SKEW_SECONDS: i64 = 60;

/// What an access token must say to be for us.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// Why a token was refused. Goes to the audit trail, never to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenFault {
    /// Not a JWT, or not the claims of one.
    Malformed,
    /// Not an access token (RFC 9068).
    Type,
    /// Signed in a way we do not take.
    Algorithm,
    /// Signed by nobody the provider names.
    UnknownKey,
    /// The signature is not the key's.
    Signature,
    /// From somebody else.
    Issuer,
    /// For somebody else.
    Audience,
    /// Too late.
    Expired,
    /// Too early.
    NotYetValid,
}

/// The claims we use (RFC 9068 §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    aud: OneOrMore,
    pub(crate) exp: i64,
    nbf: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) auth_time: Option<i64>,
    pub(crate) acr: Option<String>,
    amr: Option<OneOrMore>,
    /// In an ID token: what was asked for (OpenID Connect Core 1.0, section 2).
    pub(crate) nonce: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(value) => value == wanted,
            Self::More(values) => values.iter().any(|value| value == wanted),
        }
    }
}

/// Reads the header of a token whose algorithm is one we take.
fn header_of_any(token: &str) -> Result<Header, TokenFault> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenFault::Malformed)?;
    match header.alg {
        Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256 | Algorithm::EdDSA => Ok(header),
        _ => Err(TokenFault::Algorithm),
    }
}

/// Reads the header of an ID token, whose type nobody names (OpenID Connect Core 1.0, section 2): what is no
/// access token.
pub(crate) fn id_header(token: &str) -> Result<Header, TokenFault> {
    let header = header_of_any(token)?;
    let kind = header.typ.as_deref().unwrap_or("jwt");
    if kind.eq_ignore_ascii_case("jwt") { Ok(header) } else { Err(TokenFault::Type) }
}

/// Reads the header of an access token: its type and algorithm are ones we take.
pub(crate) fn header(token: &str) -> Result<Header, TokenFault> {
    let header = header_of_any(token)?;
    let kind = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "at+jwt" | "application/at+jwt" => Ok(header),
        _ => Err(TokenFault::Type),
    }
}

/// Checks signature and claims of a token whose header was read.
pub(crate) fn verify(
    token: &str,
    header: &Header,
    key: &Jwk,
    expected: &Expected,
    now: Timestamp,
) -> Result<Claims, TokenFault> {
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenFault::UnknownKey)?;
    let mut signature_only = Validation::new(header.alg);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &signature_only)
        .map_err(|error| fault(error.kind()))?
        .claims;
    claims.check(expected, now)?;
    Ok(claims)
}

fn fault(kind: &jsonwebtoken::errors::ErrorKind) -> TokenFault {
    use jsonwebtoken::errors::ErrorKind;
    match kind {
        ErrorKind::InvalidSignature => TokenFault::Signature,
        ErrorKind::InvalidAlgorithm => TokenFault::Algorithm,
        _ => TokenFault::Malformed,
    }
}

impl Claims {
    /// Whether the sign-in used a method (`amr`, RFC 8176).
    pub(crate) fn used(&self, method: &str) -> bool {
        self.amr.as_ref().is_some_and(|methods| methods.contains(method))
    }

    /// Whether somebody signed in after a moment. `auth_time` is in whole seconds, so a sign-in within the second of
    /// that moment does not count.
    pub(crate) fn signed_in_after(&self, moment: Timestamp, now: Timestamp) -> bool {
        let latest = now.as_second().saturating_add(SKEW_SECONDS);
        self.auth_time.is_some_and(|at| at > moment.as_second() && at <= latest)
    }

    /// Whether they are for us, now.
    pub(super) fn check(&self, expected: &Expected, now: Timestamp) -> Result<(), TokenFault> {
        let now = now.as_second();
        if self.iss != expected.issuer {
            return Err(TokenFault::Issuer);
        }
        if !self.aud.contains(&expected.audience) {
            return Err(TokenFault::Audience);
        }
        if self.exp.saturating_add(SKEW_SECONDS) <= now {
            return Err(TokenFault::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > now.saturating_add(SKEW_SECONDS)) {
            return Err(TokenFault::NotYetValid);
        }
        if self.sub.is_empty() { Err(TokenFault::Malformed) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(claims: &serde_json::Value, expect: Result<(), TokenFault>) {
        let expected = Expected { issuer: "https://id".to_owned(), audience: "urn:a".to_owned() };
        let now = Timestamp::from_second(1_000).unwrap();
        let read: Claims = serde_json::from_value(claims.clone()).unwrap();
        assert_eq!(read.check(&expected, now), expect, "{claims}");
    }

    #[test]
    fn claims_are_held_to_issuer_audience_and_time_within_a_minute() {
        let claims = |change: serde_json::Value| {
            let mut claims = serde_json::json!({"iss": "https://id", "sub": "noor", "aud": "urn:a", "exp": 2_000});
            claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            claims
        };
        use serde_json::json;
        check(&claims(json!({})), Ok(()));
        check(&claims(json!({"aud": ["urn:b", "urn:a"]})), Ok(()));
        check(&claims(json!({"aud": "urn:ab"})), Err(TokenFault::Audience));
        check(&claims(json!({"iss": "https://id/"})), Err(TokenFault::Issuer));
        check(&claims(json!({"exp": 941})), Ok(()));
        check(&claims(json!({"exp": 940})), Err(TokenFault::Expired));
        check(&claims(json!({"nbf": 1_060})), Ok(()));
        check(&claims(json!({"nbf": 1_061})), Err(TokenFault::NotYetValid));
        check(&claims(json!({"sub": ""})), Err(TokenFault::Malformed));
    }
}
