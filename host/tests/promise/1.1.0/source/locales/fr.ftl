summary = Pose aux listes toutes les questions possibles.

shelf-description = Poser aux listes toutes les questions possibles.

shelf = { $state } vus, { $season } dans la saison, { $episode }, { $gathered } lus, { $marked } marqués, { $undone } repris, { $profile } films, { $listed } dans la liste.
