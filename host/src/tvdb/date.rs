//! A day of the calendar as TheTVDB writes it, or nothing: it also writes "" and "0000-00-00".

use std::fmt;

/// A day, `2008-01-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`, ignoring a time of day after it; `None` if it is not a day of the
    /// calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day_text = text.trim().split(['T', ' ']).next()?;
        let mut parts = day_text.splitn(3, '-');
        let year = digits(parts.next()?, 4)?;
        let month = u8::try_from(digits(parts.next()?, 2)?).ok()?;
        let day = u8::try_from(digits(parts.next()?, 2)?).ok()?;
        let is_real = year > 0 && day > 0 && day <= days_of(year, month)?;
        is_real.then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn digits(text: &str, length: usize) -> Option<u16> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn days_of(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap => Some(29),
        2 => Some(28),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for (text, expected) in [
            ("2008-01-20", Some("2008-01-20")),
            (" 2024-02-29T20:00:00Z", Some("2024-02-29")),
            ("2023-02-29", None),
            ("0000-00-00", None),
            ("2024-13-01", None),
            ("2024-1-1", None),
            ("-100-01-01", None),
            ("+024-01-01", None),
            ("", None),
            ("soon", None),
        ] {
            assert_eq!(
                Date::parse(text).map(|date| date.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
