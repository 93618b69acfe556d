-- Tickets that are at the company's help desk as well, and how they stood there when it was looked at last.
CREATE TABLE desk_tickets (
    ticket INTEGER PRIMARY KEY REFERENCES tickets,
    -- What it is called there.
    id     TEXT NOT NULL UNIQUE,
    -- Id of the team that has it there.
    team   TEXT,
    -- Somebody took it; it is closed there.
    taken  INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0,
    -- What the team said by its link there: whether it had to come to it.
    verdict TEXT
) STRICT;

-- Up to when the help desk was looked at, by its own clock, and when that is done again; always one row.
CREATE TABLE desk_looks (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    seen_to INTEGER,
    look_at INTEGER NOT NULL
) STRICT;

INSERT INTO desk_looks (id, look_at) VALUES (1, 0);
