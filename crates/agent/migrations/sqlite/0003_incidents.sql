-- A fault that several people have at the same time: which one, as closed words. One is open for a fault at most.
CREATE TABLE incidents (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    fault     TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    -- Whether everybody who has it was told that it is over.
    told      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX incidents_open ON incidents (fault) WHERE closed_at IS NULL;

-- What the agent itself diagnoses from the findings, where many share it, and the incident it belongs to.
ALTER TABLE tickets ADD COLUMN fault TEXT;
ALTER TABLE tickets ADD COLUMN incident INTEGER REFERENCES incidents;

CREATE INDEX tickets_by_fault ON tickets (fault, accepted_at) WHERE fault IS NOT NULL;
CREATE INDEX tickets_by_incident ON tickets (incident) WHERE incident IS NOT NULL;
