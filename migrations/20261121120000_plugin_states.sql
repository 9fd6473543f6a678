-- What the owner said last about a plugin; one that is not listed is wanted.
CREATE TABLE plugin_states (
    plugin_name   TEXT    NOT NULL PRIMARY KEY,
    is_wanted     INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
    changed_at_ms INTEGER NOT NULL,
    changed_by_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
