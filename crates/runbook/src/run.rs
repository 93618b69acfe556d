use std::collections::BTreeSet;

use content::{Answer, Change, Known, Runbook, RunbookStep, Undo, Work};

use crate::{End, Move, Why};

/// So often people are asked again because what would be done had changed.
const ASKED_AGAIN: u8 = 2;

/// The move that follows these answers, each of which is to the move before it. Total: an answer that fits
/// no move stops the run. Answers after the end change nothing.
#[must_use]
pub fn next<'a>(runbook: &'a Runbook, answers: &[Answer]) -> Move<'a> {
    let mut run = Run::of(runbook);
    for answer in answers {
        run.take(answer);
    }
    run.now()
}

/// A run as far as its answers tell.
struct Run<'a> {
    steps: &'a [RunbookStep],
    /// Place of the step it is at.
    at: usize,
    /// The change of that step was asked for; what became of it is not known yet.
    asked: Option<Asked>,
    known: Known,
    /// Steps that need no second answer: done by hand, or said yes to.
    settled: BTreeSet<usize>,
    /// Changes in the order they were made.
    changed: Vec<usize>,
    /// How often people had to be asked again.
    again: u8,
    stop: Option<Stop<'a>>,
}

/// What a system said to a change.
#[derive(Clone, Copy)]
enum Asked {
    Done,
    /// Nothing: it may have done it.
    Silent,
}

/// The way back.
struct Stop<'a> {
    at: &'a str,
    why: Why<'a>,
    /// What is still to be taken back, the next one last.
    back: Vec<usize>,
    left: Vec<&'a str>,
}

impl<'a> Run<'a> {
    fn of(runbook: &'a Runbook) -> Self {
        let mut run = Self {
            steps: &runbook.steps,
            at: 0,
            asked: None,
            known: Known::new(),
            settled: BTreeSet::new(),
            changed: Vec::new(),
            again: 0,
            stop: None,
        };
        run.go_on();
        run
    }

