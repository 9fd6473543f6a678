//! Moving time, and saying how much of it.

use super::Session;
use crate::discord::LAST_BIRTH_MS;
use anyhow::{Result, bail};
use std::time::Duration;

/// What is left of the time that ids of Discord can hold, so that a session can go on at its end.
const KEPT_BACK_MS: u64 = DAY_MS;

const DAY_MS: u64 = 86_400_000;

/// As many days as a year has, more or less.
const YEAR_DAYS: u64 = 365;

/// Days from which on a time is told in years too.
const YEARS_FROM_DAYS: u64 = 2 * YEAR_DAYS;

impl Session {
    pub(super) async fn advance(&mut self, by: Duration) -> Result<String> {
        let left_ms = LAST_BIRTH_MS.saturating_sub(KEPT_BACK_MS + self.discord.clock().now_ms());
        if by.as_millis() > u128::from(left_ms) {
            bail!("Ids of Discord hold no time after May 2154. {}", farthest(left_ms / DAY_MS));
        }
        match &self.host {
            Some(host) => host.advance(by).await?,
            None => self.discord.clock().advance(by),
        }
        self.wait_for_news().await;
        // What was put off until now may be a registration.
        self.expect_commands();
        Ok(passed(by))
    }
}

fn farthest(days: u64) -> String {
    match days {
        0 => "Time cannot go on from here; `quit`, and start again at the present.".to_owned(),
        days => format!("`advance {days}d` goes as far as time can."),
    }
}

/// Returns how to say that a time is over.
fn passed(time: Duration) -> String {
    let said = duration(time);
    let has = if said.starts_with("1 ") && !said.contains(" and ") { "has" } else { "have" };
    format!("{said} {has} passed.")
}

/// Returns a time in the units that suit it.
pub(super) fn duration(time: Duration) -> String {
    let ms = time.as_millis();
    let (days, rest) = (ms / u128::from(DAY_MS), ms % u128::from(DAY_MS));
    match (days, rest) {
        (0, rest) => in_one_unit(rest),
        // Up to two days hours are read well.
        (1, rest) if rest > 0 => in_one_unit(ms),
        (days, 0) => in_days(days),
        (days, rest) => format!("{} and {}", in_days(days), in_one_unit(rest)),
    }
}

fn in_one_unit(ms: u128) -> String {
    match ms {
        ms if ms % 1_000 != 0 => format!("{ms} ms"),
        ms if ms % 60_000 != 0 => format!("{} s", ms / 1_000),
        ms if ms % 3_600_000 != 0 => format!("{} min", ms / 60_000),
        ms => format!("{} h", ms / 3_600_000),
    }
}

fn in_days(days: u128) -> String {
    let plural = if days == 1 { "" } else { "s" };
    match days / u128::from(YEAR_DAYS) {
        years if days >= u128::from(YEARS_FROM_DAYS) => {
            format!("{days} days (about {years} years)")
        }
        _ => format!("{days} day{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_units_that_can_be_read() {
        const HOUR_S: u64 = 3_600;
        for (time, told) in [
            (Duration::ZERO, "0 h have passed."),
            (Duration::from_millis(1_500), "1500 ms have passed."),
            (Duration::from_secs(1), "1 s has passed."),
            (Duration::from_secs(90), "90 s have passed."),
            (Duration::from_secs(15 * 60), "15 min have passed."),
            (Duration::from_secs(26 * HOUR_S), "26 h have passed."),
            (Duration::from_secs(24 * HOUR_S), "1 day has passed."),
            (Duration::from_secs(49 * HOUR_S), "2 days and 1 h have passed."),
            (Duration::from_secs(87_600 * HOUR_S), "3650 days (about 10 years) have passed."),
        ] {
            assert_eq!(passed(time), told);
        }
    }
}
