//! `kill -9` while a press marks 1,200 episodes: what was answered is kept, what was not is kept whole or
//! not at all.
//!
//! The host tells a socket of ours when its change is asked for, begun, about to be kept and kept; it is
//! killed a drawn time after a drawn one of these, or after the press was sent to it. Which moments it had reached when it died says where the
//! kill fell. `LUMINA_KILLS=200` does it 200 times; then at least 50 must fall inside the commit. The table is
//! written to standard error.

use crate::bed::{Bed, layout, text_of};
use lumina_host::{
    clock::Clock,
    db::{Database, DatabaseLocation},
    tvdb::{Date, SeriesId},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord::{Message, SimDiscordOptions};
use std::{
    collections::BTreeMap, io::Write as _, os::unix::net::UnixDatagram, path::Path, time::Duration,
};

/// The show with 1,200 episodes.
const SERIES: u64 = 400_005;
const N_EPISODES: u32 = 1_200;
/// Kills in the gate; each costs a start of the host.
const KILLS: usize = 8;
/// So many kills that it is no chance where they fall, and how many of them must fall inside the commit.
const MANY_KILLS: usize = 200;
const INSIDE_MIN: u32 = 50;
/// The press is sent; the host has told nothing of it yet.
const PRESSED: &str = "pressed";
/// Behind which moment a kill falls, and how long behind it at most: between the arrival of the press and its
/// question to the database, before the transaction, in it, inside the commit, and after it, where some of
/// the answers have been sent.
const MOMENTS: [(&str, Duration); 9] = [
    (PRESSED, Duration::from_millis(5)),
    ("asked", Duration::ZERO),
    ("asked", Duration::ZERO),
    ("begun", SHORT),
    ("committing", SHORT),
    ("committing", SHORT),
    ("committing", Duration::ZERO),
    ("committed", Duration::ZERO),
    ("committed", Duration::from_millis(200)),
];
const SHORT: Duration = Duration::from_micros(1_500);
/// How long a host may take from a press to its first moment.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a kill fell, by the last moment that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fell {
    BeforeTheQuestion,
    BeforeTheTransaction,
    InTheTransaction,
    InsideTheCommit,
    AfterTheCommit,
}

impl Fell {
    fn behind(word: &str) -> Self {
        match word {
            PRESSED => Self::BeforeTheQuestion,
            "begun" => Self::InTheTransaction,
            "committing" => Self::InsideTheCommit,
            "committed" => Self::AfterTheCommit,
            _ => Self::BeforeTheTransaction,
        }
    }
}

/// What came of the kills that fell in one place.
#[derive(Debug, Default)]
struct Row {
    n_kills: u32,
    n_kept: u32,
    n_not_kept: u32,
    n_answered: u32,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_kill_and_what_was_not_is_whole_or_absent() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    let search = layout().join("plugins/search.so");
    std::fs::copy(&search, bed.folder.path().join("plugins/search.so")).expect("it is built");
    let path = bed.folder.path().join("moments");
    let moments = UnixDatagram::bind(&path).unwrap();
    moments.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut table, mut n_watched) = (BTreeMap::<Fell, Row>::new(), 0);
    for _ in 0..n_kills() {
        let (fell, is_answered) = one_kill(&mut bed, &moments, &path, n_watched > 0).await;
        let n_now = n_watched_now(&bed).await;
        assert!(n_now == 0 || n_now == N_EPISODES, "{n_now} of {N_EPISODES} are watched");
        let is_kept = n_now != n_watched;
        assert!(is_kept || !is_answered, "answered, and lost");
        let row = table.entry(fell).or_default();
        row.n_kills += 1;
        row.n_kept += u32::from(is_kept);
        row.n_not_kept += u32::from(!is_kept);
        row.n_answered += u32::from(is_answered);
        n_watched = n_now;
    }
    for (fell, row) in &table {
        writeln!(std::io::stderr(), "{fell:?}: {row:?}").unwrap();
    }
    if n_kills() >= MANY_KILLS {
        let n_inside = table.get(&Fell::InsideTheCommit).map_or(0, |row| row.n_kills);
        assert!(n_inside >= INSIDE_MIN, "only {n_inside} kills fell inside the commit");
    }
    bed.start(&[]).await;
    assert!(bed.stop().await.success(), "the last one starts and ends well");
}

