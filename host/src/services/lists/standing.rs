//! Where someone stands in a series whose episodes are all stored, without reading them.

use super::{Lists, told};
use crate::db::SeasonStanding;
use lumina_plugin_api::{
    error::Error,
    id::UserId,
    services::lists::{SeasonState, SeriesId, TitleState},
};
use std::time::Duration;

/// What is stored is checked every day; two missed days are worth a word.
const STALE_AFTER: Duration = Duration::from_secs(2 * 24 * 3_600);

/// Says of a series that its episodes are all stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// How old they are, if they are older than they should be.
    pub(super) stale_ms: Option<u64>,
}

impl Lists {
    /// Where the series stands; `None` if its episodes are not all stored.
    pub(super) async fn stored_state(
        &self,
        user: UserId,
        series: SeriesId,
    ) -> Result<Option<TitleState>, Error> {
        let Some(Stored { stale_ms }) = self.is_stored(series).await? else { return Ok(None) };
        let mut state = if self.is_watched_whole(user, series).await? {
            // That is rare, and what the database counts does not tell it.
            let shape = self.stored(user, series).await?.unwrap_or_default();
            shape.state(series, self.today())
        } else {
            let seasons = self.database.season_standings(user, series, self.today());
            of_seasons(series, &seasons.await.map_err(told)?)
        };
        state.stale_ms = stale_ms;
        self.with_own_marks(user, series, state).await.map(Some)
    }

    /// Whether all episodes of a series are stored.
    pub(super) async fn is_stored(&self, series: SeriesId) -> Result<Option<Stored>, Error> {
        let stored = self.database.stored_series(series).await.map_err(told)?;
        let checked = stored.and_then(|stored| Some((stored.episodes_checked?, stored.is_gone)));
        Ok(checked.map(|(checked, is_gone)| {
            let age = self.clock.now().since(checked);
            let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
            Stored { stale_ms: (age > STALE_AFTER && !is_gone).then_some(age_ms) }
        }))
    }
}

/// Where a series stands whose seasons stand there.
fn of_seasons(series: SeriesId, standings: &[SeasonStanding]) -> TitleState {
    let mut state = TitleState::new(series.into());
    for standing in standings {
        if standing.is_counted {
            state.aired += standing.n_aired;
            state.seen += standing.n_seen;
        }
        let mut season = SeasonState::default();
        season.season = standing.season;
        season.n_episodes = standing.n_episodes;
        (season.aired, season.seen) = (standing.n_aired, standing.n_seen);
        state.seasons.push(season);
    }
    state.is_watched = state.aired > 0 && state.seen == state.aired;
    state
}
