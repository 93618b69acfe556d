-- Letters to people that wait to be sent. They name what they are about and hold no words of anybody.
CREATE TABLE letters (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person      BIGINT NOT NULL REFERENCES people,
    notice      TEXT   NOT NULL,
    -- When it was to be sent at first.
    since       BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    holder      BIGINT,
    attempts    BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX letters_by_time ON letters (not_before);
CREATE INDEX letters_by_person ON letters (person);
