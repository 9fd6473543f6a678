//! A page of a profile as a message.

use crate::{
    commands::mention,
    custom_id::Turn,
    desk::Owner,
    pages::{Lengths, Part},
};
use lumina_plugin_api::{
    prelude::*,
    reply::Caption,
    services::{
        catalogue::{MediaId, MediaKind, Title},
        lists::{Entry, Episode, Section, Totals},
    },
    text::{one_line, shorten},
};

/// Discord's own blue.
const BLURPLE: u32 = 0x0058_65F2;
/// TheTVDB asks for it wherever its data is shown.
const ATTRIBUTION_ICON: &str = "https://www.thetvdb.com/images/attribution/logo1.png";
/// What makes markdown harmless may double it.
const NAME_CHARS_MAX: usize = 50;
/// The name of an episode stands behind the name of its series.
const EPISODE_CHARS_MAX: usize = 40;
/// A longer address is left out, so that the page fits.
const URL_CHARS_MAX: usize = 110;
const MINUTES_PER_HOUR: u64 = 60;

/// What stands on a page.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) owner: &'a Owner,
    /// Whether who looks is who is looked at.
    pub(crate) is_own: bool,
    pub(crate) totals: Totals,
    pub(crate) lengths: Lengths,
    pub(crate) page_index: u32,
    pub(crate) parts: &'a [(Part, Vec<Entry>)],
}

/// Returns a page; with buttons and a menu only where there are several.
pub(crate) fn page(page: &Page<'_>) -> Message {
    let footer = Caption::new(Text::key("attribution")).icon(ATTRIBUTION_ICON);
    let mut embed = Embed::new().title(Text::key("title")).color(BLURPLE).footer(footer);
    embed.description = description(page);
    embed.thumbnail = page.owner.avatar_url.clone().filter(|url| !url.is_empty());
    if !page.parts.is_empty() {
        embed = with_totals(embed, page.totals);
    }
    let message = Message::new().embed(embed);
    if page.lengths.n_pages() == 1 {
        return message;
    }
    let message = message.row(buttons(page));
    if page.lengths.filled().count() == 1 {
        return message;
    }
    message.row([menu(page)])
}

fn description(page: &Page<'_>) -> Text {
    let user = mention(page.owner.id);
    if page.parts.is_empty() {
        let key = if page.is_own { "nothing-own" } else { "nothing" };
        return Text::key(key).arg("user", user);
    }
    let mut lines = vec![Text::key("whose").arg("user", user)];
    for (part, entries) in page.parts {
        let count = count_of(page.lengths, part.section);
        lines.extend(["\n\n".into(), heading(part.section).arg("count", count)]);
        let mut before = None;
        for entry in entries {
            lines.extend(["\n".into(), line(part.section, entry, before)]);
            before = Some(entry.title.id);
        }
    }
    Text::join(lines)
}

fn count_of(lengths: Lengths, wanted: Section) -> u32 {
    lengths.filled().find(|(section, ..)| *section == wanted).map_or(0, |(_, _, n)| n)
}

fn heading(section: Section) -> Text {
    Text::key(match section {
        Section::Favorites => "heading-favorites",
        Section::Watched => "heading-watched",
        _ => "heading-in-progress",
    })
}

/// An entry; a favorite episode stands below its series where that was named just `before`.
fn line(section: Section, entry: &Entry, before: Option<MediaId>) -> Text {
    let title = &entry.title;
    match (&entry.episode, section) {
        (Some(episode), _) if before == Some(title.id) => {
            Text::join(["⤷ ".into(), dotted([Some(named(episode)), unlisted_note(episode)])])
        }
        (Some(episode), _) => {
            dotted([Some(linked(title)), Some(named(episode)), unlisted_note(episode)])
        }
        (None, Section::InProgress) => {
            dotted([Some(linked(title)), progress(entry), next(entry), unlisted_count(entry)])
        }
        (None, Section::Watched) => dotted([Some(linked(title)), unlisted_count(entry)]),
        _ => linked(title),
    }
}

/// What is there of the parts of a line.
fn dotted(parts: impl IntoIterator<Item = Option<Text>>) -> Text {
    let mut line = Vec::new();
    for part in parts.into_iter().flatten() {
        if !line.is_empty() {
            line.push(" · ".into());
        }
        line.push(part);
    }
    Text::join(line)
}

