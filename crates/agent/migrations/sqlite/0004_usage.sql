-- What people did with articles on a day, in days since the Unix epoch: sums, whoever it was. Without an article: ''.
CREATE TABLE usage (
    day     INTEGER NOT NULL,
    what    TEXT    NOT NULL,
    article TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (day, what, article)
) STRICT, WITHOUT ROWID;

-- Reports that are in these sums already; of nobody.
CREATE TABLE usage_reports (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_reports_by_time ON usage_reports (at);

-- Questions that nothing answered, of people who share them; sealed with their key.
CREATE TABLE questions (
    report  TEXT    NOT NULL,
    place   INTEGER NOT NULL,
    person  INTEGER NOT NULL REFERENCES people,
    at      INTEGER NOT NULL,
    text    BLOB    NOT NULL,
    PRIMARY KEY (report, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX questions_by_person ON questions (person);
CREATE INDEX questions_by_time ON questions (at);
