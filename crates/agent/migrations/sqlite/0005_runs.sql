-- Processes that take work, and when each said last that it is there.
CREATE TABLE holders (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    beat INTEGER NOT NULL
) STRICT;

-- Who has the lease: it ends with the process.
ALTER TABLE jobs ADD COLUMN holder INTEGER;
ALTER TABLE acts ADD COLUMN holder INTEGER;

-- Runbooks as they were when a run of them began: it goes on with that text.
CREATE TABLE runbooks (
    digest TEXT PRIMARY KEY,
    source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A runbook that is carried out for a ticket, for its employee. Due at `not_before` until it has ended.
CREATE TABLE runs (
    ticket      INTEGER NOT NULL REFERENCES tickets,
    run         INTEGER NOT NULL,
    -- The decision that began it, and what was put to the gate then.
    round       INTEGER NOT NULL,
    attempt     TEXT    NOT NULL,
    runbook     TEXT    NOT NULL,
    digest      TEXT    NOT NULL REFERENCES runbooks,
    priority    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    holder      INTEGER,
    -- Of the move it is at.
    attempts    INTEGER NOT NULL DEFAULT 0,
    ended       INTEGER,
    outcome     TEXT,
    -- The decision that its end opened.
    ended_round INTEGER,
    PRIMARY KEY (ticket, run)
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_due ON runs (not_before) WHERE ended IS NULL;

-- What was made of each move: closed words. The moves follow from the runbook and the answers before.
CREATE TABLE run_answers (
    ticket INTEGER NOT NULL,
    run    INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    made   TEXT    NOT NULL,
    answer TEXT    NOT NULL,
    PRIMARY KEY (ticket, run, place),
    FOREIGN KEY (ticket, run) REFERENCES runs
) STRICT, WITHOUT ROWID;

-- When a team that said nothing is reminded of its promise; none, once it was or said that it is at it.
ALTER TABLE tickets ADD COLUMN remind_at INTEGER;

CREATE INDEX tickets_by_reminder ON tickets (remind_at) WHERE remind_at IS NOT NULL;

-- What a team said when it closed a ticket, and the round that began with it.
CREATE TABLE closings (
    ticket  INTEGER NOT NULL REFERENCES tickets,
    round   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    verdict TEXT    NOT NULL,
    made_by TEXT    NOT NULL,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;

-- How far runbooks are trusted: only ever added to. Without a runbook: all of them, the kill switch.
CREATE TABLE changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    runbook TEXT,
    -- Of the runbook's text that was looked at.
    digest  TEXT,
    mode    TEXT    NOT NULL,
    -- Of a hundred requests, for how many it acts while on trial.
    share   INTEGER,
    reason  TEXT    NOT NULL,
    made_by TEXT    NOT NULL
) STRICT;

CREATE TABLE change_signatures (
    change    INTEGER NOT NULL REFERENCES changes,
    signer    TEXT    NOT NULL,
    signature BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (change, signer)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER changes_are_not_changed BEFORE UPDATE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are final'); END;

CREATE TRIGGER changes_are_not_deleted BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are final'); END;
