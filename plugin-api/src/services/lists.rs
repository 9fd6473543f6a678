//! What people have watched and what they love: their lists, kept by the host.
//!
//! Every press says what it wants and never "the opposite": asking twice changes nothing and says so.
//! One request is one transaction. When something of a title is marked, the host keeps what is shown of
//! it (names, pictures, episodes with their dates), so that the lists work while TheTVDB does not.
//!
//! An episode counts once it has aired. A series is watched when each of its aired episodes outside
//! season 0 is, and there is at least one; where a series has specials only, they count.

mod answer;
mod request;

pub use answer::{
    Entry, Episode, EpisodeDetail, Gathered, Listed, Marked, Profile, Season, SeasonState,
    TitleState, Totals, Undone,
};
pub use request::{
    EpisodeId, Intent, Look, NotASeries, Request, Section, SeriesId, Target, UndoId, Visibility,
};

use crate::{
    context::Ctx,
    error::Result,
    id::{GuildId, UserId},
    services::catalogue::MediaId,
};

/// The service's name.
pub const NAME: &str = "lists";

/// The most entries of one answer to [`Lists::listed`] and of each list of [`Lists::profile`].
pub const ENTRIES_MAX: u32 = 100;

/// How long [`Lists::undo`] works after the press, in milliseconds.
pub const UNDO_FOR_MS: u64 = 15 * 60 * 1_000;

/// Asks for lists and changes them.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// use lumina_plugin_api::services::{catalogue::MediaId, lists::{Intent, Target}};
///
/// async fn watched(ctx: Ctx, user: UserId, id: MediaId) -> Result<Reply> {
///     let marked = ctx.lists().mark(user, Target::Title(id), Intent::Watched).await?;
///     Ok(Reply::text(match marked {
///         None => "There is no such title.".to_owned(),
///         Some(marked) if marked.n_changed == 0 => "You had marked that already.".to_owned(),
///         Some(marked) => format!("{} of {} seen.", marked.state.seen, marked.state.aired),
///     }))
/// }
/// ```
#[derive(Debug)]
pub struct Lists<'a> {
    ctx: &'a Ctx,
    locale: Option<String>,
}

impl<'a> Lists<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx, locale: None }
    }

    /// Asks for the names in profiles in the language of `locale` too, as Discord names it: `fr`.
    #[must_use]
    pub fn in_language(mut self, locale: &str) -> Self {
        self.locale = Some(locale.to_owned());
        self
    }

    /// Returns where a title stands in the lists of `user`; `None` if there is no such series. Whether
    /// there is such a movie is only asked when it is marked.
    ///
    /// Costs TheTVDB one request at most, and none for what is stored. Of a series that is not stored yet
    /// and has many episodes, or while TheTVDB does not answer, [`TitleState::is_partial`] says that the
    /// figures may still grow; see [`Lists::gather`].
    ///
    /// # Errors
    /// [`Unavailable`](crate::error::ErrorKind::Unavailable) when the database cannot be used; the message
    /// says what to do.
    pub async fn state(&self, user: UserId, id: MediaId) -> Result<Option<TitleState>> {
        self.ctx.ask(NAME, &Request::State { user, id }).await
    }

    /// Returns the episodes of a season, with the marks of `user`; `None` if there is no such series or
    /// it has no such season. Reads all that is missing from TheTVDB.
    ///
    /// # Errors
    /// As [`Lists::state`]; also when nothing is stored and TheTVDB does not answer.
    pub async fn season(
        &self,
        user: UserId,
        series: SeriesId,
        season: u32,
    ) -> Result<Option<Season>> {
        self.ctx.ask(NAME, &Request::Season { user, series, season }).await
    }

    /// Returns one episode with what it is about, its neighbors and all seasons; `None` if there is no such
    /// episode. What it is about is left out where TheTVDB does not say so soon.
    ///
    /// # Errors
    /// As [`Lists::season`].
    pub async fn episode(
        &self,
        user: UserId,
        series: SeriesId,
        episode: EpisodeId,
    ) -> Result<Option<EpisodeDetail>> {
        self.ctx.ask(NAME, &Request::Episode { user, series, episode }).await
    }

    /// Reads the first `pages` of a series' episodes from TheTVDB, 500 on each, unless they are known,
    /// and returns how far that led; `None` if there is no such series. Called with 1, 2, 3 … until
    /// [`Gathered::is_complete`] it shows progress; [`Lists::mark`] alone reads everything too.
    ///
    /// # Errors
    /// As [`Lists::season`].
    pub async fn gather(&self, series: SeriesId, pages: u32) -> Result<Option<Gathered>> {
        self.ctx.ask(NAME, &Request::Gather { series, pages }).await
    }

    /// Does what `intent` says to `target` in the lists of `user`; `None` if there is no such target.
    ///
    /// Marking a series or a season marks its aired episodes; unmarking it takes back every mark in
    /// it. A series stands for its episodes outside season 0, which is a season of its own. Seasons
    /// are no favorites.
    ///
    /// # Errors
    /// As [`Lists::season`]; [`Invalid`](crate::error::ErrorKind::Invalid) for a season as a favorite.
    pub async fn mark(
        &self,
        user: UserId,
        target: Target,
        intent: Intent,
    ) -> Result<Option<Marked>> {
        self.ctx.ask(NAME, &Request::Mark { user, target, intent }).await
    }

    /// Takes a change of a season or a series back, with the dates as they were; `None` if that was
    /// done already, is older than [`UNDO_FOR_MS`], or was another user's. What was marked otherwise
    /// since then stays.
    ///
    /// # Errors
    /// As [`Lists::state`].
    pub async fn undo(&self, user: UserId, undo: UndoId) -> Result<Option<Undone>> {
        self.ctx.ask(NAME, &Request::Undo { user, undo }).await
    }

    /// Returns the figures of a user and the first `entries` of each list; `None` if the user shows them
    /// to others than who looks. Someone who never used the bot has a profile with nothing in it.
    ///
    /// # Errors
    /// As [`Lists::state`]; TheTVDB is never asked.
    pub async fn profile(&self, look: Look, entries: u32) -> Result<Option<Profile>> {
        let locale = self.locale.clone();
        self.ctx.ask(NAME, &Request::Profile { look, entries, locale }).await
    }

    /// Returns `limit` entries of one list from `offset` on; `None` as [`Lists::profile`].
    ///
    /// # Errors
    /// As [`Lists::profile`].
    pub async fn listed(
        &self,
        look: Look,
        section: Section,
        offset: u32,
        limit: u32,
    ) -> Result<Option<Listed>> {
        let locale = self.locale.clone();
        self.ctx.ask(NAME, &Request::Listed { look, section, offset, limit, locale }).await
    }

    /// Sets who may look at the profile of `user`. [`Visibility::Guild`] means `guild` only.
    ///
    /// # Errors
    /// As [`Lists::state`]; [`Invalid`](crate::error::ErrorKind::Invalid) for [`Visibility::Guild`]
    /// without a guild.
    pub async fn set_visibility(
        &self,
        user: UserId,
        visibility: Visibility,
        guild: Option<GuildId>,
    ) -> Result<()> {
        self.ctx.ask(NAME, &Request::SetVisibility { user, visibility, guild }).await
    }
}
