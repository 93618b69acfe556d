-- What people are asked before a run goes on: ids and closed words.
CREATE TABLE approvals (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket     INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    step       TEXT    NOT NULL,
    -- How often they were asked in this step before.
    turn       INTEGER NOT NULL,
    envelope   TEXT    NOT NULL,
    -- SHA-256 of the envelope as it is written there, in hexadecimal.
    digest     TEXT    NOT NULL,
    -- What the run was told; none, as long as it waits.
    outcome    TEXT,
    UNIQUE (ticket, run, step, turn),
    FOREIGN KEY (ticket, run) REFERENCES runs
) STRICT;

-- Who is asked, and what they said.
CREATE TABLE approval_words (
    approval INTEGER NOT NULL REFERENCES approvals,
    person   INTEGER NOT NULL REFERENCES people,
    is_yes   INTEGER,
    at       INTEGER,
    PRIMARY KEY (approval, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX approval_words_by_person ON approval_words (person) WHERE is_yes IS NULL;

-- A word is final.
CREATE TRIGGER words_are_not_changed BEFORE UPDATE ON approval_words WHEN OLD.is_yes IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a word is final'); END;

-- What people are shown is what they say yes to.
CREATE TRIGGER envelopes_are_not_changed BEFORE UPDATE OF envelope, digest ON approvals
BEGIN SELECT RAISE(ABORT, 'envelopes are final'); END;
