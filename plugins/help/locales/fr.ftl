summary = Énumère les commandes que vous pouvez utiliser.

help-description = Afficher toutes les commandes que vous pouvez utiliser ici.

title = Ce que je sais faire
group = **{ $name }**
nothing = Il n’y a ici aucune commande que vous puissiez utiliser.

# Below the list, when it has more than one page.
button-first = <<
button-previous = <
button-here = { $page }/{ $pages }
button-next = >
button-last = >>