    fn now(&self) -> Move<'a> {
        if let Some(stop) = &self.stop {
            return self.on_the_way_back(stop);
        }
        let Some(step) = self.steps.get(self.at) else { return Move::End(End::Done) };
        let id = step.id.as_str();
        match &step.work {
            Work::Read(reading) => Move::Read { step: id, reading: *reading },
            Work::Approve(from) => Move::Approve { step: id, from },
            Work::Manual(manual) => Move::Manual { step: id, manual },
            Work::Change(change) if self.asked.is_some() => {
                Move::Check { step: id, reading: change.read }
            }
            Work::Change(change) => Move::Act { step: id, act: change.act },
            // Passed or stopped at as soon as it is reached: no run rests on it.
            Work::Require(require) => {
                let why = Why::NotSo(&require.otherwise);
                Move::End(End::Stopped { at: id, why, left: Vec::new() })
            }
        }
    }

    fn on_the_way_back(&self, stop: &Stop<'a>) -> Move<'a> {
        match stop.back.last().and_then(|at| self.undo_of(*at)) {
            Some((step, Undo::By(act))) => Move::Undo { step, act: *act },
            _ => {
                let Stop { at, why, left, .. } = stop;
                Move::End(End::Stopped { at, why: *why, left: left.clone() })
            }
        }
    }

    fn undo_of(&self, at: usize) -> Option<(&'a str, &'a Undo)> {
        match self.steps.get(at) {
            Some(RunbookStep { id, work: Work::Change(change) }) => Some((id, &change.undo)),
            _ => None,
        }
    }

    fn take(&mut self, answer: &Answer) {
        if self.stop.is_some() {
            self.take_on_the_way_back(answer);
            return;
        }
        let Some(step) = self.steps.get(self.at) else { return };
        match &step.work {
            Work::Read(reading) => match answer {
                Answer::Read(known) => {
                    self.known.retain(|fact, _| fact.told().0 != *reading);
                    self.known.extend(known.clone());
                    self.pass();
                }
                Answer::Canceled => self.stop(Why::Canceled),
                _ => self.stop(Why::Unread),
            },
            Work::Approve(_) | Work::Manual(_) => match answer {
                Answer::Done => {
                    self.settled.insert(self.at);
                    self.pass();
                }
                Answer::Changed => self.ask_again(),
                other => self.stop(said(other)),
            },
            Work::Change(change) => self.take_of_change(change, answer),
            Work::Require(_) => {}
        }
    }

    fn take_of_change(&mut self, change: &'a Change, answer: &Answer) {
        match (self.asked, answer) {
            (None, Answer::Done) => self.asked = Some(Asked::Done),
            (None, Answer::Expired) => self.asked = Some(Asked::Silent),
            (None, Answer::Changed) => self.ask_again(),
            (None, other) => self.stop(said(other)),
            (Some(_), Answer::Read(known)) if change.expect.hold(known) => {
                self.known.retain(|fact, _| fact.told().0 != change.read);
                self.known.extend(known.clone());
                self.changed.push(self.at);
                self.pass();
            }
            (Some(asked), other) => {
                // It may have been done: it is taken back like one that was.
                self.changed.push(self.at);
                self.stop(match (asked, other) {
                    (_, Answer::Canceled) => Why::Canceled,
                    (Asked::Done, Answer::Read(_)) => Why::NotAsExpected,
                    (Asked::Silent, Answer::Read(_)) => Why::Expired,
                    (Asked::Done | Asked::Silent, _) => Why::Unread,
                });
            }
        }
    }

    fn take_on_the_way_back(&mut self, answer: &Answer) {
        let Some(stop) = &mut self.stop else { return };
        let Some(at) = stop.back.pop() else { return };
        let id = self.steps.get(at).map(|step| step.id.as_str());
        if *answer != Answer::Done {
            stop.left.extend(id);
        }
        self.skip_what_stays();
    }

    fn pass(&mut self) {
        self.at += 1;
        self.asked = None;
        self.go_on();
    }

    /// Passes what needs no answer.
    fn go_on(&mut self) {
        while let Some(step) = self.steps.get(self.at) {
            match &step.work {
                Work::Require(require) if require.all.hold(&self.known) => self.at += 1,
                Work::Require(require) => return self.stop(Why::NotSo(&require.otherwise)),
                _ if self.settled.contains(&self.at) => self.at += 1,
                _ => return,
            }
        }
    }

    /// What people said yes to is not what would be done now: it is looked at anew, and they are asked
    /// again. Where something was changed since they were asked, that is taken back in place of it.
    fn ask_again(&mut self) {
        self.again += 1;
        let steps = self.steps;
        let is_approval =
            |at: &usize| matches!(steps.get(*at).map(|it| &it.work), Some(Work::Approve(_)));
        let begin = self.changed.last().map_or(0, |last| last + 1);
        if self.again > ASKED_AGAIN || !(begin..=self.at).any(|at| is_approval(&at)) {
            return self.stop(Why::Changed);
        }
        self.settled.retain(|at| *at < begin || !is_approval(at));
        self.at = begin;
        self.asked = None;
        self.go_on();
    }

    fn stop(&mut self, why: Why<'a>) {
        let at = self.steps.get(self.at).map_or("", |step| step.id.as_str());
        self.stop = Some(Stop { at, why, back: self.changed.clone(), left: Vec::new() });
        self.skip_what_stays();
    }

    fn skip_what_stays(&mut self) {
        while let Some(at) = self.stop.as_ref().and_then(|stop| stop.back.last().copied()) {
            match self.undo_of(at) {
                Some((_, Undo::By(_))) => return,
                stays => {
                    let Some(stop) = &mut self.stop else { return };
                    stop.back.pop();
                    stop.left.extend(stays.map(|(id, _)| id));
                }
            }
        }
    }
}

/// Why a run stops where this was said in the place of a yes.
const fn said(answer: &Answer) -> Why<'static> {
    match answer {
        Answer::Expired => Why::Expired,
        Answer::Canceled => Why::Canceled,
        Answer::Changed => Why::Changed,
        Answer::Refused | Answer::Done | Answer::Read(_) => Why::Refused,
    }
}
