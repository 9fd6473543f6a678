-- The applications of Discord that the data have belonged to; they belong to the latest.
CREATE TABLE applications (
    application_id INTEGER NOT NULL PRIMARY KEY,
    since_ms       INTEGER NOT NULL
) STRICT;
