# What the host itself says. One tone: short, kind, tells what to do next.

error-title = Quelque chose n’a pas marché
error-incident = Incident { $id }
error-report = Signalez-le
error-invalid = Cela ne peut pas se faire ainsi. Vérifiez ce que vous avez écrit et réessayez.
error-not-found = Cela n’existe plus. Faites une nouvelle recherche.
error-denied = Vous n’en avez pas le droit.
error-denied-owner = Cette commande est réservée au propriétaire du bot.
error-denied-invoker = Ces boutons sont à quelqu’un d’autre. Utilisez vous-même la commande pour avoir les vôtres.
error-limited = C’était un peu trop souvent. Réessayez { $when }.
error-limited-soon = C’était un peu trop souvent. Réessayez dans un instant.
error-limited-window = C’était un peu trop souvent : { $calls } fois en { $span } au plus. Réessayez { $when }.
error-limited-insisting = { error-limited-window } Insister allonge l’attente.
span-seconds = { $n ->
        [one] { $n } seconde
       *[other] { $n } secondes
    }
span-minutes = { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
error-unavailable = Un service nécessaire ne répond pas. Réessayez dans quelques minutes.
error-unavailable-until = Un service nécessaire est trop sollicité en ce moment. Réessayez { $when }.
error-discord-limited = Discord demande à Lumina d’attendre. Réessayez { $when }.
error-discord-limited-soon = Discord demande à Lumina d’attendre. Réessayez dans quelques secondes.
error-none-below = Discord n’affiche pas davantage de messages d’une même commande ici. Sur un serveur qui a Lumina, il les affiche tous.
error-outdated = Ce message est trop ancien pour être utilisé. Utilisez de nouveau la commande.
error-late-form = Le formulaire a mis trop de temps à s’ouvrir. Réessayez.
error-unsupported = Ce n’est pas possible avec cette version de Lumina.
error-internal = Un imprévu est survenu. Réessayez ; si cela se reproduit, signalez-le avec l’incident ci-dessous.
error-late = Cela a pris trop de temps et a été abandonné. Réessayez dans un instant ; si cela se reproduit, signalez-le avec l’incident ci-dessous.
error-switched-off = Cette fonction est désactivée pour un instant. Réessayez dans une minute.
error-too-large = Ce fichier dépasse 10 Mio. Choisissez-en un plus petit.
error-unloaded = Cette fonction est désactivée jusqu’à ce que le propriétaire de ce bot la rétablisse. Demandez-la-lui si elle vous manque.
error-broken = Cette fonction ne marche pas tant que le propriétaire de ce bot ne l’a pas réparée. Dites-le-lui si elle vous manque.
error-unknown-command = Lumina ne connaît plus cette commande. Redémarrez Discord si elle est encore affichée.
error-unknown-interaction = Lumina ne comprend pas encore cela.
error-option-value = L’option « { $option } » n’accepte pas cette valeur. Choisissez-en une autre.
error-option-missing = L’option « { $option } » manque. Remplissez-la et réessayez.
error-option-unknown = La commande n’a plus d’option « { $option } ». Redémarrez Discord si elle est encore affichée.
error-busy = Lumina a beaucoup à faire en ce moment. Réessayez dans quelques secondes.
error-bot-permissions = Il manque à Lumina des permissions dans ce salon. Demandez à un administrateur du serveur d’accorder : { $permissions }.
error-forbidden = Discord ne laisse pas Lumina faire cela dans ce salon. Demandez à un administrateur du serveur de vérifier les permissions de Lumina ici.
done = C’est fait.
done-unseen = C’est fait. Le message qui devait le montrer a été supprimé.

# What the services say; plugins pass it on to the user.
catalogue-wrong-key = TheTVDB n’accepte pas la clé de ce bot. Dites-le au propriétaire du bot, qui peut en lire davantage dans le journal.
catalogue-slow = TheTVDB est trop lent en ce moment. Réessayez dans une minute.
catalogue-limited = TheTVDB est trop sollicité en ce moment. Réessayez dans une minute.
catalogue-broken = TheTVDB répond par des erreurs en ce moment. Réessayez dans quelques minutes.
catalogue-unreachable = TheTVDB est injoignable en ce moment. Réessayez dans quelques minutes.
lists-busy = Les listes sont occupées par quelque chose de long : rien n’a été changé. Réessayez dans une minute.
lists-full = Il n’y a plus de place pour conserver les listes : rien n’a été changé. Prévenez le propriétaire du bot.
lists-read-only = Les listes ne peuvent pas être écrites pour l’instant : rien n’a été changé. Prévenez le propriétaire du bot.
lists-damaged = Les listes ne peuvent être ni lues ni écrites : rien n’a été changé. Prévenez le propriétaire du bot, qui en lira plus dans le journal.
unshown-busy = Ceci ne peut pas être affiché : les listes sont occupées par quelque chose de long. Ce qui a été changé jusqu’ici est enregistré. Réessayez dans une minute.
unshown-full = Ceci ne peut pas être affiché : il n’y a plus de place pour ce dont ses boutons ont besoin. Ce qui a été changé jusqu’ici est enregistré. Prévenez le propriétaire du bot.
unshown-read-only = Ceci ne peut pas être affiché : ce dont ses boutons ont besoin ne peut pas être écrit pour l’instant. Ce qui a été changé jusqu’ici est enregistré. Prévenez le propriétaire du bot.
unshown-damaged = Ceci ne peut pas être affiché : ce dont ses boutons ont besoin ne peut être ni lu ni écrit. Ce qui a été changé jusqu’ici est enregistré. Prévenez le propriétaire du bot, qui en lira plus dans le journal.

# /sudo
sudo-about = Commandes pour le propriétaire du bot.
sudo-about-load = Charger un plugin.
sudo-about-unload = Décharger un plugin ; il le reste après un redémarrage.
sudo-about-reload = Remplacer un plugin par son fichier actuel, sans perdre un appel.
sudo-about-list = Énumérer tous les plugins et leur état.
sudo-about-info = Tout montrer d’un plugin.
sudo-which-load = Le plugin à charger
sudo-which-unload = Le plugin à décharger
sudo-which-reload = Le plugin à recharger
sudo-which-info = Le plugin à montrer
sudo-took-ms = { NUMBER($took, minimumFractionDigits: 1) } ms
sudo-took-s = { NUMBER($took, minimumFractionDigits: 1) } s
sudo-loaded = ✅ `{ $plugin }` { $to } est chargé (copie { $generation }, { $took }).
sudo-unloaded = ✅ `{ $plugin }` { $from } est déchargé ({ $took }).
sudo-reloaded = ✅ `{ $plugin }` est rechargé : { $from } → { $to } (copie { $generation }, { $took }).
sudo-not-loaded = ❌ `{ $plugin }` n’a pas été chargé : { $reason }. { $still }
sudo-not-unloaded = ❌ `{ $plugin }` n’a pas été déchargé : { $reason }. { $still }
sudo-not-reloaded = ❌ `{ $plugin }` n’a pas été rechargé : { $reason }. { $still }
sudo-loaded-already = ❌ `{ $plugin }` est déjà chargé. Utilisez `/sudo reload` pour prendre une nouvelle version de son fichier. { $still }
sudo-loaded-never = ❌ `{ $plugin }` n’est pas chargé. `/sudo list` montre ce qui l’est.
sudo-still-serves = La version { $version } (copie { $generation }) reste en service.
sudo-nothing-serves = Rien n’est en service sous ce nom.
sudo-which = ❌ Nommez un plugin : { $names }.
sudo-none-to-load = ❌ Il ne reste rien à charger. Mettez le fichier d’un nouveau plugin dans le dossier des plugins, ou utilisez `/sudo reload` pour prendre une nouvelle version d’un autre.
sudo-unknown = ❌ Il n’y a pas de plugin `{ $plugin }`. Utilisez `/sudo list` pour les voir tous.
sudo-kept-away = ✅ `{ $plugin }` n’est pas chargé.
sudo-stays-unloaded = Il restera déchargé après un redémarrage.
sudo-not-remembered = ⚠️ Cela n’a pas pu être noté : après un redémarrage, tout sera comme avant.
sudo-note-zombie = C’est maintenant un zombie : { $what }. { $outlook }
sudo-note-dropped = Les appels qui ne se sont pas terminés à temps ont été abandonnés.
sudo-note-not-shut-down = Il n’a pas terminé son propre travail à temps.
sudo-note-mapped = Le système garde sa bibliothèque en mémoire.
sudo-note-outlives = Des appels sont encore en cours dans l’ancienne copie et s’y termineront.
sudo-note-state-lost = L’ancienne copie ne réagit pas ; ce qu’elle savait est perdu.
sudo-note-replaced-zombie = L’ancienne copie est maintenant un zombie : { $what }. Ce qu’elle savait est perdu. { $outlook }
sudo-note-older-copy = Une copie remplacée auparavant termine encore ses appels.
sudo-note-start-failed = Il est en service, mais son démarrage a échoué : { $reason }.
sudo-none = Aucun plugin n’est connu. Mettez leurs fichiers dans le dossier des plugins et utilisez `/sudo load`.
sudo-line = **{ $plugin }** { $version } · { $state } depuis { $since } · { $calls ->
        [one] { $calls } appel
       *[other] { $calls } appels
    }, { $errors ->
        [one] { $errors } erreur
       *[other] { $errors } erreurs
    }{ $generation ->
        [0] {""}
       *[other] {" · "}copie { $generation }
    }{ $zombies ->
        [0] {""}
        [one] {" · "}{ $zombies } zombie
       *[other] {" · "}{ $zombies } zombies
    } · { $commands }
sudo-line-replacement = ⤷ sa prochaine copie : { $state }
sudo-line-zombies = ⤷ { $n ->
        [one] le zombie est une copie terminée dont un fil d’exécution ne revient pas : seul un redémarrage de Lumina est sûr d’y mettre fin
       *[other] les zombies sont des copies terminées dont des fils d’exécution ne reviennent pas : seul un redémarrage de Lumina est sûr d’y mettre fin
    } et de libérer le processeur qui serait occupé
sudo-line-draining = ⤷ { $n ->
        [one] { $n } copie plus ancienne termine
       *[other] { $n } copies plus anciennes terminent
    } des appels
sudo-line-failure = ⤷ dernier échec : { $reason }
sudo-info-file = Fichier : `{ $path }`
sudo-info-services = Services : { $names }
sudo-info-hosts = Hôtes extérieurs : { $names }
sudo-info-events = Événements : { $names }
sudo-info-intents = ⚠️ Ses événements n’arrivent pas encore tous, ou pas entiers ; Lumina continue d’essayer. { $reason }
state-found = trouvé
state-checked = vérifié
state-loading = en chargement
state-serving = en service
state-draining = en fin de service
state-unloaded = déchargé
state-failed = en échec
state-zombie = zombie

# Pourquoi un plugin n’a pas été chargé : une partie de phrase.
load-name = `{ $name }` n’est pas un nom de plugin : les noms se composent de minuscules, de chiffres, de `-` et de `_`
load-missing = il n’y a pas de fichier `{ $name }.so` dans { $directories }
load-loaded = il est déjà chargé
load-not-loaded = il n’est pas chargé
load-crowded = des copies antérieures ne sont pas terminées, et on n’en garde pas davantage à la fois : { $copies } ; réessayez quand leurs appels seront finis, dans 15 minutes au plus ; un zombie dont le fil ne revient pas ne finit qu’avec Lumina : redémarrez-la s’il reste
load-file = `{ $path }` ne peut pas être utilisé
load-inspect = `{ $path }` n’est pas un plugin que cet hôte peut charger
load-stem = `{ $path }` contient le plugin `{ $name }` et doit s’appeler `{ $name }.so`
load-second = `{ $path }` est laissé de côté, car `{ $first }` vient en premier dans PLUGIN_DIR
load-directory = le dossier de plugins `{ $path }` ne peut pas être lu
load-shadow = aucune copie de travail du fichier n’a pu être faite
load-probe = la bibliothèque a échoué à son essai dans un processus à part
load-library = la bibliothèque ne peut pas être utilisée
load-describe = le plugin n’a pas pu se déclarer
load-descriptor = la déclaration du plugin ne peut pas être lue
load-identity = le plugin se déclare comme `{ $declared }`, son manifeste dit `{ $manifest }`
load-create = le plugin n’a pas pu être créé
load-save = la copie en service n’a pas pu transmettre son état (pour continuer sans lui, déchargez puis chargez le plugin)
load-restore = la nouvelle copie n’a pas repris l’état
load-late = { $step } : plus de { $limit } ms se sont écoulées
load-ended = le fil d’exécution du plugin s’est terminé pendant cette étape : { $step }
load-hung = plus aucune bibliothèque ne peut être chargée
load-left-out = Lumina a dû se terminer pendant son dernier chargement ; `/sudo load` essaie de nouveau
load-thread = aucun fil d’exécution ne peut être démarré pour le plugin
load-loader = le chargeur lui-même a échoué ; son journal dit où
load-closing = l’hôte se termine
step-read = la lecture du fichier
step-open = l’ouverture de la bibliothèque
step-describe = sa déclaration
step-create = la création du plugin
step-switch = le passage à la nouvelle copie

# Ce qui en est la cause, et pourquoi une déclaration est refusée : aussi des parties de phrase.
text-because = { $what } : { $cause }
text-quoted = « { $words } »
text-either = { $one } ou { $other }

crowd-draining = { $draining } de `{ $plugin }` terminent des appels
crowd-zombies = { $zombies } de `{ $plugin }` ne réagissent pas (zombies)
crowd-both = { $draining } de `{ $plugin }` terminent des appels et { $zombies } ne réagissent pas (zombies)
plugin-silent = il n’a pas dit pourquoi

file-open = il ne peut pas être ouvert
file-link-loop = ses liens tournent en rond
file-directory = c’est un dossier, pas un fichier
file-pipe = c’est un tube nommé, pas un fichier
file-device = c’est un périphérique, pas un fichier
file-socket = c’est une socket ou un périphérique, pas un fichier
file-empty = il est vide
file-large = il a { $bytes } octets, plus que { $max }
file-read = il ne peut pas être lu

elf-not = ce n’est pas un fichier ELF 64 bits petit-boutiste
elf-machine = il a été compilé pour un autre type de processeur (machine ELF { $theirs }, cet hôte est { $ours })
elf-not-shared = ce n’est pas une bibliothèque partagée (type ELF { $kind })
elf-cut = il est tronqué : { $part } finit à l’octet { $end }, le fichier en a { $length }
elf-part-segments = la table des segments
elf-part-segment = un segment
elf-part-sections = la table des sections
elf-part-section = une section
elf-damaged = ses tables sont abîmées
elf-segment = ses tables sont abîmées : un segment est plus grand dans le fichier qu’en mémoire
elf-empty = il n’a aucun segment à charger
elf-no-manifest = c’est une bibliothèque, mais pas un plugin : il n’a pas de section `{ $section }` (`export_plugin!` y est-il, et la fonctionnalité `export` est-elle activée ?)
elf-manifest = son manifeste ne peut pas être lu
elf-manifest-length = son manifeste a { $bytes } octets, plus que { $max }
elf-name = son nom `{ $name }` ne se compose pas de minuscules, de chiffres, de `-` et de `_`
elf-version = sa version de l’API des plugins, `{ $version }`, n’en est pas une
elf-major = il a été compilé pour l’API des plugins { $theirs }, cet hôte parle { $ours } : recompilez-le
elf-panic = il a été compilé avec panic = "{ $panic }" : compilez-le avec "unwind"

hung-opening = la bibliothèque de `{ $plugin }` n’est pas sortie de son constructeur en { $limit } ms et bloque pour toujours le chargeur du système
hung-closing = la bibliothèque de `{ $plugin }`, qui est terminé, ne sort pas de son destructeur et bloque pour toujours le chargeur du système
hung-left-out = Lumina se termine maintenant. Son prochain démarrage (systemd et Docker s’en chargent) se fait sans ce plugin, jusqu’à `/sudo load`.
hung-not-noted = Lumina se termine maintenant. Il n’a pas pu être noté que le prochain démarrage doit écarter ce plugin : retirez d’abord son fichier.
hung-ends = Lumina se termine maintenant, et peut être redémarrée (systemd et Docker s’en chargent).
hung-sentence = plugin `{ $plugin }` : { $what }. { $outlook }

library-open = le système ne peut pas la charger
library-not-mapped = le système l’a chargée, mais sa copie de travail n’est pas en mémoire
library-maps = le système ne dit pas où sa copie de travail se trouve en mémoire
library-symbol = elle n’exporte pas de symbole `{ $symbol }` : compilez-la avec la fonctionnalité `export`
library-elsewhere = son symbole `{ $symbol }` se trouve hors de sa copie de travail
library-header = son en-tête est d’un autre genre : { $words }
library-layout = sa frontière est disposée autrement que celle de cet hôte ; recompilez-la : { $words }
library-root = son module racine ne peut pas être créé : { $words }

probe-start = `{ $program }` ne peut pas être lancé
probe-follow = l’essai ne peut pas être suivi
probe-signal = elle a planté (signal { $signal })
probe-exit = elle a mis fin au processus avec le code { $code }
probe-late = il ne s’est pas terminé en { $limit } ms

shadow-folder = le dossier des copies de travail `{ $path }` ne peut pas être utilisé (réglage SHADOW_DIR)
shadow-noexec = le dossier des copies de travail `{ $path }` est sur un système de fichiers monté `noexec`, d’où aucune bibliothèque ne peut être chargée : donnez à SHADOW_DIR un dossier situé ailleurs
shadow-thread = aucun fil d’exécution ne peut être démarré pour rendre ce que les plugins laissent
shadow-write = la copie de travail `{ $path }` ne peut pas être écrite

call-not-serving = le plugin `{ $plugin }` n’est pas en service
call-ended = le plugin `{ $plugin }` a été arrêté pendant l’appel
call-late = le plugin `{ $plugin }` n’a pas répondu en { $limit } ms
call-busy = le plugin `{ $plugin }` a déjà { $calls } appels
call-plugin = le plugin `{ $plugin }` a répondu par une erreur
call-unreadable = la réponse du plugin `{ $plugin }` ne peut pas être lue
call-long = la réponse du plugin `{ $plugin }` a { $bytes } octets, plus que { $max }
call-request = la demande au plugin `{ $plugin }` ne peut pas être écrite

# Ce dont le fil d’exécution d’un plugin ne revient pas : une partie de phrase.
stuck = { $what } ; `/sudo reload plugin:{ $plugin }` le remplace
stuck-for = son fil d’exécution n’est pas revenu depuis { $span }, occupé par { $errand }
zombie-thread = un de ses fils d’exécution ne revient pas
zombie-outlook = Seul un redémarrage de Lumina est sûr d’y mettre fin ; d’ici là, sa mémoire reste prise, et le processeur aussi en cas de calcul.
busy-create = sa création
busy-start = son démarrage
busy-hand-over = la transmission de ce qu’il sait
busy-take-over = la reprise de ce que savait la copie précédente
busy-suggestions = des suggestions pour `/{ $name }`
busy-press = un appui (`{ $name }`)
busy-form = un formulaire (`{ $name }`)
busy-event = l’événement `{ $name }`
busy-task = une tâche à côté de ses appels
busy-end = sa fin
busy-other = un appel

texts-locale = `{ $locale }` n’est pas le nom d’une langue
texts-large = les textes en `{ $locale }` dépassent { $max } octets
texts-many = il y a des textes en plus de { $max } langues
texts-syntax = les textes en `{ $locale }` ne peuvent pas être lus à partir de la ligne { $line } : { $reason }
texts-deep = les textes en `{ $locale }` ont une phrase trop imbriquée
texts-crowded = le texte `{ $key }` en `{ $locale }` a plus de { $max } placeables, avec ceux des textes qu’il nomme
texts-circle = le texte `{ $key }` en `{ $locale }` revient à lui-même par les textes qu’il nomme
texts-digits = les textes en `{ $locale }` ont un nombre avec trop de chiffres

admit-plugin-name = `{ $name }` n’est pas un nom de plugin : 1 à { $max } signes parmi a-z, 0-9, `-`, `_`
admit-plugin-own = `{ $name }` est le nom de Lumina elle-même
admit-state-version = sa version d’état dépasse { $max }
admit-host = il déclare l’hôte extérieur `{ $host }` : il faut un nom seul, comme `api.example.com`, sans protocole, port ni chemin
admit-deadline = sa commande `{ $command }` a un délai de { $ms } ms, plus que { $max } ms, après quoi Discord ne prend plus de réponse
admit-both = { $one } ; { $other }
admit-locale-texts = il a des textes en `{ $locale }`, une langue dans laquelle personne ne lit Discord
admit-service = il lui faut un service que cette version de Lumina n’a pas
admit-intent = il lui faut « { $intent } » : activez-le dans le portail des développeurs de Discord, à la page « Bot » de votre application, puis rechargez le plugin
admit-unknown-intents = il demande les intents { $intents } de la passerelle, que Discord n’a pas : corrigez le plugin, ou mettez Lumina à jour s’ils sont nouveaux
admit-command-twice = il déclare deux fois la commande `{ $command }`
admit-command-kind = sa commande `{ $command }` est d’un genre que cette version de Lumina ne connaît pas
admit-option-kind = l’option `{ $option }` de sa commande `{ $command }` est du genre `{ $kind }`, que cette version de Lumina ne connaît pas
admit-command-own = la commande `/{ $command }` est à Lumina elle-même
admit-command-owned = la commande `{ $command }` est au plugin `{ $owner }` ; `{ $plugin }` ne peut donc pas l’avoir aussi
admit-slash-commands = avec lui il y aurait { $n } commandes slash, or Discord en permet { $max }
admit-user-commands = avec lui il y aurait { $n } commandes dans le menu des utilisateurs, or Discord en permet { $max }
admit-message-commands = avec lui il y aurait { $n } commandes dans le menu des messages, or Discord en permet { $max }
admit-command = la commande `{ $name }`
admit-option = l’option `{ $name }` de { $whole }
admit-permissions = { $place } demande des permissions que Discord ne connaît pas
admit-menu = { $place } est dans un menu, où Discord n’accepte ni options ni sous-commandes
admit-characters = { $place } a { $n } caractères en tout, plus que { $max }
admit-name = { $place } a un nom que Discord n’accepte pas : il prend 1 à { $max } minuscules, chiffres, `-`, `_`
admit-name-in = { $place } porte en `{ $locale }` le nom `{ $name }`, que Discord n’accepte pas : 1 à { $max } minuscules, chiffres, `-`, `_`
admit-description = { $place } a une description de { $n } caractères ; Discord en accepte 1 à { $max }
admit-locale-name = { $place } a un nom en `{ $locale }`, une langue que Discord ne connaît pas
admit-locale-description = { $place } a une description en `{ $locale }`, une langue que Discord ne connaît pas
admit-options = { $place } a { $n } options, plus que { $max }
admit-mixed = { $place } a à la fois des sous-commandes et ses propres options
admit-option-twice = { $place } y figure deux fois
admit-required = { $place } est obligatoire et doit donc précéder celles qui ne le sont pas
admit-group-empty = { $place } est un groupe sans sous-commandes
admit-group-nested = { $place } est un groupe dans un autre
admit-length = { $place } a un { $key } hors de { $min } à { $max }
admit-value = { $place } a un { $key } au-delà de 2^53, le dernier que Discord accepte
admit-channel-kind = { $place } nomme le genre { $kind } de salons, qui n’existe pas
admit-range = { $place } a un { $low } supérieur à son { $high }
admit-choices = { $place } a { $n } choix, plus que { $max }
admit-choices-autocomplete = { $place } a des choix et la complétion ; Discord accepte l’un des deux
admit-choice = { $place } a le choix `{ $name }`, que Discord n’accepte pas

# Pourquoi Discord n’a pas de session avec le bot, ou pas celle que les plugins veulent : des phrases.
session-token = Discord a refusé le jeton du bot. Copiez-en un valable depuis https://discord.com/developers/applications (votre application, Bot, Reset Token) dans BOT_TOKEN et redémarrez.
session-shard = Discord n’accepte pas le numéro de ce fragment (code 4010). Redémarrez, et si cela persiste, signalez-le.
session-servers = Le bot est dans trop de serveurs pour ses connexions (code 4011). Redémarrez : Discord dit alors combien il lui en faut.
session-version = Discord ne parle plus cette version de sa passerelle (code 4012). Mettez Lumina à jour.
session-unknown-intents = Discord ne connaît pas les intents { $intents }, ou l’un d’eux (code 4013). Mettez à jour le plugin qui les demande, ou déchargez-le.
session-intents = Discord ne permet pas à cette application les intents demandés (code 4014). Activez-les sur https://discord.com/developers/applications (votre application, Bot, Privileged Gateway Intents), ou déchargez le plugin qui les demande.
session-named-intents = Discord ne permet pas à cette application : { $names } (code 4014). Activez-le sur https://discord.com/developers/applications (votre application, Bot, Privileged Gateway Intents), ou déchargez le plugin qui le demande.
session-shard-ended = Discord a mis fin à la session pour de bon. Redémarrez.
session-ended = La session avec Discord est terminée.
session-not-yet = Discord n’est pas encore joignable.
session-late = Discord n’a pas accepté de nouvelle session à temps.

# /privacy
privacy-description = Ce que Lumina conserve sur vous : l’emporter ou l’effacer.
privacy-export = Obtenir en fichiers tout ce que Lumina conserve sur vous.
privacy-delete = Effacer tout ce que Lumina conserve sur vous.
privacy-title = Vos données
privacy-counts = { $movies ->
        [one] { $movies } film
       *[other] { $movies } films
    }{ $series ->
        [0] { "" }
        [one] , { $series } série entière
       *[other] , { $series } séries entières
    } et { $episodes ->
        [one] { $episodes } épisode vu
       *[other] { $episodes } épisodes vus
    }, { $favorites ->
        [one] { $favorites } favori
       *[other] { $favorites } favoris
    }{ $choices ->
        [0] { "" }
       *[other] , et votre choix de qui peut voir votre profil
    }
privacy-exported = Tout ce que Lumina conserve sur vous est dans ces fichiers : { $counts }.
privacy-kept = Lumina conserve ceci sur vous : { $counts }.
privacy-left-out = Non envoyé, car plus grand que 10 Mio : { $names }. Demandez-en une copie au propriétaire de ce bot.
privacy-delete-question = Ceci efface tout ce que Lumina conserve sur vous : { $counts }. C’est définitif. Les copies de la base de données faites auparavant, comme avant une mise à jour, restent telles quelles. Utilisez d’abord `/privacy export` si vous voulez en garder une copie.
privacy-delete-yes = Tout effacer
privacy-delete-no = Garder
privacy-nothing-deleted = Rien n’a été effacé.
privacy-deleted = Effacé : { $counts }. Les copies de la base de données faites auparavant, comme avant une mise à jour, restent telles quelles.
privacy-kept-out = Seul votre identifiant reste noté, pour qu’une nouvelle importation des listes de l’ancien bot ne ramène pas les vôtres.
privacy-missing = Ces plugins n’ont pas pu être interrogés : { $names }. Ce qu’ils conservent reste tel quel. Réessayez plus tard.
