-- How often in a row TheTVDB said that it has no such title. One such answer may be a fault of an hour.
ALTER TABLE movies ADD COLUMN n_missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN n_missing INTEGER NOT NULL DEFAULT 0;
