-- Who took which installation away from themselves, and when: they have to sign in again before it is theirs once more.
-- Stays when the installation is gone, so it refers to people alone.
CREATE TABLE revocations (
    installation TEXT NOT NULL,
    person       INTEGER NOT NULL REFERENCES people,
    revoked_at   INTEGER NOT NULL,
    PRIMARY KEY (installation, person)
) STRICT, WITHOUT ROWID;
