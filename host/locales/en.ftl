# What the host itself says. One tone: short, kind, tells what to do next.

error-title = Something went wrong
error-incident = Incident { $id }
error-report = Report it
error-invalid = That cannot be done like this. Check what you typed and try again.
error-not-found = There is no such thing any more. Search for it again.
error-denied = You may not do this.
error-denied-owner = This command is limited to the bot owner.
error-denied-invoker = These buttons belong to somebody else. Use the command yourself to get your own.
error-limited = That was a bit too often. Try again { $when }.
error-limited-soon = That was a bit too often. Try again in a moment.
error-limited-window = That was a bit too often: { $calls ->
        [one] once
       *[other] { $calls } times
    } in { $span } at most. Try again { $when }.
error-limited-insisting = { error-limited-window } Insisting makes the wait longer.
span-seconds = { $n ->
        [one] 1 second
       *[other] { $n } seconds
    }
span-minutes = { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
error-unavailable = A service that is needed for this does not answer. Try again in a few minutes.
error-unavailable-until = A service that is needed for this is asked too often at the moment. Try again { $when }.
error-discord-limited = Discord asks Lumina to wait. Try again { $when }.
error-discord-limited-soon = Discord asks Lumina to wait. Try again in a few seconds.
error-none-below = Discord shows no more messages of one command here. In a server that has Lumina it shows all.
error-outdated = This message is too old to be used. Use the command again.
error-late-form = The form took too long to open. Try again.
error-unsupported = This is not possible with this version of Lumina.
error-internal = Something unexpected went wrong. Try again; if it happens again, report it with the incident below.
error-late = This took too long and was given up. Try again in a moment; if it happens again, report it with the incident below.
error-switched-off = This feature is switched off for a moment. Try again in a minute.
error-unloaded = This feature is switched off until the owner of this bot brings it back. Ask them if you miss it.
error-broken = This feature does not work until the owner of this bot has repaired it. Tell them if you miss it.
error-unknown-command = Lumina does not know this command any more. Restart Discord if it is still shown.
error-unknown-interaction = Lumina does not understand this yet.
error-option-value = The option “{ $option }” does not take this value. Choose another one.
error-option-missing = The option “{ $option }” is missing. Fill it in and try again.
error-option-unknown = The command has no option “{ $option }” any more. Restart Discord if it is still shown.
error-too-large = This file is larger than 10 MiB. Choose a smaller one.
error-busy = Lumina has a lot to do right now. Try again in a few seconds.
error-bot-permissions = Lumina lacks permissions in this channel. Ask an administrator of the server to grant: { $permissions }.
error-forbidden = Discord does not let Lumina do this in this channel. Ask an administrator of the server to look at the permissions of Lumina here.
done = Done.
done-unseen = Done. The message that would show it was deleted.

# What the services say; plugins pass it on to the user.
catalogue-wrong-key = TheTVDB does not accept this bot's key. Please tell the bot's owner, who can read more in the log.
catalogue-slow = TheTVDB is too slow at the moment. Please try again in a minute.
catalogue-limited = TheTVDB is asked too often at the moment. Please try again in a minute.
catalogue-broken = TheTVDB answers with errors at the moment. Please try again in a few minutes.
catalogue-unreachable = TheTVDB cannot be reached at the moment. Please try again in a few minutes.
lists-busy = The lists are in use for something long at the moment, so nothing was changed. Please try again in a minute.
lists-full = There is no room left to keep lists, so nothing was changed. Please tell the bot's owner.
lists-read-only = The lists cannot be written at the moment, so nothing was changed. Please tell the bot's owner.
lists-damaged = The lists cannot be read or written, so nothing was changed. Please tell the bot's owner, who can read more in the log.
unshown-busy = This cannot be shown, because the lists are in use for something long at the moment. What was changed so far is saved. Please try again in a minute.
unshown-full = This cannot be shown, because there is no room left to keep what its buttons need. What was changed so far is saved. Please tell the bot's owner.
unshown-read-only = This cannot be shown, because what its buttons need cannot be written at the moment. What was changed so far is saved. Please tell the bot's owner.
unshown-damaged = This cannot be shown, because what its buttons need cannot be read or written. What was changed so far is saved. Please tell the bot's owner, who can read more in the log.

# /sudo
sudo-about = Commands for the owner of the bot.
sudo-about-load = Load a plugin.
sudo-about-unload = Unload a plugin; it stays unloaded after a restart.
sudo-about-reload = Replace a plugin by its file as it is now, without losing a call.
sudo-about-list = List all plugins and how they are.
sudo-about-info = Show everything about one plugin.
sudo-which-load = The plugin to load
sudo-which-unload = The plugin to unload
sudo-which-reload = The plugin to reload
sudo-which-info = The plugin to show
sudo-took-ms = { NUMBER($took, minimumFractionDigits: 1) } ms
sudo-took-s = { NUMBER($took, minimumFractionDigits: 1) } s
sudo-loaded = ✅ Loaded `{ $plugin }` { $to } (copy { $generation }, { $took }).
sudo-unloaded = ✅ Unloaded `{ $plugin }` { $from } ({ $took }).
sudo-reloaded = ✅ Reloaded `{ $plugin }`: { $from } → { $to } (copy { $generation }, { $took }).
sudo-not-loaded = ❌ `{ $plugin }` was not loaded: { $reason }. { $still }
sudo-not-unloaded = ❌ `{ $plugin }` was not unloaded: { $reason }. { $still }
sudo-not-reloaded = ❌ `{ $plugin }` was not reloaded: { $reason }. { $still }
sudo-loaded-already = ❌ `{ $plugin }` is loaded already. Use `/sudo reload` to take a new version of its file. { $still }
sudo-loaded-never = ❌ `{ $plugin }` is not loaded. `/sudo list` shows what is.
sudo-still-serves = Version { $version } (copy { $generation }) still serves.
sudo-nothing-serves = Nothing serves under this name.
sudo-which = ❌ Name a plugin: { $names }.
sudo-none-to-load = ❌ Nothing is left to load. Put the file of a new plugin into the plugin directory, or use `/sudo reload` to take a new version of one.
sudo-unknown = ❌ There is no plugin `{ $plugin }`. Use `/sudo list` to see all.
sudo-kept-away = ✅ `{ $plugin }` is not loaded.
sudo-stays-unloaded = It stays unloaded after a restart.
sudo-not-remembered = ⚠️ This could not be written down: after a restart it is as it was before.
sudo-note-zombie = It is a zombie now: { $what }. { $outlook }
sudo-note-dropped = Calls that did not finish in time were dropped.
sudo-note-not-shut-down = It did not end its own work in time.
sudo-note-mapped = The system keeps its library mapped.
sudo-note-outlives = Calls still run in the old copy and will finish there.
sudo-note-state-lost = The old copy does not react; what it knew is lost.
sudo-note-replaced-zombie = The old copy is a zombie now: { $what }. What it knew is lost. { $outlook }
sudo-note-older-copy = A copy that was replaced before still finishes its calls.
sudo-note-start-failed = It serves, but its start failed: { $reason }.
sudo-none = No plugins are known. Put their files into the plugin directory and use `/sudo load`.
sudo-line = **{ $plugin }** { $version } · { $state } since { $since } · { $calls ->
        [one] 1 call
       *[other] { $calls } calls
    }, { $errors ->
        [one] 1 error
       *[other] { $errors } errors
    }{ $generation ->
        [0] {""}
       *[other] {" · "}copy { $generation }
    }{ $zombies ->
        [0] {""}
        [one] {" · "}1 zombie
       *[other] {" · "}{ $zombies } zombies
    } · { $commands }
sudo-line-replacement = ⤷ its next copy: { $state }
sudo-line-zombies = ⤷ { $n ->
        [one] the zombie is an ended copy with a thread that does not come back: only a restart of Lumina is sure to end it and to free the CPU that it may use
       *[other] the zombies are ended copies with threads that do not come back: only a restart of Lumina is sure to end them and to free the CPU that they may use
    }
sudo-line-draining = ⤷ { $n ->
        [one] one older copy is
       *[other] { $n } older copies are
    } finishing calls
sudo-line-failure = ⤷ last failure: { $reason }
sudo-info-file = File: `{ $path }`
sudo-info-services = Services: { $names }
sudo-info-hosts = Outside hosts: { $names }
sudo-info-events = Events: { $names }
sudo-info-intents = ⚠️ Not all of its events come yet, or not whole; Lumina goes on trying. { $reason }
state-found = found
state-checked = checked
state-loading = loading
state-serving = serving
state-draining = draining
state-unloaded = unloaded
state-failed = failed
state-zombie = zombie

# Why a plugin was not loaded or reloaded: a part of a sentence.
load-name = `{ $name }` is no name of a plugin: names are lower case letters, digits, `-` and `_`
load-missing = there is no file `{ $name }.so` in { $directories }
load-loaded = it is loaded already
load-not-loaded = it is not loaded
load-crowded = earlier copies have not ended, and no more are kept at a time: { $copies }; try again when their calls have ended, in 15 minutes at most; a zombie whose thread never comes back ends with Lumina only: restart it if it stays
load-file = `{ $path }` cannot be used
load-inspect = `{ $path }` is no plugin that this host can load
load-stem = `{ $path }` holds the plugin `{ $name }` and must be called `{ $name }.so`
load-second = `{ $path }` is left aside, because `{ $first }` comes first in PLUGIN_DIR
load-directory = the plugin directory `{ $path }` cannot be read
load-shadow = no working copy of the file could be made
load-probe = the library failed its trial in a process of its own
load-library = the library cannot be used
load-describe = the plugin could not declare itself
load-descriptor = the plugin's declaration cannot be read
load-identity = the plugin declares itself as `{ $declared }`, its manifest says `{ $manifest }`
load-create = the plugin could not be made
load-save = the serving copy could not hand over its state (to go on without it, unload and load the plugin)
load-restore = the new copy did not take over the state
load-late = { $step } took longer than { $limit } ms
load-ended = the plugin's thread ended during { $step }
load-hung = no library can be loaded any more
load-left-out = Lumina had to end while it was being loaded; `/sudo load` tries again
load-thread = no thread can be started for the plugin
load-loader = the loader itself failed; its log says where
load-closing = the host is ending
step-read = reading the file
step-open = opening the library
step-describe = its declaration
step-create = making the plugin
step-switch = the switch

# What caused it, and why what a plugin declares is refused: parts of a sentence as well.
text-because = { $what }: { $cause }
text-quoted = “{ $words }”
text-either = { $one } or { $other }

crowd-draining = { $draining } of `{ $plugin }` finish calls
crowd-zombies = { $zombies } of `{ $plugin }` do not react (zombies)
crowd-both = { $draining } of `{ $plugin }` finish calls and { $zombies } do not react (zombies)
plugin-silent = it did not say why

file-open = it cannot be opened
file-link-loop = its links lead in a circle
file-directory = it is a directory, not a file
file-pipe = it is a named pipe, not a file
file-device = it is a device, not a file
file-socket = it is a socket or device, not a file
file-empty = it is empty
file-large = it has { $bytes } bytes, more than { $max }
file-read = it cannot be read

elf-not = it is not a 64-bit little-endian ELF file
elf-machine = it was built for another kind of processor (ELF machine { $theirs }, this host is { $ours })
elf-not-shared = it is not a shared library (ELF type { $kind })
elf-cut = it is cut short: { $part } ends at byte { $end }, the file has { $length }
elf-part-segments = the table of segments
elf-part-segment = a segment
elf-part-sections = the table of sections
elf-part-section = a section
elf-damaged = its tables are damaged
elf-segment = its tables are damaged: a segment is larger in the file than in memory
elf-empty = it has no segments to load
elf-no-manifest = it is a library, but not a plugin: it has no section `{ $section }` (is `export_plugin!` there, and the feature `export` on?)
elf-manifest = its manifest cannot be read
elf-manifest-length = its manifest has { $bytes } bytes, more than { $max }
elf-name = its name `{ $name }` is not made of lower case letters, digits, `-` and `_`
elf-version = its plugin API version `{ $version }` is no version
elf-major = it was built for plugin API { $theirs }, this host speaks { $ours }: rebuild it
elf-panic = it was built with panic = "{ $panic }": build it with "unwind"

hung-opening = the library of `{ $plugin }` has not come out of its constructor within { $limit } ms and holds the system's loader for ever
hung-closing = the library of `{ $plugin }`, which has ended, does not come out of its destructor and holds the system's loader for ever
hung-left-out = Lumina ends now. Its next start (systemd and Docker see to that) is without this plugin, until `/sudo load`.
hung-not-noted = Lumina ends now. That the next start must leave this plugin out could not be written down: take its file away first.
hung-ends = Lumina ends now, and can be started again (systemd and Docker see to that).
hung-sentence = plugin `{ $plugin }`: { $what }. { $outlook }

library-open = the system cannot load it
library-not-mapped = the system loaded it, but its working copy is not mapped
library-maps = the system does not say where its working copy is mapped
library-symbol = it exports no symbol `{ $symbol }`: build it with the feature `export`
library-elsewhere = its symbol `{ $symbol }` lies outside of its working copy
library-header = its header is of another kind: { $words }
library-layout = its border is laid out otherwise than this host's; rebuild it: { $words }
library-root = its root module cannot be made: { $words }

probe-start = `{ $program }` cannot be started
probe-follow = the trial cannot be followed
probe-signal = it crashed (signal { $signal })
probe-exit = it ended the process with exit code { $code }
probe-late = it did not end within { $limit } ms

shadow-folder = the folder for working copies `{ $path }` cannot be used (setting SHADOW_DIR)
shadow-noexec = the folder for working copies `{ $path }` is on a file system mounted `noexec`, from which no library can be loaded: set SHADOW_DIR to a folder elsewhere
shadow-thread = no thread can be started to give back what plugins leave
shadow-write = the working copy `{ $path }` cannot be written

call-not-serving = plugin `{ $plugin }` does not serve
call-ended = plugin `{ $plugin }` was ended during the call
call-late = plugin `{ $plugin }` gave no answer within { $limit } ms
call-busy = plugin `{ $plugin }` has { $calls } calls already
call-plugin = plugin `{ $plugin }` answered with an error
call-unreadable = the answer of plugin `{ $plugin }` cannot be read
call-long = the answer of plugin `{ $plugin }` has { $bytes } bytes, more than { $max }
call-request = the request to plugin `{ $plugin }` cannot be written

# What a plugin's thread does not come back from: a part of a sentence.
stuck = { $what }; `/sudo reload plugin:{ $plugin }` replaces it
stuck-for = its thread has not come back for { $span }, busy with { $errand }
zombie-thread = a thread of it does not come back
zombie-outlook = Only a restart of Lumina is sure to end it; until then it keeps its memory, and uses CPU if it computes.
busy-create = its making
busy-start = its start
busy-hand-over = handing over what it knows
busy-take-over = taking over what the copy before it knew
busy-suggestions = suggestions for `/{ $name }`
busy-press = a press (`{ $name }`)
busy-form = a form (`{ $name }`)
busy-event = the event `{ $name }`
busy-task = a task beside its calls
busy-end = its end
busy-other = a call

texts-locale = `{ $locale }` is not the name of a language
texts-large = the texts in `{ $locale }` are larger than { $max } bytes
texts-many = there are texts in more than { $max } languages
texts-syntax = the texts in `{ $locale }` cannot be read from line { $line } on: { $reason }
texts-deep = the texts in `{ $locale }` have a sentence that lies too deep within itself
texts-crowded = the text `{ $key }` in `{ $locale }` has more than { $max } placeables, with those of the texts that it names
texts-circle = the text `{ $key }` in `{ $locale }` leads back to itself through the texts that it names
texts-digits = the texts in `{ $locale }` have a number with too many digits

admit-plugin-name = `{ $name }` is no name for a plugin: 1 to { $max } of a-z, 0-9, `-`, `_`
admit-plugin-own = `{ $name }` is the name of Lumina itself
admit-state-version = its state version is above { $max }
admit-host = it declares the outside host `{ $host }`: a name alone is needed, such as `api.example.com`, without scheme, port and path
admit-deadline = its command `{ $command }` has a deadline of { $ms } ms, more than { $max } ms, after which Discord takes no answer
admit-both = { $one }; { $other }
admit-locale-texts = it has texts in `{ $locale }`, a language that nobody reads Discord in
admit-service = it needs a service that this version of Lumina does not have
admit-intent = it needs the “{ $intent }”: switch it on in the Discord developer portal, on the page “Bot” of your application, and load it again
admit-unknown-intents = it asks for the gateway intents { $intents }, which Discord does not have: correct the plugin, or update Lumina if they are new
admit-command-twice = it declares the command `{ $command }` twice
admit-command-kind = its command `{ $command }` is of a kind that this version of Lumina does not know
admit-option-kind = the option `{ $option }` of its command `{ $command }` is of the kind `{ $kind }`, which this version of Lumina does not know
admit-command-own = the command `/{ $command }` belongs to Lumina itself
admit-command-owned = the command `{ $command }` belongs to the plugin `{ $owner }`, so `{ $plugin }` cannot have it too
admit-slash-commands = with it there would be { $n } slash commands, but Discord allows { $max }
admit-user-commands = with it there would be { $n } commands in the menu of users, but Discord allows { $max }
admit-message-commands = with it there would be { $n } commands in the menu of messages, but Discord allows { $max }
admit-command = the command `{ $name }`
admit-option = the option `{ $name }` of { $whole }
admit-permissions = { $place } is for people with permissions that Discord does not know
admit-menu = { $place } stands in a menu, where Discord takes no options or sub-commands
admit-characters = { $place } has { $n } characters in all, more than { $max }
admit-name = { $place } has a name that Discord does not take: it takes 1 to { $max } lower case letters, digits, `-`, `_`
admit-name-in = { $place } has the name `{ $name }` in `{ $locale }`, which Discord does not take: 1 to { $max } lower case letters, digits, `-`, `_`
admit-description = { $place } has a description of { $n } characters; Discord takes 1 to { $max }
admit-locale-name = { $place } has a name in `{ $locale }`, a language Discord does not know
admit-locale-description = { $place } has a description in `{ $locale }`, a language Discord does not know
admit-options = { $place } has { $n } options, more than { $max }
admit-mixed = { $place } has both sub-commands and options of its own
admit-option-twice = { $place } stands there twice
admit-required = { $place } must be given, so it must stand before those that need not
admit-group-empty = { $place } is a group without sub-commands
admit-group-nested = { $place } is a group inside another
admit-length = { $place } has a { $key } beyond { $min } to { $max }
admit-value = { $place } has a { $key } beyond 2^53, the last that Discord takes
admit-channel-kind = { $place } names the kind { $kind } of channels, which is none
admit-range = { $place } has a { $low } above its { $high }
admit-choices = { $place } has { $n } choices, more than { $max }
admit-choices-autocomplete = { $place } has choices and autocomplete; Discord takes one of them
admit-choice = { $place } has the choice `{ $name }`, which Discord does not take

# Why Discord has no session with the bot, or not the one that plugins want: whole sentences.
session-token = Discord refused the bot token. Copy a current one from https://discord.com/developers/applications (your application, Bot, Reset Token) into BOT_TOKEN and start again.
session-shard = Discord does not accept the number of this shard (close code 4010). Start again, and if it stays so, report it.
session-servers = The bot is in too many servers for the connections it has (close code 4011). Start again: Discord then says how many it needs.
session-version = Discord no longer speaks this version of its gateway (close code 4012). Update Lumina.
session-unknown-intents = Discord does not know the intents { $intents }, or one of them (close code 4013). Update the plugin that asks for them, or unload it.
session-intents = Discord does not allow this application the intents asked for (close code 4014). Switch them on at https://discord.com/developers/applications (your application, Bot, Privileged Gateway Intents), or unload the plugin that asks for them.
session-named-intents = Discord does not allow this application the { $names } (close code 4014). Switch it on at https://discord.com/developers/applications (your application, Bot, Privileged Gateway Intents), or unload the plugin that asks for it.
session-shard-ended = Discord ended the gateway session for good. Start again.
session-ended = The gateway session has ended.
session-not-yet = Discord cannot be reached yet.
session-late = Discord did not accept a new session in time.

# /privacy
privacy-description = What Lumina keeps about you: take it along, or delete it.
privacy-export = Get everything that Lumina keeps about you, as files.
privacy-delete = Delete everything that Lumina keeps about you.
privacy-title = Your data
privacy-counts = { $movies ->
        [one] 1 movie
       *[other] { $movies } movies
    }{ $series ->
        [0] { "" }
        [one] , 1 whole series
       *[other] , { $series } whole series
    } and { $episodes ->
        [one] 1 episode
       *[other] { $episodes } episodes
    } watched, { $favorites ->
        [one] 1 favorite
       *[other] { $favorites } favorites
    }{ $choices ->
        [0] { "" }
       *[other] , and your choice of who may see your profile
    }
privacy-exported = Everything Lumina keeps about you is in these files: { $counts }.
privacy-kept = Lumina keeps this about you: { $counts }.
privacy-left-out = Not sent, because larger than 10 MiB: { $names }. Ask the owner of this bot for a copy.
privacy-delete-question = This deletes everything that Lumina keeps about you: { $counts }. It cannot be undone. Copies of the database that were made before, as for an update, stay as they are. Use `/privacy export` first if you want to keep a copy.
privacy-delete-yes = Delete everything
privacy-delete-no = Keep it
privacy-nothing-deleted = Nothing was deleted.
privacy-deleted = Deleted: { $counts }. Copies of the database that were made before, as for an update, stay as they are.
privacy-kept-out = Only your user id stays noted, so that importing the lists of the former bot again does not bring yours back.
privacy-missing = These plugins could not be asked: { $names }. What they keep is left as it is. Try again later.
