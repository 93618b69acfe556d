//! The portal: a small page for employees whose computer is not at hand, and for who has to say yes or no. It is
//! HTML that the agent writes, without a script; people sign in at the same identity provider, and the browser
//! gets nothing but a cookie. Nobody signs there with an installation's key, so what comes from it informs people
//! and never causes an action; a word about an approval counts with a sign-in of the last minutes, as in the app.

mod account;
mod approvals;
mod article;
mod door;
mod home;
mod look;
mod report;
mod request;
mod theirs;
mod verdict;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use content::Organization;
use ticket::{Problem, ProblemCode};
use url::{Origin, Url};

use crate::api::Refusal;
use crate::config::PortalConfig;
use crate::desk::Desk;
use crate::refused;
use crate::words::Words;

/// Longest body of a form: a text of the longest kind in the longest encoding, and the rest.
const MAX_FORM_BYTES: usize = 128 * 1024;
/// The provider is waited for so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nothing but our own style; no frame, no script, no form to elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// How the portal is set up.
#[derive(Debug)]
pub(crate) struct Portal {
    client_id: String,
    client_secret: Option<String>,
    /// Where it is: the public address of the agent with `/portal`.
    address: String,
    /// The same without the origin.
    path: String,
    origin: Origin,
    /// Whom to call.
    organization: Organization,
    http: reqwest::Client,
}

/// Why there is no portal.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The file of its secret cannot be used.
    #[error(transparent)]
    Secret(#[from] systems::FileError),
    /// The public address of the agent is none.
    #[error("public_url cannot be used for the portal")]
    Address(#[from] url::ParseError),
    /// No requests can be made.
    #[error("the identity provider cannot be asked")]
    Client(#[from] reqwest::Error),
}

/// Where the portal of an agent is.
pub(crate) fn address(public_url: &str) -> String {
    format!("{public_url}/portal")
}

impl Portal {
    pub(crate) fn new(
        config: &PortalConfig,
        public_url: &str,
        organization: Organization,
    ) -> Result<Self, PortalError> {
        let address = address(public_url);
        let url = Url::parse(&address)?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            client_id: config.client_id.clone(),
            client_secret: config.client_secret_file.as_deref().map(systems::secret).transpose()?,
            path: url.path().to_owned(),
            origin: url.origin(),
            address,
            organization,
            http,
        })
    }

    fn is_https(&self) -> bool {
        self.address.starts_with("https:")
    }
}

/// What a page is made with.
#[derive(Debug, Clone)]
struct Hall {
    desk: Arc<Desk>,
    portal: Arc<Portal>,
}

/// The pages of a portal.
pub(crate) fn router(desk: Arc<Desk>, portal: Arc<Portal>) -> Router {
    let hall = Hall { desk: Arc::clone(&desk), portal };
    Router::new()
        .route("/", get(to_start))
        .route("/portal/", get(to_start))
        .route("/portal", get(home::show))
        .route("/portal/style.css", get(look::style))
        .route("/portal/sign-in", get(door::ask))
        .route("/portal/callback", get(door::come_in))
        .route("/portal/sign-out", post(door::go))
        .route("/portal/report", get(report::ask).post(report::send))
        .route("/portal/requests/{number}", get(request::show).post(request::reply))
        .route("/portal/approvals", get(approvals::show))
        .route("/portal/approvals/{id}", post(approvals::say))
        .route("/portal/theirs", post(theirs::say))
        .route("/portal/account", get(account::show))
        .route("/portal/articles/{id}", get(article::show))
        .route("/portal/verdict/{number}/{mark}", get(verdict::ask).post(verdict::say))
        .route("/portal/{*nowhere}", any(nowhere))
        .layer(middleware::from_fn_with_state(hall.clone(), guard))
        .layer(middleware::from_fn_with_state(desk, refused::write_down))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .with_state(hall)
}

async fn to_start(State(hall): State<Hall>) -> Redirect {
    Redirect::to(&hall.portal.path)
}

/// A page that is none, as a page.
async fn nowhere() -> Refusal {
    Refusal::not_found()
}

/// Turns away forms of other pages, writes refusals as pages, and says what a browser may do with ours.
async fn guard(State(hall): State<Hall>, request: Request, next: Next) -> Response {
    let words = Words::of(request.headers());
    let is_ours = request.method().is_safe() || is_of_our_page(&hall, &request);
    let response = if is_ours {
        next.run(request).await
    } else {
        Refusal::new(StatusCode::FORBIDDEN, ProblemCode::NotAllowed).into_response()
    };
    let mut response = as_page(&hall, words, response);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        // A form of ours names where it is from.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Whether a form was sent from a page of ours: every browser says where it was (RFC 6454, section 7.3).
fn is_of_our_page(hall: &Hall, request: &Request) -> bool {
    let said = request.headers().get(header::ORIGIN).and_then(|it| it.to_str().ok());
    said.is_some_and(|said| said == hall.portal.origin.ascii_serialization())
}

/// A refusal as somebody in front of a browser reads it.
fn as_page(hall: &Hall, words: Words, response: Response) -> Response {
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let page = look::trouble(hall, words, &problem);
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, look::HTML);
    Response::from_parts(parts, page.into())
}
