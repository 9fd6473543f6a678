//! `/search`: by words, by number, and the suggestions while one types.

use crate::{
    custom_id::Shown,
    desk::{Desk, no_such_title},
    views,
};
use lumina_plugin_api::{
    prelude::*,
    services::catalogue::{Found, MediaId, MediaKind, Title},
};
use serde::Deserialize;

/// TheTVDB finds nothing for longer texts.
const QUERY_CHARS_MAX: u16 = 200;
/// A single letter would suggest anything.
const SUGGEST_FROM_CHARS: usize = 2;
/// Discord shows no more.
const SUGGESTIONS_MAX: usize = 25;
/// Discord takes 100 characters; the rest is room for the emoji and the year.
const SUGGESTED_NAME_CHARS_MAX: usize = 88;
/// How often one user may search, so that one alone cannot use up what TheTVDB grants to all.
const LIMIT: Limit = Limit::sliding(2, 8_000);

/// Returns the declaration of the command.
pub(crate) fn search() -> Command {
    let query = CommandOption::string("query", Text::key("search-query"));
    let kind = CommandOption::string("type", Text::key("search-type"));
    Command::slash("search", Text::key("search-description"))
        .option(query.required().autocomplete().length(1, QUERY_CHARS_MAX))
        .option(
            kind.choice(Text::key("type-movie"), MediaKind::Movie.as_str())
                .choice(Text::key("type-series"), MediaKind::Series.as_str()),
        )
        .option(CommandOption::boolean("by_id", Text::key("search-by-id")))
        .limit(LIMIT)
        .idempotent()
}

#[derive(Debug, Deserialize)]
struct Options {
    query: String,
    #[serde(rename = "type")]
    kind: Option<MediaKind>,
    #[serde(default)]
    by_id: bool,
}

/// Returns the best match.
///
/// # Errors
/// What the user should do differently, or that TheTVDB cannot be asked.
pub(crate) async fn find(ctx: &Ctx, call: &CommandCall) -> Result<Message> {
    let options: Options = call.options()?;
    let (query, desk) = (options.query.trim(), Desk { ctx, at: &call.at });
    if query.is_empty() {
        return Err(Error::invalid(Text::key("query-empty")));
    }
    if options.by_id {
        let id = read_id(query, options.kind)?;
        return alone(desk, id, desk.titled(id).await?).await;
    }
    // A suggestion that was picked arrives as an id. Someone may also have typed such a name.
    if let Ok(id) = query.parse::<MediaId>()
        && let Some(title) = desk.catalogue().title(id).await?
    {
        return alone(desk, id, title).await;
    }
    by_words(desk, query, options.kind).await
}

/// Returns titles for what is typed so far; nothing when they cannot be had.
pub(crate) async fn suggest(ctx: &Ctx, call: &AutocompleteCall) -> Vec<Choice> {
    let (typed, desk) = (call.typed.trim(), Desk { ctx, at: &call.at });
    let n_chars = typed.chars().count();
    let by_id = call.raw_options.get("by_id").and_then(|value| value.as_bool()).unwrap_or(false);
    if by_id || !(SUGGEST_FROM_CHARS..=usize::from(QUERY_CHARS_MAX)).contains(&n_chars) {
        return Vec::new();
    }
    match desk.catalogue().search(typed, kind_in(call)).await {
        Ok(found) => found.titles.iter().take(SUGGESTIONS_MAX).map(suggestion).collect(),
        Err(error) => {
            ctx.log().debug(format!("no suggestions: {error}"));
            Vec::new()
        }
    }
}

async fn by_words(desk: Desk<'_>, query: &str, kind: Option<MediaKind>) -> Result<Message> {
    let found = desk.catalogue().search(query, kind).await?;
    let first = found.titles.first().ok_or_else(|| nothing_found(query, kind))?;
    let shown = Shown { query: query.to_owned(), kind, ..Shown::alone(first.id) };
    desk.whole(&shown, &found).await
}

async fn alone(desk: Desk<'_>, id: MediaId, title: Title) -> Result<Message> {
    Ok(desk.title(&Shown::alone(id), title, &Found::default()).await)
}

fn read_id(query: &str, kind: Option<MediaKind>) -> Result<MediaId> {
    if let Ok(id) = query.to_lowercase().parse() {
        return Ok(id);
    }
    let Ok(number) = query.parse::<u64>() else {
        return Err(Error::invalid(Text::key("id-invalid").arg("query", query)));
    };
    let Some(kind) = kind else {
        let message = Text::key("id-without-type").arg("number", number.to_string());
        return Err(Error::invalid(message));
    };
    Ok(MediaId::new(kind, number))
}

fn nothing_found(query: &str, kind: Option<MediaKind>) -> Error {
    // Words of this form are a number, and not spelt wrong.
    if let Ok(id) = query.parse() {
        return no_such_title(id);
    }
    let key = match kind {
        None => "nothing-found",
        Some(MediaKind::Movie) => "no-movie-found",
        Some(_) => "no-series-found",
    };
    Error::not_found(Text::key(key).arg("query", query))
}

/// The type as it stands in the options so far, which the host has not checked.
fn kind_in(call: &AutocompleteCall) -> Option<MediaKind> {
    let word = call.raw_options.get("type")?.as_str()?;
    [MediaKind::Movie, MediaKind::Series].into_iter().find(|kind| kind.as_str() == word)
}

fn suggestion(title: &Title) -> Choice {
    let name = Text::outside(title.short_name(SUGGESTED_NAME_CHARS_MAX));
    let year = title.year.map(|year| format!(" · {year}")).unwrap_or_default();
    let emoji = views::emoji(title.id.kind);
    Choice::new(Text::join([emoji.into(), " ".into(), name, year.into()]), title.id.to_string())
}
