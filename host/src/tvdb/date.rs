//! A day of the calendar as TheTVDB writes it, or nothing: it also writes "" and "0000-00-00".

use std::{cmp::Ordering, fmt};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const EPOCH_YEAR: u16 = 1970;
/// The last year that has four digits.
const LAST_YEAR: u16 = 9_999;

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

    /// The day, in UTC, of a moment in milliseconds since 1970.
    #[must_use]
    pub fn of_unix_ms(moment_ms: i64) -> Self {
        let mut days_left = moment_ms.div_euclid(DAY_MS).max(0);
        let mut year = EPOCH_YEAR;
        while days_left >= year_days(year) && year < LAST_YEAR {
            days_left -= year_days(year);
            year += 1;
        }
        let mut month = 1;
        while let Some(days) = days_of(year, month).filter(|days| days_left >= i64::from(*days)) {
            days_left -= i64::from(days);
            month += 1;
        }
        Self { year, month: month.min(12), day: u8::try_from(days_left + 1).unwrap_or(31) }
    }

    /// Noon of the day in UTC, in milliseconds since 1970: the same day nearly everywhere.
    #[must_use]
    pub fn noon_unix_ms(self) -> i64 {
        let years: i64 = match self.year.cmp(&EPOCH_YEAR) {
            Ordering::Less => -(self.year..EPOCH_YEAR).map(year_days).sum::<i64>(),
            _ => (EPOCH_YEAR..self.year).map(year_days).sum(),
        };
        let months = (1..self.month).filter_map(|month| days_of(self.year, month));
        let days = years + months.map(i64::from).sum::<i64>() + i64::from(self.day) - 1;
        days * DAY_MS + DAY_MS / 2
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

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn year_days(year: u16) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of(year: u16, month: u8) -> Option<u8> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap(year) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_its_noon_are_each_others() {
        for (text, noon_ms) in [
            ("1970-01-01", 43_200_000),
            ("1969-12-31", -43_200_000),
            ("2000-02-29", 951_825_600_000),
            ("2008-01-27", 1_201_435_200_000),
            ("2026-12-31", 1_798_718_400_000),
        ] {
            let day = Date::parse(text).expect(text);
            assert_eq!(day.noon_unix_ms(), noon_ms, "{text}");
            let is_before = noon_ms < 0;
            assert!(is_before || Date::of_unix_ms(noon_ms) == day, "{text}");
            assert!(is_before || Date::of_unix_ms(noon_ms + DAY_MS / 2 - 1) == day, "{text}");
        }
        assert_eq!(Date::of_unix_ms(i64::MAX).year(), LAST_YEAR);
    }

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
