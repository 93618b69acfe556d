use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use connectors::{Act, Ports};
use jiff::Timestamp;
use tokio::sync::{Notify, Semaphore, watch};
use uuid::Uuid;

use crate::auth::{Expected, Keys, Proven, StepUp};
use crate::budget::Budget;
use crate::config::{Config, IncidentConfig};
use crate::counsel::Counsel;
use crate::intake::Arrivals;
use crate::knowledge::Knowledge;
use crate::limits::Limits;
use crate::modes::{Modes, Signers};
use crate::news::News;
use crate::peer::{Front, Peer};
use crate::store::holders::Holder;
use crate::store::{Session, Store, StoreError};

/// Attempts of one installation to send anything without a sign-in, per minute.
const REPORTS_PER_MINUTE: u32 = 20;

/// So many windows begin to follow their tickets at the same time.
const AT_ONCE: usize = 2;

/// Everything a request or the worker needs.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) knowledge: Knowledge,
    pub(crate) keys: Keys,
    pub(crate) expected: Expected,
    pub(crate) proven: Proven,
    pub(crate) step_up: StepUp,
    pub(crate) limits: Limits,
    /// What is between us and the sender.
    pub(crate) front: Front,
    /// When several requests become one incident.
    pub(crate) incidents: IncidentConfig,
    /// How long it waits until it looks at the help desk again.
    pub(crate) desk_looks: Duration,
    /// Where people reach this agent, without a slash at the end.
    pub(crate) public_url: String,
    /// Submissions that wait to be accepted.
    pub(crate) arrivals: Arrivals,
    /// Rings when there is work.
    pub(crate) bell: Notify,
    /// A model that is asked for one more opinion.
    pub(crate) counsel: Option<Counsel>,
    /// The systems that this process reaches: those that are changed only where it executes.
    pub(crate) ports: Ports,
    /// What is connected for hand-offs, whichever process executes.
    pub(crate) connected: Connected,
    /// What this process takes is its own.
    pub(crate) holder: Holder,
    /// Who may sign that a runbook is trusted.
    pub(crate) signers: Signers,
    /// Where the portal is; absent: there is none.
    pub(crate) portal: Option<String>,
    /// Rings when something is to change outside.
    pub(crate) acts_bell: Notify,
    /// Says whose tickets moved.
    pub(crate) news: News,
    /// Who begins to follow their tickets passes here: when all windows come back after a restart, whoever
    /// sends something does not wait behind them.
    pub(crate) entrance: Arc<Semaphore>,
    /// Turns true when the agent stops.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) refusals: Budget<()>,
    /// Refusals beyond that budget.
    pub(crate) unwritten: AtomicU32,
    pub(crate) reports: Budget<Uuid>,
    /// Enrollments without a sign-in.
    unowned_by_peer: Budget<Peer>,
    unowned: Budget<()>,
}

/// Which systems hand-offs reach.
#[derive(Debug, Clone)]
pub(crate) struct Connected {
    /// The teams that have their tickets at the help desk.
    pub(crate) desk: Reach,
    pub(crate) messages: bool,
    /// The teams that have somebody on call.
    pub(crate) on_call: Reach,
}

/// Which teams a system reaches.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// Every team.
    Everybody,
    /// These.
    Teams(BTreeSet<String>),
}

impl Reach {
    /// Those of these teams that it reaches.
    pub(crate) fn of<'a>(&self, teams: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
        teams.filter(|team| self.has(team)).map(str::to_owned).collect()
    }

    fn reaches_any(&self) -> bool {
        match self {
            Self::Everybody => true,
            Self::Teams(teams) => !teams.is_empty(),
        }
    }

    fn has(&self, team: &str) -> bool {
        match self {
            Self::Everybody => true,
            Self::Teams(teams) => teams.contains(team),
        }
    }
}

impl Connected {
    /// Whether the system for an act is connected.
    pub(crate) fn take(&self, act: &Act) -> bool {
        match act {
            Act::AssignOwner { team } => self.desk.has(team),
            Act::AddNote { .. } | Act::SetStatus { .. } => self.desk.reaches_any(),
            Act::NotifyTeam { .. } => self.messages,
            Act::Page { team, .. } => self.on_call.has(team),
        }
    }
}

/// What a desk is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) knowledge: Knowledge,
    pub(crate) keys: Keys,
    pub(crate) public_url: String,
    pub(crate) limits: Limits,
    pub(crate) counsel: Option<Counsel>,
    pub(crate) ports: Ports,
    pub(crate) connected: Connected,
    pub(crate) holder: Holder,
    pub(crate) signers: Signers,
    pub(crate) portal: Option<String>,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Desk {
    pub(crate) fn new(config: &Config, parts: Parts) -> Self {
        Self {
            store: parts.store,
            knowledge: parts.knowledge,
            keys: parts.keys,
            expected: Expected { issuer: config.issuer.clone(), audience: config.audience.clone() },
            proven: Proven::default(),
            step_up: StepUp::new(config),
            limits: parts.limits,
            front: if config.behind_tls_proxy { Front::Proxy } else { Front::Open },
            incidents: config.incidents,
            desk_looks: config
                .request_tracker
                .as_ref()
                .map(|it| it.look_every())
                .unwrap_or_default(),
            public_url: parts.public_url,
            arrivals: Arrivals::default(),
            bell: Notify::new(),
            counsel: parts.counsel,
            ports: parts.ports,
            connected: parts.connected,
            holder: parts.holder,
            signers: parts.signers,
            portal: parts.portal,
            acts_bell: Notify::new(),
            news: News::default(),
            entrance: Arc::new(Semaphore::new(AT_ONCE)),
            stopping: parts.stopping,
            refusals: Budget::new(parts.limits.refusals_per_minute),
            unwritten: AtomicU32::new(0),
            reports: Budget::new(REPORTS_PER_MINUTE),
            unowned_by_peer: Budget::new(parts.limits.enrollments_per_sender),
            unowned: Budget::new(parts.limits.enrollments_together),
        }
    }

    /// Whether one more may enroll without a sign-in. What a sender has too much of is not taken
    /// from everybody's share.
    pub(crate) fn takes_unowned(&self, peer: Peer, now: Timestamp) -> bool {
        self.unowned_by_peer.take(peer, now) && self.unowned.take((), now)
    }

    /// How far every runbook is trusted now.
    pub(crate) async fn modes(
        &self,
        reading: &mut Session,
        now: Timestamp,
    ) -> Result<Modes, StoreError> {
        Modes::now(reading, self.knowledge.books(), &self.signers, now).await
    }

    /// After a commit: wakes the streams of a person.
    pub(crate) fn announce(&self, person: Option<i64>) {
        if let Some(person) = person {
            self.news.announce(person);
        }
    }
}
