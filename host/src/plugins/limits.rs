//! Every bound of the loader, with its reason. Tests shorten them; the host never changes them while
//! it runs.
//!
//! Steps of a plugin's life are bounded in real time, because they are work of the machine; only the
//! deadlines of calls, and what waits for these, follow the host's clock.

use lumina_plugin_api::services::blob::BLOB_BYTES_MAX;
use std::time::Duration;

/// The bounds within which plugins live.
#[derive(Debug, Clone)]
pub struct PluginLimits {
    /// The largest library file: an unstripped plugin with a TLS stack has some 40 MiB.
    pub file_bytes: u64,
    /// Reading and checking a file and writing its shadow copy; a disk may be slow.
    pub read: Duration,
    /// The probe of a file in a process of its own.
    pub probe: Duration,
    /// Mapping a library and checking its layout.
    pub open: Duration,
    /// Asking a library what it declares; authors do nothing in there.
    pub describe: Duration,
    /// Making the plugin.
    pub create: Duration,
    /// How long a reload waits for the calls that run in the old copy while new ones queue. Short: the
    /// host defers an answer when the interaction is 1.5 s old.
    pub switch_wait: Duration,
    /// Handing over state, each way.
    pub hand_over: Duration,
    /// What begins after the switch.
    pub start: Duration,
    /// A plugin's thread that does not react for so long is stuck.
    pub stuck_after: Duration,
    /// How long an unload lets running calls finish; the owner waits meanwhile.
    pub drain_unloaded: Duration,
    /// How long the host's own end lets running calls finish: interactions have had their time before, and
    /// nobody reads what is answered now.
    pub drain_closing: Duration,
    /// How long the host's own end waits for all plugins together. With what comes before and after it fits
    /// into the 10 seconds that Docker gives; who has not ended by then goes with the process.
    pub close: Duration,
    /// How long a replaced copy may finish its calls at most; nobody waits for it. It is the longest that
    /// a call is promised, and so counts by the host's clock as their deadlines do.
    pub drain_replaced: Duration,
    /// The plugin's own end.
    pub shutdown: Duration,
    /// From the plugin's end until its threads are gone; then it is a zombie.
    pub end: Duration,
    /// Calls of one plugin at a time, running or queued.
    pub calls_max: usize,
    /// Calls that wait for a switch.
    pub queued_max: usize,
    /// Host services that one plugin asks at a time, sleeps included.
    pub services_max: usize,
    /// Tasks of one plugin beside its calls.
    pub background_max: usize,
    /// The longest answer of a plugin or request of one to a service: attachments are named by id, so
    /// this is text.
    pub message_bytes: usize,
    /// The longest request of a plugin to the service that keeps files: a file and the letter before it.
    pub blob_request_bytes: usize,
    /// Replaced copies that may finish their calls at a time, over all plugins.
    pub retiring_max: usize,
    /// Copies whose threads do not return, over all plugins, beyond which nothing more is loaded: each
    /// holds two threads, a mapping and a file, and perhaps a core.
    pub zombies_max: usize,
    /// How long a reload waits for one of them to end, if there are that many: most end in milliseconds,
    /// and the owner, who waits, can do nothing about the others.
    pub retiring_wait: Duration,
    /// Contents that the probe remembers.
    pub probed_max: usize,
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            file_bytes: 128 * 1024 * 1024,
            read: Duration::from_secs(10),
            probe: Duration::from_secs(10),
            open: Duration::from_secs(10),
            describe: Duration::from_secs(5),
            create: Duration::from_secs(10),
            switch_wait: Duration::from_secs(1),
            hand_over: Duration::from_secs(2),
            start: Duration::from_secs(10),
            stuck_after: Duration::from_secs(1),
            drain_unloaded: Duration::from_secs(10),
            drain_closing: Duration::from_secs(1),
            close: Duration::from_secs(3),
            drain_replaced: Duration::from_secs(15 * 60),
            shutdown: Duration::from_secs(3),
            end: Duration::from_secs(3),
            calls_max: 1024,
            queued_max: 512,
            services_max: 256,
            background_max: 256,
            message_bytes: 4 * 1024 * 1024,
            blob_request_bytes: BLOB_BYTES_MAX + 1,
            retiring_max: 8,
            zombies_max: 16,
            retiring_wait: Duration::from_secs(3),
            probed_max: 256,
        }
    }
}
