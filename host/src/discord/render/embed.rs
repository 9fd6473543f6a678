//! Embeds and their limits (reference, "Embed Limits").

use super::{INVISIBLE, Object, RenderError, Renderer, Sum, is_url};
use crate::texts::Place;
use lumina_plugin_api::{
    reply::{Caption, Embed, Field},
    text::Text,
};
use serde_json::{Value, json};
use tracing::warn;

/// Embeds of one message.
const EMBEDS_MAX: usize = 10;
/// Characters of all embeds of one message together.
const EMBEDS_CHARS_MAX: usize = 6_000;
pub(super) const EMBEDS: Sum = Sum { what: "the embeds of a message", chars_max: EMBEDS_CHARS_MAX };
const TITLE_CHARS_MAX: usize = 256;
const DESCRIPTION_CHARS_MAX: usize = 4_096;
const FIELDS_MAX: usize = 25;
const FIELD_NAME_CHARS_MAX: usize = 256;
const FIELD_VALUE_CHARS_MAX: usize = 1_024;
const FOOTER_CHARS_MAX: usize = 2_048;
const AUTHOR_CHARS_MAX: usize = 256;
const COLOR_MAX: u32 = 0x00FF_FFFF;

impl Renderer<'_> {
    /// Writes the embeds; those without anything to show are left out.
    pub(super) fn embeds(&mut self, embeds: &[Embed]) -> Result<Vec<Value>, RenderError> {
        RenderError::check_max("embeds", embeds.len(), EMBEDS_MAX)?;
        let mut out = Vec::with_capacity(embeds.len());
        for embed in embeds {
            RenderError::check_max("fields of an embed", embed.fields.len(), FIELDS_MAX)?;
            let object = self.embed(embed)?;
            if !object.is_empty() {
                out.push(Value::Object(object));
            }
        }
        Ok(out)
    }

    /// What is small and must not be missing comes first, so that it is not what the sum cuts off.
    fn embed(&mut self, embed: &Embed) -> Result<Object, RenderError> {
        let mut object = Object::new();
        let title = self.spend(&embed.title, Place::Line, TITLE_CHARS_MAX, "title");
        put(&mut object, "title", title);
        if let Some(author) = &embed.author {
            self.caption(&mut object, "author", "name", author, AUTHOR_CHARS_MAX)?;
        }
        if let Some(footer) = &embed.footer {
            self.caption(&mut object, "footer", "text", footer, FOOTER_CHARS_MAX)?;
        }
        let (text, place) = (&embed.description, Place::Markdown);
        let description = self.spend(text, place, DESCRIPTION_CHARS_MAX, "description");
        put(&mut object, "description", description);
        let fields: Vec<Value> = embed.fields.iter().map_while(|field| self.field(field)).collect();
        if !fields.is_empty() {
            object.insert("fields".to_owned(), fields.into());
        }
        self.pictures(&mut object, embed)?;
        if !object.is_empty() {
            decorate(&mut object, embed);
        }
        Ok(object)
    }

    fn pictures(&self, object: &mut Object, embed: &Embed) -> Result<(), RenderError> {
        for (name, url) in [("image", &embed.image), ("thumbnail", &embed.thumbnail)] {
            if let Some(url) = url.as_ref().and_then(|url| self.usable(url, true)) {
                self.check_file(url)?;
                object.insert(name.to_owned(), json!({ "url": url }));
            }
        }
        // An address without a title leads nowhere.
        if object.contains_key("title")
            && let Some(url) = embed.url.as_ref().and_then(|url| self.usable(url, false))
        {
            object.insert("url".to_owned(), url.into());
        }
        Ok(())
    }

    /// A wrong address would make Discord refuse the whole message; the rest is still worth sending.
    fn usable<'t>(&self, url: &'t str, files_too: bool) -> Option<&'t str> {
        let usable = is_url(url, files_too);
        if !usable {
            warn!(plugin.id = %self.reader.plugin, "left out an address that Discord would refuse");
        }
        usable.then_some(url)
    }

    fn caption(
        &mut self,
        object: &mut Object,
        name: &str,
        text_name: &str,
        caption: &Caption,
        max: usize,
    ) -> Result<(), RenderError> {
        let Some(text) = self.spend(&caption.text, Place::Plain, max, "caption") else {
            return Ok(());
        };
        let mut inner = Object::new();
        inner.insert(text_name.to_owned(), text.into());
        if let Some(icon) = caption.icon.as_ref().and_then(|icon| self.usable(icon, true)) {
            self.check_file(icon)?;
            inner.insert("icon_url".to_owned(), icon.into());
        }
        object.insert(name.to_owned(), Value::Object(inner));
        Ok(())
    }

    /// Nothing once the sum is used up.
    fn field(&mut self, field: &Field) -> Option<Value> {
        if self.embeds_left < 2 {
            self.exceeded = Some(EMBEDS);
            return None;
        }
        // One is kept for the value, which Discord demands.
        self.embeds_left -= 1;
        let name = self.spend(&field.name, Place::Line, FIELD_NAME_CHARS_MAX, "field name");
        let name = name.unwrap_or_else(|| self.invisible());
        self.embeds_left += 1;
        let value = self.spend(&field.value, Place::Markdown, FIELD_VALUE_CHARS_MAX, "field value");
        let value = value.unwrap_or_else(|| self.invisible());
        Some(json!({ "name": name, "value": value, "inline": field.inline }))
    }

    fn invisible(&mut self) -> String {
        self.embeds_left = self.embeds_left.saturating_sub(1);
        INVISIBLE.to_owned()
    }

    /// Formats a text within its own limit and the sum, and takes it off the sum.
    fn spend(
        &mut self,
        text: &Text,
        place: Place,
        max: usize,
        what: &'static str,
    ) -> Option<String> {
        let text = self.text_if_any(text, place, max, what)?;
        let text = self.cut_for(EMBEDS, self.embeds_left, &text);
        self.embeds_left -= text.chars().count();
        Some(text).filter(|text| !text.is_empty())
    }
}

fn put(object: &mut Object, name: &str, text: Option<String>) {
    if let Some(text) = text {
        object.insert(name.to_owned(), text.into());
    }
}

fn decorate(object: &mut Object, embed: &Embed) {
    if let Some(color) = embed.color {
        object.insert("color".to_owned(), (color & COLOR_MAX).into());
    }
    if let Some(timestamp) = embed.timestamp_ms.and_then(iso_8601) {
        object.insert("timestamp".to_owned(), timestamp.into());
    }
}

/// Writes a moment as Discord reads it; nothing outside the years 1970 to 9999.
fn iso_8601(unix_ms: i64) -> Option<String> {
    const DAY_MS: i64 = 86_400_000;
    let (days, ms) = (unix_ms.div_euclid(DAY_MS), unix_ms.rem_euclid(DAY_MS));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let milli = ms % 1_000;
    (1970..=9999).contains(&year).then(|| {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    })
}

/// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_discord_reads_it() {
        let cases = [
            (0, Some("1970-01-01T00:00:00.000Z")),
            (951_782_400_123, Some("2000-02-29T00:00:00.123Z")),
            (1_735_689_599_999, Some("2024-12-31T23:59:59.999Z")),
            (i64::MAX / 2, None),
            (-1, None),
        ];
        for (unix_ms, expected) in cases {
            assert_eq!(iso_8601(unix_ms).as_deref(), expected);
        }
    }
}
