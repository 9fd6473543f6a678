//! Moments as Discord writes them: ISO 8601 in JSON, RFC 9110 in the `Date` header.

const MS_PER_DAY: u64 = 86_400_000;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Date {
    year: u64,
    month: u64,
    day: u64,
}

/// Returns a moment as Discord's JSON writes it.
pub(crate) fn iso(unix_ms: u64) -> String {
    let Date { year, month, day } = date(unix_ms / MS_PER_DAY);
    let (hour, minute, second) = time_of_day(unix_ms);
    let micros = unix_ms % 1_000 * 1_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}+00:00")
}

/// Returns a moment as the `Date` header writes it, whole seconds only.
pub(crate) fn http_date(unix_ms: u64) -> String {
    let Date { year, month, day } = date(unix_ms / MS_PER_DAY);
    let (hour, minute, second) = time_of_day(unix_ms);
    let weekday = WEEKDAYS[(unix_ms / MS_PER_DAY % 7) as usize];
    let month = MONTHS[month as usize - 1];
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

fn time_of_day(unix_ms: u64) -> (u64, u64, u64) {
    let seconds = unix_ms / 1_000 % 86_400;
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Counts years from March on, so that the leap day is the last of its year.
fn date(days_since_1970: u64) -> Date {
    let days = days_since_1970 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    Date { year, month, day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_discord_writes_them() {
        assert_eq!(iso(1_709_210_096_789), "2024-02-29T12:34:56.789000+00:00");
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
