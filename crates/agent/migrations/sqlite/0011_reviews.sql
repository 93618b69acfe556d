-- Who looks at how an incident went once it is over, until when, and when they had; none before it is over.
ALTER TABLE incidents ADD COLUMN review_owner TEXT;
ALTER TABLE incidents ADD COLUMN review_due INTEGER;
ALTER TABLE incidents ADD COLUMN reviewed_at INTEGER;
-- Whether the team was reminded of it.
ALTER TABLE incidents ADD COLUMN review_reminded INTEGER NOT NULL DEFAULT 0;
