//! A title as a message.

use crate::shorten;
use lumina_plugin_api::{
    prelude::*,
    reply::Caption,
    services::catalogue::{MediaKind, Title},
};

/// Discord's own blue.
const BLURPLE: u32 = 0x0058_65F2;
/// Discord takes 256 characters; the rest is room for the emoji and for what makes markdown harmless.
const NAME_CHARS_MAX: usize = 200;
/// A message should fit on a screen.
const OVERVIEW_CHARS_MAX: usize = 1_000;
/// TheTVDB asks for it wherever its data is shown.
const ATTRIBUTION_ICON: &str = "https://www.thetvdb.com/images/attribution/logo1.png";
const MINUTE_MS: u64 = 60 * 1_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// What a title is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overview<'a> {
    pub(crate) text: &'a str,
    pub(crate) english: bool,
}

/// Returns the message that shows `title`; `stale_ms` is the age of what should be younger.
pub(crate) fn result(title: &Title, stale_ms: Option<u64>, menu: Option<Select>) -> Message {
    let name = Text::outside(shorten::name(title, NAME_CHARS_MAX));
    let footer = Caption::new(Text::key("attribution")).icon(ATTRIBUTION_ICON);
    let mut embed = Embed::new()
        .title(Text::join([emoji(title.id.kind).into(), " ".into(), name]))
        .description(description(title, stale_ms))
        .color(BLURPLE)
        .footer(footer);
    embed.url = web_address(Some(&title.page_url));
    embed.image = web_address(title.poster_url.as_ref());
    let message = Message::new().embed(embed);
    match menu {
        Some(menu) => message.row([menu]),
        None => message,
    }
}

/// Returns the emoji of a kind.
pub(crate) fn emoji(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Movie => "🎬",
        _ => "📺",
    }
}

/// Returns what `title` is about, in English if possible.
pub(crate) fn overview_of(title: &Title) -> Option<Overview<'_>> {
    let own = || filled(title.overview.as_ref()).map(|text| Overview { text, english: false });
    let english = filled(title.english_overview.as_ref());
    english.map(|text| Overview { text, english: true }).or_else(own)
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn description(title: &Title, stale_ms: Option<u64>) -> Text {
    let mut parts = vec![Text::key("overview"), "\n".into()];
    match overview_of(title) {
        None => parts.push(Text::key("overview-missing")),
        Some(Overview { text, english }) => {
            parts.push(Text::outside(shorten::shorten(text, OVERVIEW_CHARS_MAX)));
            if !english {
                parts.extend(["\n\n".into(), Text::key("overview-not-english")]);
            }
        }
    }
    if let Some(stale_ms) = stale_ms {
        parts.extend(["\n\n".into(), Text::key("stale").arg("age", age(stale_ms))]);
    }
    Text::join(parts)
}

fn age(age_ms: u64) -> Text {
    let (key, unit_ms) = match age_ms {
        DAY_MS.. => ("age-days", DAY_MS),
        HOUR_MS.. => ("age-hours", HOUR_MS),
        _ => ("age-minutes", MINUTE_MS),
    };
    let count = u32::try_from((age_ms / unit_ms).max(1)).unwrap_or(u32::MAX);
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
