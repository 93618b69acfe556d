use ticket::{ApprovalRequest, ApprovalWord, Problem};

use crate::Desktop;
use crate::link::client_problem;

impl Desktop {
    /// What the person is asked to say yes or no to, oldest first.
    ///
    /// # Errors
    /// Nobody is signed in, or the agent cannot be reached.
    pub async fn approvals(&self) -> Result<Vec<ApprovalRequest>, Problem> {
        let link = self.link().await?;
        link.client.approvals(&link.auth()).await.map_err(|error| client_problem(&error))
    }

    /// Says yes or no to what the person was shown; gives what waits then.
    ///
    /// # Errors
    /// `FreshSignInNeeded`; `Conflict`: it is decided or not as it was shown; or as [`Desktop::approvals`].
    pub async fn approval_say(
        &self,
        id: u32,
        word: &ApprovalWord,
    ) -> Result<Vec<ApprovalRequest>, Problem> {
        let link = self.link().await?;
        if let Err(error) = link.client.say(&link.auth(), id, word).await {
            self.learn(link.session, &error).await;
            return Err(client_problem(&error));
        }
        link.client.approvals(&link.auth()).await.map_err(|error| client_problem(&error))
    }
}
