-- For whom a view was kept, 0 where that was not noted yet, and how much it counts: a small one as much as a
-- page of the file, so that a bound of bytes bounds their number too.
ALTER TABLE views ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE views ADD COLUMN counted_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE views SET counted_bytes = max(length(state), 4096);

CREATE INDEX views_of_user ON views (plugin_name, user_id, expires_at_ms, counted_bytes);
