//! Keeps what is stored of titles as TheTVDB has it, in the background and a little at a time: users'
//! questions go first. Whatever is interrupted is taken up again; nothing is noted before it is done.

mod troubled;

pub(super) use troubled::Troubled;

use super::Lists;
use crate::{
    clock::UnixMillis,
    db::{DbError, WholeSeries},
    tvdb::{
        self, EpisodeId, Fate, MediaKind, RecordKind, SeriesId, TitleId, TvdbError, Update,
        UpdatesPage,
    },
};
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    time::Duration,
};
use tracing::{debug, info, warn};

/// The pause between two turns.
const TURN: Duration = Duration::from_secs(60);
/// How many movies and how many series are read in one turn: at a few requests each a small part of what
/// TheTVDB grants, and still more than 20,000 a day.
const TITLES_PER_TURN: u32 = 15;
/// How often TheTVDB's list of changes is read.
const UPDATES_EVERY_S: i64 = 24 * 3_600;
/// Changes older than this are not asked for one by one; everything is read again instead.
const UPDATES_BACK_MAX_S: i64 = 21 * 24 * 3_600;
/// The most pages of changes of one kind; if there are more, everything is read again.
const UPDATE_PAGES_MAX: u32 = 200;
/// When a title is tried again that TheTVDB could not tell right while it told others: as a rule a fault on
/// its side, which passes within the day.
const AGAIN_AFTER_MS: i64 = 3_600_000;
/// When a title is asked for again that TheTVDB says it does not have, or whose marks go to one that it does
/// not have yet: what it takes away in error it brings back within days.
const AGAIN_LATER_MS: i64 = 24 * AGAIN_AFTER_MS;
/// When a title is tried again of which nothing was heard, nor of another before: TheTVDB may be away.
const AGAIN_SOON_MS: i64 = 180_000;
/// So many titles in a row of which nothing is heard are no chance: TheTVDB is away.
const OUTAGE_TITLES: usize = 3;
/// More than TheTVDB merges one title in a day, and what it became, and what that became.
const MERGES_MAX: usize = 16;
/// What was marked after the changes were read may be stored as TheTVDB told it this long before, and its
/// clock and ours may differ by minutes. What is read twice does no harm.
const OVERLAP_S: i64 = tvdb::FRESH_FOR_S + 600;

/// Why a turn ended before its work was done.
#[derive(Debug, thiserror::Error)]
enum TurnError {
    #[error("the database cannot be used")]
    Db(#[from] DbError),
    #[error("TheTVDB does not answer")]
    Tvdb(#[from] TvdbError),
    #[error("TheTVDB tells less of the episodes of series `{}` than it should", id.0)]
    Partial { id: SeriesId },
}

/// Why a title could not be read, as far as others tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// TheTVDB answered, and others can be read.
    OfTheTitle,
    /// Nothing was heard of it; others will tell.
    Unclear,
    /// No other could be read either.
    OfEverything,
}

/// What became of records in the changes of a day, which are on several pages.
#[derive(Debug, Default)]
struct Fates {
    merged_titles: Merged<TitleId>,
    merged_episodes: Merged<EpisodeId>,
    deleted: Vec<TitleId>,
}

/// What was merged, and into what.
type Merged<I> = Vec<(I, I)>;

impl TurnError {
    fn fault(&self) -> Fault {
        match self {
            Self::Db(_) => Fault::OfEverything,
            Self::Tvdb(error) if error.is_general() => Fault::OfEverything,
            Self::Tvdb(error) if error.is_outage() => Fault::Unclear,
            Self::Tvdb(_) | Self::Partial { .. } => Fault::OfTheTitle,
        }
    }
}

impl Lists {
    /// Works for ever.
    pub(in crate::services) async fn keep_fresh(&self) {
        loop {
            self.turn().await;
            self.clock.sleep(TURN).await;
        }
    }

    /// Does a little, and tells the log what prevented more.
    pub(super) async fn turn(&self) {
        for done in [self.follow_updates().await, self.read_outdated().await] {
            match done {
                Ok(()) => {}
                Err(TurnError::Tvdb(error)) => {
                    debug!(error = &error as &dyn std::error::Error, "titles are refreshed later");
                }
                Err(error) => {
                    warn!(error = &error as &dyn std::error::Error, "titles are not refreshed");
                }
            }
        }
    }

