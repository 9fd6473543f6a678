-- The title that TheTVDB merged this one into. Once its marks have gone along, this one is gone.
ALTER TABLE movies ADD COLUMN merged_into_id INTEGER;
ALTER TABLE series ADD COLUMN merged_into_id INTEGER;

CREATE INDEX movies_merged ON movies (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX series_merged ON series (merged_into_id) WHERE merged_into_id IS NOT NULL;