/// What does not count is no progress, and still what was watched.
fn progress(entry: &Entry) -> Option<Text> {
    match *entry {
        Entry { seen: 0, specials: count @ 1.., .. } => {
            Some(Text::key("progress-specials").arg("count", count))
        }
        Entry { seen: 0, unlisted: 1.., .. } => None,
        Entry { aired: 0, .. } => Some(Text::key("progress-unknown")),
        Entry { seen, aired, .. } => {
            Some(Text::key("progress").arg("seen", seen).arg("aired", aired))
        }
    }
}

fn next(entry: &Entry) -> Option<Text> {
    let next = entry.next.as_ref()?;
    let next = if next.is_unnumbered { named(next) } else { numbers(next).into() };
    Some(Text::key("next").arg("episode", next))
}

/// That TheTVDB took an episode away, which is why it counts nowhere.
fn unlisted_note(episode: &Episode) -> Option<Text> {
    episode.is_gone.then(|| Text::key("unlisted"))
}

/// How many of the episodes watched TheTVDB took away.
fn unlisted_count(entry: &Entry) -> Option<Text> {
    (entry.unlisted > 0).then(|| Text::key("unlisted-watched").arg("count", entry.unlisted))
}

fn linked(title: &Title) -> Text {
    let emoji = match title.id.kind {
        MediaKind::Movie => "🎬 ",
        _ => "📺 ",
    };
    let name = Text::outside(title.short_name(NAME_CHARS_MAX));
    match web_address(&title.page_url) {
        Some(url) => Text::join([emoji.into(), "[".into(), name, format!("]({url})").into()]),
        None => Text::join([emoji.into(), name]),
    }
}

fn numbers(episode: &Episode) -> String {
    match episode.is_unnumbered {
        true => format!("S{:02}", episode.season),
        false => format!("S{:02}E{:02}", episode.season, episode.number),
    }
}

fn named(episode: &Episode) -> Text {
    let name = one_line(episode.name.as_deref().unwrap_or_default(), usize::MAX);
    let numbers = numbers(episode);
    if episode.is_unnumbered && name.is_empty() {
        return Text::key("episode-unnumbered").arg("id", episode.id.0.to_string());
    }
    let name = if name.is_empty() { numbers } else { format!("{numbers} - {name}") };
    Text::outside(shorten(&name, EPISODE_CHARS_MAX))
}

/// Nothing that could end the link early, or is none.
fn web_address(url: &str) -> Option<&str> {
    let is_harmless = url.starts_with("https://")
        && url.len() <= URL_CHARS_MAX
        && url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'(' | b')' | b'<' | b'>'));
    is_harmless.then_some(url)
}

fn with_totals(embed: Embed, totals: Totals) -> Embed {
    let number = |n: u32| n.to_string();
    let embed = embed
        .inline_field(Text::key("total-movies"), number(totals.n_movies))
        .inline_field(Text::key("total-series"), number(totals.n_series))
        .inline_field(Text::key("total-episodes"), number(totals.n_episodes));
    if totals.minutes_watched == 0 {
        return embed;
    }
    let hours = totals.minutes_watched / MINUTES_PER_HOUR;
    let hours = u32::try_from(hours).unwrap_or(u32::MAX);
    let minutes = (totals.minutes_watched % MINUTES_PER_HOUR) as f64;
    let time = Text::key("time").arg("hours", hours).arg("minutes", minutes);
    let value = match totals.n_without_runtime {
        0 => time,
        n => Text::join([time, "\n".into(), Text::key("time-unknown").arg("count", n)]),
    };
    embed.inline_field(Text::key("total-time"), value)
}

fn buttons(page: &Page<'_>) -> [Button; 5] {
    let (here, last) = (page.page_index, page.lengths.n_pages() - 1);
    let button = |label: &str, page_index: u32, style, disabled| {
        let label = Text::key(label).arg("page", here + 1).arg("pages", last + 1);
        let action = Turn { user: page.owner.id, page_index }.action();
        Button::new(label, action).style(style).disabled(disabled)
    };
    [
        button("button-first", 0, ButtonStyle::Primary, here == 0),
        button("button-previous", here.saturating_sub(1), ButtonStyle::Secondary, here == 0),
        button("button-here", here, ButtonStyle::Secondary, true),
        button("button-next", here.saturating_add(1), ButtonStyle::Secondary, here == last),
        button("button-last", last, ButtonStyle::Primary, here == last),
    ]
}

fn menu(page: &Page<'_>) -> Select {
    let options = page
        .lengths
        .filled()
        .map(|(_, key, n)| SelectOption::new(Text::key(key).arg("count", n), key));
    let action = Turn { user: page.owner.id, page_index: page.page_index }.jump();
    Select::options(options.collect(), action).placeholder(Text::key("menu-placeholder"))
}
