-- Every row that was imported, by the numbers of its file: importing again does not bring back what was
-- taken off since.
CREATE TABLE imported_marks (
    user_id INTEGER NOT NULL,
    list    INTEGER NOT NULL CHECK (list IN (1, 2)),
    kind    TEXT    NOT NULL CHECK (kind IN ('movie', 'series', 'episode')),
    item_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, list, kind, item_id)
) STRICT, WITHOUT ROWID;

-- Who had everything deleted after an import: importing again leaves them out.
CREATE TABLE kept_out_users (
    user_id INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- What can still be told of earlier imports: only they left rows without a date.
INSERT INTO imported_marks SELECT user_id, 1, 'series', series_id FROM imported_series;
INSERT INTO imported_marks SELECT user_id, list, 'movie', movie_id FROM movie_marks
    WHERE added_at_ms IS NULL;
INSERT INTO imported_marks SELECT user_id, list, 'series', series_id FROM series_marks
    WHERE added_at_ms IS NULL ON CONFLICT DO NOTHING;
INSERT INTO imported_marks SELECT user_id, list, 'episode', episode_id FROM episode_marks
    WHERE added_at_ms IS NULL;
