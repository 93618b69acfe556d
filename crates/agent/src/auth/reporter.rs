use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::Timestamp;
use ticket::Verification;
use uuid::Uuid;

use super::signature::{Presented, SignatureFault};
use crate::api::Refusal;
use crate::desk::Desk;
use crate::refused;
use crate::store::installations;
use crate::store::tickets::Owner;

/// An enrolled installation with nobody in particular in front of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporter {
    pub(crate) installation: Uuid,
}

impl Reporter {
    /// Whom what it sends belongs to: nobody, and it stays so.
    pub(crate) fn owner(self) -> Owner {
        Owner {
            person: None,
            installation: Some(self.installation),
            verification: Verification::Unverified,
        }
    }
}

impl FromRequestParts<Arc<Desk>> for Presented {
    type Rejection = Refusal;

    /// A signature made about now. Whose it is, the handler checks.
    async fn from_request_parts(parts: &mut Parts, _: &Arc<Desk>) -> Result<Self, Refusal> {
        let presented = parts.extensions.get::<Self>().cloned();
        let fault = match presented {
            Some(presented) if presented.is_current(Timestamp::now()) => return Ok(presented),
            Some(_) => SignatureFault::Time,
            None => SignatureFault::Missing,
        };
        Err(fault.into())
    }
}

impl FromRequestParts<Arc<Desk>> for Reporter {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Refusal> {
        let presented = Presented::from_request_parts(parts, desk).await?;
        let installation = presented.input.key_id;
        let mut reading = desk.store.read().await?;
        let fault = match installations::key(&mut reading, installation).await? {
            Some(key) if presented.is_by(&key) => {
                refused::saw_installation(parts, installation);
                return Ok(Self { installation });
            }
            Some(_) => SignatureFault::Signature,
            None => SignatureFault::UnknownInstallation,
        };
        Err(fault.into())
    }
}
