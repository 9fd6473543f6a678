-- Episodes without a number were left out; their series are read again.
UPDATE series SET is_outdated = 1 WHERE is_gone = 0;
