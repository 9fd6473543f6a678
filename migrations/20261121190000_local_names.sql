-- Names of titles in the other languages that Lumina speaks: a JSON object, `{"fr": "…"}`.
ALTER TABLE movies ADD COLUMN local_names TEXT;
ALTER TABLE series ADD COLUMN local_names TEXT;

UPDATE movies SET is_outdated = 1 WHERE is_gone = 0;
UPDATE series SET is_outdated = 1 WHERE is_gone = 0;
