//! The way to the agent, in somebody's name, and what its refusals mean.

use agent_client::{AgentClient, Auth, ClientError, Signer};
use identity::{AccessToken, IdentityError};
use outbox::{Outcome, Owner};
use ticket::{Enrollment, Problem, ProblemCode};

use crate::Desktop;
use crate::problem::problem;
use crate::session::identity_problem;

/// The way to the agent.
pub(crate) struct Link {
    pub(crate) client: AgentClient,
    /// In whose name.
    pub(crate) owner: Owner,
    /// In which of their sessions.
    pub(crate) session: u64,
    bearer: Option<String>,
    signer: Signer,
}

impl Link {
    pub(crate) fn auth(&self) -> Auth<'_> {
        Auth { bearer: self.bearer.as_deref(), signer: Some(&self.signer) }
    }
}

impl Desktop {
    /// The way to the agent as the signed-in person, whose installation is enrolled first.
    pub(crate) async fn link(&self) -> Result<Link, Problem> {
        let session = self.session_number();
        let token = self.token().await?;
        let owner = self.owner_of(&token)?;
        let bearer = Some(token.secret);
        let link = Link { bearer, owner, session, ..self.unsigned_link_problem()? };
        if self.lock(&self.person).enrolled != Some(owner) {
            if let Err(error) = self.enroll(&link).await {
                self.learn(link.session, &error).await;
                return Err(client_problem(&error));
            }
            self.lock(&self.person).enrolled = Some(owner);
        }
        Ok(link)
    }

    async fn token(&self) -> Result<AccessToken, Problem> {
        let identity = self.identity()?;
        match identity.access_token().await {
            Ok(token) => Ok(token),
            Err(error) => {
                if matches!(error, IdentityError::SignInNeeded)
                    && self.owner() != Owner::Installation
                {
                    // Somebody may have signed in while this call was under way.
                    self.becomes(identity.signed_in().await.ok().flatten());
                }
                Err(identity_problem(&error))
            }
        }
    }

    /// Whose token it is; refused when somebody else has signed in meanwhile.
    fn owner_of(&self, token: &AccessToken) -> Result<Owner, Problem> {
        let person = self.lock(&self.person).signed_in.clone();
        person
            .filter(|person| person.subject == token.subject)
            .map(|person| Owner::person(&person.issuer, &person.subject))
            .ok_or_else(|| problem(ProblemCode::SignInNeeded, "the token is somebody else's"))
    }

    /// The way to the agent in nobody's name.
    pub(crate) fn unsigned_link(&self) -> Result<Link, Failure> {
        self.unsigned_link_problem().map_err(|problem| Failure::NotNow(problem.code))
    }

    fn unsigned_link_problem(&self) -> Result<Link, Problem> {
        let backend = self.backend();
        let client = backend.client.clone();
        let client = client
            .ok_or_else(|| problem(ProblemCode::AgentUnreachable, "no agent is configured"))?;
        Ok(Link {
            client,
            owner: Owner::Installation,
            session: self.session_number(),
            bearer: None,
            signer: backend.signer.clone(),
        })
    }

    pub(crate) async fn enroll(&self, link: &Link) -> Result<(), ClientError> {
        let context = self.check_context();
        let device = diagnostics::device_report(&context, &self.options.version, None);
        let enrollment = Enrollment {
            id: self.installation.id(),
            public_key: self.installation.public_key_base64(),
            device_name: device.await.name,
        };
        link.client.enroll(&link.auth(), &enrollment).await.map(drop)
    }

    /// What a refusal of the agent in that session says about token, installation and sign-in.
    pub(crate) async fn learn(&self, session: u64, error: &ClientError) {
        let ClientError::Refused { code, step_up, .. } = error else { return };
        match code {
            ProblemCode::SignInNeeded => {
                if let Ok(identity) = self.identity() {
                    identity.forget_access_token().await;
                }
            }
            ProblemCode::FreshSignInNeeded => self.must_sign_in(session, step_up.clone()),
            ProblemCode::NotAllowed => self.lock(&self.person).enrolled = None,
            _ => {}
        }
    }
}

/// Why something was not delivered.
pub(crate) enum Failure {
    /// The agent, or the way to it.
    Client(ClientError),
    /// It cannot be tried now: nobody or somebody else is signed in, or the provider is away.
    NotNow(ProblemCode),
}

impl Failure {
    pub(crate) fn is_about_the_session(&self) -> bool {
        match self {
            Self::NotNow(_) => true,
            Self::Client(error) => error.needs_sign_in(),
        }
    }

    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Client(error) if error.is_retryable() || error.needs_sign_in() => {
                Outcome::Retry { after: error.retry_after(), reason: worth_telling(error.code()) }
            }
            Self::Client(error) => {
                let problem = client_problem(&error);
                Outcome::Refused { code: problem.code, reference: problem.reference }
            }
            Self::NotNow(code) => Outcome::Retry { after: None, reason: worth_telling(code) },
        }
    }
}

/// The code, where it says what the person can do; a network that is away comes back by itself.
const fn worth_telling(code: ProblemCode) -> Option<ProblemCode> {
    match code {
        ProblemCode::SignInNeeded
        | ProblemCode::FreshSignInNeeded
        | ProblemCode::ClockWrong
        | ProblemCode::CertificateUntrusted
        | ProblemCode::NotAllowed
        | ProblemCode::VersionUnsupported
        | ProblemCode::DeviceStorage => Some(code),
        ProblemCode::SignInCancelled
        | ProblemCode::SignInMismatch
        | ProblemCode::BrowserUnavailable
        | ProblemCode::ProviderUnreachable
        | ProblemCode::AgentUnreachable
        | ProblemCode::TooLarge
        | ProblemCode::Malformed
        | ProblemCode::NotFound
        | ProblemCode::TooMany
        | ProblemCode::Conflict
        | ProblemCode::Internal => None,
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

/// The one table from client errors to what the window says; the agent's reference is kept.
pub(crate) fn client_problem(error: &ClientError) -> Problem {
    match error {
        ClientError::Refused { code, reference, .. } if !reference.is_empty() => {
            tracing::warn!(%error, "the agent refused");
            Problem { code: *code, reference: reference.clone() }
        }
        _ => problem(error.code(), error),
    }
}
