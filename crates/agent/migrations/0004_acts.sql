-- What is to change outside, written with the decision it follows from and kept when it is done.
CREATE TABLE acts (
    ticket      INTEGER NOT NULL REFERENCES tickets,
    round       INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    act         TEXT    NOT NULL,
    priority    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    ended       INTEGER,
    outcome     TEXT,
    PRIMARY KEY (ticket, round, place)
) STRICT;

CREATE INDEX acts_due ON acts (not_before) WHERE ended IS NULL;
