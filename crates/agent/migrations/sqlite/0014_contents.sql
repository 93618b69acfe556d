-- Which content the agent had when: only ever added to.
CREATE TABLE contents (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    -- Of everything that decisions depend on.
    digest  TEXT    NOT NULL,
    -- Where it was.
    folder  TEXT    NOT NULL,
    -- Each file with its own digest, as JSON.
    files   TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    made_by TEXT    NOT NULL
) STRICT;

CREATE TRIGGER contents_are_not_changed BEFORE UPDATE ON contents
BEGIN SELECT RAISE(ABORT, 'contents are final'); END;

CREATE TRIGGER contents_are_not_deleted BEFORE DELETE ON contents
BEGIN SELECT RAISE(ABORT, 'contents are final'); END;
