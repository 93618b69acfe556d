//! Who is signed in: signing in and out, and what works meanwhile.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use agent_client::StepUp;
use identity::{Freshness, Identity, IdentityError, Revocation, SignInRequest, SignedIn};
use outbox::{Entry, Owner, State};
use ticket::{Problem, ProblemCode};

use crate::problem::problem;
use crate::view::{SessionState, SessionView, SignOutOutcome, UnsentChoice};
use crate::{Change, Desktop};

/// How recent a sign-in must be for what the agent guards (it says the same in its challenge).
const FRESH: Duration = Duration::from_secs(300);

/// The person at this device.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) signed_in: Option<SignedIn>,
    /// How often somebody has signed in or out: tells whether an answer is about an earlier session.
    session: u64,
    /// The running sign-in, to be cancelled.
    running: Option<SignInRequest>,
    /// Whether the agent answers.
    pub(crate) online: bool,
    /// Whose installation this is, as far as the agent has said so.
    pub(crate) enrolled: Option<Owner>,
    /// The sign-in the agent asked for (RFC 9470).
    step_up: Option<StepUp>,
    /// Who was signed in last: what they wrote is never shown to, or sent by, the next.
    last: Option<Owner>,
}

impl Desktop {
    /// Who is signed in and what works.
    #[must_use]
    pub fn session(&self) -> SessionView {
        let unsent = self.entries().iter().filter(|entry| entry.is_unsent()).count();
        let owners = [self.owner(), Owner::Installation];
        let of_others = self.outbox.as_ref().map(|outbox| outbox.unsent_of_others(&owners));
        let person = self.lock(&self.person);
        SessionView {
            state: match (&person.signed_in, &person.running) {
                (Some(_), _) => SessionState::SignedIn,
                (None, Some(_)) => SessionState::SigningIn,
                (None, None) => SessionState::SignedOut,
            },
            name: person.signed_in.as_ref().map(|person| person.name.clone().unwrap_or_default()),
            online: person.online,
            memory_only: !self.keyring.is_persistent(),
            file_key: self.has_file_key,
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
            unsent_of_others: u32::try_from(of_others.unwrap_or_default()).unwrap_or(u32::MAX),
            sealed: self.unread.sealed,
            damaged: self.unread.damaged,
            needs_sign_in: person.signed_in.is_some() && person.step_up.is_some(),
        }
    }

    /// Signs in with the system's browser; a second call opens the same page again.
    ///
    /// # Errors
    /// The person cancelled, the provider cannot be reached, or its answer cannot be trusted.
    pub async fn sign_in(&self) -> Result<SessionView, Problem> {
        let is_asked = self.lock(&self.person).step_up.is_some();
        let freshness = if is_asked { self.freshness() } else { Freshness::Ordinary };
        self.authenticate(freshness).await
    }

    /// Signs in again where a recent sign-in is asked for (RFC 9470).
    ///
    /// # Errors
    /// As [`Desktop::sign_in`].
    pub async fn sign_in_fresh(&self) -> Result<SessionView, Problem> {
        self.authenticate(self.freshness()).await
    }

    /// As recent and strong as the agent asked for.
    fn freshness(&self) -> Freshness {
        let asked = self.lock(&self.person).step_up.clone();
        let max_age = asked.as_ref().and_then(|asked| asked.max_age).unwrap_or(FRESH);
        Freshness::Fresh { max_age, acr: asked.and_then(|asked| asked.acr_values) }
    }

    /// Stops waiting for the browser.
    pub fn cancel_sign_in(&self) {
        if let Some(running) = self.lock(&self.person).running.take() {
            running.cancel.cancel();
        }
        self.session_changed();
    }

    async fn authenticate(&self, freshness: Freshness) -> Result<SessionView, Problem> {
        let identity = self.identity()?;
        let request = SignInRequest::new(freshness, &self.language());
        self.lock(&self.person).running = Some(request.clone());
        self.session_changed();
        let (open, cancel) = (Arc::clone(&self.options.open), request.cancel.clone());
        let unopened = Arc::new(OnceLock::new());
        let told = Arc::clone(&unopened);
        let result = identity
            .sign_in(&request, move |url| {
                if let Err(error) = open(url.as_str()) {
                    // Nobody can answer a page that is not there.
                    let _ = told.set(error);
                    cancel.cancel();
                }
            })
            .await;
        self.lock(&self.person).running = None;
        let signed_in = result.map_err(|error| {
            self.session_changed();
            match unopened.get() {
                Some(why) => problem(ProblemCode::BrowserUnavailable, why),
                None => identity_problem(&error),
            }
        })?;
        self.becomes(Some(signed_in));
        Ok(self.session())
    }

