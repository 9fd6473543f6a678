//! Reloads under load: two builds of one plugin, swapped again and again while users wait for answers.
//!
//! An answer is lost when the simulated Discord saw no right one: none at all, a sentence of refusal, or
//! one of the old copy to a command that was used after the switch was reported, which is the first
//! moment at which anyone outside knows of it. The latter can be told only of an answer that was asked for
//! after one switch and came before the next began: those are counted, and after each switch there must
//! be some.

use crate::{
    contender::{Lumina, quick_discord},
    layout::Layout,
    load,
    process::{self, Held},
    spread::Spread,
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::discord::{SimDiscord, UserId};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Users who always have a command open.
const USERS: usize = 8;
/// Answers after each switch of which only the new copy may have given any: one for each user on average.
const DECIDED_A_RELOAD: u64 = USERS as u64;
/// Who reloads. Each person may need a connection that nobody else has free.
const OWNER: usize = 1;
/// What the path of each mapped copy contains.
const LIBRARY: &str = "/twin.";
/// How long a replaced copy may take to be gone before it counts as a leak.
const UNMAPPED_WITHIN: Duration = Duration::from_secs(10);
/// After how many reloads in a row memory is read for one figure: from one to the next it differs by a MiB.
const READINGS: u64 = 50;
/// The host's pool closes connections that nobody has used for a minute.
const IDLE_WITHIN: Duration = Duration::from_secs(120);
/// Before this reload, caches and arenas still grow.
const WARM_RELOADS: u64 = 1_000;
/// What anonymous memory may grow by a reload, in bytes.
const GROWTH_BYTES_MAX: f64 = 64.0;
/// The arenas that the host lets glibc open, one by one, whenever two threads want memory at once; a
/// leak would be one mapping a reload.
const ARENAS_MAX: usize = 2;
/// What is in use of an arena, and what is reserved for it.
const MAPPINGS_AN_ARENA: usize = 2;
/// The two builds, and what each answers.
const BUILDS: [(&str, &str); 2] = [("twin-a", "twin a"), ("twin-b", "twin b")];

#[derive(Default)]
struct Tally {
    /// Reloads that were asked for. After the n-th, build `n % 2` serves.
    begun: AtomicU64,
    /// Reloads that were reported as done.
    reported: AtomicU64,
    answers: [AtomicU64; 2],
    /// Right answers that would have counted as lost if the other copy had given them.
    decided: AtomicU64,
    lost: AtomicU64,
}

impl Tally {
    fn answered(&self) -> u64 {
        self.answers.iter().map(|n| n.load(Ordering::SeqCst)).sum()
    }
}

/// Reloads `n_reloads` times and prints what came of it.
///
/// # Errors
/// When anything was lost, or memory, threads, descriptors or mappings were.
pub async fn run(layout: &Layout, n_reloads: u64, answers_a_reload: u64) -> Result<()> {
    let folder = TempDir::new().context("cannot create a folder for plugins")?;
    install(layout, folder.path(), 0)?;
    let discord = SimDiscord::start(quick_discord(1)).await?;
    let lumina = Lumina::start(layout, vec![folder.path().to_owned()], discord.clone()).await?;
    let pid = lumina.host.pid().context("the host has ended")?;
    let tally = Arc::new(Tally::default());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let users: Vec<_> = load::people(&discord, USERS)
        .into_iter()
        .map(|user| {
            tokio::spawn(keep_asking(discord.clone(), user, tally.clone(), stopped.clone()))
        })
        .collect();
    let soak = Soak { layout, folder: folder.path(), discord: &discord, tally: &tally, pid };
    let report = soak.reload(n_reloads, answers_a_reload).await;
    stop.send_replace(true);
    let mut gaps = Spread::default();
    for user in users {
        gaps.append(user.await.context("a user panicked")?);
    }
    let mut report = report?;
    if is_long(n_reloads) {
        report.end.n_sockets = soak.idle(report.warm.n_sockets).await?;
    }
    report.print_and_judge(&tally, &gaps, n_reloads)
}

/// Whether a run is long enough to tell a leak from the first steps of a pool and an allocator.
fn is_long(n_reloads: u64) -> bool {
    n_reloads >= 2 * WARM_RELOADS
}

struct Soak<'a> {
    layout: &'a Layout,
    folder: &'a Path,
    discord: &'a SimDiscord,
    tally: &'a Tally,
    pid: u32,
}

