//! Numbers with decimals as readers of a language write them. Whole numbers stay as they are: some are
//! years, numbers of titles, or moments that Discord reads.

use super::bounds::DIGITS_MAX;
use fluent_bundle::{FluentValue, types::FluentNumber};
use std::fmt::Write as _;

/// Decimals that are shown where the text does not say how many.
const DECIMALS_MAX: usize = 3;
/// The thin space that French puts between thousands, which no line breaks at.
const NARROW_SPACE: char = '\u{202f}';

/// The signs of a language.
#[derive(Debug, Clone, Copy)]
struct Signs {
    decimals: char,
    thousands: char,
}

/// Writes numbers with decimals as English does.
pub(super) fn english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(value, Signs { decimals: '.', thousands: ',' })
}

/// Writes numbers with decimals as French does.
pub(super) fn french<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(value, Signs { decimals: ',', thousands: NARROW_SPACE })
}

fn written(value: &FluentValue<'_>, signs: Signs) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, options }) = value else { return None };
    let decimals_min = options.minimum_fraction_digits.unwrap_or(0).min(DIGITS_MAX);
    if !value.is_finite() || (value.fract() == 0.0 && decimals_min == 0) {
        return None;
    }
    let decimals_max = options.maximum_fraction_digits.unwrap_or(DECIMALS_MAX);
    let decimals_max = decimals_max.clamp(decimals_min, DIGITS_MAX);
    let plain = format!("{:.decimals_max$}", value.abs());
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let n_filled = decimals.trim_end_matches('0').len().max(decimals_min);
    let mut out = String::new();
    if value.is_sign_negative() {
        out.push('-');
    }
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(signs.thousands);
        }
        out.push(digit);
    }
    if n_filled > 0 {
        // Writing to a text cannot fail.
        let _ = write!(out, "{}{}", signs.decimals, &decimals[..n_filled]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_thousands_are_written_as_the_language_does() {
        for (number, decimals_min, in_english, in_french) in [
            (12.3, 2, Some("12.30"), Some("12,30")),
            (0.5, 0, Some("0.5"), Some("0,5")),
            (1_234_567.25, 0, Some("1,234,567.25"), Some("1\u{202f}234\u{202f}567,25")),
            (-1_000.0, 1, Some("-1,000.0"), Some("-1\u{202f}000,0")),
            (0.1 + 0.2, 0, Some("0.3"), Some("0,3")),
            (999.999_9, 0, Some("1,000"), Some("1\u{202f}000")),
            (1_767_225_600.0, 0, None, None),
            (f64::NAN, 2, None, None),
        ] {
            let mut value = FluentNumber::from(number);
            value.options.minimum_fraction_digits = (decimals_min > 0).then_some(decimals_min);
            let value = FluentValue::Number(value);
            assert_eq!(english(&value, &()).as_deref(), in_english, "{number}");
            assert_eq!(french(&value, &()).as_deref(), in_french, "{number}");
        }
    }
}
