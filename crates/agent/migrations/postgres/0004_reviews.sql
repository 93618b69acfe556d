-- Who looks at how an incident went once it is over, until when, and when they had; none before it is over.
ALTER TABLE incidents ADD COLUMN review_owner TEXT;
ALTER TABLE incidents ADD COLUMN review_due BIGINT;
ALTER TABLE incidents ADD COLUMN reviewed_at BIGINT;
-- Whether the team was reminded of it.
ALTER TABLE incidents ADD COLUMN review_reminded BIGINT NOT NULL DEFAULT 0;
