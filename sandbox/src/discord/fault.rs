//! Faults that can be switched on: what Discord, or the network before it, does on a bad day.

use std::sync::Mutex;
use std::time::Duration;

use crate::clock::SimClock;

/// Says how REST misbehaves.
#[derive(Clone, Debug, PartialEq)]
pub enum RestFault {
    /// The connection is dropped without an answer, and nothing is done.
    Down,
    /// The request is done, and the connection is dropped without an answer.
    LostAnswer,
    /// The answer comes late, in real time.
    Slow(Duration),
    /// A page of HTML comes with this status.
    Html(u16),
    /// A JSON error without meaning comes with this status, as in 500 or 503.
    Status(u16),
    /// Discord refuses with this status and this code of its own, as in 403 and 50013.
    Refused(u16, u64),
    /// The request is done; the answer breaks off in the middle of its body.
    HalfBody,
    /// The request is done; the rate-limit headers of the answer make no sense.
    MalformedLimits,
    /// Everything is limited for so long, but for answers to interactions, which Discord spares.
    GlobalLimit(Duration),
    /// A limit shared with other bots is hit for so long.
    SharedLimit(Duration),
    /// A page of HTML says 429, as when Cloudflare bans an address.
    CloudflareBan(Duration),
}

/// Says how long a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// For the next so many requests.
    Requests(u32),
    /// For so much simulated time.
    For(Duration),
    /// Until it is cleared.
    UntilCleared,
}

/// Says how the gateway misbehaves while it is switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayFaults {
    /// Connections are refused before the WebSocket is there.
    pub refuse: bool,
    /// HELLO never comes.
    pub no_hello: bool,
    /// Heartbeats are not acknowledged.
    pub no_heartbeat_ack: bool,
    /// The resume address refuses connections.
    pub resume_url_dead: bool,
    /// RESUME is answered with op 9 and this `d`.
    pub refuse_resume: Option<bool>,
}

/// Says whether a request counts towards the limit for everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    UnderGlobalLimit,
    OutsideOfIt,
}

impl RestFault {
    fn meets(&self, stands: Stands) -> bool {
        !matches!(self, RestFault::GlobalLimit(_)) || stands == Stands::UnderGlobalLimit
    }
}

#[derive(Debug)]
struct Active {
    fault: RestFault,
    left: Left,
    path_contains: String,
}

#[derive(Debug)]
enum Left {
    Requests(u32),
    UntilMs(u64),
    Forever,
}

/// Switches faults on and off.
#[derive(Debug)]
pub struct Faults {
    clock: SimClock,
    rest: Mutex<Vec<Active>>,
    gateway: Mutex<GatewayFaults>,
}

impl Faults {
    pub(crate) fn new(clock: SimClock) -> Faults {
        Faults { clock, rest: Mutex::default(), gateway: Mutex::default() }
    }

    /// Makes REST misbehave, whatever is asked.
    pub fn rest(&self, fault: RestFault, span: Span) {
        self.rest_at("", fault, span);
    }

    /// Makes REST misbehave for paths that contain a text.
    pub fn rest_at(&self, path_contains: &str, fault: RestFault, span: Span) {
        let left = match span {
            Span::Requests(n) => Left::Requests(n),
            Span::For(span) => Left::UntilMs(self.clock.now_ms() + span.as_millis() as u64),
            Span::UntilCleared => Left::Forever,
        };
        let path_contains = path_contains.to_owned();
        self.lock().push(Active { fault, left, path_contains });
    }

    /// Changes what is wrong with the gateway.
    pub fn gateway(&self, change: impl FnOnce(&mut GatewayFaults)) {
        change(&mut self.gateway.lock().expect("no holder of this lock panics"));
    }

    /// Ends every fault.
    pub fn clear(&self) {
        self.lock().clear();
        self.gateway(|faults| *faults = GatewayFaults::default());
    }

    pub(crate) fn gateway_now(&self) -> GatewayFaults {
        *self.gateway.lock().expect("no holder of this lock panics")
    }

    /// Returns the first fault that applies to a request, and counts it.
    pub(crate) fn for_request(&self, path: &str, stands: Stands) -> Option<RestFault> {
        let mut active = self.lock();
        if active.is_empty() {
            return None;
        }
        let now_ms = self.clock.now_ms();
        active.retain(|entry| match entry.left {
            Left::Requests(n) => n > 0,
            Left::UntilMs(until_ms) => now_ms < until_ms,
            Left::Forever => true,
        });
        let mut meant = active.iter_mut().filter(|entry| entry.fault.meets(stands));
        let entry = meant.find(|entry| path.contains(&entry.path_contains))?;
        if let Left::Requests(n) = &mut entry.left {
            *n -= 1;
        }
        Some(entry.fault.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Active>> {
        self.rest.lock().expect("no holder of this lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_ends_after_its_requests_or_its_time() {
        let clock = SimClock::new();
        let faults = Faults::new(clock.clone());
        faults.rest_at("/messages", RestFault::Status(503), Span::Requests(1));
        let met = |path| faults.for_request(path, Stands::UnderGlobalLimit);
        assert_eq!(met("/gateway"), None);
        assert_eq!(met("/messages"), Some(RestFault::Status(503)));
        assert_eq!(met("/messages"), None);
        faults.rest(RestFault::Down, Span::For(Duration::from_secs(5)));
        assert_eq!(met("/gateway"), Some(RestFault::Down));
        clock.advance(Duration::from_secs(6));
        assert_eq!(met("/gateway"), None);
    }
}
