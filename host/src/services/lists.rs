//! People's lists, for plugins. What is asked about a title that is not stored comes from the catalogue;
//! what is marked is stored with all that the lists show of it, in the same transaction.

mod export;
mod mark;
mod profile;
mod refresh;
mod shape;
mod standing;

use super::{
    Asked,
    catalogue::{self, Patience, Titles},
    trouble::told,
    written,
};
use crate::{
    clock::Clock,
    db::{Database, MarkCounts, VisibleTo},
    tvdb::{Catalogue, Date, TitleId},
};
use lumina_plugin_api::{
    descriptor::Service,
    error::{Error, ErrorKind},
    services::lists::{
        EpisodeDetail, EpisodeId, Gathered, NAME, Request, Season, SeriesId, TitleState, Undone,
        Visibility,
    },
};
use lumina_plugin_api::{id::UserId, services::catalogue::MediaId};
use profile::Part;
use serde_json::Value;
use shape::Shape;
use std::sync::Arc;

/// The lists of everyone.
pub(super) struct Lists {
    database: Database,
    catalogue: Arc<dyn Catalogue>,
    clock: Clock,
    patience: Arc<Patience>,
    troubled: refresh::Troubled,
}

impl Lists {
    pub(super) fn new(titles: Titles) -> Self {
        let Titles { catalogue, database, clock, patience } = titles;
        Self { database, catalogue, clock, patience, troubled: refresh::Troubled::default() }
    }

    pub(super) async fn answer(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Error> {
        asked.declares(Service::Lists, NAME)?;
        match asked.read(NAME)? {
            Request::State { user, id } => written(&self.state(user, id).await?),
            Request::Season { user, series, season } => {
                written(&self.season(user, series, season).await?)
            }
            Request::Episode { user, series, episode } => {
                written(&self.episode(user, series, episode).await?)
            }
            Request::Gather { series, pages } => written(&self.gather(series, pages).await?),
            Request::Mark { user, target, intent } => {
                written(&self.mark(user, target, intent).await?)
            }
            Request::Undo { user, undo } => {
                let taken = self.database.undo(user, undo, self.clock.now()).await;
                written(&self.undone(user, taken.map_err(told)?).await)
            }
            Request::Profile { look, entries, locale } => {
                written(&self.profile(look, entries, locale.as_deref()).await?)
            }
            Request::Listed { look, section, offset, limit, locale } => {
                let part = Part { offset, limit, locale: locale.as_deref() };
                written(&self.listed(look, section, part).await?)
            }
            Request::SetVisibility { user, visibility, guild } => {
                let to = match (visibility, guild) {
                    (Visibility::Public, _) => VisibleTo::Everyone,
                    (Visibility::Guild, Some(guild)) => VisibleTo::Guild(guild),
                    (Visibility::Guild, None) => {
                        let detail = "a profile for one guild was chosen outside of all";
                        return Err(Error::new(ErrorKind::Invalid).detail(detail));
                    }
                    _ => VisibleTo::Nobody,
                };
                self.database.set_visibility(user, to).await.map_err(told)?;
                written(&())
            }
            _ => Err(asked.unknown(NAME)),
        }
    }

    /// Everything that is kept about someone as JSON, and their lists as CSV.
    pub(super) async fn export(&self, user: UserId) -> Result<(Value, String), Error> {
        let marks = self.database.everything_of(user).await.map_err(told)?;
        let visible = self.database.visibility(user).await.map_err(told)?;
        let beside = self.database.kept_beside_lists(user).await.map_err(told)?;
        Ok((export::json(&marks, visible, &beside), export::csv(&marks)))
    }

    /// How much is kept about someone.
    pub(super) async fn count(&self, user: UserId) -> Result<MarkCounts, Error> {
        self.database.counts_of(user).await.map_err(told)
    }

    /// Deletes someone's lists, and tells how much that was.
    pub(super) async fn forget(&self, user: UserId) -> Result<MarkCounts, Error> {
        self.database.forget_user(user).await.map_err(told)
    }

    fn today(&self) -> Date {
        Date::of_unix_ms(self.clock.now().0)
    }

    async fn state(&self, user: UserId, id: MediaId) -> Result<Option<TitleState>, Error> {
        let series = match self.current(id).await? {
            TitleId::Movie(movie) => return Ok(Some(self.movie_state(user, movie).await?)),
            TitleId::Series(series) => series,
        };
        if let Some(state) = self.stored_state(user, series).await? {
            return Ok(Some(state));
        }
        match self.glance(user, series).await? {
            Some(shape) => {
                self.with_own_marks(user, series, shape.state(series, self.today())).await.map(Some)
            }
            None if self.is_row(series.into()).await? => {
                self.unreadable_state(user, series).await.map(Some)
            }
            None => Ok(None),
        }
    }

    async fn season(
        &self,
        user: UserId,
        series: SeriesId,
        season: u32,
    ) -> Result<Option<Season>, Error> {
        let shape = self.whole(user, self.current_series(series).await?).await?;
        Ok(shape.and_then(|shape| shape.season(season, self.today())))
    }

    async fn episode(
        &self,
        user: UserId,
        series: SeriesId,
        episode: EpisodeId,
    ) -> Result<Option<EpisodeDetail>, Error> {
        let series = self.current_series(series).await?;
        let Some(shape) = self.whole(user, series).await? else { return Ok(None) };
        let Some(mut detail) = self.detail(&shape, episode).await? else { return Ok(None) };
        detail.seasons = shape.seasons(self.today());
        if !detail.episode.is_gone {
            detail.overview = self.overview(series, detail.episode.id).await;
        }
        Ok(Some(detail))
    }

    /// The episode, or the one that stands in its place by now.
    async fn detail(
        &self,
        shape: &Shape,
        episode: EpisodeId,
    ) -> Result<Option<EpisodeDetail>, Error> {
        if let Some(detail) = shape.detail(episode, self.today()) {
            return Ok(Some(detail));
        }
        let after = self.database.episode_after(episode).await.map_err(told)?;
        Ok(after.and_then(|after| shape.detail(after, self.today())))
    }

    async fn gather(&self, series: SeriesId, pages: u32) -> Result<Option<Gathered>, Error> {
        let series = self.current_series(series).await?;
        // Whose marks does not matter: only the episodes are counted.
        let shape = match self.stored(UserId(0), series).await? {
            Some(shape) => Some(shape),
            None => self.read(series, pages).await.map_err(catalogue::told)?,
        };
        Ok(shape.map(|shape| {
            let mut gathered = Gathered::default();
            gathered.n_episodes = u32::try_from(shape.episodes.len()).unwrap_or(u32::MAX);
            gathered.is_complete = !shape.is_partial;
            gathered
        }))
    }

    /// The title that stands in the place of one that an old message names.
    async fn current(&self, id: MediaId) -> Result<TitleId, Error> {
        self.database.current_title(catalogue::title_id(id)?).await.map_err(told)
    }

    async fn current_series(&self, series: SeriesId) -> Result<SeriesId, Error> {
        self.database.current_series(series).await.map_err(told)
    }

    async fn undone(&self, user: UserId, taken: Option<crate::db::TakenBack>) -> Option<Undone> {
        let taken = taken?;
        let state = self.state_after(user, taken.series).await;
        Some(Undone::new(taken.n_changed, state))
    }
}

#[cfg(test)]
mod tests;
