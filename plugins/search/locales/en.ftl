summary = Finds movies and series at TheTVDB and marks what you have watched.

search-description = Search for a movie or series.
search-query = A title, or the id of one such as series-81189.
search-type = Whether it is a movie or a series.
search-by-id = Look for the id in the query instead of a title.
type-movie = movie
type-series = series

## A result

overview = **Overview**
overview-not-english = *No English overview available.*
overview-missing = *No overview available.*
attribution = Metadata provided by TheTVDB. Please consider adding missing information or subscribing at thetvdb.com.
merged = *TheTVDB has merged number { $number } into this one; what was marked there has come along.*
title-unlisted = *No longer on TheTVDB. This is what is kept of it for those who have it in their lists.*
stale = *TheTVDB does not answer right now. This is what it knew { $age } ago.*
age-moment = a moment
age-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
}
age-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
}
age-days = { $count ->
    [one] one day
   *[other] { $count } days
}

progress = { $aired ->
    [one] Watched { $seen } of { $aired } episode.
   *[other] Watched { $seen } of { $aired } episodes.
}

## Buttons

mark-watched = Mark as watched
unmark-watched = Unmark as watched
favorite = Favorite
unfavorite = Unfavorite
view-episodes = View episodes
previous = Previous
next = Next
mark-season = { $season ->
    [0] Mark the specials as watched
   *[other] Mark season { $season } as watched
}
unmark-season = { $season ->
    [0] Unmark the specials
   *[other] Unmark season { $season }
}
back = Back
undo = Undo
undo-title = Undo: { $title }
undo-season = Undo: { $season ->
    [0] specials of { $title }
   *[other] season { $season } of { $title }
}
undo-episode = Undo: episode of { $title }

## An episode

episode-unnumbered = Episode without a number ({ $id })
episode-aired = Aired <t:{ $day }:D>.
episode-airs = Airs <t:{ $day }:D>.
episode-undated = It is not known when this airs.
episode-watched = ✅ Watched <t:{ $day }:D>.
episode-watched-undated = ✅ Watched.
episode-unaired = Not aired yet
episode-unlisted = *TheTVDB does not list this episode any more; it is here because it is in your lists, and counts nowhere.*
unlisted = No longer on TheTVDB
seasons-placeholder = Select a season
seasons-back = Previous seasons
seasons-more = More seasons
seasons-left = { $count ->
    [one] one further season
   *[other] { $count } further seasons
}
season-name = { $season ->
    [0] Specials
   *[other] Season { $season }
}
season-progress = { $seen } of { $aired } watched
season-unaired = Not aired yet
episodes-placeholder = Select an episode
episodes-back = Previous episodes
episodes-more = More episodes
episodes-left = { $count ->
    [one] one further episode
   *[other] { $count } further episodes
}

## What was done

marked-many = ✅ { $count ->
    [one] Marked one episode as watched.
   *[other] Marked { $count } episodes as watched.
}
unmarked-many = { $count ->
    [one] One episode is no longer marked as watched.
   *[other] { $count } episodes are no longer marked as watched.
}
watched-already = You had marked this as watched already; nothing has changed.
unwatched-already = You had not marked this as watched; nothing has changed.
favorite-added = ⭐ This is one of your favorites now.
favorite-removed = This is no longer one of your favorites.
favorite-already = This was a favorite of yours already; nothing has changed.
unfavorite-already = This was no favorite of yours; nothing has changed.
nothing-aired = Nothing of this has aired yet, so there is nothing to mark.
gathering = ⏳ Reading the list of episodes: { $count } so far …
undone = { $count ->
    [one] Taken back: one episode is as it was before.
   *[other] Taken back: { $count } episodes are as they were before.
}
undo-nothing = There was nothing left to take back: it was changed again since.
undo-over = This cannot be taken back any more: it was done already, a quarter of an hour has passed, or your lists were deleted since.
done = ✅ Done.
not-refreshed = The message above could not be refreshed; try a button on it later.
no-episodes = TheTVDB does not list any episodes of this series yet.
no-previous = This is the first episode.
no-next = This is the last episode so far.

## The menu of the other results

menu-placeholder = Not what you're looking for? Select a different result.
menu-back = Previous results
menu-more = More results
menu-more-left = { $count ->
    [one] one further title
   *[other] { $count } further titles
}

## What was not found, and what to do

episode-gone = TheTVDB does not list this episode any more. Choose another one, or go back to the series.
nothing-found = I found nothing for “{ $query }”. Check the spelling, or try fewer words.
no-movie-found = I found no movie for “{ $query }”. Check the spelling, or search without the type.
no-series-found = I found no series for “{ $query }”. Check the spelling, or search without the type.
query-empty = There is nothing to search for. Type a part of a title.
id-invalid = “{ $query }” is no id. Type a number and choose a type, or put “movie-” or “series-” before the number.
id-without-type = Is { $number } a movie or a series? Choose a type, or search for movie-{ $number } or series-{ $number }.
no-such-movie = TheTVDB has no movie with the number { $number }. Check the number, or search by title.
no-such-series = TheTVDB has no series with the number { $number }. Check the number, or search by title.
