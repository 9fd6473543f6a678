//! Dates as they stand in HTTP headers.

use crate::clock::UnixMillis;

/// Reads an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`; nothing if it is anything else.
pub(crate) fn parse(text: &str) -> Option<UnixMillis> {
    let rest = text.get(3..)?.strip_prefix(", ")?.strip_suffix(" GMT")?;
    let parts: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time] = parts[..] else { return None };
    let clock: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = clock[..] else { return None };
    let month = 1 + MONTHS.iter().position(|name| *name == month)? as i64;
    let (day, year) = (number(day, 2, 31)?, number(year, 4, 9999)?);
    let (hour, minute, second) =
        (number(hour, 2, 23)?, number(minute, 2, 59)?, number(second, 2, 60)?);
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(UnixMillis(seconds * 1_000))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A number of exactly so many digits, at most `max`.
fn number(text: &str, digits: usize, max: i64) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?.filter(|value| *value <= max)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_are_read_strictly() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(UnixMillis(784_111_777_000)));
        assert_eq!(parse("Thu, 29 Feb 2024 00:00:00 GMT"), Some(UnixMillis(1_709_164_800_000)));
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(UnixMillis(0)));
        for wrong in [
            "",
            "Sun, 06 Nov 1994 08:49:37",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "äää",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
