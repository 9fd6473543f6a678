-- The episode that TheTVDB merged this one into; it may be stored later, or never.
ALTER TABLE episodes ADD COLUMN merged_into_id INTEGER;

CREATE INDEX episodes_merged ON episodes (merged_into_id) WHERE merged_into_id IS NOT NULL;

-- Episodes whose running time is not known get the usual one of their series when they are read again.
UPDATE series SET is_outdated = 1 WHERE is_gone = 0;
