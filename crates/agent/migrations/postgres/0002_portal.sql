-- Who is signed in at the page of the agent. The cookie itself is not kept: it is a key.
CREATE TABLE visits (
    cookie_digest TEXT   NOT NULL PRIMARY KEY,
    person        BIGINT NOT NULL REFERENCES people,
    signed_in_at  BIGINT,
    is_strong     BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL
);

CREATE INDEX visits_by_person ON visits (person);

-- What people said when they were asked whether something at their account was theirs.
CREATE TABLE confirmations (
    person    BIGINT NOT NULL REFERENCES people,
    subject   TEXT   NOT NULL,
    is_theirs BIGINT NOT NULL,
    said_at   BIGINT NOT NULL,
    ticket    BIGINT REFERENCES tickets,
    PRIMARY KEY (person, subject)
);