    async fn follow_updates(&self) -> Result<(), TurnError> {
        let now_s = self.clock.now().seconds();
        let Some(since_s) = self.database.updates_since().await? else {
            return Ok(self.database.set_updates_since(now_s).await?);
        };
        if now_s - since_s < UPDATES_EVERY_S {
            return Ok(());
        }
        if now_s - since_s > UPDATES_BACK_MAX_S || !self.note_updates(since_s - OVERLAP_S).await? {
            info!("too much has changed at TheTVDB: all stored titles are read again, in time");
            self.database.note_all_outdated().await?;
        }
        Ok(self.database.set_updates_since(now_s).await?)
    }

    /// Notes what has changed; false if that is too much.
    async fn note_updates(&self, since_s: i64) -> Result<bool, TurnError> {
        let mut fates = Fates::default();
        for record in [RecordKind::Movies, RecordKind::Series, RecordKind::Episodes] {
            let mut page = Some(0);
            while let Some(number) = page {
                if number >= UPDATE_PAGES_MAX {
                    return Ok(false);
                }
                let updates = self.catalogue.updates(since_s, record, number).await?;
                self.note_page(&updates, &mut fates).await?;
                page = updates.next_page;
            }
        }
        self.note_fates(fates).await?;
        Ok(true)
    }

    async fn note_page(&self, page: &UpdatesPage, fates: &mut Fates) -> Result<(), DbError> {
        let (mut titles, mut episodes) = (Vec::new(), Vec::new());
        for update in &page.updates {
            match *update {
                Update::Title { id, fate: Fate::Changed } => titles.push(id),
                Update::Title { id, fate: Fate::MergedInto(into) } => {
                    fates.merged_titles.push((id, into));
                }
                Update::Title { id, fate: Fate::Deleted } => fates.deleted.push(id),
                Update::Episode { id, series, fate } => {
                    titles.extend(series.map(TitleId::from));
                    episodes.push(id);
                    if let Fate::MergedInto(into) = fate {
                        fates.merged_episodes.push((id, into));
                    }
                }
            }
        }
        self.database.note_outdated(&titles).await?;
        self.database.note_outdated_episodes(&episodes).await
    }

    async fn note_fates(&self, fates: Fates) -> Result<(), DbError> {
        self.database.note_merged(&to_their_ends(fates.merged_titles)).await?;
        let merged = to_their_ends(fates.merged_episodes);
        self.database.note_merged_episodes(&merged).await?;
        for title in fates.deleted {
            // Its marks are still to go along to what it was merged into.
            if self.database.merging_into(title).await?.is_none() {
                self.database.note_gone(title).await?;
            }
        }
        Ok(())
    }

    /// Lets the marks of a title go along to the one that TheTVDB merged it into; `None` if that cannot be
    /// had.
    async fn merge(
        &self,
        merged: (TitleId, TitleId),
        now: UnixMillis,
    ) -> Result<Option<()>, TurnError> {
        let (from, into) = merged;
        self.catalogue.forget(into).await;
        match merged {
            (TitleId::Movie(from), TitleId::Movie(into)) => {
                let Some(movie) = self.catalogue.movie(into).await?.value else { return Ok(None) };
                self.database.merge_movie(from, &movie, now).await?;
            }
            (TitleId::Series(from), TitleId::Series(into)) => {
                let Some(series) = self.whole_series(into).await? else { return Ok(None) };
                let has_none = series.episodes.is_empty();
                if series.is_cut || has_none && self.database.n_episodes(from).await? > 0 {
                    return Err(TurnError::Partial { id: into });
                }
                self.database.merge_series(from, &series, now).await?;
            }
            // A film never becomes a show.
            _ => return Ok(None),
        }
        let (kind, from, into) = (from.kind().word(), from.number(), into.number());
        info!(kind, %from, %into, "TheTVDB merged a title, and its marks went along");
        Ok(Some(()))
    }

    /// Reads some of what is outdated. A title that cannot be read waits, and keeps no other from being read.
    async fn read_outdated(&self) -> Result<(), TurnError> {
        let (mut unheard, mut was_there) = (Vec::new(), false);
        for title in self.due().await? {
            let now = self.clock.now();
            let Err(error) = self.read_again(title, now).await else {
                self.troubled.forget(title);
                self.put_aside(&mut unheard, was_there).await?;
                was_there = true;
                continue;
            };
            match error.fault() {
                Fault::OfTheTitle => {
                    self.put_aside(&mut unheard, was_there).await?;
                    self.put_aside(&mut vec![(title, error)], true).await?;
                    was_there = true;
                }
                fault => {
                    self.try_after(title, AGAIN_SOON_MS).await?;
                    if fault == Fault::OfEverything || unheard.len() + 1 == OUTAGE_TITLES {
                        return Err(error);
                    }
                    unheard.push((title, error));
                }
            }
        }
        self.put_aside(&mut unheard, was_there).await
    }

