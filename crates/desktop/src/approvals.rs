use std::collections::BTreeSet;

use outbox::Owner;
use ticket::{Access, ApprovalRequest, ApprovalWord, Problem};

use crate::link::{Link, client_problem};
use crate::view::{AccessView, ApprovalView};
use crate::{Change, Desktop, News};

/// The numbers of what waits, and for whom.
pub(crate) type Waiting = Option<(Owner, BTreeSet<u32>)>;

impl Desktop {
    /// Learns what waits for the person's yes, and tells what is new.
    pub(crate) async fn learn_approvals(&self, link: &Link) {
        let asked = match link.client.approvals(&link.auth()).await {
            Ok(asked) => asked,
            // Nothing else waits for it.
            Err(error) => return tracing::debug!(%error, "nobody knows what waits for a yes"),
        };
        let now: BTreeSet<u32> = asked.iter().map(|it| it.id).collect();
        let before = self.lock(&self.asked).replace((link.owner, now.clone()));
        let before = before.filter(|(owner, _)| *owner == link.owner);
        let before = before.map(|(_, ids)| ids).unwrap_or_default();
        if before == now || self.owner() != link.owner {
            return;
        }
        self.tell(Change::Approvals);
        if !now.is_subset(&before) {
            self.tell(Change::News(News::Approval));
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