/// Starts a host, presses, kills; tells where that fell and whether the press was answered.
async fn one_kill(
    bed: &mut Bed,
    moments: &UnixDatagram,
    path: &Path,
    is_watched: bool,
) -> (Fell, bool) {
    bed.start(&[("SANDBOX_MOMENTS", path.to_str().unwrap())]).await;
    let host = bed.host.as_ref().expect("it was just started");
    // After so many starts Discord lets it wait; what is pressed before it is there is lost.
    host.wait_for_log("Lumina is ready", PATIENCE).await.unwrap();
    let query = [("query", format!("series-{SERIES}").into())];
    let message = bed.shown(bed.invoke("mira", "search", &query)).await;
    let label = if is_watched { "Unmark as watched" } else { "Mark as watched" };
    assert_eq!(label_of(&message), label, "{}", text_of(&message));
    drain(moments);
    let pressed = bed.press("mira", message.id, 1);
    let reached = kill_behind_a_moment(bed, moments).await;
    let answer = bed.discord.answer_now(pressed);
    let after = bed.discord.message(message.id).unwrap();
    let is_answered = answer.is_final() && label_of(&after) != label;
    (Fell::behind(&reached), is_answered)
}

/// Waits for a drawn moment, then a drawn time, kills, and returns the last moment that was told.
async fn kill_behind_a_moment(bed: &mut Bed, moments: &UnixDatagram) -> String {
    let (awaited, longest) = MOMENTS[fastrand::usize(..MOMENTS.len())];
    let delay = longest.mul_f64(fastrand::f64());
    let host = bed.host.take().expect("it runs");
    let mut last = tokio::task::block_in_place(|| {
        let mut last = PRESSED.to_owned();
        while last != awaited {
            last = next(moments).expect("the press goes on to the database");
        }
        std::thread::sleep(delay);
        last
    });
    host.kill().await.unwrap();
    moments.set_nonblocking(true).unwrap();
    while let Some(word) = next(moments) {
        last = word;
    }
    moments.set_nonblocking(false).unwrap();
    last
}

/// The next moment of a change of many episodes; other changes are passed over.
fn next(moments: &UnixDatagram) -> Option<String> {
    loop {
        let mut told = [0; 64];
        let n_bytes = moments.recv(&mut told).ok()?;
        let told = String::from_utf8_lossy(&told[..n_bytes]).into_owned();
        if let Some(moment) = told.strip_suffix(": mark the episodes of a series") {
            return Some(moment.to_owned());
        }
    }
}

fn drain(moments: &UnixDatagram) {
    moments.set_nonblocking(true).unwrap();
    while next(moments).is_some() {}
    moments.set_nonblocking(false).unwrap();
}

fn label_of(message: &Message) -> String {
    let button = message.buttons().first().map(|button| button["label"].clone());
    button.and_then(|label| Some(label.as_str()?.to_owned())).unwrap_or_default()
}

async fn n_watched_now(bed: &Bed) -> u32 {
    let location = DatabaseLocation::file(bed.folder.path().join("data/lumina.db"));
    let db = Database::open(&location).await.expect("it opens after a kill");
    let mira = UserId(bed.person("mira").0);
    let today = Date::of_unix_ms(Clock::start().now().0);
    let standings = db.series_standings(mira, today).await.unwrap();
    db.close().await;
    let of_series = standings.iter().find(|standing| standing.series == SeriesId(SERIES));
    of_series.map_or(0, |standing| standing.n_episodes)
}

#[expect(clippy::disallowed_methods, reason = "how someone asks for more than the gate does")]
fn n_kills() -> usize {
    let number = std::env::var("LUMINA_KILLS").ok().and_then(|text| text.parse().ok());
    number.unwrap_or(KILLS)
}
