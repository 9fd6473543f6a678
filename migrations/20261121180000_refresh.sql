-- Keeping what is stored of titles as TheTVDB has it, and what came from another bot's file.
ALTER TABLE movies ADD COLUMN tried_at_ms INTEGER;
ALTER TABLE series ADD COLUMN tried_at_ms INTEGER;

CREATE INDEX movies_to_read ON movies (tried_at_ms) WHERE is_outdated = 1;
CREATE INDEX series_to_read ON series (tried_at_ms) WHERE is_outdated = 1;

-- Up to when TheTVDB's list of changes was read, in seconds since 1970.
CREATE TABLE refreshes (
    refresh_name TEXT    NOT NULL PRIMARY KEY,
    since_s      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose "the series is watched" was imported, so that importing again does not do it again.
CREATE TABLE imported_series (
    user_id   INTEGER NOT NULL,
    series_id INTEGER NOT NULL REFERENCES series (series_id),
    PRIMARY KEY (user_id, series_id)
) STRICT, WITHOUT ROWID;
