//! Fetches what a message shows, for one person, and draws it.

use crate::{
    custom_id::{Place, Shown},
    translated,
    views::{self, Inside, Whole},
};
use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::{Catalogue, EpisodeText, Found, MediaId, MediaKind, Title},
        lists::{SeriesId, TitleState},
    },
};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

/// How long the name of a series is waited for where all else is there.
const NAME_WITHIN: Duration = Duration::from_secs(1);
/// How long the other results are waited for where the title itself is shown.
const OTHERS_WITHIN: Duration = Duration::from_millis(1_200);

/// Draws for one interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) at: &'a Interaction,
}

impl Desk<'_> {
    /// Draws what is `shown`. What nobody can be asked for right now is left out, as long as something
    /// of the title is known.
    ///
    /// # Errors
    /// That there is no such title or episode any more, or that TheTVDB cannot be asked.
    pub(crate) async fn draw(&self, shown: &Shown) -> Result<Message> {
        let now_ms = self.ctx.clock().now_ms().await?;
        let mut shown = shown.clone();
        shown.offer = shown.offer.filter(|offer| offer.is_open(now_ms));
        match shown.place {
            Some(place) => self.inside(&shown, place).await,
            None if shown.query.is_empty() => self.whole(&shown, &Found::default()).await,
            None => {
                let found = async { self.catalogue().search(&shown.query, shown.kind).await };
                let found = self.within(OTHERS_WITHIN, found).await;
                let found = found.and_then(|found| self.or_note(found)).unwrap_or_default();
                self.whole(&shown, &found).await
            }
        }
    }

    /// Draws a title as a whole, among the others that were `found`.
    ///
    /// # Errors
    /// As [`Desk::draw`].
    pub(crate) async fn whole(&self, shown: &Shown, found: &Found) -> Result<Message> {
        let title = match found.titles.iter().find(|title| title.id == shown.title) {
            Some(title) => title.clone(),
            None => self.titled(shown.title).await?,
        };
        Ok(self.title(shown, title, found).await)
    }

    /// Draws a `title` as a whole, which is the one shown or what that was merged into.
    pub(crate) async fn title(&self, shown: &Shown, title: Title, found: &Found) -> Message {
        let stale_ms = title.stale_ms.max(found.stale_ms);
        let state = &self.state_or_nothing(title.id).await;
        let others = &found.titles;
        views::whole(&Whole { shown, title: &title, stale_ms, state, others })
    }

    /// Returns TheTVDB, for who reads this.
    pub(crate) fn catalogue(&self) -> Catalogue<'_> {
        self.ctx.catalogue().in_language(self.at.language())
    }

    /// Returns a title.
    ///
    /// # Errors
    /// That there is no such title, or that TheTVDB cannot be asked.
    pub(crate) async fn titled(&self, id: MediaId) -> Result<Title> {
        self.catalogue().title(id).await?.ok_or_else(|| no_such_title(id))
    }

    /// Returns where a title stands in the lists of who looks.
    ///
    /// # Errors
    /// That there is no such title, or that nobody can say.
    pub(crate) async fn state(&self, id: MediaId) -> Result<TitleState> {
        let state = self.ctx.lists().state(self.at.user.id, id).await?;
        state.ok_or_else(|| no_such_title(id))
    }

    /// Returns the season of a series with the episode in it that comes next for who looks: the first
    /// that has aired and is not watched, or else the first. What TheTVDB took away comes last.
    ///
    /// # Errors
    /// That there is no such season any more, or that TheTVDB cannot be asked.
    pub(crate) async fn next_in(&self, series: SeriesId, season: u32) -> Result<Place> {
        let found = self.ctx.lists().season(self.at.user.id, series, season).await?;
        let episodes = found.map(|season| season.episodes).unwrap_or_default();
        let mut listed = episodes.iter().filter(|episode| !episode.is_gone);
        let due = listed.clone().find(|episode| episode.has_aired && !episode.is_watched);
        let next = due.or(listed.next()).or(episodes.first()).ok_or_else(gone)?;
        Ok(Place::at(next.season, next.id))
    }

    async fn inside(&self, shown: &Shown, place: Place) -> Result<Message> {
        let (series, user, lists) = (shown.series()?, self.at.user.id, self.ctx.lists());
        let mut detail = lists.episode(user, series, place.episode).await?.ok_or_else(gone)?;
        let season = detail.episode.season;
        let mut season = lists.season(user, series, season).await?.ok_or_else(gone)?;
        let seasons = std::mem::take(&mut detail.seasons);
        let title = async { self.catalogue().title(shown.title).await };
        let title = self.within(NAME_WITHIN, title).await.and_then(|title| self.or_note(title));
        let title = title.flatten();
        if let Some(title) = &title {
            for text in self.texts_of(title, season.state.season).await {
                translated::translate(&text, &mut season, &mut detail);
            }
        }
        let (title, seasons) = (title.as_ref(), seasons.as_slice());
        Ok(views::inside(&Inside { shown, title, seasons, season: &season, detail: &detail }))
    }

    /// What the episodes of a season are called in the reader's language, if the series has another one.
    async fn texts_of(&self, title: &Title, season: u32) -> Vec<EpisodeText> {
        let Some(locale) = translated::language_of(title, self.at.language()) else {
            return Vec::new();
        };
        let catalogue = self.ctx.catalogue().in_language(locale);
        let texts = async { catalogue.episode_texts(title.id, season).await };
        let texts = self.within(NAME_WITHIN, texts).await;
        texts.and_then(|texts| self.or_note(texts)).unwrap_or_default()
    }

    /// The buttons say what they want, so that they are right even where nobody can say what is marked.
    async fn state_or_nothing(&self, id: MediaId) -> TitleState {
        let state = self.ctx.lists().state(self.at.user.id, id).await;
        self.or_note(state).flatten().unwrap_or_else(|| TitleState::new(id))
    }

    /// Returns what `future` comes to, if that does not take longer than `patience`.
    pub(crate) async fn within<T>(
        &self,
        patience: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let (mut future, mut over) = (pin!(future), pin!(self.ctx.sleep(patience)));
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => over.as_mut().poll(context).map(|()| None),
        })
        .await
    }

    fn or_note<T>(&self, answer: Result<T>) -> Option<T> {
        answer.map_err(|error| self.ctx.log().debug(format!("left out: {error}"))).ok()
    }
}

/// Returns that TheTVDB has no title of that number.
pub(crate) fn no_such_title(id: MediaId) -> Error {
    let key = match id.kind {
        MediaKind::Movie => "no-such-movie",
        _ => "no-such-series",
    };
    Error::not_found(Text::key(key).arg("number", id.number.to_string()))
}

/// Returns that TheTVDB has that season or episode no more.
pub(crate) fn gone() -> Error {
    Error::not_found(Text::key("episode-gone"))
}
