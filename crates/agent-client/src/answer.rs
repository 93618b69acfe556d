use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::de::DeserializeOwned;
use ticket::{Problem, ProblemCode};

use crate::{ClientError, StepUp};

/// Largest answer that is read.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Largest list that is read: the agent gives up to 200 tickets with all their events.
pub(crate) const MAX_LIST_BYTES: usize = 16 * 1024 * 1024;

/// Gives the response back if it is a success.
pub(crate) async fn success(response: Response) -> Result<Response, ClientError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status.is_redirection() || status.is_informational() {
        return Err(ClientError::Protocol("a redirect"));
    }
    let headers = response.headers().clone();
    let problem = read(response, MAX_BYTES).await.ok();
    let problem = problem.and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    Err(refusal(status, &headers, problem))
}

/// The content of a successful answer.
pub(crate) async fn content<T: DeserializeOwned>(
    response: Response,
    max: usize,
) -> Result<T, ClientError> {
    let bytes = read(success(response).await?, max).await?;
    serde_json::from_slice(&bytes).map_err(|_| ClientError::Protocol("not the JSON expected"))
}

async fn read(mut response: Response, max: usize) -> Result<Vec<u8>, ClientError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ClientError::of_transport)? {
        if bytes.len() + chunk.len() > max {
            return Err(ClientError::Protocol("an answer that is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn refusal(status: StatusCode, headers: &HeaderMap, problem: Option<Problem>) -> ClientError {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let step_up = header(WWW_AUTHENTICATE).and_then(StepUp::parse);
    let Some(Problem { code, reference }) = problem.or_else(|| guess(status, step_up.as_ref()))
    else {
        return ClientError::Protocol("an error page of something in between");
    };
    let retry_after = header(RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    let retry_after = retry_after.map(Duration::from_secs);
    ClientError::Refused { code, reference, status: status.as_u16(), retry_after, step_up }
}

/// What the status alone says, where something in front of the agent answered for it. Other
/// refusals are believed only in the agent's own words: nothing else may make the app give up.
fn guess(status: StatusCode, step_up: Option<&StepUp>) -> Option<Problem> {
    let code = match status {
        StatusCode::UNAUTHORIZED if step_up.is_some() => ProblemCode::FreshSignInNeeded,
        StatusCode::UNAUTHORIZED => ProblemCode::SignInNeeded,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => ProblemCode::TooMany,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            ProblemCode::AgentUnreachable
        }
        status if status.is_server_error() => ProblemCode::Internal,
        _ => return None,
    };
    Some(Problem { code, reference: String::new() })
}
