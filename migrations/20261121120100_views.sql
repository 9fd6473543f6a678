-- What a component carries when it does not fit into its custom id. Rows end by themselves.
CREATE TABLE views (
    plugin_name   TEXT    NOT NULL,
    view_key      TEXT    NOT NULL,
    state         BLOB    NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (plugin_name, view_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX views_by_end ON views (expires_at_ms);
CREATE INDEX views_by_plugin ON views (plugin_name, expires_at_ms);
