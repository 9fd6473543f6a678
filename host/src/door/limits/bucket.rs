//! One bucket: how many requests it still takes, and until when. Must never hand out more than
//! Discord last said, counting those on their way.

use super::headers::{Seen, Window};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, futures::OwnedNotified};

/// Two answers of the same window differ by the time they took on the way; windows of Discord are
/// at least a second long.
const SAME_WINDOW: Duration = Duration::from_millis(500);

/// What a bucket knows of its limit.
#[derive(Debug)]
enum Kind {
    /// Nothing yet: one request at a time finds out, none before the moment.
    Unknown { not_before: Duration },
    /// Discord answers without limit headers.
    Free,
    /// A counted window.
    Counted(Counted),
}

#[derive(Debug)]
struct Counted {
    limit: u32,
    left: u32,
    resets_at: Duration,
    length: Duration,
    /// The window was begun by us; its true end comes with its first answer.
    guessed: bool,
}

/// A bucket and the requests on their way.
#[derive(Debug)]
pub(super) struct Bucket {
    kind: Kind,
    on_their_way: u32,
    /// Counts windows, to tell answers of an older one.
    window: u64,
    /// It answered 429 without telling its limit: it is never taken for free again.
    burned: bool,
    changed: Arc<Notify>,
}

/// Whether a request may leave.
pub(super) enum Verdict {
    Go,
    /// Ask again at the moment, if there is one, or after a change.
    Wait {
        until: Option<Duration>,
        changed: OwnedNotified,
    },
}

/// What an answer says about its bucket.
pub(super) struct Answer<'a> {
    pub(super) seen: &'a Seen,
    pub(super) retry_after: Option<Duration>,
    /// The window that the request was counted in; nothing if that was another bucket's.
    pub(super) window: Option<u64>,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            kind: Kind::Unknown { not_before: Duration::ZERO },
            on_their_way: 0,
            window: 0,
            burned: false,
            changed: Arc::default(),
        }
    }
}

impl Bucket {
    /// Whether one more request may leave now.
    pub(super) fn ask(&mut self, now: Duration) -> Verdict {
        self.begin_window(now);
        match &self.kind {
            Kind::Free => Verdict::Go,
            Kind::Unknown { not_before } if now < *not_before => self.wait(Some(*not_before)),
            Kind::Unknown { .. } if self.on_their_way == 0 => Verdict::Go,
            Kind::Unknown { .. } => self.wait(None),
            Kind::Counted(counted) if counted.left > 0 => Verdict::Go,
            Kind::Counted(counted) if now < counted.resets_at => self.wait(Some(counted.resets_at)),
            Kind::Counted(_) => self.wait(None),
        }
    }

    /// Sends one request on its way, and says in which window.
    pub(super) fn take(&mut self) -> u64 {
        if let Kind::Counted(counted) = &mut self.kind {
            counted.left = counted.left.saturating_sub(1);
        }
        self.on_their_way += 1;
        self.window
    }

    /// One request is no longer on its way.
    pub(super) fn release(&mut self) {
        self.on_their_way = self.on_their_way.saturating_sub(1);
        self.changed.notify_waiters();
    }

    /// Takes over the requests of a bucket that turned out to be this one.
    pub(super) fn absorb(&mut self, other: Bucket) {
        self.on_their_way += other.on_their_way;
        self.burned |= other.burned;
        other.changed.notify_waiters();
    }

    /// Learns from an answer; [`Bucket::release`] comes before.
    pub(super) fn learn(&mut self, now: Duration, answer: &Answer<'_>) {
        match answer.seen {
            Seen::Known(window) => self.learn_window(now, window, answer.window),
            Seen::Absent => self.learn_absence(answer.retry_after.is_some()),
            // One at a time until Discord says something that can be read.
            Seen::Malformed => {}
        }
        if let Some(after) = answer.retry_after {
            self.close_until(now.saturating_add(after));
        }
        self.changed.notify_waiters();
    }

    /// Whether it can be forgotten: nothing on its way, nobody waiting, no window open.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        let open = match &self.kind {
            Kind::Free => false,
            Kind::Unknown { not_before } => now < *not_before,
            Kind::Counted(counted) => now < counted.resets_at,
        };
        !open && self.on_their_way == 0 && Arc::strong_count(&self.changed) == 1
    }

    fn wait(&self, until: Option<Duration>) -> Verdict {
        Verdict::Wait { until, changed: Arc::clone(&self.changed).notified_owned() }
    }

    /// When a window has ended, begins the next with room for what is not on its way already:
    /// those may be counted in either.
    fn begin_window(&mut self, now: Duration) {
        let Kind::Counted(counted) = &mut self.kind else { return };
        let room = counted.limit.saturating_sub(self.on_their_way);
        if now < counted.resets_at || room == 0 {
            return;
        }
        counted.left = room;
        counted.resets_at = now.saturating_add(counted.length);
        counted.guessed = true;
        self.window += 1;
    }

    fn learn_window(&mut self, now: Duration, window: &Window, sent_in: Option<u64>) {
        let resets_at = now.saturating_add(window.reset);
        // Who is on its way may not be counted in what Discord says is left.
        let left = window.remaining.saturating_sub(self.on_their_way);
        let fresh = |left| {
            let (limit, length) = (window.limit, window.reset);
            Kind::Counted(Counted { limit, left, resets_at, length, guessed: false })
        };
        let Kind::Counted(counted) = &mut self.kind else {
            self.kind = fresh(left);
            return;
        };
        let older = sent_in.is_some_and(|sent_in| sent_in < self.window);
        if older && resets_at + SAME_WINDOW < counted.resets_at {
            return;
        }
        if !counted.guessed && resets_at > counted.resets_at + SAME_WINDOW {
            self.kind = fresh(left);
            return;
        }
        counted.limit = window.limit;
        counted.left = counted.left.min(left);
        counted.length = counted.length.max(window.reset);
        counted.resets_at =
            if counted.guessed { resets_at } else { counted.resets_at.max(resets_at) };
        counted.guessed = false;
    }

    fn learn_absence(&mut self, limited: bool) {
        if matches!(self.kind, Kind::Unknown { .. }) && !limited && !self.burned {
            self.kind = Kind::Free;
        }
    }

    fn close_until(&mut self, until: Duration) {
        match &mut self.kind {
            Kind::Counted(counted) => {
                counted.left = 0;
                counted.guessed = false;
                counted.resets_at = counted.resets_at.max(until);
            }
            Kind::Unknown { not_before } => {
                *not_before = until.max(*not_before);
                self.burned = true;
            }
            Kind::Free => {
                self.kind = Kind::Unknown { not_before: until };
                self.burned = true;
            }
        }
    }
}
