-- The request whose text asked for several things, of which this one is one.
ALTER TABLE tickets ADD COLUMN parent INTEGER REFERENCES tickets;
