//! What stands before each connected system: it is asked so often in a minute and no more, and one that does
//! not answer is left alone for a while. What was to be done waits meanwhile, as after any failure.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use connectors::{
    ActError, ActKey, ActPort, Channel, DeskPort, DeskReply, DeskStatus, DeskTicket, DeskWatchPort,
    Letter, LetterKey, LetterPort, MessagePort, PagerPort, Ports, ReadError, ReadPort, SeenTicket,
    StepKey, Target,
};
use content::{Act, Known, Reading};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::breaker::Breaker;
use crate::budget::Budget;

/// Puts a guard before everything that is asked for hand-offs, letters and runbooks.
pub(crate) fn guarded(ports: Ports, calls_per_minute: u32) -> Ports {
    let Ports { desk, desk_watch, messages, pager, letters, directory, reads, acts } = ports;
    Ports {
        desk: desk.map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn DeskPort>),
        desk_watch: desk_watch
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn DeskWatchPort>),
        messages: messages
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn MessagePort>),
        pager: pager
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn PagerPort>),
        letters: letters
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn LetterPort>),
        directory,
        reads: reads
            .into_iter()
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn ReadPort>)
            .collect(),
        acts: acts
            .into_iter()
            .map(|port| Arc::new(Guarded::new(port, calls_per_minute)) as Arc<dyn ActPort>)
            .collect(),
    }
}

/// A system behind its guard.
#[derive(Debug)]
struct Guarded<P: ?Sized> {
    breaker: Mutex<Breaker>,
    budget: Budget<()>,
    port: Arc<P>,
}

/// A call that is on its way. Given up before there was an answer, it counts as none.
struct Call<'a> {
    breaker: &'a Mutex<Breaker>,
    has_answered: bool,
}

impl<P: ?Sized> Guarded<P> {
    fn new(port: Arc<P>, calls_per_minute: u32) -> Self {
        Self { breaker: Mutex::default(), budget: Budget::new(calls_per_minute), port }
    }

    /// Lets a call through, or says why not.
    fn call(&self) -> Result<Call<'_>, String> {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if !breaker.lets_through(Instant::now()) {
            return Err(
                "it did not answer again and again, and is left alone for a while".to_owned()
            );
        }
        if !self.budget.take((), Timestamp::now()) {
            return Err("it was asked often enough in this minute".to_owned());
        }
        Ok(Call { breaker: &self.breaker, has_answered: false })
    }

    fn call_to_act(&self) -> Result<Call<'_>, ActError> {
        self.call().map_err(ActError::Later)
    }
}

impl Call<'_> {
    fn acted<T>(mut self, done: Result<T, ActError>) -> Result<T, ActError> {
        self.has_answered = !matches!(done, Err(ActError::Later(_)));
        done
    }

    fn read<T>(mut self, known: Result<T, ReadError>) -> Result<T, ReadError> {
        self.has_answered = !matches!(known, Err(ReadError::Later(_)));
        known
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        breaker.saw(self.has_answered, Instant::now());
    }
}

#[async_trait]
impl ReadPort for Guarded<dyn ReadPort> {
    fn readings(&self) -> &[Reading] {
        self.port.readings()
    }

    async fn read(&self, reading: Reading, of: &Target) -> Result<Known, ReadError> {
        let call = self.call().map_err(ReadError::Later)?;
        call.read(self.port.read(reading, of).await)
    }
}

#[async_trait]
impl ActPort for Guarded<dyn ActPort> {
    fn acts(&self) -> &[Act] {
        self.port.acts()
    }

    async fn act(&self, key: &StepKey, act: Act, on: &Target) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.act(key, act, on).await)
    }
}

#[async_trait]
impl MessagePort for Guarded<dyn MessagePort> {
    fn channel(&self, team: &str) -> Channel {
        self.port.channel(team)
    }

    async fn notify_team(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.notify_team(key, team, encoded).await)
    }
}

#[async_trait]
impl PagerPort for Guarded<dyn PagerPort> {
    async fn page(&self, key: ActKey, team: &str, encoded: &str) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.page(key, team, encoded).await)
    }
}

#[async_trait]
impl LetterPort for Guarded<dyn LetterPort> {
    async fn send_letter(&self, key: LetterKey, letter: &Letter) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.send_letter(key, letter).await)
    }
}

#[async_trait]
impl DeskPort for Guarded<dyn DeskPort> {
    fn channel(&self) -> Channel {
        self.port.channel()
    }

    async fn assign_owner(
        &self,
        key: ActKey,
        team: &str,
        ticket: &DeskTicket,
    ) -> Result<String, ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.assign_owner(key, team, ticket).await)
    }

    async fn add_note(&self, key: ActKey, id: &str, encoded: &str) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.add_note(key, id, encoded).await)
    }

    async fn set_status(&self, key: ActKey, id: &str, status: DeskStatus) -> Result<(), ActError> {
        let call = self.call_to_act()?;
        call.acted(self.port.set_status(key, id, status).await)
    }
}

#[async_trait]
impl DeskWatchPort for Guarded<dyn DeskWatchPort> {
    async fn changed(&self, since: Option<Timestamp>) -> Result<Vec<SeenTicket>, ReadError> {
        let call = self.call().map_err(ReadError::Later)?;
        call.read(self.port.changed(since).await)
    }

    async fn replies(&self, id: &str, after: Option<&str>) -> Result<Vec<DeskReply>, ReadError> {
        let call = self.call().map_err(ReadError::Later)?;
        call.read(self.port.replies(id, after).await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use connectors::{Call as Asked, Recording};

    use super::*;

    const KEY: ActKey = ActKey { ticket: 1, round: 0, place: 0 };

    fn behind(recording: &Arc<Recording>, calls_per_minute: u32) -> Arc<dyn DeskPort> {
        guarded(recording.ports(), calls_per_minute).desk.unwrap()
    }

    async fn ask(desk: &Arc<dyn DeskPort>) -> Result<(), ActError> {
        desk.set_status(KEY, "7", DeskStatus::Escalated).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_system_that_does_not_answer_is_left_alone_and_tried_again_later() {
        let recording = Arc::new(Recording::default());
        let desk = behind(&recording, 600);
        for _ in 0..5 {
            recording.fail_next(ActError::Later("busy".to_owned()));
            assert!(ask(&desk).await.is_err());
        }
        let refused = ask(&desk).await;
        assert!(matches!(refused, Err(ActError::Later(why)) if why.contains("left alone")));
        assert_eq!(recording.calls().len(), 5);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(ask(&desk).await, Ok(()));
        assert!(matches!(recording.calls().last(), Some(Asked::SetStatus(KEY, ..))));
    }

    #[tokio::test]
    async fn a_no_is_an_answer() {
        let recording = Arc::new(Recording::default());
        let desk = behind(&recording, 600);
        for _ in 0..20 {
            recording.fail_next(ActError::Refused("no".to_owned()));
            assert_eq!(ask(&desk).await, Err(ActError::Refused("no".to_owned())));
        }
        assert_eq!(recording.calls().len(), 20);
    }

    #[tokio::test]
    async fn it_is_asked_so_often_and_no_more() {
        let recording = Arc::new(Recording::default());
        let desk = behind(&recording, 3);
        // The minute may end in between.
        let asked = futures_util::future::join_all((0..20).map(|_| ask(&desk))).await;
        let done = asked.iter().filter(|done| done.is_ok()).count();
        assert!((3..=6).contains(&done), "{done}");
        assert_eq!(recording.calls().len(), done);
    }
}
