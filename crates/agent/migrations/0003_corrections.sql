-- What people of the help desk said a request is about; its text stays in its ticket.
CREATE TABLE corrections (
    ticket   INTEGER PRIMARY KEY REFERENCES tickets,
    at       INTEGER NOT NULL,
    scenario TEXT NOT NULL
) STRICT;
