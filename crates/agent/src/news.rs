//! Whose tickets moved. It only wakes those who follow them; the events themselves are read from the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Everybody whose tickets are followed from this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct News(Arc<Mutex<HashMap<i64, watch::Sender<()>>>>);

/// Follows the tickets of a person.
#[derive(Debug)]
pub(crate) struct Following {
    news: News,
    person: i64,
    /// Gone only while this value goes.
    receiver: Option<watch::Receiver<()>>,
}

impl News {
    /// Follows a person from now on.
    pub(crate) fn follow(&self, person: i64) -> Following {
        let receiver = self.with(|all| all.entry(person).or_default().subscribe());
        Following { news: self.clone(), person, receiver: Some(receiver) }
    }

    /// Wakes those who follow a person, and nobody else.
    pub(crate) fn announce(&self, person: i64) {
        self.with(|all| {
            if let Some(sender) = all.get(&person) {
                sender.send_replace(());
            }
        });
    }

    fn with<T>(&self, use_all: impl FnOnce(&mut HashMap<i64, watch::Sender<()>>) -> T) -> T {
        use_all(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Following {
    /// Waits until something happened since it waited last. False: nothing will any more.
    pub(crate) async fn is_woken(&mut self) -> bool {
        match &mut self.receiver {
            Some(receiver) => receiver.changed().await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        drop(self.receiver.take());
        self.news.with(|all| {
            if all.get(&self.person).is_some_and(|sender| sender.receiver_count() == 0) {
                all.remove(&self.person);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn wakes_who_follows_a_person_and_nobody_else() {
        let news = News::default();
        let (mut noor, mut again, mut maria) = (news.follow(1), news.follow(1), news.follow(2));
        news.announce(1);
        news.announce(1);
        news.announce(3);
        assert!(noor.is_woken().await && again.is_woken().await);
        for nothing_new in [&mut noor, &mut maria] {
            assert!(nothing_new.is_woken().now_or_never().is_none());
        }
    }

    #[test]
    fn who_is_followed_no_more_is_forgotten() {
        let news = News::default();
        let (one, other) = (news.follow(1), news.follow(1));
        drop(one);
        assert_eq!(news.with(|all| all.len()), 1);
        drop(other);
        assert_eq!(news.with(|all| all.len()), 0);
    }
}
