//! The HTTP API: one module per resource. Handlers only translate; what happens is in `intake`,
//! `replying` and `enrolling`.

mod account;
mod approvals;
mod body;
mod events;
mod facts;
mod health;
mod incidents;
mod installations;
mod me;
mod refusal;
mod reports;
mod tickets;
mod usage;

use std::sync::{Arc, LazyLock};

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::{Router, middleware};
use ticket::{MAX_SUBMISSION_BYTES, ProblemCode};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::open_envelope;
use crate::desk::Desk;
use crate::portal::{self, Portal};
use crate::refused;

pub(crate) use body::Body;
pub(crate) use refusal::Refusal;

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Deskside agent",
    version = "1",
    description = "What the app and the agent say to each other.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Description;

const SIGNATURE: &str = "HTTP message signature (RFC 9421) with the installation's Ed25519 key over \
    method, path, query and the digest of the body (RFC 9530); made within the last five minutes.";

/// The routes and their description.
fn described() -> (Router<Arc<Desk>>, OpenApi) {
    let mut description = Description::openapi();
    let components = description.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let signature = ApiKeyValue::with_description("Signature", SIGNATURE);
    let signature = SecurityScheme::ApiKey(ApiKey::Header(signature));
    components.add_security_scheme("installation", signature);
    OpenApiRouter::with_openapi(description)
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::openapi))
        .routes(routes!(me::me))
        .routes(routes!(facts::facts))
        .routes(routes!(account::account))
        .routes(routes!(installations::enroll, installations::list))
        .routes(routes!(installations::revoke))
        .routes(routes!(tickets::send, tickets::list))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::reply))
        .routes(routes!(reports::send))
        .routes(routes!(incidents::list))
        .routes(routes!(approvals::list))
        .routes(routes!(approvals::say))
        .routes(routes!(usage::report))
        .routes(routes!(events::stream))
        .split_for_parts()
}

/// The OpenAPI document of this version.
#[must_use]
pub fn openapi() -> &'static OpenApi {
    static DESCRIPTION: LazyLock<OpenApi> = LazyLock::new(|| described().1);
    &DESCRIPTION
}

/// The whole API over a desk, and the portal where there is one.
pub(crate) fn router(desk: Arc<Desk>, portal: Option<Arc<Portal>>) -> Router {
    let (routes, _) = described();
    let pages = portal.map(|portal| portal::router(Arc::clone(&desk), portal));
    let routes = routes
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(async || {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, ProblemCode::NotFound)
        })
        .layer(middleware::from_fn(open_envelope))
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), refused::write_down))
        .layer(DefaultBodyLimit::max(MAX_SUBMISSION_BYTES))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(desk);
    match pages {
        Some(pages) => routes.merge(pages),
        None => routes,
    }
}
