-- The list that a press changed.
ALTER TABLE undos ADD COLUMN list INTEGER NOT NULL DEFAULT 1 CHECK (list IN (1, 2));

-- Whether another mark became one with the one that the press added, because TheTVDB made two episodes one; and
-- since when that other one was there. Taken back, it is there alone.
ALTER TABLE undo_rows ADD COLUMN has_other INTEGER NOT NULL DEFAULT 0 CHECK (has_other IN (0, 1));
ALTER TABLE undo_rows ADD COLUMN other_added_at_ms INTEGER;