struct Report {
    reloads: Spread,
    warm: Held,
    end: Held,
    /// Copies of the plugin that the kernel still has mapped; one serves.
    n_mapped: usize,
    n_measured: u64,
}

impl Soak<'_> {
    async fn reload(&self, n_reloads: u64, answers_a_reload: u64) -> Result<Report> {
        let warm_at = WARM_RELOADS.min(n_reloads / 10).max(1);
        let is_read = |n: u64| [warm_at, n_reloads].iter().any(|at| (n..n + READINGS).contains(at));
        let (mut reloads, mut warm, mut least_kib) = (Spread::default(), None, u64::MAX);
        for n in 1..=n_reloads {
            let is_answered = |tally: &Tally| tally.answered() >= n * answers_a_reload;
            self.wait_for("the users get no answers", is_answered).await?;
            let build = (n % 2) as usize;
            install(self.layout, self.folder, build)?;
            reloads.add(self.reload_once(BUILDS[build].1).await?);
            let decided = self.tally.decided.load(Ordering::SeqCst) + DECIDED_A_RELOAD;
            let is_decided = |tally: &Tally| tally.decided.load(Ordering::SeqCst) >= decided;
            self.wait_for("no answer tells which copy gave it", is_decided).await?;
            if is_read(n) {
                least_kib = least_kib.min(process::held(self.pid)?.anonymous_kib);
            }
            if n == warm_at {
                warm = Some(self.held(least_kib).await?);
                least_kib = u64::MAX;
            }
        }
        let warm = warm.context("there was no reload")?;
        let end = self.held(least_kib).await?;
        let n_mapped = process::n_mapped(self.pid, LIBRARY)?;
        Ok(Report { reloads, warm, end, n_mapped, n_measured: n_reloads - warm_at })
    }

    async fn reload_once(&self, right: &str) -> Result<Duration> {
        let owner = self.discord.owner();
        let options = [("plugin", "twin")];
        self.tally.begun.fetch_add(1, Ordering::SeqCst);
        let (text, took) = load::once(self.discord, owner, &["sudo", "reload"], &options).await?;
        ensure!(text.contains("twin"), "the reload says: {text}");
        self.tally.reported.fetch_add(1, Ordering::SeqCst);
        let (answer, _) = load::once(self.discord, owner, &["twin"], &[]).await?;
        ensure!(answer.contains(right), "after the reload: {answer}");
        Ok(took)
    }

    /// Waits until the copies that were replaced are gone: each finishes its calls first.
    async fn until_unmapped(&self) -> Result<()> {
        let began = load::now();
        while process::n_mapped(self.pid, LIBRARY)? > 1 && began.elapsed() < UNMAPPED_WITHIN {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// What the host holds now, but for memory what it held at least: answers that are just being
    /// written come and go.
    async fn held(&self, least_kib: u64) -> Result<Held> {
        self.until_unmapped().await?;
        let now = process::held(self.pid)?;
        Ok(Held { anonymous_kib: now.anonymous_kib.min(least_kib), ..now })
    }

    /// Waits until no more than `n_sockets_max` connections are open: a pool closes those that nobody uses.
    async fn idle(&self, n_sockets_max: usize) -> Result<usize> {
        let began = load::now();
        loop {
            let n_sockets = process::held(self.pid)?.n_sockets;
            if n_sockets <= n_sockets_max || began.elapsed() >= IDLE_WITHIN {
                return Ok(n_sockets);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn wait_for(&self, missing: &str, holds: impl Fn(&Tally) -> bool) -> Result<()> {
        let began = load::now();
        while !holds(self.tally) {
            ensure!(began.elapsed() < Duration::from_secs(30), "{missing}");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Ok(())
    }
}

fn install(layout: &Layout, folder: &Path, build: usize) -> Result<()> {
    let aside = folder.join("twin.so.new");
    fs::copy(layout.fixture(BUILDS[build].0), &aside).context("cannot copy the twin")?;
    fs::rename(&aside, folder.join("twin.so")).context("cannot install the twin")
}

async fn keep_asking(
    discord: SimDiscord,
    user: UserId,
    tally: Arc<Tally>,
    stopped: tokio::sync::watch::Receiver<bool>,
) -> Spread {
    let mut waits = Spread::default();
    while !*stopped.borrow() {
        let reported_before = tally.reported.load(Ordering::SeqCst);
        let began: Instant = load::now();
        let answer = load::once(&discord, user, &["twin"], &[]).await;
        waits.add(began.elapsed());
        count(&tally, reported_before, answer.map(|(text, _)| text));
    }
    waits
}

#[expect(clippy::print_stderr, reason = "what was lost is seen at once")]
fn count(tally: &Tally, reported_before: u64, answer: Result<String>) {
    let build = answer
        .as_ref()
        .ok()
        .and_then(|text| BUILDS.iter().position(|(_, right)| text.contains(right)));
    let begun_after = tally.begun.load(Ordering::SeqCst);
    // Only what served at some moment between question and answer may have answered.
    let may_serve =
        |build: usize| (reported_before..=begun_after).any(|n| (n % 2) as usize == build);
    match build.filter(|build| may_serve(*build)) {
        Some(build) => {
            // Before the first switch there is no old copy.
            let is_decided = reported_before > 0 && reported_before == begun_after;
            tally.decided.fetch_add(u64::from(is_decided), Ordering::SeqCst);
            tally.answers[build].fetch_add(1, Ordering::SeqCst)
        }
        None => {
            eprintln!("lost: {answer:?}");
            tally.lost.fetch_add(1, Ordering::SeqCst)
        }
    };
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
    fn print_and_judge(&self, tally: &Tally, waits: &Spread, n_reloads: u64) -> Result<()> {
        let lost = tally.lost.load(Ordering::SeqCst);
        let decided = tally.decided.load(Ordering::SeqCst);
        let answers = tally.answers.each_ref().map(|n| n.load(Ordering::SeqCst));
        let grown_kib = self.end.anonymous_kib as f64 - self.warm.anonymous_kib as f64;
        let growth = grown_kib * 1024.0 / self.n_measured.max(1) as f64;
        let unmapped = (n_reloads + 1).saturating_sub(self.n_mapped as u64);
        println!("{n_reloads} reloads, {USERS} users who always have a command open");
        println!(
            "| commands | answers of a | answers of b | of one copy only | lost | unmapped | reload p50 ms | p99 ms | longest | wait for an answer p50 ms | p99 ms | longest |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
        println!(
            "| {} | {} | {} | {decided} | {lost} | {unmapped} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} |",
            tally.answered() + lost,
            answers[0],
            answers[1],
            self.reloads.percentile_us(0.5) / 1e3,
            self.reloads.percentile_us(0.99) / 1e3,
            self.reloads.longest_us() / 1e3,
            waits.percentile_us(0.5) / 1e3,
            waits.percentile_us(0.99) / 1e3,
            waits.longest_us() / 1e3,
        );
        println!("warm: {:?}\nend:  {:?}", self.warm, self.end);
        println!(
            "anonymous memory grew by {growth:.1} B a reload over {} reloads",
            self.n_measured
        );
        ensure!(lost == 0, "{lost} answers were lost");
        ensure!(unmapped == n_reloads, "{} copies are still mapped", self.n_mapped);
        let same = |held: &Held| (held.n_threads, held.n_descriptors, held.n_file_mappings);
        ensure!(same(&self.end) == same(&self.warm), "threads, descriptors or mappings leak");
        let allowed = self.warm.n_anonymous_mappings + MAPPINGS_AN_ARENA * ARENAS_MAX;
        ensure!(self.end.n_anonymous_mappings <= allowed, "mappings without a file leak");
        // In a short run they are not waited for until those that nobody uses are closed.
        let further_max = if is_long(n_reloads) { 0 } else { USERS + OWNER };
        ensure!(self.end.n_sockets <= self.warm.n_sockets + further_max, "connections leak");
        ensure!(
            !is_long(n_reloads) || growth <= GROWTH_BYTES_MAX,
            "memory leaks: {growth:.1} B a reload"
        );
        Ok(())
    }
}
