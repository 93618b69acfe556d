-- Letters to people that wait to be sent. They name what they are about and hold no words of anybody.
CREATE TABLE letters (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person      INTEGER NOT NULL REFERENCES people,
    notice      TEXT    NOT NULL,
    -- When it was to be sent at first.
    since       INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    holder      INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX letters_by_time ON letters (not_before);
CREATE INDEX letters_by_person ON letters (person);
