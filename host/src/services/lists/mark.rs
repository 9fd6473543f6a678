//! Changing a list: what a press means, what has to be stored with it, and what became of it.

use super::{
    Lists,
    catalogue::{self, stored},
    shape, told,
};
use crate::{
    db::{List, ManyMarked, MovieData, Press, Scope, WholeSeries},
    tvdb::{Movie, MovieId, Title, TitleId, TvdbError},
};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    id::UserId,
    services::lists::{EpisodeId, Intent, Marked, SeriesId, Target, TitleState},
};

impl Lists {
    pub(super) async fn mark(
        &self,
        user: UserId,
        target: Target,
        intent: Intent,
    ) -> Result<Option<Marked>, Error> {
        let press = self.press(user, intent)?;
        let series = match self.current(target.title()).await? {
            TitleId::Movie(movie) => return self.mark_movie(press, movie).await,
            TitleId::Series(series) => series,
        };
        match (target, press.list) {
            (Target::Title(_), List::Watched) => self.mark_many(press, series, Scope::Series).await,
            (Target::Title(_), List::Favorite) => self.mark_series(press, series).await,
            (Target::Season { season, .. }, List::Watched) => {
                self.mark_many(press, series, Scope::Season(season)).await
            }
            (Target::Episode { episode, .. }, _) => self.mark_episode(press, series, episode).await,
            _ => Err(Error::new(ErrorKind::Invalid).detail("a season cannot be a favorite")),
        }
    }

    fn press(&self, user: UserId, intent: Intent) -> Result<Press, Error> {
        let (list, adds) = match intent {
            Intent::Watched => (List::Watched, true),
            Intent::Unwatched => (List::Watched, false),
            Intent::Favorite => (List::Favorite, true),
            Intent::Unfavorite => (List::Favorite, false),
            _ => return Err(Error::new(ErrorKind::Unsupported).detail("an unknown intent")),
        };
        Ok(Press { user, list, adds, at: self.clock.now() })
    }

    async fn mark_movie(&self, press: Press, movie: MovieId) -> Result<Option<Marked>, Error> {
        let Some(data) = self.movie_data(press, movie).await? else { return Ok(None) };
        let changed = self.database.mark_movie(press, movie, &data).await.map_err(told)?;
        let read = self.movie_state(press.user, movie).await;
        let state = read.unwrap_or_else(|error| bare(movie.into(), &error));
        Ok(Some(Marked::new(u32::from(changed), state)))
    }

    /// What is to be stored of a movie; `None` if there is no such movie. While TheTVDB is away its
    /// number is enough, and the rest is read later. What is in a list is taken off without TheTVDB.
    async fn movie_data(&self, press: Press, id: MovieId) -> Result<Option<MovieData>, Error> {
        if self.database.knows_movie(id).await.map_err(told)?
            || !press.adds && self.is_row(id.into()).await?
        {
            return Ok(Some(MovieData::Stored));
        }
        if let Some(shown) = self.catalogue.shown(id.into()) {
            return Ok(Some(self.shown_movie(id, &shown.value).await));
        }
        match self.catalogue.movie(id).await {
            Ok(answer) => Ok(answer.value.map(|movie| {
                let (movie, is_outdated) = (Box::new(Movie::clone(&movie)), answer.is_stale);
                MovieData::New { movie, is_outdated }
            })),
            Err(error) => away(error).map(|()| Some(MovieData::Stored)),
        }
    }

    /// A movie that a search has shown: as TheTVDB tells it, if it does so soon, because no search tells how
    /// long it runs; or else as it was shown.
    async fn shown_movie(&self, id: MovieId, title: &Title) -> MovieData {
        let asked = self.patience.wait(id.into(), catalogue::WAIT, self.catalogue.movie(id)).await;
        let told = asked.and_then(|answer| Some((answer.value?, answer.is_stale)));
        let (movie, is_outdated) = match told {
            Some((movie, is_stale)) => (Movie::clone(&movie), is_stale),
            None => {
                let title = title.clone();
                (Movie { title, released: None, runtime_minutes: None }, true)
            }
        };
        MovieData::New { movie: Box::new(movie), is_outdated }
    }

    async fn mark_series(&self, press: Press, series: SeriesId) -> Result<Option<Marked>, Error> {
        let stored = self.database.stored_series(series).await.map_err(told)?;
        let title = match stored {
            Some(_) => None,
            None => match self.series_title(series).await {
                Ok(None) => return Ok(None),
                Ok(title) => title.map(|(title, _)| title),
                Err(error) => away(error).map(|()| None)?,
            },
        };
        let changed =
            self.database.mark_series(press, series, title.as_ref()).await.map_err(told)?;
        Ok(Some(self.marked(press, series, u32::from(changed)).await))
    }

