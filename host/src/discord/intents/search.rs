//! Finds which of many intents Discord takes, where it has only said that it does not take all of them.

use crate::door::Refused;

/// The intents that an application has to be allowed; refused most often, so they are parted first.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;

/// What is known so far. Asks four times as often at most as there are intents, and once more.
#[derive(Debug)]
pub(super) struct Search {
    /// What Discord takes.
    pub taken: u64,
    /// What it does not, intent by intent, and why.
    pub refused: Vec<(u64, Refused)>,
    /// What is still to be asked for.
    parts: Vec<u64>,
    /// What the session has and may be what is refused; none once that is known.
    doubted: u64,
    /// What was refused as a whole, and is not asked for again.
    whole: u64,
    /// Why the latest was refused.
    why: Refused,
}

impl Search {
    /// Begins with what was refused as a whole. What the session has already is not asked for once more,
    /// unless there is nothing else that the refusal could be for: then it may not have that any longer.
    pub(super) fn new(whole: u64, current: u64, why: Refused) -> Self {
        let added = whole & !current;
        let disallowed = matches!(why, Refused::Intents { .. });
        let (taken, suspected) = match if disallowed { added & PRIVILEGED } else { added } {
            0 => (0, whole),
            _ => (whole & current, added),
        };
        let may_be_taken_away = taken & PRIVILEGED != 0 || taken != current;
        let doubted = if may_be_taken_away { taken } else { 0 };
        let (refused, parts) = (Vec::new(), Vec::new());
        let mut search = Self { taken, refused, parts, doubted, whole, why: why.clone() };
        search.refuse(suspected, why);
        search
    }

    /// Returns what to ask for next; nothing when all is known.
    pub(super) fn question(&mut self) -> Option<u64> {
        loop {
            let Some(part) = self.parts.last() else {
                // Nothing beside it was taken: the refusals may all have been for this.
                return (self.doubted != 0).then_some(self.doubted);
            };
            let asked = self.taken | part;
            if asked != self.whole {
                return Some(asked);
            }
            self.hear(asked, Err(self.why.clone()));
        }
    }

    /// Hears what Discord said to what [`Search::question`] returned.
    pub(super) fn hear(&mut self, asked: u64, result: Result<(), Refused>) {
        match (self.parts.pop(), result) {
            (_, Ok(())) => (self.taken, self.doubted) = (asked, 0),
            (Some(part), Err(why)) => self.refuse(part, why),
            (None, Err(why)) => *self = Self::new(self.whole, 0, why),
        }
    }

    fn refuse(&mut self, part: u64, why: Refused) {
        self.why = why.clone();
        if part.is_power_of_two() {
            self.refused.push((part, why));
        } else {
            self.parts.extend(halves(part));
        }
    }
}

