//! Moments in a message, `<t:…>`, as clients write them in the language of whoever reads.

use crate::discord::iso;

/// How a language tells times. English stands for every language that is not here.
struct Words {
    /// The date out of year, month and day.
    date: fn(&str, &str, &str) -> String,
    /// A time that comes, and one that has passed.
    coming: fn(&str) -> String,
    passed: fn(&str) -> String,
    /// Seconds, minutes, hours and days, one and many.
    units: [[&'static str; 2]; 4],
    /// Whether nothing is counted as many.
    nothing_is_many: bool,
}

const ENGLISH: Words = Words {
    date: |year, month, day| format!("{year}-{month}-{day}"),
    coming: |span| format!("in {span}"),
    passed: |span| format!("{span} ago"),
    units: [["second", "seconds"], ["minute", "minutes"], ["hour", "hours"], ["day", "days"]],
    nothing_is_many: true,
};

const FRENCH: Words = Words {
    date: |year, month, day| format!("{day}/{month}/{year}"),
    coming: |span| format!("dans {span}"),
    passed: |span| format!("il y a {span}"),
    units: [["seconde", "secondes"], ["minute", "minutes"], ["heure", "heures"], ["jour", "jours"]],
    nothing_is_many: false,
};

/// Returns what stands behind `<t:` as it reads; nothing if it is no moment.
pub(super) fn read(text: &str, now_s: i64, locale: &str) -> Option<String> {
    let words = if locale == "fr" { FRENCH } else { ENGLISH };
    let (seconds, relative) = match text.split_once(':') {
        Some((seconds, style)) => (seconds, style == "R"),
        None => (text, false),
    };
    let seconds: i64 = seconds.parse().ok()?;
    if relative {
        return Some(words.relative(seconds, now_s));
    }
    let at = iso(u64::try_from(seconds).ok()?.checked_mul(1_000)?);
    let date = (words.date)(at.get(..4)?, at.get(5..7)?, at.get(8..10)?);
    Some(format!("{date} {} UTC", at.get(11..16)?))
}

impl Words {
    fn relative(&self, seconds: i64, now_s: i64) -> String {
        let (amount, unit) = match (seconds - now_s).unsigned_abs() {
            seconds @ 0..60 => (seconds, 0),
            seconds @ 60..3_600 => (seconds / 60, 1),
            seconds @ 3_600..86_400 => (seconds / 3_600, 2),
            seconds => (seconds / 86_400, 3),
        };
        let span = format!("{amount} {}", self.units[unit][self.form(amount)]);
        if seconds > now_s { (self.coming)(&span) } else { (self.passed)(&span) }
    }

    /// Returns the place of the form for a number.
    fn form(&self, amount: u64) -> usize {
        usize::from(amount > 1 || (amount == 0 && self.nothing_is_many))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_language_of_its_reader() {
        for (text, locale, expected) in [
            ("1008:R", "en-US", "in 8 seconds"),
            ("940:R", "en-GB", "1 minute ago"),
            ("1000:R", "en-US", "0 seconds ago"),
            ("1008:R", "fr", "dans 8 secondes"),
            ("940:R", "fr", "il y a 1 minute"),
            ("1000:R", "fr", "il y a 0 seconde"),
            ("1000:f", "en-US", "1970-01-01 00:16 UTC"),
            ("1000", "fr", "01/01/1970 00:16 UTC"),
        ] {
            assert_eq!(read(text, 1_000, locale).as_deref(), Some(expected), "{text} {locale}");
        }
        assert_eq!(read("soon", 1_000, "fr"), None);
    }
}
