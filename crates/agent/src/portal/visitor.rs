//! Who is in front of the page.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ticket::{ProblemCode, Verification};
use url::form_urlencoded;

use super::{Hall, Portal};
use crate::api::Refusal;
use crate::auth::is_recent;
use crate::knowledge::hex;
use crate::refused;
use crate::replying::Speaker;
use crate::store::people::{self, Person};
use crate::store::tickets::Owner;
use crate::store::visits::{self, Visit};
use crate::words::Words;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) person: Person,
    /// Names the visit.
    pub(super) cookie_digest: String,
    visit: Visit,
}

/// Why there is no visitor.
pub(super) enum NoVisitor {
    /// They can be asked to sign in, and come back to where they wanted to go.
    SignedOut(Redirect),
    /// Nobody knows.
    Refused(Refusal),
}

impl Visitor {
    /// Whether they signed in within the last minutes, as strongly as configured.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let Visit { signed_in_at, is_strong, .. } = self.visit;
        is_strong && signed_in_at.is_some_and(|at| is_recent(at.as_second(), now))
    }

    /// Whom what they send belongs to: no installation signs here, so it informs people and never acts.
    pub(super) fn owner(&self) -> Owner {
        let verification = Verification::Unverified;
        Owner { person: Some(self.person.id), installation: None, verification }
    }

    pub(super) fn speaker(&self) -> Speaker {
        let verification = Verification::Unverified;
        Speaker { person: self.person.id, installation: None, verification }
    }
}

impl IntoResponse for NoVisitor {
    fn into_response(self) -> Response {
        match self {
            Self::SignedOut(to) => to.into_response(),
            Self::Refused(refusal) => refusal.into_response(),
        }
    }
}

impl OptionalFromRequestParts<Hall> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, hall: &Hall) -> Result<Option<Self>, Refusal> {
        let Some(cookie) = cookie(&parts.headers, &hall.portal.visit_cookie()) else {
            return Ok(None);
        };
        let cookie_digest = digest_of(cookie);
        let mut reading = hall.desk.store.read().await?;
        let Some(visit) = visits::find(&mut reading, &cookie_digest, Timestamp::now()).await?
        else {
            return Ok(None);
        };
        let Some(person) = people::by_id(&mut reading, visit.person).await? else {
            return Ok(None);
        };
        refused::saw_person(parts, person.id);
        Ok(Some(Self { person, cookie_digest, visit }))
    }
}

impl FromRequestParts<Hall> for Visitor {
    type Rejection = NoVisitor;

    /// Who only looks is asked to sign in; a form of somebody who is not is refused.
    async fn from_request_parts(parts: &mut Parts, hall: &Hall) -> Result<Self, NoVisitor> {
        let visitor = <Self as OptionalFromRequestParts<Hall>>::from_request_parts(parts, hall);
        if let Some(visitor) = visitor.await.map_err(NoVisitor::Refused)? {
            return Ok(visitor);
        }
        if !parts.method.is_safe() {
            let code = ProblemCode::SignInNeeded;
            return Err(NoVisitor::Refused(Refusal::new(StatusCode::UNAUTHORIZED, code)));
        }
        let to = parts.uri.path_and_query().map_or("", |it| it.as_str());
        Err(NoVisitor::SignedOut(Redirect::to(&hall.portal.front_door(to))))
    }
}

impl FromRequestParts<Hall> for Words {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Hall) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

impl Portal {
    /// The page before the sign-in, on the way to a page below `/portal`.
    fn front_door(&self, to: &str) -> String {
        let to: String = form_urlencoded::byte_serialize(inside(to).as_bytes()).collect();
        format!("{}?to={to}", self.path)
    }

    /// What names a visit. `__Host-` keeps other pages of the domain from setting it (RFC 6265bis, section 4.1.3.2).
    pub(super) fn visit_cookie(&self) -> String {
        self.cookie_name("deskside-visit")
    }

    pub(super) fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// Sets a cookie for so many seconds; none: it goes. It is sent along when somebody follows a link to us, and
    /// with no form of another page.
    pub(super) fn set_cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.is_https() { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(it, _)| *it == name).map(|(_, value)| value)
}

/// Names a visit without giving it away.
pub(super) fn digest_of(cookie: &str) -> String {
    hex(digest(&SHA256, cookie.as_bytes()).as_ref())
}

/// A cookie that nobody guesses.
pub(super) fn new_cookie() -> Option<String> {
    let key = sealing::Key::generate().ok()?;
    Some(URL_SAFE_NO_PAD.encode(key.secret()))
}

/// A place below `/portal` to go to after the sign-in, and never one elsewhere.
pub(super) fn inside(to: &str) -> &str {
    let rest = to.strip_prefix("/portal").filter(|it| it.is_empty() || it.starts_with(['/', '?']));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/?&=-_".contains(c);
    match rest {
        Some(rest) if rest.chars().all(is_plain) && !rest.starts_with("//") => to,
        Some(_) | None => "/portal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for to in
            ["/portal", "/portal/requests/12", "/portal/report?kind=security", "/portal?said=yes"]
        {
            assert_eq!(inside(to), to);
        }
        for to in [
            "",
            "//evil.example",
            "/portal//evil.example",
            "https://evil.example",
            "/portalevil",
            "/portal.evil.example",
            "/portal/\r\nSet-Cookie: a=b",
            "/portal/..%2f",
            "/portal@evil.example",
            "/\\evil.example",
        ] {
            assert_eq!(inside(to), "/portal", "{to}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "xdeskside-visit=no; a=b".parse().unwrap());
        headers.append(COOKIE, "deskside-visit=yes".parse().unwrap());
        assert_eq!(cookie(&headers, "deskside-visit"), Some("yes"));
        assert_eq!(cookie(&headers, "deskside"), None);
    }
}
