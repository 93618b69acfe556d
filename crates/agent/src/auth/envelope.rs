use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ticket::ProblemCode;

use super::signature::Presented;
use crate::api::Refusal;

/// A body that takes longer is given up.
const LONGEST_READ: Duration = Duration::from_secs(30);

/// Reads the whole body, as far as we take it, and the signature that goes with it. The signature
/// covers the body, so this happens once and before anything looks at either.
pub(crate) async fn open_envelope(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let sealed = Request::from_parts(parts.clone(), body);
    let body = match tokio::time::timeout(LONGEST_READ, Bytes::from_request(sealed, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(refusal)) if refusal.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Refusal::new(refusal.status(), ProblemCode::TooLarge).into_response();
        }
        Ok(Err(_)) | Err(_) => return Refusal::malformed().into_response(),
    };
    match Presented::read(&parts, &body) {
        Ok(Some(presented)) => drop(parts.extensions.insert(presented)),
        Ok(None) => {}
        Err(fault) => return Refusal::from(fault).into_response(),
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}