/// Parts what is more than one intent; the last is asked for first.
fn halves(part: u64) -> impl Iterator<Item = u64> {
    let (special, usual) = (part & PRIVILEGED, part & !PRIVILEGED);
    let (first, second) = if special != 0 && usual != 0 {
        (special, usual)
    } else {
        let mut low = 0_u64;
        while low.count_ones() < part.count_ones() / 2 {
            let left = part & !low;
            low |= left & left.wrapping_neg();
        }
        (part & !low, low)
    };
    [first, second].into_iter().filter(|half| *half != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken of `wanted` where Discord takes none of `bad`, and how often it was asked.
    fn check(wanted: u64, bad: u64) -> (u64, u64, u32) {
        check_beside(0, wanted, bad)
    }

    /// As [`check`], for a session that has the intents `current`.
    fn check_beside(current: u64, wanted: u64, bad: u64) -> (u64, u64, u32) {
        check_for(Refused::UnknownIntents { intents: wanted }, current, wanted, bad)
    }

    /// As [`check_beside`], where Discord refuses with these words.
    fn check_for(refused: Refused, current: u64, wanted: u64, bad: u64) -> (u64, u64, u32) {
        let mut search = Search::new(wanted, current, refused.clone());
        let mut n_asked = 0;
        while let Some(asked) = search.question() {
            assert_ne!(asked, wanted, "that was refused already");
            n_asked += 1;
            let result = if asked & bad == 0 { Ok(()) } else { Err(refused.clone()) };
            search.hear(asked, result);
        }
        let refused = search.refused.iter().fold(0, |all, (bits, _)| all | bits);
        (search.taken, refused, n_asked)
    }

    #[test]
    fn what_one_plugin_may_not_have_costs_no_other_its_own() {
        let (messages, contents, members) = (1 << 9, 1 << 15, 1 << 1);
        assert_eq!(check(messages | contents, contents), (messages, contents, 1));
        assert_eq!(check(contents, contents), (0, contents, 0));
        assert_eq!(check(contents | members, contents), (members, contents, 1));
        assert_eq!(check(0, 0), (0, 0, 0));
    }

    #[test]
    fn what_the_session_has_is_asked_for_again_only_if_nothing_else_was_refused() {
        let (guilds, messages, contents, members) = (1, 1 << 9, 1 << 15, 1 << 1);
        let all = guilds | messages | contents | members;
        assert_eq!(check_beside(messages, messages | contents, contents), (messages, contents, 0));
        assert_eq!(
            check_beside(guilds | messages, all, contents),
            (all & !contents, contents, 1),
            "members alone are tried"
        );
        assert_eq!(check_beside(members, messages | contents, contents), (messages, contents, 1));
        assert_eq!(check_beside(all, messages | contents, contents), (messages, contents, 1));
    }

    #[test]
    fn what_the_session_has_is_found_out_once_it_may_have_it_no_longer() {
        let (guilds, messages, contents, members) = (1, 1 << 9, 1 << 15, 1 << 1);
        let disallowed = || Refused::Intents { names: String::new() };
        let found = |current, wanted, bad| check_for(disallowed(), current, wanted, bad);
        assert_eq!(
            found(members, members | guilds, members),
            (guilds, members, 1),
            "what everyone may have is not what is disallowed"
        );
        assert_eq!(found(members, members | guilds | contents, members).0, guilds | contents);
        assert_eq!(found(members, members | contents, members | contents).0, 0);
        assert_eq!(
            found(members | messages, members | messages | contents, contents),
            (members | messages, contents, 1),
            "what the session has stays while it is asked for again"
        );
        let unknown = check_beside(guilds | members, guilds | contents, guilds);
        assert_eq!((unknown.0, unknown.1), (contents, guilds), "{unknown:?}");
    }

    #[test]
    fn each_search_ends_with_what_discord_takes() {
        let spread = |of: u64| {
            let bits = [0, 1, 8, 9, 15];
            (0..bits.len()).fold(0, |all, at| all | (of >> at & 1) << bits[at])
        };
        for (current, wanted, bad) in (0..32 * 32 * 32).map(|n| (n >> 10, n >> 5 & 31, n & 31)) {
            let (current, wanted, bad) = (spread(current), spread(wanted), spread(bad));
            if wanted & bad == 0 || current & bad & !PRIVILEGED != 0 {
                continue;
            }
            let (taken, refused, n_asked) = check_beside(current, wanted, bad);
            assert_eq!((taken, refused), (wanted & !bad, wanted & bad), "{current:x} {bad:x}");
            assert!(n_asked <= 4 * wanted.count_ones() + 1, "{n_asked}");
        }
    }

    #[test]
    fn each_intent_alone_is_found_with_few_questions() {
        let all = (0..17).fold(0, |all, bit| all | 1 << bit);
        for bit in 0..17 {
            let (taken, refused, n_asked) = check(all, 1 << bit);
            assert_eq!((taken, refused), (all & !(1 << bit), 1 << bit));
            assert!(n_asked <= 12, "{bit}: {n_asked}");
        }
        assert_eq!(check(all, all).0, 0);
        assert!(check(all, all).2 <= 2 * 17);
    }
}
