use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use ticket::{ProblemCode, WIRE_VERSION};

use super::Refusal;

/// A JSON body of the wire.
pub(crate) struct Body<T>(pub(crate) T);

#[derive(Deserialize)]
struct Versioned {
    version: u16,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        if !is_json(&request) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Refusal::new(status, ProblemCode::Malformed));
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Refusal::malformed())?;
        serde_json::from_slice(&body).map(Self).map_err(|_| refusal(&body))
    }
}

/// A newer wire may hold fields we do not know; its version says so.
fn refusal(body: &[u8]) -> Refusal {
    match serde_json::from_slice::<Versioned>(body) {
        Ok(other) if other.version != WIRE_VERSION => unsupported_version(),
        Ok(_) | Err(_) => Refusal::malformed(),
    }
}

pub(super) fn unsupported_version() -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::VersionUnsupported)
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}
