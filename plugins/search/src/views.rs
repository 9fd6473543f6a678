//! A title, and an episode of a series, as messages.

use crate::{
    buttons,
    custom_id::{Place, Shown},
    menu, paging,
};
use lumina_plugin_api::{
    prelude::*,
    reply::Caption,
    services::{
        catalogue::{MediaKind, Title},
        lists::{Episode, EpisodeDetail, Season, SeasonState, TitleState},
    },
    text::{one_line, shorten},
};

/// Discord's own blue.
const BLURPLE: u32 = 0x0058_65F2;
/// Discord takes 256 characters; the rest is room for the emoji and for what makes markdown harmless.
const NAME_CHARS_MAX: usize = 200;
/// A message should fit on a screen.
const OVERVIEW_CHARS_MAX: usize = 1_000;
/// TheTVDB asks for it wherever its data is shown.
const ATTRIBUTION_ICON: &str = "https://www.thetvdb.com/images/attribution/logo1.png";
const SECOND_MS: i64 = 1_000;
const MINUTE_MS: u64 = 60 * 1_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// What a title is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overview<'a> {
    pub(crate) text: &'a str,
    /// Whether it is in a language that who reads this may not know.
    pub(crate) foreign: bool,
}

/// A title as a whole.
#[derive(Debug)]
pub(crate) struct Whole<'a> {
    pub(crate) shown: &'a Shown,
    pub(crate) title: &'a Title,
    /// The age of what should be younger.
    pub(crate) stale_ms: Option<u64>,
    pub(crate) state: &'a TitleState,
    /// The other results.
    pub(crate) others: &'a [Title],
}

/// An episode, and what stands around it.
#[derive(Debug)]
pub(crate) struct Inside<'a> {
    pub(crate) shown: &'a Shown,
    /// Nothing where TheTVDB cannot be asked for it.
    pub(crate) title: Option<&'a Title>,
    pub(crate) seasons: &'a [SeasonState],
    pub(crate) season: &'a Season,
    pub(crate) detail: &'a EpisodeDetail,
}

/// Returns the message that shows a title as a whole.
pub(crate) fn whole(of: &Whole<'_>) -> Message {
    let name = Text::outside(of.title.short_name(NAME_CHARS_MAX));
    let mut embed = framed()
        .title(Text::join([emoji(of.title.id.kind).into(), " ".into(), name]))
        .description(about_title(of));
    embed.url = web_address(Some(&of.title.page_url));
    embed.image = web_address(of.title.poster_url.as_ref());
    let shown = &Shown { title: of.title.id, ..of.shown.clone() };
    let message = Message::new().embed(embed).row(buttons::of_title(shown, of.title, of.state));
    match menu::results(shown, of.others) {
        Some(menu) => message.row([menu]),
        None => message,
    }
}

/// Returns the message that shows an episode, with the ways to all others.
pub(crate) fn inside(of: &Inside<'_>) -> Message {
    let episode = &of.detail.episode;
    let mut embed =
        framed().title(episode_name(episode, NAME_CHARS_MAX)).description(about_episode(of));
    embed.author =
        of.title.map(|title| Caption::new(Text::outside(title.short_name(NAME_CHARS_MAX))));
    embed.url = web_address(of.title.map(|title| &title.page_url));
    embed.image = web_address(of.detail.picture_url.as_ref());
    let place = settled(of);
    let title = of.title.map_or(of.shown.title, |title| title.id);
    let shown = &Shown { place: Some(place), title, ..of.shown.clone() };
    Message::new()
        .embed(embed)
        .row([menu::seasons(shown, place, of.seasons)])
        .row([menu::episodes(shown, place, &of.season.episodes)])
        .row(buttons::of_episode(shown, of.detail))
        .row(buttons::of_season(shown, of.title, of.season.state))
}

/// Returns the emoji of a kind.
pub(crate) fn emoji(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Movie => "🎬",
        _ => "📺",
    }
}

/// Returns the numbers of an episode, which are its own and no positions, with its name if it has one.
pub(crate) fn episode_name(episode: &Episode, max: usize) -> Text {
    let name = one_line(filled(episode.name.as_ref()).unwrap_or_default(), usize::MAX);
    let numbers = match episode.is_unnumbered {
        true if name.is_empty() => {
            return Text::key("episode-unnumbered").arg("id", episode.id.0.to_string());
        }
        true => format!("S{:02}", episode.season),
        false => format!("S{:02}E{:02}", episode.season, episode.number),
    };
    let name = if name.is_empty() { numbers } else { format!("{numbers} - {name}") };
    Text::outside(shorten(&name, max))
}

/// Returns what `title` is about: in the reader's language, else in English, else as it is.
pub(crate) fn overview_of(title: &Title) -> Option<Overview<'_>> {
    let local = filled(title.local_overview.as_ref());
    let known = local.or_else(|| filled(title.english_overview.as_ref()));
    let own = || filled(title.overview.as_ref()).map(|text| Overview { text, foreign: true });
    known.map(|text| Overview { text, foreign: false }).or_else(own)
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn framed() -> Embed {
    let footer = Caption::new(Text::key("attribution")).icon(ATTRIBUTION_ICON);
    Embed::new().color(BLURPLE).footer(footer)
}

