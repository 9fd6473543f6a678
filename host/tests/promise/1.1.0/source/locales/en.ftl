summary = Asks the lists everything that can be asked.

shelf-description = Ask the lists everything that can be asked.

shelf = { $state } seen, { $season } in the season, { $episode }, { $gathered } gathered, { $marked } marked, { $undone } taken back, { $profile } movies, { $listed } listed.
