-- Plugins that have told of something that they keep about someone: whoever asks what is kept while such a
-- one does not serve is told so.
CREATE TABLE plugin_keepers (
    plugin_name TEXT    NOT NULL PRIMARY KEY,
    seen_at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
