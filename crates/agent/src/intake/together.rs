//! Submissions that wait for the disk at the same time are accepted in one transaction: what is confirmed has
//! been synced, and one sync serves all of them (group commit).

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ticket::Submission;
use tokio::sync::oneshot;

use super::{Intake, take_all};
use crate::desk::Desk;
use crate::store::tickets::Owner;
use crate::store::{Session, StoreError};

/// So many at most in one transaction.
const MOST: usize = 32;

/// A submission to accept.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) owner: Owner,
    pub(super) submission: Submission,
    /// Digest of what was received.
    pub(super) received: Vec<u8>,
    pub(super) now: Timestamp,
}

/// Where an answer goes; none, if those of a group could not be accepted together.
type Answer = oneshot::Sender<Result<Intake, StoreError>>;

/// Submissions that nobody has taken yet.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    waiting: Mutex<Vec<(Arc<Waiting>, Answer)>>,
    turn: tokio::sync::Mutex<()>,
}

impl Arrivals {
    fn add(&self, waiting: Arc<Waiting>, answer: Answer) {
        self.all().push((waiting, answer));
    }

    fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// Takes those who came first.
    fn first(&self) -> Vec<(Arc<Waiting>, Answer)> {
        let mut all = self.all();
        let count = MOST.min(all.len());
        let later = all.split_off(count);
        mem::replace(&mut all, later)
    }

    fn all(&self) -> MutexGuard<'_, Vec<(Arc<Waiting>, Answer)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts a submission together with those that wait with it, and where that fails, alone: what is wrong
/// with one does not stop the others.
pub(super) async fn accept(desk: &Arc<Desk>, waiting: Waiting) -> Result<Intake, StoreError> {
    let waiting = Arc::new(waiting);
    let (answer, answered) = oneshot::channel();
    desk.arrivals.add(Arc::clone(&waiting), answer);
    // As a task of its own: a sender that hangs up does not take the others along.
    tokio::spawn(serve(Arc::clone(desk)));
    if let Ok(answer) = answered.await {
        return answer;
    }
    let alone = accept_all(desk.store.write().await?, desk, &[&waiting]).await?;
    alone.into_iter().next().ok_or(StoreError::Range)
}

/// Serves who waits. Whoever was waited for by others served them too, so that there may be nobody left.
async fn serve(desk: Arc<Desk>) {
    let _turn = desk.arrivals.turn.lock().await;
    if desk.arrivals.is_empty() {
        return;
    }
    let begun = desk.store.write().await;
    let (group, answers): (Vec<_>, Vec<_>) = desk.arrivals.first().into_iter().unzip();
    let answered: Vec<_> = match begun {
        Ok(writing) => {
            let group: Vec<_> = group.iter().map(AsRef::as_ref).collect();
            let accepted = accept_all(writing, &desk, &group).await.unwrap_or_default();
            accepted.into_iter().map(Ok).collect()
        }
        Err(error) => {
            let error = Arc::new(error);
            answers.iter().map(|_| Err(StoreError::Shared(Arc::clone(&error)))).collect()
        }
    };
    for (answer, intake) in answers.into_iter().zip(answered) {
        // Who hung up asks again and gets the same word.
        let _ = answer.send(intake);
    }
}

/// Accepts all of them or none.
async fn accept_all(
    mut writing: Session,
    desk: &Desk,
    group: &[&Waiting],
) -> Result<Vec<Intake>, StoreError> {
    let answers = take_all(&mut writing, desk, group).await?;
    writing.commit("ticket_accepted").await?;
    for (waiting, answer) in group.iter().zip(&answers) {
        if matches!(answer, Intake::New(_)) {
            desk.announce(waiting.owner.person);
            desk.bell.notify_one();
        }
    }
    Ok(answers)
}
