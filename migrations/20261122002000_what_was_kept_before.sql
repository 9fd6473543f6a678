-- Views whose person was not noted cannot be told or deleted with that person's lists: their buttons say that
-- they are too old. What is told and deleted is found by person.
DELETE FROM views WHERE user_id = 0;

CREATE INDEX views_by_user ON views (user_id);

-- What was unloaded before it was noted who keeps something may keep it.
INSERT INTO plugin_keepers SELECT plugin_name, changed_at_ms FROM plugin_states WHERE NOT is_wanted
ON CONFLICT DO NOTHING;
