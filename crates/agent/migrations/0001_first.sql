-- Times are milliseconds since the Unix epoch. JSON columns hold the wire types.

CREATE TABLE people (
    id      INTEGER PRIMARY KEY,
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    name    TEXT NOT NULL,
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

CREATE TABLE tickets (
    number                 INTEGER PRIMARY KEY AUTOINCREMENT,
    submission             TEXT NOT NULL UNIQUE,
    digest                 BLOB NOT NULL,
    person                 INTEGER REFERENCES people,
    installation           TEXT,
    verification           TEXT NOT NULL,
    document               TEXT NOT NULL,
    accepted_at            INTEGER NOT NULL,
    respond_within_minutes INTEGER NOT NULL,
    status                 TEXT NOT NULL,
    round                  INTEGER NOT NULL DEFAULT 0,
    team                   TEXT,
    respond_by             INTEGER,
    summary                TEXT,
    triage                 TEXT
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
    kind     TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_ticket ON events (ticket, sequence);
CREATE INDEX events_by_person ON events (person, sequence);

CREATE TABLE replies (
    id     TEXT PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES tickets,
    round  INTEGER NOT NULL,
    digest BLOB NOT NULL,
    action TEXT NOT NULL,
    at     INTEGER NOT NULL,
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

-- One effect per round, whatever happens to the worker.
CREATE TABLE effects (
    ticket   INTEGER NOT NULL REFERENCES tickets,
    round    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;

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
