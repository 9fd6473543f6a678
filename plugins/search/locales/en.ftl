summary = Finds movies and series at TheTVDB.

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
stale = *TheTVDB does not answer right now. This is what it knew { $age } ago.*
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

## The menu of the other results

menu-placeholder = Not what you're looking for? Select a different result.
menu-back = Previous results
menu-more = More results
menu-more-left = { $count ->
    [one] one further title
   *[other] { $count } further titles
}

## What was not found, and what to do

nothing-found = I found nothing for “{ $query }”. Check the spelling, or try fewer words.
no-movie-found = I found no movie for “{ $query }”. Check the spelling, or search without the type.
no-series-found = I found no series for “{ $query }”. Check the spelling, or search without the type.
query-empty = There is nothing to search for. Type a part of a title.
id-invalid = “{ $query }” is no id. Type a number and choose a type, or put “movie-” or “series-” before the number.
id-without-type = Is { $number } a movie or a series? Choose a type, or search for movie-{ $number } or series-{ $number }.
no-such-movie = TheTVDB has no movie with the number { $number }. Check the number, or search by title.
no-such-series = TheTVDB has no series with the number { $number }. Check the number, or search by title.
