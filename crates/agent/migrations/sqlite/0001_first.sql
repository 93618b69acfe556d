-- Times are milliseconds since the Unix epoch. JSON columns hold the wire types. What people wrote,
-- and what tells them from others, is in BLOB columns, sealed with a key of the table `keys`; beside it,
-- an outline holds the same as closed words and ids.

-- One for each person and one for each ticket of nobody, wrapped by a key that is outside the database.
-- Without it what it sealed is gone for good: that is how a person is erased.
CREATE TABLE keys (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    wrapped   BLOB,
    erased_at INTEGER
) STRICT;

CREATE TABLE people (
    id      INTEGER PRIMARY KEY,
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    name    BLOB NOT NULL,
    key     INTEGER NOT NULL REFERENCES keys,
    UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE installations (
    id          TEXT PRIMARY KEY,
    public_key  BLOB NOT NULL,
    device_name TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One device can be used by several people; an installation without one is good for security reports only.
CREATE TABLE installation_people (
    installation TEXT NOT NULL REFERENCES installations ON DELETE CASCADE,
    person       INTEGER NOT NULL REFERENCES people,
    linked_at    INTEGER NOT NULL,
    PRIMARY KEY (installation, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX installation_people_by_person ON installation_people (person);

-- Who took which installation away from themselves, and when: they have to sign in again before it is theirs
-- once more. Stays when the installation is gone, so it refers to people alone.
CREATE TABLE revocations (
    installation TEXT NOT NULL,
    person       INTEGER NOT NULL REFERENCES people,
    revoked_at   INTEGER NOT NULL,
    PRIMARY KEY (installation, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
    number                 INTEGER PRIMARY KEY AUTOINCREMENT,
    submission             TEXT NOT NULL UNIQUE,
    digest                 BLOB NOT NULL,
    person                 INTEGER REFERENCES people,
    installation           TEXT,
    verification           TEXT NOT NULL,
    key                    INTEGER NOT NULL REFERENCES keys,
    document               BLOB NOT NULL,
    outline                TEXT NOT NULL,
    accepted_at            INTEGER NOT NULL,
    respond_within_minutes INTEGER NOT NULL,
    status                 TEXT NOT NULL,
    round                  INTEGER NOT NULL DEFAULT 0,
    team                   TEXT,
    respond_by             INTEGER,
    summary                BLOB,
    triage                 TEXT,
    -- The request whose text asked for several things, of which this one is one.
    parent                 INTEGER REFERENCES tickets
) STRICT;

CREATE INDEX tickets_by_person ON tickets (person, number);
CREATE INDEX tickets_by_installation ON tickets (installation, accepted_at);

-- The timeline, and the stream clients resume by sequence.
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket   INTEGER NOT NULL REFERENCES tickets,
    person   INTEGER REFERENCES people,
    at       INTEGER NOT NULL,
    status   TEXT NOT NULL,
    kind     BLOB NOT NULL,
    outline  TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_ticket ON events (ticket, sequence);
CREATE INDEX events_by_person ON events (person, sequence);

CREATE TABLE replies (
    id      TEXT PRIMARY KEY,
    ticket  INTEGER NOT NULL REFERENCES tickets,
    round   INTEGER NOT NULL,
    digest  BLOB NOT NULL,
    action  BLOB NOT NULL,
    outline TEXT NOT NULL,
    at      INTEGER NOT NULL,
    UNIQUE (ticket, round)
) STRICT, WITHOUT ROWID;

-- Work to do, claimed by lease. A round is one decision; each reply opens the next.
CREATE TABLE jobs (
    ticket      INTEGER NOT NULL REFERENCES tickets,
    round       INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;

-- One effect per round, whatever happens to the worker, and what the words were understood as: enough to
-- decide again when they are gone.
CREATE TABLE effects (
    ticket     INTEGER NOT NULL REFERENCES tickets,
    round      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    decision   BLOB NOT NULL,
    outline    TEXT NOT NULL,
    understood TEXT NOT NULL,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;

-- What is to change outside, written with the decision it follows from and kept when it is done.
CREATE TABLE acts (
    ticket      INTEGER NOT NULL REFERENCES tickets,
    round       INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    act         BLOB    NOT NULL,
    priority    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    ended       INTEGER,
    outcome     TEXT,
    PRIMARY KEY (ticket, round, place)
) STRICT;

CREATE INDEX acts_due ON acts (not_before) WHERE ended IS NULL;

-- What the optional model said, kept so that a decision can be made again without asking it.
CREATE TABLE advice (
    ticket  INTEGER NOT NULL REFERENCES tickets,
    round   INTEGER NOT NULL,
    model   TEXT    NOT NULL,
    prompt  INTEGER NOT NULL,
    opinion TEXT    NOT NULL,
    summary BLOB    NOT NULL,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;

-- What people of the help desk said a request is about; its text stays in its ticket.
CREATE TABLE corrections (
    ticket   INTEGER PRIMARY KEY REFERENCES tickets,
    at       INTEGER NOT NULL,
    scenario TEXT NOT NULL
) STRICT;

-- Chain 0 holds what belongs to no ticket; every other chain is a ticket's number.
CREATE TABLE audit (
    chain    INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    entry    TEXT NOT NULL,
    PRIMARY KEY (chain, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are final'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are final'); END;
