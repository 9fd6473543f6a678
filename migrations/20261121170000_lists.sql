-- What is shown of the movies and series that someone marked, as TheTVDB said it last.
CREATE TABLE movies (
    movie_id        INTEGER NOT NULL PRIMARY KEY,
    slug            TEXT,
    name            TEXT,
    english_name    TEXT,
    poster_url      TEXT,
    year            INTEGER,
    runtime_minutes INTEGER,
    -- NULL while nothing but the number is known.
    fetched_at_ms   INTEGER,
    -- TheTVDB knows more, or something else, than stands here.
    is_outdated     INTEGER NOT NULL DEFAULT 0 CHECK (is_outdated IN (0, 1)),
    -- TheTVDB has no such record any more.
    is_gone         INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
) STRICT;

CREATE TABLE series (
    series_id              INTEGER NOT NULL PRIMARY KEY,
    slug                   TEXT,
    name                   TEXT,
    english_name           TEXT,
    poster_url             TEXT,
    year                   INTEGER,
    fetched_at_ms          INTEGER,
    -- NULL while its episodes were not read, or not all of them.
    episodes_fetched_at_ms INTEGER,
    is_outdated            INTEGER NOT NULL DEFAULT 0 CHECK (is_outdated IN (0, 1)),
    is_gone                INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
) STRICT;

CREATE TABLE episodes (
    episode_id      INTEGER NOT NULL PRIMARY KEY,
    series_id       INTEGER NOT NULL REFERENCES series (series_id),
    -- Season and number are NULL while nothing but the id is known.
    season          INTEGER,
    number          INTEGER,
    name            TEXT,
    picture_url     TEXT,
    -- 'YYYY-MM-DD'; compares as text.
    aired_on        TEXT,
    runtime_minutes INTEGER,
    -- Whether it belongs to what makes the series watched: it is no special, or there are only specials.
    is_counted      INTEGER NOT NULL DEFAULT 0 CHECK (is_counted IN (0, 1)),
    is_gone         INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
) STRICT;

CREATE INDEX episodes_of_series ON episodes (series_id, is_counted, aired_on, is_gone);

-- The lists: 1 is watched, 2 is favorite. added_at_ms is NULL where nobody knows when that was.
CREATE TABLE movie_marks (
    user_id     INTEGER NOT NULL,
    list        INTEGER NOT NULL CHECK (list IN (1, 2)),
    movie_id    INTEGER NOT NULL REFERENCES movies (movie_id),
    added_at_ms INTEGER,
    PRIMARY KEY (user_id, list, movie_id)
) STRICT, WITHOUT ROWID;

-- A series in list 1 came from another bot's file and becomes its episodes once they are known.
CREATE TABLE series_marks (
    user_id     INTEGER NOT NULL,
    list        INTEGER NOT NULL CHECK (list IN (1, 2)),
    series_id   INTEGER NOT NULL REFERENCES series (series_id),
    added_at_ms INTEGER,
    PRIMARY KEY (user_id, list, series_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX movie_marks_by_movie ON movie_marks (movie_id);
CREATE INDEX series_marks_by_series ON series_marks (series_id, list);

CREATE TABLE episode_marks (
    user_id     INTEGER NOT NULL,
    list        INTEGER NOT NULL CHECK (list IN (1, 2)),
    series_id   INTEGER NOT NULL REFERENCES series (series_id),
    episode_id  INTEGER NOT NULL REFERENCES episodes (episode_id),
    added_at_ms INTEGER,
    PRIMARY KEY (user_id, list, series_id, episode_id)
) STRICT, WITHOUT ROWID;

-- What a press changed, for as long as it can be taken back.
CREATE TABLE undos (
    undo_id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id       INTEGER NOT NULL,
    series_id     INTEGER NOT NULL REFERENCES series (series_id),
    expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX undos_by_end ON undos (expires_at_ms);
CREATE INDEX undos_of_user ON undos (user_id, undo_id);

CREATE TABLE undo_rows (
    undo_id     INTEGER NOT NULL REFERENCES undos (undo_id) ON DELETE CASCADE,
    episode_id  INTEGER NOT NULL,
    -- 1: the press added the row; 0: it removed it.
    was_added   INTEGER NOT NULL CHECK (was_added IN (0, 1)),
    added_at_ms INTEGER,
    PRIMARY KEY (undo_id, episode_id)
) STRICT, WITHOUT ROWID;

-- Who may look at someone's lists; whoever is not listed shows them to everyone.
CREATE TABLE visibilities (
    user_id    INTEGER NOT NULL PRIMARY KEY,
    visibility TEXT    NOT NULL CHECK (visibility IN ('guild', 'private')),
    guild_id   INTEGER CHECK ((visibility = 'guild') = (guild_id IS NOT NULL))
) STRICT;