    /// Lets titles wait that could not be read: for long, if TheTVDB was there before and it is not that an
    /// outage ends.
    async fn put_aside(
        &self,
        failed: &mut Vec<(TitleId, TurnError)>,
        was_there: bool,
    ) -> Result<(), TurnError> {
        for (title, _) in failed.iter().filter(|_| was_there) {
            self.try_after(*title, AGAIN_AFTER_MS).await?;
        }
        self.troubled.tell(failed.drain(..));
        Ok(())
    }

    async fn try_after(&self, title: TitleId, wait_ms: i64) -> Result<(), DbError> {
        let at = UnixMillis(self.clock.now().0.saturating_add(wait_ms));
        self.database.note_tried(title, at).await
    }

    /// Movies and series in turn, so that neither waits for the other.
    async fn due(&self) -> Result<Vec<TitleId>, DbError> {
        let mut due = Vec::new();
        for kind in [MediaKind::Movie, MediaKind::Series] {
            let titles = self.database.to_read(kind, TITLES_PER_TURN, self.clock.now()).await?;
            due.extend(titles.into_iter().enumerate());
        }
        due.sort_by_key(|(index, _)| *index);
        Ok(due.into_iter().map(|(_, title)| title).collect())
    }

    async fn read_again(&self, title: TitleId, now: UnixMillis) -> Result<(), TurnError> {
        let word = title.kind().word();
        if let Some(into) = self.database.merging_into(title).await? {
            if self.merge((title, into), now).await?.is_none() {
                self.try_after(title, AGAIN_LATER_MS).await?;
                let (id, into) = (title.number(), into.number());
                info!(kind = word, %id, %into, "a merge waits for a title that TheTVDB does not have");
            }
        } else if self.store(title, now).await?.is_none() {
            let again = UnixMillis(now.0.saturating_add(AGAIN_LATER_MS));
            let is_gone = self.database.note_missing(title, again).await?;
            let id = title.number();
            info!(kind = word, %id, is_gone, "TheTVDB says that it does not have a title");
        }
        Ok(())
    }

    /// Keeps a title as TheTVDB has it; `None` if it has none.
    async fn store(&self, title: TitleId, now: UnixMillis) -> Result<Option<()>, TurnError> {
        self.catalogue.forget(title).await;
        match title {
            TitleId::Movie(id) => {
                let Some(movie) = self.catalogue.movie(id).await?.value else { return Ok(None) };
                self.database.store_movie(&movie, now).await?;
            }
            TitleId::Series(id) => {
                let Some(series) = self.whole_series(id).await? else { return Ok(None) };
                self.database.store_series(&series, now).await?;
                if series.is_cut {
                    return Err(TurnError::Partial { id });
                }
            }
        }
        Ok(Some(()))
    }

    /// The series with its episodes, as many of them as TheTVDB tells.
    async fn whole_series(&self, id: SeriesId) -> Result<Option<WholeSeries>, TurnError> {
        let Some(series) = self.catalogue.series(id).await?.value else { return Ok(None) };
        let (mut episodes, mut page, mut is_cut) = (Vec::new(), Some(0), false);
        while let Some(number) = page {
            let answer = self.catalogue.episodes(id, number).await?.value;
            if answer.is_none() && number == 0 {
                return Err(TurnError::Partial { id });
            }
            let Some(read) = answer.filter(|read| !read.is_missing(number)) else {
                // Of a series that was only announced there is no list yet.
                is_cut = number > 0;
                break;
            };
            episodes.extend(read.episodes.iter().cloned());
            page = read.next_page;
        }
        let mut seen = HashSet::new();
        episodes.retain(|episode| seen.insert(episode.id));
        is_cut |= episodes.is_empty() && self.database.n_episodes(id).await? > 0;
        let title = series.title.clone();
        Ok(Some(WholeSeries { title, episodes, is_outdated: false, is_cut }))
    }
}

/// Lets each lead to where its chain ends. Those that lead back to themselves are left out.
fn to_their_ends<I: Copy + Eq + Hash>(merged: Merged<I>) -> Merged<I> {
    let next: HashMap<_, _> = merged.iter().copied().collect();
    let end_of = |(from, into): (I, I)| {
        let mut end = into;
        for _ in 0..MERGES_MAX {
            match next.get(&end) {
                Some(after) if end != from => end = *after,
                _ => break,
            }
        }
        (from, end)
    };
    merged.into_iter().map(end_of).filter(|(from, end)| from != end).collect()
}
