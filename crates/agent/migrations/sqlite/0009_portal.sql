-- Who is signed in at the page of the agent. The cookie itself is not kept: it is a key.
CREATE TABLE visits (
    cookie_digest TEXT    NOT NULL PRIMARY KEY,
    person        INTEGER NOT NULL REFERENCES people,
    signed_in_at  INTEGER,
    is_strong     INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX visits_by_person ON visits (person);

-- What people said when they were asked whether something at their account was theirs.
CREATE TABLE confirmations (
    person    INTEGER NOT NULL REFERENCES people,
    subject   TEXT    NOT NULL,
    is_theirs INTEGER NOT NULL,
    said_at   INTEGER NOT NULL,
    ticket    INTEGER REFERENCES tickets,
    PRIMARY KEY (person, subject)
) STRICT, WITHOUT ROWID;
