use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use outbox::Owner;
use ticket::{Access, ApprovalRequest, ApprovalWord, Problem};

use crate::link::{Link, client_problem};
use crate::view::{AccessView, ApprovalView};
use crate::{Change, Desktop, News};

/// What ends within this is told once more.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// What waits for somebody, as far as they were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    owner: Option<Owner>,
    ids: BTreeSet<u32>,
    /// Those that were told to end soon.
    warned: BTreeSet<u32>,
}

impl Waiting {
    /// What is known now, whether it is something else than before, and what of it is worth a notification.
    fn learn(
        self,
        owner: Owner,
        asked: &[ApprovalRequest],
        now: Timestamp,
    ) -> (Self, bool, Option<News>) {
        let before = if self.owner == Some(owner) { self } else { Self::default() };
        let ids: BTreeSet<u32> = asked.iter().map(|it| it.id).collect();
        let ends_soon = |it: &&ApprovalRequest| it.until.duration_since(now) <= SOON;
        let ending: BTreeSet<u32> = asked.iter().filter(ends_soon).map(|it| it.id).collect();
        let news = if !ids.is_subset(&before.ids) {
            Some(News::Approval)
        } else if !ending.is_subset(&before.warned) {
            Some(News::ApprovalEnds)
        } else {
            None
        };
        let is_other = ids != before.ids;
        (Self { owner: Some(owner), ids, warned: ending }, is_other, news)
    }
}

impl Desktop {
    /// Learns what waits for the person's yes, and tells what is new.
    pub(crate) async fn learn_approvals(&self, link: &Link) {
        let asked = match link.client.approvals(&link.auth()).await {
            Ok(asked) => asked,
            // Nothing else waits for it.
            Err(error) => return tracing::debug!(%error, "nobody knows what waits for a yes"),
        };
        let (is_other, news) = {
            let mut waiting = self.lock(&self.asked);
            let (learned, is_other, news) =
                std::mem::take(&mut *waiting).learn(link.owner, &asked, Timestamp::now());
            *waiting = learned;
            (is_other, news)
        };
        // Somebody else signed in meanwhile.
        if self.owner() != link.owner {
            return;
        }
        if is_other {
            self.tell(Change::Approvals);
        }
        if let Some(news) = news {
            self.tell(Change::News(news));
        }
    }

    /// What the person is asked to say yes or no to, oldest first.
    ///
    /// # Errors
    /// Nobody is signed in, or the agent cannot be reached.
    pub async fn approvals(&self) -> Result<Vec<ApprovalView>, Problem> {
        let link = self.link().await?;
        let asked = link.client.approvals(&link.auth()).await;
        Ok(self.in_words(asked.map_err(|error| client_problem(&error))?))
    }

    /// Says yes or no to what the person was shown; gives what waits then.
    ///
    /// # Errors
    /// `FreshSignInNeeded`; `Conflict`: it is decided or not as it was shown; or as [`Desktop::approvals`].
    pub async fn approval_say(
        &self,
        id: u32,
        word: &ApprovalWord,
    ) -> Result<Vec<ApprovalView>, Problem> {
        let link = self.link().await?;
        if let Err(error) = link.client.say(&link.auth(), id, word).await {
            self.learn(link.session, &error).await;
            return Err(client_problem(&error));
        }
        let asked = link.client.approvals(&link.auth()).await;
        Ok(self.in_words(asked.map_err(|error| client_problem(&error))?))
    }

    fn in_words(&self, asked: Vec<ApprovalRequest>) -> Vec<ApprovalView> {
        let view = |request: ApprovalRequest| {
            let access = request.access.as_ref().map(|access| self.called(access));
            ApprovalView { request, access }
        };
        asked.into_iter().map(view).collect()
    }

    /// What the catalogue here does not have yet is called by its id: nobody says yes to they know not what.
    fn called(&self, access: &Access) -> AccessView {
        let by_id = || AccessView { name: access.entry.clone(), right: access.right };
        self.offered(access).unwrap_or_else(by_id)
    }
}

#[cfg(test)]
mod tests {
    use ticket::ApproverRole;

    use super::*;

    fn asked(id: u32, hours: i64) -> ApprovalRequest {
        let until = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        ApprovalRequest {
            id,
            digest: String::new(),
            of: ApproverRole::Manager,
            is_delegate: false,
            person: String::new(),
            words: String::new(),
            deeds: Vec::new(),
            access: None,
            checks: Vec::new(),
            can_be_undone: true,
            asked_at: Timestamp::UNIX_EPOCH,
            until,
        }
    }

    #[test]
    fn what_is_new_is_told_once_and_what_ends_soon_once_more() {
        let noor = Owner::person("https://sign-in.example", "noor");
        let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let maria = Owner::person("https://sign-in.example", "maria");
        let mut waiting = Waiting::default();
        let mut learn = |owner, asked: &[ApprovalRequest], hours| {
            let (learned, is_other, news) =
                std::mem::take(&mut waiting).learn(owner, asked, at(hours));
            waiting = learned;
            (is_other, news)
        };
        let one = [asked(1, 72)];
        assert_eq!(learn(noor, &one, 0), (true, Some(News::Approval)));
        assert_eq!(learn(noor, &one, 1), (false, None));
        assert_eq!(learn(noor, &one, 48), (false, Some(News::ApprovalEnds)));
        assert_eq!(learn(noor, &one, 49), (false, None));
        // One more, and then none: nobody is told that there is nothing to do.
        let two = [asked(1, 72), asked(2, 120)];
        assert_eq!(learn(noor, &two, 50), (true, Some(News::Approval)));
        assert_eq!(learn(noor, &[], 51), (true, None));
        // What is short from the beginning is told once.
        let short = [asked(3, 60)];
        assert_eq!(learn(noor, &short, 51), (true, Some(News::Approval)));
        assert_eq!(learn(noor, &short, 52), (false, None));
        // Somebody else signs in: what waits for them is theirs.
        assert_eq!(learn(maria, &short, 53), (true, Some(News::Approval)));
    }
}
