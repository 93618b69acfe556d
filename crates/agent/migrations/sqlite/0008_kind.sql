-- Words that PostgreSQL reads the same way.
ALTER TABLE tickets ADD COLUMN kind TEXT;
UPDATE tickets SET kind = outline ->> 'kind';

DROP INDEX tickets_by_support_code;
CREATE INDEX tickets_by_support_code ON tickets (substr(installation, length(installation) - 9));
