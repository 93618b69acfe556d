use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::token::{Claims, Expected};

/// So long a signature that was good is not checked again: as long as a key that the provider takes back
/// may still be believed.
const BELIEVED: Duration = Duration::from_secs(60);
/// How many tokens are remembered at once.
const MOST: usize = 20_000;

/// Access tokens whose signature was good a moment ago: who asks again brings the same one, and checking it
/// takes more than all else that is done for most requests.
#[derive(Debug, Default)]
pub(crate) struct Proven(Mutex<HashMap<Vec<u8>, (Instant, Claims)>>);

impl Proven {
    /// What a token says that was proven, if it still holds.
    pub(super) fn find(&self, token: &str, expected: &Expected, now: Timestamp) -> Option<Claims> {
        let name = name(token);
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (proven_at, claims) = all.get(&name)?;
        let holds = proven_at.elapsed() < BELIEVED && claims.check(expected, now).is_ok();
        holds.then(|| claims.clone())
    }

    /// Remembers what a token says whose signature is good.
    pub(super) fn keep(&self, token: &str, claims: &Claims) {
        let (name, proven) = (name(token), (Instant::now(), claims.clone()));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(name, proven);
    }
}

/// A token itself is not kept: it is a key.
fn name(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_token_is_believed_and_only_as_long_as_it_holds() {
        let expected = Expected { issuer: "https://id".to_owned(), audience: "urn:a".to_owned() };
        let claims: Claims = serde_json::from_value(serde_json::json!(
            { "iss": "https://id", "sub": "noor", "aud": "urn:a", "exp": 2_000 }))
        .unwrap();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let proven = Proven::default();
        assert!(proven.find("one", &expected, at(1_000)).is_none());
        proven.keep("one", &claims);
        assert_eq!(proven.find("one", &expected, at(1_000)), Some(claims));
        assert!(proven.find("one.", &expected, at(1_000)).is_none());
        assert!(proven.find("one", &expected, at(3_000)).is_none());
        let elsewhere = Expected { audience: "urn:b".to_owned(), ..expected };
        assert!(proven.find("one", &elsewhere, at(1_000)).is_none());
    }
}