    /// Signs out: revokes and forgets. Asks first what to do with what was not sent.
    ///
    /// # Errors
    /// The keyring refuses to forget, or unsent requests cannot be deleted.
    pub async fn sign_out(&self, unsent: Option<UnsentChoice>) -> Result<SignOutOutcome, Problem> {
        let owner = self.owner();
        let waiting = self.unsent_of(owner);
        match unsent {
            None if waiting > 0 => return Ok(SignOutOutcome::AskUnsent { unsent: waiting }),
            Some(UnsentChoice::Delete) => {
                let deleted = self.outbox()?.delete_all(owner);
                deleted.map_err(|error| problem(ProblemCode::DeviceStorage, error))?;
            }
            None | Some(UnsentChoice::Keep) => {}
        }
        let revocation =
            self.identity()?.sign_out().await.map_err(|error| identity_problem(&error))?;
        self.forget_unfinished();
        self.becomes(None);
        Ok(SignOutOutcome::SignedOut { revoked: revocation == Revocation::Confirmed })
    }

    /// Which session this is, to be compared with a later one.
    pub(crate) fn session_number(&self) -> u64 {
        self.lock(&self.person).session
    }

    /// The agent asks for another sign-in, unless there was one since.
    pub(crate) fn must_sign_in(&self, session: u64, step_up: Option<StepUp>) {
        {
            let mut person = self.lock(&self.person);
            if person.session != session {
                return;
            }
            person.step_up = step_up;
            // Perhaps because this installation was revoked: the next sign-in enrolls it again.
            person.enrolled = None;
        }
        self.session_changed();
    }

    fn unsent_of(&self, owner: Owner) -> u32 {
        let waits = |entry: &&Entry| !matches!(entry.state, State::Accepted { .. });
        let entries = self.outbox.as_ref().map(|outbox| outbox.list(&[owner])).unwrap_or_default();
        u32::try_from(entries.iter().filter(waits).count()).unwrap_or(u32::MAX)
    }

    /// The session an earlier run left in the keyring.
    pub(crate) async fn restore_session(&self) {
        let Ok(identity) = self.identity() else { return self.becomes(None) };
        match identity.signed_in().await {
            Ok(signed_in) => self.becomes(signed_in),
            Err(error) => {
                tracing::warn!(%error, "the session was not restored");
                self.becomes(None);
            }
        }
    }

    /// Somebody else is at this device now, or nobody, or the same person again.
    pub(crate) fn becomes(&self, signed_in: Option<SignedIn>) {
        {
            let mut person = self.lock(&self.person);
            person.signed_in = signed_in;
            person.session += 1;
            person.step_up = None;
        }
        let now = self.owner();
        if now != Owner::Installation {
            let last = self.lock(&self.person).last.replace(now);
            if last.is_some_and(|last| last != now) {
                self.forget_unfinished();
            }
        }
        self.known.belongs_to(now);
        self.session_changed();
        self.requests_changed();
        // What waited for this sign-in is due now.
        self.retry_all();
        self.to_listen.notify_one();
    }

    /// A session that merely ended keeps what was begun: its writer signs in again and goes on.
    fn forget_unfinished(&self) {
        self.draft_discard();
        self.guide_leave();
    }

    /// Who owns what is written now.
    pub(crate) fn owner(&self) -> Owner {
        let person = self.lock(&self.person);
        person
            .signed_in
            .as_ref()
            .map_or(Owner::Installation, |person| Owner::person(&person.issuer, &person.subject))
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>, Problem> {
        let backend = self.backend();
        backend
            .identity
            .clone()
            .ok_or_else(|| problem(ProblemCode::ProviderUnreachable, "no provider is configured"))
    }

    /// Remembers whether the agent answers; coming back online sends what waits at once.
    pub(crate) fn set_online(&self, online: bool) {
        let was = std::mem::replace(&mut self.lock(&self.person).online, online);
        if was == online {
            return;
        }
        if online {
            self.retry_all();
        }
        self.session_changed();
    }

    pub(crate) fn session_changed(&self) {
        self.tell(Change::Session(self.session()));
    }
}

/// The one table from sign-in errors to what the window says.
pub(crate) fn identity_problem(error: &IdentityError) -> Problem {
    let code = match error {
        IdentityError::Cancelled => ProblemCode::SignInCancelled,
        IdentityError::Busy => ProblemCode::TooMany,
        IdentityError::Mismatch(_) | IdentityError::Protocol(_) => ProblemCode::SignInMismatch,
        IdentityError::ProviderUnreachable(_) => ProblemCode::ProviderUnreachable,
        IdentityError::CertificateUntrusted(_) => ProblemCode::CertificateUntrusted,
        IdentityError::ClockWrong { .. } => ProblemCode::ClockWrong,
        IdentityError::SignInNeeded => ProblemCode::SignInNeeded,
        IdentityError::Keyring { .. } | IdentityError::Device { .. } => ProblemCode::DeviceStorage,
    };
    problem(code, error)
}
