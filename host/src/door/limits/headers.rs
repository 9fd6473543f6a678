//! Rate-limit headers, read strictly: half a truth about limits ends in a flood.

use hyper::HeaderMap;
use std::time::Duration;

/// Discord names no longer window than a day.
const SECONDS_MAX: u64 = 86_400;
/// The most digits and points in a number of seconds.
const SECONDS_CHARS_MAX: usize = 16;
/// Discord's bucket names have 32 characters.
const BUCKET_CHARS_MAX: usize = 64;
const BUCKET: &str = "x-ratelimit-bucket";
const LIMIT: &str = "x-ratelimit-limit";
const REMAINING: &str = "x-ratelimit-remaining";
const RESET_AFTER: &str = "x-ratelimit-reset-after";

/// What an answer says about its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::door) enum Seen {
    /// Nothing.
    Absent,
    /// Something that cannot be trusted.
    Malformed,
    /// A window.
    Known(Window),
}

/// A bucket's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::door) struct Window {
    pub(super) bucket: String,
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) reset: Duration,
}

impl Seen {
    /// Reads the headers of an answer.
    pub(in crate::door) fn read(headers: &HeaderMap) -> Self {
        if ![BUCKET, LIMIT, REMAINING, RESET_AFTER].iter().any(|name| headers.contains_key(*name)) {
            return Self::Absent;
        }
        window(headers).map_or(Self::Malformed, Self::Known)
    }
}

fn window(headers: &HeaderMap) -> Option<Window> {
    let bucket = single(headers, BUCKET)?;
    let named = (1..=BUCKET_CHARS_MAX).contains(&bucket.len())
        && bucket.bytes().all(|b| b.is_ascii_graphic());
    let window = Window {
        bucket: named.then(|| bucket.to_owned())?,
        limit: count(single(headers, LIMIT)?)?,
        remaining: count(single(headers, REMAINING)?)?,
        reset: seconds(single(headers, RESET_AFTER)?)?,
    };
    (window.limit > 0 && window.remaining <= window.limit).then_some(window)
}

/// The one value of a header; nothing if there are several.
pub(in crate::door) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn count(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Reads seconds as Discord writes them, `12` or `0.345`; nothing for signs, exponents and words.
pub(in crate::door) fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > SECONDS_CHARS_MAX || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: u64 = whole.parse().ok().filter(|whole| *whole <= SECONDS_MAX)?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    Some(Duration::from_secs(whole) + Duration::from_secs_f64(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: [&str; 4], expected: &Seen) {
        let mut headers = HeaderMap::new();
        for (name, value) in [BUCKET, LIMIT, REMAINING, RESET_AFTER].into_iter().zip(values) {
            if value != "-" {
                headers.insert(name, value.parse().expect("a header value"));
            }
        }
        assert_eq!(Seen::read(&headers), *expected, "{values:?}");
    }

    #[test]
    fn only_a_whole_window_is_believed() {
        let reset = Duration::from_millis(1_250);
        let known = Window { bucket: "abc".to_owned(), limit: 5, remaining: 4, reset };
        check(["abc", "5", "4", "1.25"], &Seen::Known(known));
        check(["-", "-", "-", "-"], &Seen::Absent);
        for values in [
            ["-", "5", "4", "1"],
            ["", "5", "4", "1"],
            ["abc", "0", "0", "1"],
            ["abc", "5", "6", "1"],
            ["abc", "5", "-1", "1"],
            ["abc", "+5", "4", "1"],
            ["abc", "5", "4", "NaN"],
            ["abc", "5", "4", "inf"],
            ["abc", "5", "4", "-1"],
            ["abc", "5", "4", "1e3"],
            ["abc", "5", "4", "99999999"],
            ["abc", "99999999999", "4", "1"],
        ] {
            check(values, &Seen::Malformed);
        }
    }

    #[test]
    fn a_header_sent_twice_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.append("retry-after", "1".parse().expect("a value"));
        assert_eq!(single(&headers, "retry-after"), Some("1"));
        headers.append("retry-after", "2".parse().expect("a value"));
        assert_eq!(single(&headers, "retry-after"), None);
    }

    #[test]
    fn seconds_are_plain_decimals() {
        assert_eq!(seconds("0"), Some(Duration::ZERO));
        assert_eq!(seconds("65.5"), Some(Duration::from_millis(65_500)));
        for wrong in ["", ".", "1.", ".5", "1.5.2", " 1", "1s", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
