CREATE TABLE contents (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT NOT NULL,
    digest  TEXT   NOT NULL,
    folder  TEXT   NOT NULL,
    files   TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    made_by TEXT   NOT NULL
);

CREATE TRIGGER contents_are_not_changed BEFORE UPDATE ON contents
FOR EACH ROW EXECUTE FUNCTION refuse('contents are final');

CREATE TRIGGER contents_are_not_deleted BEFORE DELETE ON contents
FOR EACH ROW EXECUTE FUNCTION refuse('contents are final');

CREATE TRIGGER contents_are_not_emptied BEFORE TRUNCATE ON contents
FOR EACH STATEMENT EXECUTE FUNCTION refuse('contents are final');
