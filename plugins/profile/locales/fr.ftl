summary = Montre ce que quelqu’un a vu, aime ou est en train de regarder.

command-profile = Montrer ce que quelqu’un a vu, aime ou est en train de regarder.
option-user = Le profil de qui ; le vôtre si vous n’indiquez personne.
option-visibility = Choisir qui peut voir votre propre profil.
choice-public = tout le monde
choice-guild = ce serveur seulement
choice-private = personne d’autre que moi

## The profile

title = Profil
whose = Profil de { $user }
nothing = { $user } n’a encore rien marqué.
nothing-own = Vous n’avez encore rien marqué, { $user }. Cherchez un titre avec `/search` et appuyez sur ses boutons.
bot = { $user } est un bot. Les bots sont toujours de service et ne regardent rien.
heading-in-progress = **En cours** ({ $count })
heading-favorites = **Favoris** ({ $count })
heading-watched = **Vus** ({ $count })
progress = { $seen }/{ $aired }
progress-unknown = commencée
progress-specials = { $count ->
    [one] { $count } épisode spécial
   *[other] { $count } épisodes spéciaux
}
episode-unnumbered = Épisode sans numéro ({ $id })
next = suite : { $episode }
unlisted = *n’est plus sur TheTVDB*
unlisted-watched = *{ $count ->
    [one] { $count } épisode vu n’est plus sur TheTVDB
   *[other] { $count } épisodes vus ne sont plus sur TheTVDB
}*
attribution = Métadonnées fournies par TheTVDB. Vous pouvez compléter les informations manquantes ou vous abonner sur thetvdb.com.

total-movies = Films
total-series = Séries
total-episodes = Épisodes
total-time = Temps de visionnage
time = { $hours } h { $minutes } min
time-unknown = { $count ->
    [one] (sans { $count } entrée de durée inconnue)
   *[other] (sans { $count } entrées de durée inconnue)
}

## Below it, when it has more than one page

button-first = <<
button-previous = <
button-here = { $page }/{ $pages }
button-next = >
button-last = >>
menu-placeholder = Aller à une liste
in-progress = En cours ({ $count })
favorites = Favoris ({ $count })
watched = Vus ({ $count })

## Who may look

now-public = Votre profil est maintenant public : tout le monde peut le voir.
now-guild = Votre profil n’est maintenant visible que sur ce serveur.
now-private = Votre profil est maintenant privé : vous seul pouvez le voir. Les réponses à `/search` restent visibles par tous, et disent ce que vous avez marqué de ce titre.
not-shown = Ce profil n’est pas visible ici ; son propriétaire en a décidé ainsi.
only-your-own = Ce choix ne vaut que pour votre propre profil. N’indiquez pas d’autre personne.
no-server = Ce choix se fait sur le serveur où votre profil doit être visible. Utilisez la commande là-bas.
