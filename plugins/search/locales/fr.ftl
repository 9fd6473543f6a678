summary = Trouve des films et des séries sur TheTVDB et note ce que vous avez vu.

search-description = Chercher un film ou une série.
search-query = Un titre, ou l’identifiant d’un titre comme series-81189.
search-type = Si c’est un film ou une série.
search-by-id = Chercher l’identifiant donné au lieu d’un titre.
type-movie = film
type-series = série

## A result

overview = **Résumé**
overview-not-english = *Aucun résumé en français ni en anglais.*
overview-missing = *Aucun résumé.*
attribution = Métadonnées fournies par TheTVDB. Vous pouvez compléter les informations manquantes ou vous abonner sur thetvdb.com.
merged = *TheTVDB a fusionné le numéro { $number } avec celui-ci ; ce qui y était marqué a suivi.*
title-unlisted = *N’est plus sur TheTVDB. Voici ce qui en est conservé pour les personnes qui l’ont dans leurs listes.*
stale = *TheTVDB ne répond pas en ce moment. Voici ce que l’on savait il y a { $age }.*
age-moment = un instant
age-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
age-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
age-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
progress = { $seen ->
    [one] { $seen } épisode vu sur { $aired }.
   *[other] { $seen } épisodes vus sur { $aired }.
}

## Buttons

mark-watched = Marquer comme vu
unmark-watched = Ne plus marquer comme vu
favorite = Ajouter aux favoris
unfavorite = Retirer des favoris
view-episodes = Voir les épisodes
previous = Précédent
next = Suivant
mark-season = { $season ->
    [0] Marquer les épisodes spéciaux comme vus
   *[other] Marquer la saison { $season } comme vue
}
unmark-season = { $season ->
    [0] Ne plus marquer les épisodes spéciaux
   *[other] Ne plus marquer la saison { $season }
}
back = Retour
undo = Annuler
undo-title = Annuler : { $title }
undo-season = Annuler : { $season ->
    [0] épisodes spéciaux de { $title }
   *[other] saison { $season } de { $title }
}
undo-episode = Annuler : épisode de { $title }

## An episode

episode-unnumbered = Épisode sans numéro ({ $id })
episode-aired = Diffusé le <t:{ $day }:D>.
episode-airs = Diffusion le <t:{ $day }:D>.
episode-undated = La date de diffusion n’est pas connue.
episode-watched = ✅ Vu le <t:{ $day }:D>.
episode-watched-undated = ✅ Vu.
episode-unaired = Pas encore diffusé
episode-unlisted = *TheTVDB ne connaît plus cet épisode ; il reste ici parce qu’il est dans vos listes, et ne compte nulle part.*
unlisted = N’est plus sur TheTVDB
seasons-placeholder = Choisir une saison
seasons-back = Saisons précédentes
seasons-more = Autres saisons
seasons-left = { $count ->
    [one] encore { $count } saison
   *[other] encore { $count } saisons
}
season-name = { $season ->
    [0] Épisodes spéciaux
   *[other] Saison { $season }
}
season-progress = vus : { $seen } sur { $aired }
season-unaired = Pas encore diffusée
episodes-placeholder = Choisir un épisode
episodes-back = Épisodes précédents
episodes-more = Autres épisodes
episodes-left = { $count ->
    [one] encore { $count } épisode
   *[other] encore { $count } épisodes
}

## What was done

marked-many = ✅ { $count ->
    [one] { $count } épisode marqué comme vu.
   *[other] { $count } épisodes marqués comme vus.
}
unmarked-many = { $count ->
    [one] { $count } épisode n’est plus marqué comme vu.
   *[other] { $count } épisodes ne sont plus marqués comme vus.
}
watched-already = Vous l’aviez déjà marqué comme vu ; rien n’a changé.
unwatched-already = Vous ne l’aviez pas marqué comme vu ; rien n’a changé.
favorite-added = ⭐ C’est maintenant l’un de vos favoris.
favorite-removed = Ce n’est plus l’un de vos favoris.
favorite-already = C’était déjà l’un de vos favoris ; rien n’a changé.
unfavorite-already = Ce n’était pas l’un de vos favoris ; rien n’a changé.
nothing-aired = Rien n’a encore été diffusé ; il n’y a donc rien à marquer.
gathering = ⏳ Lecture de la liste des épisodes : { $count } pour l’instant…
undone = { $count ->
    [one] Annulé : { $count } épisode est de nouveau comme avant.
   *[other] Annulé : { $count } épisodes sont de nouveau comme avant.
}
undo-nothing = Il n’y avait plus rien à annuler : cela a été modifié depuis.
undo-over = Ce n’est plus annulable : c’est déjà fait, un quart d’heure est passé, ou vos listes ont été supprimées depuis.
done = ✅ C’est fait.
not-refreshed = Le message ci-dessus n’a pas pu être actualisé ; appuyez plus tard sur l’un de ses boutons.
no-episodes = TheTVDB ne connaît encore aucun épisode de cette série.
no-previous = C’est le premier épisode.
no-next = C’est le dernier épisode pour l’instant.

## The menu of the other results

menu-placeholder = Ce n’est pas ce que vous cherchez ? Choisissez un autre résultat.
menu-back = Résultats précédents
menu-more = Autres résultats
menu-more-left = { $count ->
    [one] encore { $count } titre
   *[other] encore { $count } titres
}

## What was not found, and what to do

episode-gone = TheTVDB ne connaît plus cet épisode. Choisissez-en un autre, ou revenez à la série.
nothing-found = Je n’ai rien trouvé pour « { $query } ». Vérifiez l’orthographe, ou essayez avec moins de mots.
no-movie-found = Je n’ai trouvé aucun film pour « { $query } ». Vérifiez l’orthographe, ou cherchez sans le type.
no-series-found = Je n’ai trouvé aucune série pour « { $query } ». Vérifiez l’orthographe, ou cherchez sans le type.
query-empty = Il n’y a rien à chercher. Écrivez une partie d’un titre.
id-invalid = « { $query } » n’est pas un identifiant. Écrivez un nombre et choisissez un type, ou mettez « movie- » ou « series- » devant le nombre.
id-without-type = { $number } est-il un film ou une série ? Choisissez un type, ou cherchez movie-{ $number } ou series-{ $number }.
no-such-movie = TheTVDB n’a pas de film portant le numéro { $number }. Vérifiez le numéro, ou cherchez par titre.
no-such-series = TheTVDB n’a pas de série portant le numéro { $number }. Vérifiez le numéro, ou cherchez par titre.
