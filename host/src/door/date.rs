//! How far Discord's clock is from ours, learned from `Date` headers. Ours is the one that nobody sets:
//! where the system's is set, what was learned stays true.
//!
//! A header is exact to a second only, but each one bounds the difference from both sides, and the
//! bounds of many answers together are narrow.

use crate::clock::UnixMillis;

/// A `Date` header says a whole second; Discord's clock stood somewhere inside it.
const HEADER_STEP_MS: i64 = 1_000;

/// A difference that someone should do something about: clocks that are kept differ by less than a second.
const WRONG_MS: u64 = 30_000;
/// So many answers in a row must say so: a clock that is being set is wrong for a moment.
const WRONG_ANSWERS: u32 = 3;

/// Between what and what the difference is, in milliseconds.
type Bounds = (i64, i64);

/// The difference between the two clocks, in milliseconds, as far as known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Offset {
    bounds: Option<Bounds>,
    /// What the latest answer said, if that contradicts all before it.
    contradicting: Option<Bounds>,
    /// How many answers in a row said that our clock is wrong.
    n_wrong: u32,
    is_told: bool,
}

impl Offset {
    /// Learns from one answer: Discord wrote `date` between our `sent` and our `received`. False if that
    /// contradicts what was known: a single answer may be wrong, and only a second like it is believed.
    pub(super) fn learn(
        &mut self,
        date: UnixMillis,
        sent: UnixMillis,
        received: UnixMillis,
    ) -> bool {
        let low = date.0.saturating_sub(received.0);
        let high = date.0.saturating_add(HEADER_STEP_MS).saturating_sub(sent.0);
        let said = (low, high);
        let contradicting = self.contradicting.take();
        let agreed = self.bounds.map_or(Some(said), |known| both(known, said));
        // One of the clocks was set: what was known is over.
        let learned = agreed.or_else(|| contradicting.and_then(|earlier| both(earlier, said)));
        match learned {
            Some(bounds) => self.bounds = Some(bounds),
            None => (self.contradicting, self.n_wrong) = (Some(said), 0),
        }
        learned.is_some()
    }

    /// Hears how far Discord's clock runs ahead of the system's by this answer; returns that, once, if it
    /// is far.
    pub(super) fn news(&mut self, system_ms: i64) -> Option<i64> {
        let is_wrong = system_ms.unsigned_abs() >= WRONG_MS;
        self.n_wrong = if is_wrong { self.n_wrong.saturating_add(1) } else { 0 };
        let is_news = self.n_wrong >= WRONG_ANSWERS && !self.is_told;
        self.is_told |= is_news;
        is_news.then_some(system_ms)
    }

    /// How far Discord's clock runs ahead of ours; 0 while nothing is known, and 0 where the
    /// bounds allow it, for then there is no reason to believe that the clocks differ.
    pub(super) fn ahead_ms(self) -> i64 {
        match self.bounds {
            Some((low, high)) if low > 0 || high < 0 => low.midpoint(high),
            _ => 0,
        }
    }
}

/// What both allow, if that is anything.
fn both(one: Bounds, other: Bounds) -> Option<Bounds> {
    let (low, high) = (one.0.max(other.0), one.1.min(other.1));
    (low <= high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_answers_narrow_the_difference() {
        let mut offset = Offset::default();
        assert_eq!(offset.ahead_ms(), 0);
        // Discord runs 5.3 s ahead; one answer each 170 ms, each 40 ms long.
        for step in 0..20 {
            let sent = 1_000_000 + step * 170;
            let date = (sent + 20 + 5_300) / 1_000 * 1_000;
            offset.learn(UnixMillis(date), UnixMillis(sent), UnixMillis(sent + 40));
        }
        assert!((offset.ahead_ms() - 5_300).abs() <= 100, "{}", offset.ahead_ms());
    }

    #[test]
    fn equal_clocks_are_left_alone_and_a_set_clock_is_followed() {
        let mut offset = Offset::default();
        offset.learn(UnixMillis(10_000), UnixMillis(10_400), UnixMillis(10_450));
        assert_eq!(offset.ahead_ms(), 0);
        offset.learn(UnixMillis(80_000), UnixMillis(10_500), UnixMillis(10_520));
        offset.learn(UnixMillis(81_000), UnixMillis(11_500), UnixMillis(11_520));
        assert!((69_400..=70_600).contains(&offset.ahead_ms()), "{}", offset.ahead_ms());
    }

    #[test]
    fn one_answer_that_contradicts_all_others_changes_nothing() {
        let mut offset = Offset::default();
        let mut learn = |date: i64, sent: i64| {
            offset.learn(UnixMillis(date), UnixMillis(sent), UnixMillis(sent + 40));
            offset.ahead_ms()
        };
        assert_eq!(learn(10_000, 10_400), 0);
        let century = 3_155_760_000_000;
        assert_eq!(learn(century, 11_400), 0, "a single wrong header");
        assert_eq!(learn(12_000, 12_400), 0);
        assert_eq!(learn(century, 13_400), 0, "another one, later");
        assert_eq!(learn(2 * century, 14_400), 0, "one that agrees with neither");
    }

    #[test]
    fn a_clock_that_is_far_off_is_news_once_and_not_while_it_is_being_set() {
        let hour = 3_600_000;
        let mut offset = Offset::default();
        let mut learn = |date: i64| {
            let is_sure = offset.learn(UnixMillis(date), UnixMillis(10_000), UnixMillis(10_040));
            is_sure.then(|| offset.news(offset.ahead_ms())).flatten()
        };
        assert_eq!([learn(hour), learn(10_000), learn(hour), learn(hour)], [None; 4]);
        let told = learn(hour).unwrap();
        assert!((told - hour).abs() < 60_000, "{told}");
        assert_eq!(learn(hour), None);
    }
}
