use std::collections::BTreeMap;

use subtle::ConstantTimeEq;
use url::Url;

use crate::error::IdentityError;
use crate::page::Page;

/// The path the browser is sent back to.
pub(crate) const PATH: &str = "/callback";

/// What a genuine answer of the provider carries.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) state: String,
    pub(crate) issuer: String,
    /// The provider announces the `iss` parameter (RFC 9207).
    pub(crate) issuer_required: bool,
}

/// How a visit of the loopback address is answered, and what it means for the sign-in.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) status: u16,
    pub(crate) page: Page,
    /// The end of the wait, if this was the answer: the authorization code or why there is none.
    pub(crate) outcome: Option<Result<String, IdentityError>>,
}

/// Judges one visit. Only an answer with our `state` can end the wait: anything on this machine,
/// and any page in the browser, can knock here.
pub(crate) fn judge(method: &str, target: &str, expected: &Expected) -> Verdict {
    let parsed = Url::parse("http://127.0.0.1").and_then(|base| base.join(target));
    let Ok(url) = parsed else { return ignored(400) };
    if url.path() != PATH {
        return ignored(404);
    }
    if method != "GET" {
        return ignored(405);
    }
    let Some(answer) = parameters(&url) else { return ignored(400) };
    let state = answer.get("state").map_or("", String::as_str);
    if !bool::from(state.as_bytes().ct_eq(expected.state.as_bytes())) {
        return ignored(400);
    }
    ended(settle(&answer, expected))
}

const fn ignored(status: u16) -> Verdict {
    Verdict { status, page: Page::Unexpected, outcome: None }
}

const fn ended(outcome: Result<String, IdentityError>) -> Verdict {
    let page = if outcome.is_ok() { Page::Arrived } else { Page::Refused };
    Verdict { status: 200, page, outcome: Some(outcome) }
}

/// `None` when a parameter is there twice (RFC 6749 §3.1).
fn parameters(url: &Url) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for (name, value) in url.query_pairs() {
        if found.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(found)
}

fn settle(answer: &BTreeMap<String, String>, expected: &Expected) -> Result<String, IdentityError> {
    match answer.get("iss") {
        Some(issuer) if *issuer != expected.issuer => {
            return Err(IdentityError::Mismatch("the answer comes from another issuer"));
        }
        None if expected.issuer_required => {
            return Err(IdentityError::Mismatch("the answer does not name its issuer"));
        }
        Some(_) | None => {}
    }
    match (answer.get("error"), answer.get("code")) {
        (Some(error), _) => Err(refusal(error)),
        (None, Some(code)) if !code.is_empty() => Ok(code.clone()),
        (None, _) => Err(IdentityError::Protocol("an answer without a code".to_owned())),
    }
}

/// The codes of RFC 6749 §4.1.2.1. Text of the address is not taken over unless it is a code.
fn refusal(error: &str) -> IdentityError {
    match error {
        "access_denied" => IdentityError::Cancelled,
        "server_error" | "temporarily_unavailable" => IdentityError::ProviderUnreachable(
            std::sync::Arc::new(std::io::Error::other("the provider reported a fault")),
        ),
        code if code.len() <= 64 && code.bytes().all(is_code_byte) => {
            IdentityError::Protocol(format!("error code {code}"))
        }
        _ => IdentityError::Protocol("an unreadable error code".to_owned()),
    }
}

const fn is_code_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        Expected {
            state: "right".to_owned(),
            issuer: "https://id.example".to_owned(),
            issuer_required: true,
        }
    }

    fn summary(method: &str, target: &str) -> String {
        let verdict = judge(method, target, &expected());
        let outcome = match verdict.outcome {
            None => "keeps waiting".to_owned(),
            Some(Ok(code)) => format!("code {code}"),
            Some(Err(error)) => error.to_string(),
        };
        format!("{} {outcome}", verdict.status)
    }

    #[test]
    fn only_our_own_answer_ends_the_wait() {
        let check = |method: &str, target: &str, expected: &str| {
            assert_eq!(summary(method, target), expected, "{method} {target}");
        };
        let iss = "iss=https%3A%2F%2Fid.example";
        check("GET", &format!("/callback?code=c&state=right&{iss}"), "200 code c");
        check("GET", &format!("/callback?code=c&state=wrong&{iss}"), "400 keeps waiting");
        check("GET", &format!("/callback?code=c&state=righ&{iss}"), "400 keeps waiting");
        check("GET", "/callback", "400 keeps waiting");
        check("GET", "/callback?code=a&code=b&state=right", "400 keeps waiting");
        check("GET", "/favicon.ico", "404 keeps waiting");
        check("GET", "//evil.example/callback/x?state=right", "404 keeps waiting");
        check("POST", &format!("/callback?code=c&state=right&{iss}"), "405 keeps waiting");
        check("GET", "http://[", "400 keeps waiting");
    }

    #[test]
    fn an_answer_of_ours_that_is_not_right_ends_the_wait_with_a_reason() {
        let check = |query: &str, expected: &str| {
            assert_eq!(summary("GET", &format!("/callback?state=right&{query}")), expected);
        };
        let mismatch = "200 the answer of the identity provider does not match:";
        check("code=c", &format!("{mismatch} the answer does not name its issuer"));
        check(
            "code=c&iss=https%3A%2F%2Fevil.example",
            &format!("{mismatch} the answer comes from another issuer"),
        );
        let iss = "iss=https%3A%2F%2Fid.example";
        check(&format!("error=access_denied&{iss}"), "200 the sign-in was cancelled");
        check(&format!("error=server_error&{iss}"), "200 the identity provider cannot be reached");
        let unexpected = "200 unexpected answer of the identity provider:";
        check(
            &format!("error=invalid_scope&{iss}"),
            &format!("{unexpected} error code invalid_scope"),
        );
        check(&format!("error=%3Cb%3E&{iss}"), &format!("{unexpected} an unreadable error code"));
        check(iss, &format!("{unexpected} an answer without a code"));
    }
}
