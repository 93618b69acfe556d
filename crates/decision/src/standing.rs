use ticket::ReplyAction;

use crate::question::SAME;
use crate::{RunEnd, Step};

/// Where a case stands, from what happened last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing was decided yet.
    Fresh,
    /// The employee has the last word and did not say it yet.
    Waiting,
    /// The one question got a reply.
    QuestionAnswered,
    /// It is the matter of an earlier request.
    SameMatter {
        /// Its number.
        to: u32,
    },
    /// What was sent did not help.
    Unsolved,
    /// The employee said it is solved.
    Solved,
    /// A team has it.
    WithTeam {
        /// Whether the employee wrote since.
        news: News,
    },
    /// The agent carries out a runbook.
    AtWork {
        /// Whether the employee wrote since.
        news: News,
    },
    /// What the agent carried out could not be finished.
    RunStopped,
    /// It was closed.
    Closed,
}

/// Whether something came in since a team, or the agent itself, took the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    None,
    Reply,
}

pub(crate) fn standing(history: &[Step]) -> Standing {
    let own = own_steps(history).next_back();
    let last = own.map(|(_, step)| step);
    let replies = history.get(own.map_or(0, |(at, _)| at + 1)..).unwrap_or_default();
    let reply = replies.iter().rev().find_map(|step| match step {
        Step::Replied { action, is_thanks } => Some((action, *is_thanks)),
        _ => None,
    });
    match reply {
        None => quiet(last),
        Some((reply, is_thanks)) => replied(last, reply, is_thanks),
    }
}

/// What was done in a case, with its place. The end of a run changes nothing any more where a team got the
/// case meanwhile, or it was closed.
fn own_steps(history: &[Step]) -> impl DoubleEndedIterator<Item = (usize, &Step)> {
    let mut is_over = false;
    let own = history.iter().enumerate().filter(move |(_, step)| match step {
        Step::Replied { .. } => false,
        Step::Ran { .. } => !is_over,
        _ => {
            is_over = matches!(step, Step::HandedOff { .. } | Step::Closed);
            true
        }
    });
    own.collect::<Vec<_>>().into_iter()
}

fn quiet(last: Option<&Step>) -> Standing {
    match last {
        None | Some(Step::Replied { .. }) => Standing::Fresh,
        Some(
            Step::Answered { .. }
            | Step::FollowedUp
            | Step::Asked { .. }
            | Step::Ran { end: RunEnd::Done | RunEnd::Declined, .. },
        ) => Standing::Waiting,
        Some(Step::Started { .. }) => Standing::AtWork { news: News::None },
        Some(Step::Ran { .. }) => Standing::RunStopped,
        Some(Step::HandedOff { .. }) => Standing::WithTeam { news: News::None },
        Some(Step::Closed) => Standing::Closed,
    }
}

fn replied(last: Option<&Step>, reply: &ReplyAction, is_thanks: bool) -> Standing {
    match (last, reply) {
        (_, ReplyAction::Solved) => Standing::Solved,
        (Some(Step::HandedOff { .. }), _) => Standing::WithTeam { news: News::Reply },
        (Some(Step::Started { .. }), _) => Standing::AtWork { news: News::Reply },
        (_, ReplyAction::NotSolved) => Standing::Unsolved,
        (Some(Step::Asked { about: Some(to), .. }), ReplyAction::Choose { answer, .. })
            if answer == SAME =>
        {
            Standing::SameMatter { to: *to }
        }
        (Some(Step::Asked { .. }), ReplyAction::Write { .. } | ReplyAction::Choose { .. }) => {
            Standing::QuestionAnswered
        }
        (Some(Step::Answered { .. } | Step::FollowedUp | Step::Ran { .. }), _) if is_thanks => {
            Standing::Solved
        }
        (Some(Step::Closed), _) if is_thanks => Standing::Closed,
        (Some(Step::Answered { .. } | Step::FollowedUp | Step::Ran { .. } | Step::Closed), _) => {
            Standing::Unsolved
        }
        (None | Some(Step::Replied { .. }), _) => Standing::Fresh,
    }
}
