-- What the optional model said, kept so that a decision can be made again without asking it.
CREATE TABLE advice (
    ticket  INTEGER NOT NULL REFERENCES tickets,
    round   INTEGER NOT NULL,
    model   TEXT    NOT NULL,
    prompt  INTEGER NOT NULL,
    opinion TEXT    NOT NULL,
    summary TEXT    NOT NULL,
    PRIMARY KEY (ticket, round)
) STRICT, WITHOUT ROWID;
