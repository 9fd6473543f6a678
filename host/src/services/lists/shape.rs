//! A series as it is known, with someone's marks: stored, or read from the catalogue for the first time.

use super::{
    Lists,
    catalogue::{self, stored::outside as outside_id},
    standing::Stored,
    told,
};
use crate::{
    clock::UnixMillis,
    db::{EpisodeMark, List, MarkedEpisode, has_regular},
    tvdb::{self, Date, MovieId, TitleId, TvdbError},
};
use lumina_plugin_api::{
    error::Error,
    id::UserId,
    services::lists::{
        Episode, EpisodeDetail, EpisodeId, Season, SeasonState, SeriesId, TitleState,
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// How long the first episodes of a series are waited for, which nobody marked yet: it can be shown
/// without.
const GLANCE: Duration = Duration::from_secs(2);

/// As many pages of episodes as there are.
pub(super) const ALL_PAGES: u32 = u32::MAX;

/// The episodes of a series, in order.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) episodes: Vec<MarkedEpisode>,
    pub(super) is_partial: bool,
    pub(super) stale_ms: Option<u64>,
    /// What was read just now and is not stored.
    pub(super) fresh: Vec<tvdb::Episode>,
    /// Whether a page of that was missing where there should be one.
    pub(super) is_cut: bool,
}

impl Lists {
    /// What one request tells of a series that is not stored, before long; `None` if there is no such
    /// series.
    pub(super) async fn glance(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Option<Shape>, Error> {
        let read = self.patience.wait(series.into(), GLANCE, self.read(series, 1)).await;
        let read = read.unwrap_or_else(|| Some(Shape { is_partial: true, ..Shape::default() }));
        self.with_marks(user, series, read).await
    }

    /// All of a series; `None` if there is no such series.
    pub(super) async fn whole(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Option<Shape>, Error> {
        match self.stored(user, series).await? {
            Some(shape) => Ok(Some(shape)),
            None => {
                let read = self.read(series, ALL_PAGES).await.map_err(catalogue::told)?;
                self.with_marks(user, series, read).await
            }
        }
    }

    /// A series whose episodes are all stored.
    pub(super) async fn stored(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Option<Shape>, Error> {
        let Some(Stored { stale_ms }) = self.is_stored(series).await? else { return Ok(None) };
        let episodes = self.database.episodes_for(user, series).await.map_err(told)?;
        let mut shape = Shape { episodes, stale_ms, ..Shape::default() };
        if self.is_watched_whole(user, series).await? {
            shape.watch_all(self.today());
        }
        Ok(Some(shape))
    }

    /// Whether a series itself is marked as watched: that came from another bot's file and waits until all its
    /// episodes are stored.
    pub(super) async fn is_watched_whole(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<bool, Error> {
        self.database.is_marked(user, List::Watched, series.into()).await.map_err(told)
    }

    /// Adds someone's marks to what was read just now: they may have come from another bot's file.
    async fn with_marks(
        &self,
        user: UserId,
        series: SeriesId,
        read: Option<Shape>,
    ) -> Result<Option<Shape>, Error> {
        let Some(mut shape) = read else { return Ok(None) };
        shape.add(&self.database.episode_marks(user, series).await.map_err(told)?);
        if self.is_watched_whole(user, series).await? {
            shape.watch_all(self.today());
        }
        Ok(Some(shape))
    }

    /// Reads the first `pages` of the episodes from the catalogue.
    pub(super) async fn read(
        &self,
        series: SeriesId,
        pages: u32,
    ) -> Result<Option<Shape>, TvdbError> {
        let (mut shape, mut page) = (Shape::default(), 0);
        loop {
            let answer = self.catalogue.episodes(series, page).await?;
            let Some(read) = &answer.value else { break };
            shape.fresh.extend(read.episodes.iter().cloned());
            shape.is_cut |= read.is_missing(page);
            if answer.is_stale {
                let age_ms = u64::try_from(answer.age.as_millis()).unwrap_or(u64::MAX);
                shape.stale_ms = shape.stale_ms.max(Some(age_ms));
            }
            match read.next_page {
                Some(next) if next < pages => page = next,
                next => {
                    shape.is_partial = next.is_some();
                    return Ok(Some(shape.arranged()));
                }
            }
        }
        // A first page that is missing means that there is no such series; a later one, as a rule, that it
        // ended.
        shape.is_cut = true;
        Ok((page > 0).then(|| shape.arranged()))
    }

    pub(super) async fn movie_state(
        &self,
        user: UserId,
        movie: MovieId,
    ) -> Result<TitleState, Error> {
        let id = TitleId::from(movie);
        let mut state = TitleState::new(outside_id(id));
        let marked = |list| self.database.is_marked(user, list, id);
        state.is_watched = marked(List::Watched).await.map_err(told)?;
        state.is_favorite = marked(List::Favorite).await.map_err(told)?;
        Ok(state)
    }

    /// Where a series stands that TheTVDB does not have and of which no more than numbers are stored: by its
    /// marks alone, so that they can be taken off.
    pub(super) async fn unreadable_state(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<TitleState, Error> {
        let mut state = TitleState::new(outside_id(series.into()));
        state.seen = self.database.n_watched_episodes(user, series).await.map_err(told)?;
        self.with_own_marks(user, series, state).await
    }

    /// Adds the marks of the series itself to where its episodes stand.
    pub(super) async fn with_own_marks(
        &self,
        user: UserId,
        series: SeriesId,
        mut state: TitleState,
    ) -> Result<TitleState, Error> {
        let is_favorite = self.database.is_marked(user, List::Favorite, series.into());
        state.is_favorite = is_favorite.await.map_err(told)?;
        if self.is_watched_whole(user, series).await? {
            // Nothing of it may be known yet.
            (state.is_watched, state.seen) = (true, state.aired);
        }
        Ok(state)
    }

    /// What happens in an episode, if the catalogue says so soon; that is never stored and never worth an
    /// error.
    pub(super) async fn overview(&self, series: SeriesId, episode: EpisodeId) -> Option<String> {
        let look = async {
            let mut page = Some(0);
            while let Some(number) = page {
                let answer = self.catalogue.episodes(series, number).await?;
                let Some(read) = answer.value else { break };
                let found = read.episodes.iter().find(|one| one.id == episode);
                if let Some(found) = found {
                    return Ok(found.overview.clone());
                }
                page = read.next_page;
            }
            Ok(None)
        };
        self.patience.wait(series.into(), catalogue::WAIT, look).await.flatten()
    }
}

impl Shape {
    fn arranged(mut self) -> Self {
        let mut seen = std::collections::HashSet::new();
        self.fresh.retain(|episode| seen.insert(episode.id));
        let has_regular = has_regular(&self.fresh);
        let unmarked = |episode| MarkedEpisode::unmarked(episode, has_regular);
        self.episodes = self.fresh.iter().map(unmarked).collect();
        self.episodes.sort_by_key(|episode| {
            (episode.season, episode.number.is_none(), episode.number, episode.id)
        });
        self
    }

    /// Adds someone's marks.
    fn add(&mut self, marks: &[EpisodeMark]) {
        let mut by_id: HashMap<_, _> =
            self.episodes.iter_mut().map(|episode| (episode.id, episode)).collect();
        for mark in marks {
            let Some(episode) = by_id.get_mut(&mark.episode) else { continue };
            match mark.list {
                List::Watched => episode.watched = Some(mark.added),
                List::Favorite => episode.is_favorite = true,
            }
        }
    }

    /// Marks what makes the series watched, since nobody knows when.
    fn watch_all(&mut self, today: Date) {
        for episode in &mut self.episodes {
            if episode.is_counted && !episode.is_gone && episode.has_aired(today) {
                episode.watched.get_or_insert_default();
            }
        }
    }

    /// Where the series stands, but for whether it is a favorite. What is gone is in its season and counts
    /// nowhere.
    pub(super) fn state(&self, series: SeriesId, today: Date) -> TitleState {
        let mut state = TitleState::new(series.into());
        for episode in self.episodes.iter().filter(|episode| episode.is_counted) {
            let (_, aired, seen) = counts(episode, today);
            state.aired += aired;
            state.seen += seen;
        }
        state.seasons = self.seasons(today);
        state.is_watched = state.aired > 0 && state.seen == state.aired;
        (state.is_partial, state.stale_ms) = (self.is_partial, self.stale_ms);
        state
    }

    pub(super) fn seasons(&self, today: Date) -> Vec<SeasonState> {
        let mut seasons: BTreeMap<u32, SeasonState> = BTreeMap::new();
        for episode in &self.episodes {
            let season = seasons.entry(episode.season).or_default();
            season.season = episode.season;
            count(season, episode, today);
        }
        seasons.into_values().collect()
    }

    pub(super) fn season(&self, number: u32, today: Date) -> Option<Season> {
        let in_season = self.episodes.iter().filter(|episode| episode.season == number);
        let mut season = Season::default();
        season.state.season = number;
        for episode in in_season {
            count(&mut season.state, episode, today);
            season.episodes.push(outside(episode, today));
        }
        (!season.episodes.is_empty()).then_some(season)
    }

    pub(super) fn detail(&self, id: EpisodeId, today: Date) -> Option<EpisodeDetail> {
        let shown = self.episodes.iter().find(|episode| episode.id == id)?;
        let is_special = shown.season == 0;
        let among: Vec<_> =
            self.episodes.iter().filter(|one| (one.season == 0) == is_special).collect();
        let index = among.iter().position(|episode| episode.id == shown.id)?;
        let id_at = |index: usize| among.get(index).map(|episode| episode.id);
        let mut detail = EpisodeDetail::new(outside(shown, today));
        detail.picture_url.clone_from(&shown.picture);
        detail.previous = index.checked_sub(1).and_then(id_at);
        detail.next = id_at(index + 1);
        Some(detail)
    }
}

/// Adds an episode to where its season stands.
fn count(season: &mut SeasonState, episode: &MarkedEpisode, today: Date) {
    let (listed, aired, seen) = counts(episode, today);
    season.n_episodes += listed;
    season.aired += aired;
    season.seen += seen;
}

/// How much an episode adds to what there is, to what of it has aired, and to what of that is seen.
fn counts(episode: &MarkedEpisode, today: Date) -> (u32, u32, u32) {
    let has_aired = !episode.is_gone && episode.has_aired(today);
    let is_seen = has_aired && episode.watched.is_some();
    (u32::from(!episode.is_gone), u32::from(has_aired), u32::from(is_seen))
}

/// The episode as it crosses the border.
pub(super) fn outside(episode: &MarkedEpisode, today: Date) -> Episode {
    let mut shown = Episode::new(episode.id, episode.season, episode.number.unwrap_or_default());
    shown.is_unnumbered = episode.number.is_none();
    shown.name.clone_from(&episode.name);
    shown.aired_ms = episode.aired.map(Date::noon_unix_ms);
    shown.has_aired = episode.has_aired(today);
    shown.is_watched = episode.watched.is_some();
    shown.watched_ms = episode.watched.flatten().map(|UnixMillis(ms)| ms);
    shown.is_favorite = episode.is_favorite;
    shown.is_gone = episode.is_gone;
    shown
}
