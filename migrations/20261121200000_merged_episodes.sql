-- The episode that TheTVDB merged this one into; it may be stored later, or never.
ALTER TABLE episodes ADD COLUMN merged_into_id INTEGER;

CREATE INDEX episodes_merged ON episodes (merged_into_id) WHERE merged_into_id IS NOT NULL;
