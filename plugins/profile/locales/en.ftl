summary = Shows what someone has watched, loves and is in the middle of.

command-profile = Show what someone has watched, loves and is in the middle of.
option-user = Whose profile; your own if you leave it out.
option-visibility = Choose who may look at your own profile.
choice-public = everyone
choice-guild = this server only
choice-private = nobody but me

## The profile

title = Profile
whose = Profile of { $user }
nothing = { $user } has not marked anything yet.
nothing-own = You have not marked anything yet, { $user }. Search for a title with `/search` and press its buttons.
bot = { $user } is a bot. Bots are always on duty and watch nothing.
heading-in-progress = **In progress** ({ $count })
heading-favorites = **Favorites** ({ $count })
heading-watched = **Watched** ({ $count })
progress = { $seen }/{ $aired }
progress-unknown = started
progress-specials = { $count ->
    [one] one special
   *[other] { $count } specials
}
episode-unnumbered = Episode without a number ({ $id })
next = next: { $episode }
unlisted = *no longer on TheTVDB*
unlisted-watched = *{ $count ->
    [one] one episode watched is no longer on TheTVDB
   *[other] { $count } episodes watched are no longer on TheTVDB
}*
attribution = Metadata provided by TheTVDB. Please consider adding missing information or subscribing at thetvdb.com.

total-movies = Movies
total-series = Shows
total-episodes = Episodes
total-time = Time watched
time = { $hours } h { $minutes } min
time-unknown = { $count ->
    [one] (without one entry of unknown length)
   *[other] (without { $count } entries of unknown length)
}

## Below it, when it has more than one page

button-first = <<
button-previous = <
button-here = { $page }/{ $pages }
button-next = >
button-last = >>
menu-placeholder = Go to a list
in-progress = In progress ({ $count })
favorites = Favorites ({ $count })
watched = Watched ({ $count })

## Who may look

now-public = Your profile is public now: everyone may look at it.
now-guild = Your profile is shown on this server only now.
now-private = Your profile is private now: nobody but you can look at it. Answers to `/search` are for everyone who reads along, and say what you have marked of that title.
not-shown = This profile is not shown here; its owner has chosen so.
only-your-own = You can choose this for your own profile only. Leave the user out.
no-server = This can only be chosen on the server where your profile shall be shown. Use the command there.
