//! A writer in its own process, killed at random moments; what it said was saved must be there.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use outbox::{Outcome, State};
use tempfile::tempdir;
use uuid::Uuid;

use crate::support::{FOLDER, again, noor, now, open, receipt, request};

const KILLS: usize = 200;
const KILLS_PER_FOLDER: usize = 25;

#[test]
#[ignore = "started, and killed, by `keeps_everything_it_said_was_saved_when_killed`"]
fn writer() {
    let outbox = open(&PathBuf::from(std::env::var_os(FOLDER).unwrap()));
    println!("\nopen");
    for round in 0_u32.. {
        let id = outbox.put(request(noor(), "the VPN does not connect")).unwrap().id;
        println!("saved {id}");
        if round % 3 == 1 {
            outbox.record(id, Outcome::Accepted(receipt(id)), now(), 0).unwrap();
            println!("accepted {id}");
        }
        if round % 5 == 4 {
            println!("removing {id}");
            outbox.remove(id).unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Saved,
    Accepted,
    Removing,
}

fn random(below: u128) -> usize {
    usize::try_from(Uuid::new_v4().as_u128() % below).unwrap()
}

fn hear(said: &mut BTreeMap<Uuid, Said>, line: &str) {
    let (word, id) = line.split_once(' ').unwrap_or((line, ""));
    let state = match word {
        "saved" => Said::Saved,
        "accepted" => Said::Accepted,
        "removing" => Said::Removing,
        _ => return,
    };
    said.insert(id.parse().unwrap(), state);
}

/// Kills the writer a moment after a random line, and hears what it managed to say.
fn run_and_kill(folder: &Path, said: &mut BTreeMap<Uuid, Said>) {
    let mut child = again("kill::writer", folder, "").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    for line in lines.by_ref().take(random(14)) {
        hear(said, &line);
    }
    let moment = Instant::now() + Duration::from_micros(random(3_000) as u64);
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    lines.for_each(|line| hear(said, &line));
    assert_eq!(child.wait().unwrap().code(), None, "it was killed, it did not end");
}

fn check(folder: &Path, said: &BTreeMap<Uuid, Said>) {
    let outbox = open(folder);
    for (id, said) in said {
        let state = outbox.get(*id).map(|entry| entry.state);
        let is_kept = match said {
            Said::Saved => state.is_some(),
            Said::Accepted => state == Some(State::Accepted { receipt: receipt(*id) }),
            Said::Removing => true,
        };
        assert!(is_kept, "{id} said {said:?}, found {state:?}");
    }
}

#[test]
fn keeps_everything_it_said_was_saved_when_killed() {
    let mut heard = 0;
    for _ in 0..KILLS / KILLS_PER_FOLDER {
        let folder = tempdir().unwrap();
        let mut said = BTreeMap::new();
        for _ in 0..KILLS_PER_FOLDER {
            run_and_kill(folder.path(), &mut said);
            check(folder.path(), &said);
        }
        heard += said.len();
    }
    assert!(heard > KILLS, "only {heard} entries were said to be saved");
}
