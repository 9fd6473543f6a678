//! A database with the lists of many people, made by the functions that the host itself uses.

use super::invented;
use anyhow::{Context, Result, ensure};
use lumina_host::{
    clock::{Clock, UnixMillis},
    db::{Database, DatabaseLocation, List, MovieData, Press, Scope},
    tvdb::{MovieId, SeriesId},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord;
use std::{fs, path::Path};
use tempfile::TempDir;

/// People with lists.
pub(super) const N_USERS: u64 = 10_000;
/// Rows of each of them.
pub(super) const ROWS_PER_USER: u64 = EPISODES * 2 + 2;
/// How many titles those have marked whose profiles are looked at.
pub(super) const PROFILE_TITLES: [u64; 4] = [0, 50, 500, 5_000];

/// Episodes of each series that many people have watched.
const EPISODES: u64 = 99;
/// How many such series there are, and as many movies.
const N_TITLES: u64 = 200;
/// Numbers that the simulated TheTVDB does not use.
const FIRST_SHARED: u64 = 5_000_000;
const FIRST_OF_PROFILES: u64 = 6_000_000;
const FIRST_USER: u64 = 2_000_000_000_000_000_000;
/// When all of it was marked: what could be taken back then cannot be any more.
const AGO_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// After so many people, what could be taken back is forgotten, as the host does it.
const USERS_PER_SWEEP: u64 = 100;
/// Where files are not written to a disk; only the making of the database is made faster by it.
const MEMORY: &str = "/dev/shm";

/// A folder with a database.
pub(super) struct Seeded {
    /// The folder.
    pub(super) data: TempDir,
    /// Rows in all lists.
    pub(super) n_rows: u64,
    /// What the file takes.
    pub(super) size_bytes: u64,
}

/// Makes the lists of [`N_USERS`] people, and of `owners` with [`PROFILE_TITLES`].
pub(super) async fn database(owners: &[discord::UserId]) -> Result<Seeded> {
    let data = TempDir::new().context("cannot create a folder for data")?;
    let quick = if Path::new(MEMORY).is_dir() { TempDir::new_in(MEMORY) } else { TempDir::new() };
    let quick = quick.context("cannot create a folder")?;
    let file = quick.path().join("lumina.db");
    let database = Database::open(&DatabaseLocation::file(file.clone())).await?;
    let now = Clock::start().now();
    let seed = Seed { database: &database, at: UnixMillis(now.0 - AGO_MS), now };
    let mut n_rows = seed.many().await?;
    for (owner, n_titles) in owners.iter().zip(PROFILE_TITLES) {
        n_rows += seed.profile(UserId(owner.0), n_titles).await?;
    }
    database.sweep_undos(now).await?;
    database.close().await;
    let there = data.path().join("lumina.db");
    let size_bytes = fs::copy(&file, there).context("cannot copy the database")?;
    Ok(Seeded { data, n_rows, size_bytes })
}

struct Seed<'a> {
    database: &'a Database,
    at: UnixMillis,
    now: UnixMillis,
}

impl Seed<'_> {
    async fn many(&self) -> Result<u64> {
        for id in FIRST_SHARED..FIRST_SHARED + N_TITLES {
            let episodes = [u32::try_from(EPISODES)?];
            self.database.store_series(&invented::series(id, &episodes), self.now).await?;
            self.database.store_movie(&invented::movie(id), self.now).await?;
        }
        for n in 0..N_USERS {
            for title in [n, n * 7 + 1] {
                let id = FIRST_SHARED + title % N_TITLES;
                let user = UserId(FIRST_USER + n);
                self.movie(user, id, List::Watched).await?;
                let n_marked = self.episodes(user, id, Scope::Series).await?;
                ensure!(n_marked == EPISODES, "{n_marked} episodes were marked");
            }
            if n % USERS_PER_SWEEP == 0 {
                self.database.sweep_undos(self.now).await?;
            }
        }
        Ok(N_USERS * ROWS_PER_USER)
    }

    /// Half of the titles are movies, and every fifth of these is a favorite; of the series, every other
    /// one is in progress.
    async fn profile(&self, user: UserId, n_titles: u64) -> Result<u64> {
        let mut n_rows = 0;
        for n in 0..n_titles {
            let id = FIRST_OF_PROFILES + n;
            if n % 2 == 0 {
                self.database.store_movie(&invented::movie(id), self.now).await?;
                n_rows += self.movie(user, id, List::Watched).await?;
                if n % 10 == 0 {
                    n_rows += self.movie(user, id, List::Favorite).await?;
                }
            } else {
                self.database.store_series(&invented::series(id, &[5, 5]), self.now).await?;
                let scope = if n % 4 == 1 { Scope::Series } else { Scope::Season(1) };
                n_rows += self.episodes(user, id, scope).await?;
            }
        }
        Ok(n_rows)
    }

    async fn movie(&self, user: UserId, id: u64, list: List) -> Result<u64> {
        let press = Press { user, list, adds: true, at: self.at };
        let marked = self.database.mark_movie(press, MovieId(id), &MovieData::Stored).await?;
        Ok(u64::from(marked))
    }

    async fn episodes(&self, user: UserId, id: u64, scope: Scope) -> Result<u64> {
        let press = Press { user, list: List::Watched, adds: true, at: self.at };
        let marked = self.database.mark_episodes(press, (SeriesId(id), scope), None).await?;
        Ok(u64::from(marked.context("no such season")?.n_changed))
    }
}