    async fn mark_episode(
        &self,
        press: Press,
        series: SeriesId,
        episode: EpisodeId,
    ) -> Result<Option<Marked>, Error> {
        // What is watched with all others is taken off where the others stay.
        let by_part =
            press.list == List::Watched && self.is_watched_whole(press.user, series).await?;
        let Some(data) = self.to_store(press, series, by_part).await? else { return Ok(None) };
        let ids = (series, episode);
        let done = self.database.mark_episode(press, ids, data.as_ref()).await.map_err(told)?;
        self.many_marked(press, series, done).await
    }

    async fn mark_many(
        &self,
        press: Press,
        series: SeriesId,
        scope: Scope,
    ) -> Result<Option<Marked>, Error> {
        let by_part = scope != Scope::Series;
        let Some(data) = self.to_store(press, series, by_part).await? else { return Ok(None) };
        let target = (series, scope);
        let done = self.database.mark_episodes(press, target, data.as_ref()).await.map_err(told)?;
        self.many_marked(press, series, done).await
    }

    async fn many_marked(
        &self,
        press: Press,
        series: SeriesId,
        done: Option<ManyMarked>,
    ) -> Result<Option<Marked>, Error> {
        let Some(done) = done else { return Ok(None) };
        let mut marked = self.marked(press, series, done.n_changed).await;
        (marked.n_meant, marked.undo) = (done.n_meant, done.undo);
        Ok(Some(marked))
    }

    /// What happened, and where the series stands now.
    async fn marked(&self, press: Press, series: SeriesId, n_changed: u32) -> Marked {
        Marked::new(n_changed, self.state_after(press.user, series).await)
    }

    /// Where a series stands after a change. The change is done, so nothing here is worth an error.
    pub(super) async fn state_after(&self, user: UserId, series: SeriesId) -> TitleState {
        let read = async {
            if let Some(state) = self.stored_state(user, series).await? {
                return Ok(state);
            }
            match self.glance(user, series).await? {
                Some(shape) => {
                    self.with_own_marks(user, series, shape.state(series, self.today())).await
                }
                None => self.unreadable_state(user, series).await,
            }
        };
        read.await.unwrap_or_else(|error| bare(series.into(), &error))
    }

    /// What is to be stored of the series with its mark, unless all of it is; `None` if there is no such
    /// series. What is in a list is taken off without TheTVDB, but `by_part`: which part that is, only TheTVDB
    /// tells.
    async fn to_store(
        &self,
        press: Press,
        series: SeriesId,
        by_part: bool,
    ) -> Result<Option<Option<WholeSeries>>, Error> {
        if self.is_stored(series).await?.is_some()
            || !press.adds && !by_part && self.is_row(series.into()).await?
        {
            return Ok(Some(None));
        }
        let shape = self.read(series, shape::ALL_PAGES).await.map_err(catalogue::told)?;
        let Some(shape) = shape else { return Ok(None) };
        if shape.fresh.is_empty() {
            return Ok(Some(None));
        }
        let title = self.series_title(series).await.map_err(catalogue::told)?;
        let Some((title, is_outdated)) = title else { return Ok(None) };
        // An old list may lack episodes as one that was cut does.
        let is_cut = shape.is_cut || shape.stale_ms.is_some();
        let episodes = shape.fresh;
        Ok(Some(Some(WholeSeries { title, episodes, is_outdated, is_cut })))
    }

    /// Whether anything is stored of a title, and be it its number.
    pub(super) async fn is_row(&self, title: TitleId) -> Result<bool, Error> {
        self.database.stores(title).await.map_err(told)
    }

    /// What is known of a series at once, and whether TheTVDB knows more.
    async fn series_title(&self, series: SeriesId) -> Result<Option<(Title, bool)>, TvdbError> {
        if let Some(shown) = self.catalogue.shown(series.into()) {
            return Ok(Some((Title::clone(&shown.value), shown.is_stale)));
        }
        let answer = self.catalogue.series(series).await?;
        Ok(answer.value.map(|series| (series.title.clone(), answer.is_stale)))
    }
}

/// What is said of a title after a change when nothing can be read of it any more.
fn bare(title: TitleId, error: &Error) -> TitleState {
    tracing::warn!(detail = error.detail, "where a title stands after a change cannot be read");
    let mut state = TitleState::new(stored::outside(title));
    state.is_partial = true;
    state
}

/// Goes on without TheTVDB, and says so to the log.
fn away(error: TvdbError) -> Result<(), Error> {
    if error.is_outage() {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a title is marked by its number; the rest is read when TheTVDB is back"
        );
        return Ok(());
    }
    Err(catalogue::told(error))
}