/// Where one looks, with the pages of the menus as they are shown.
fn settled(of: &Inside<'_>) -> Place {
    let episode = &of.detail.episode;
    let (seasons, episodes) = (of.seasons, &of.season.episodes);
    let season_index = seasons.iter().position(|state| state.season == episode.season);
    let episode_index = episodes.iter().position(|one| one.id == episode.id);
    let wanted = of.shown.place.unwrap_or(Place::at(episode.season, episode.id));
    let page = |wanted, index: Option<usize>, n| paging::settled(wanted, index.unwrap_or(0), n);
    Place {
        seasons_page: page(wanted.seasons_page, season_index, seasons.len()),
        episodes_page: page(wanted.episodes_page, episode_index, episodes.len()),
        ..Place::at(episode.season, episode.id)
    }
}

fn about_title(of: &Whole<'_>) -> Text {
    let TitleState { seen, aired, .. } = *of.state;
    let progress = Text::key("progress").arg("seen", seen).arg("aired", aired);
    let about = match overview_of(of.title) {
        Some(Overview { text, foreign }) => {
            let note = foreign.then(|| Text::key("overview-not-english"));
            let text = Text::outside(shorten(text, OVERVIEW_CHARS_MAX));
            Some(paragraphs([Some(text), note]))
        }
        None => overview_missing(of.stale_ms.is_some() || of.title.is_gone),
    };
    let about = about.map(|about| Text::join([Text::key("overview"), "\n".into(), about]));
    let merged = merged(of.shown, Some(of.title));
    let kept = kept(Some(of.title), of.stale_ms);
    paragraphs([about, (seen > 0).then_some(progress), merged, kept])
}

fn about_episode(of: &Inside<'_>) -> Text {
    let detail = of.detail;
    let stale_ms = of.title.and_then(|title| title.stale_ms);
    let overview = match filled(detail.overview.as_ref()) {
        Some(text) => Some(Text::outside(shorten(text, OVERVIEW_CHARS_MAX))),
        None => {
            let is_unlisted = detail.episode.is_gone || of.title.is_some_and(|title| title.is_gone);
            overview_missing(of.title.is_none() || stale_ms.is_some() || is_unlisted)
        }
    };
    let mut days = vec![airs(&detail.episode)];
    if detail.episode.is_watched {
        days.extend(["\n".into(), seen(&detail.episode)]);
    }
    let unlisted = detail.episode.is_gone.then(|| Text::key("episode-unlisted"));
    let merged = merged(of.shown, of.title);
    let kept = kept(of.title, stale_ms);
    paragraphs([overview, Some(Text::join(days)), unlisted, merged, kept])
}

/// That TheTVDB has merged the title that was asked for into the one that is shown.
fn merged(shown: &Shown, title: Option<&Title>) -> Option<Text> {
    title.filter(|title| title.id != shown.title)?;
    Some(Text::key("merged").arg("number", shown.title.number.to_string()))
}

/// That there is no overview, which only TheTVDB can say: none is stored.
fn overview_missing(is_stored: bool) -> Option<Text> {
    (!is_stored).then(|| Text::key("overview-missing"))
}

fn paragraphs(texts: impl IntoIterator<Item = Option<Text>>) -> Text {
    let mut parts = Vec::new();
    for text in texts.into_iter().flatten() {
        if !parts.is_empty() {
            parts.push("\n\n".into());
        }
        parts.push(text);
    }
    Text::join(parts)
}

fn airs(episode: &Episode) -> Text {
    match episode.aired_ms {
        Some(moment_ms) if episode.has_aired => on_day("episode-aired", moment_ms),
        Some(moment_ms) => on_day("episode-airs", moment_ms),
        None => Text::key("episode-undated"),
    }
}

fn seen(episode: &Episode) -> Text {
    match episode.watched_ms {
        Some(moment_ms) => on_day("episode-watched", moment_ms),
        None => Text::key("episode-watched-undated"),
    }
}

/// A text with a day, which each reader's Discord writes in that reader's way.
fn on_day(key: &str, moment_ms: i64) -> Text {
    Text::key(key).arg("day", moment_ms.div_euclid(SECOND_MS) as f64)
}

/// Why this is what is kept, and not what TheTVDB says now.
fn kept(title: Option<&Title>, stale_ms: Option<u64>) -> Option<Text> {
    match title {
        Some(Title { is_gone: true, .. }) => Some(Text::key("title-unlisted")),
        _ => stale_ms.map(stale),
    }
}

/// That TheTVDB said this some time ago.
fn stale(age_ms: u64) -> Text {
    Text::key("stale").arg("age", age(age_ms))
}

fn age(age_ms: u64) -> Text {
    let (key, unit_ms) = match age_ms {
        ..MINUTE_MS => return Text::key("age-moment"),
        DAY_MS.. => ("age-days", DAY_MS),
        HOUR_MS.. => ("age-hours", HOUR_MS),
        _ => ("age-minutes", MINUTE_MS),
    };
    let count = u32::try_from(age_ms / unit_ms).unwrap_or(u32::MAX);
    Text::key(key).arg("count", count)
}

/// Discord refuses the whole message for anything else.
fn web_address(url: Option<&String>) -> Option<String> {
    let is_web = |url: &&String| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && url.chars().all(|letter| letter.is_ascii_graphic())
    };
    url.filter(is_web).cloned()
}
