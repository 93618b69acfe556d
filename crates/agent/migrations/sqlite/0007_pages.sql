-- When who is on call for a team was woken last: not again for the next request of the same night.
CREATE TABLE pages (
    team     TEXT    NOT NULL PRIMARY KEY,
    paged_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
