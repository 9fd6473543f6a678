//! What happens when someone presses a button or chooses in a menu.

use crate::{
    custom_id::{Changed, Handler, Offer, Pick, Place, Shown},
    desk::{self, Desk},
    notices,
};
use lumina_plugin_api::{
    prelude::*,
    services::lists::{EpisodeId, Intent, SeriesId, Target},
};
use std::time::Duration;

/// How long someone waits to be told what was done already, before it is told without the message.
const REDRAWN_WITHIN: Duration = Duration::from_millis(2_500);
/// Progress is worth an edit only to who has waited for a while.
const PROGRESS_AFTER_MS: i64 = 1_000;
/// More pages of episodes than any series has: 50,000 episodes.
const PAGES_MAX: u32 = 100;

/// Does what a press wants and returns the message as it is then.
///
/// # Errors
/// That the message is too old, that something is gone, or that TheTVDB or the lists cannot be asked.
pub(crate) async fn pressed(ctx: &Ctx, press: &ComponentPress) -> Result<Reply> {
    let shown: Shown = press.state()?;
    let desk = Desk { ctx, at: &press.at };
    match Handler::of(&press.handler)? {
        Handler::Results => desk.show(shown.after(Pick::of(press)?)).await,
        Handler::Whole => desk.show(Shown { place: None, ..shown }).await,
        Handler::Episodes => desk.open(shown).await,
        Handler::Season => desk.pick_season(shown, Pick::of(press)?).await,
        Handler::Episode => desk.pick_episode(shown, Pick::of(press)?).await,
        Handler::Previous => desk.walk(shown, Way::Back).await,
        Handler::Next => desk.walk(shown, Way::On).await,
        Handler::Undo => desk.undo(shown).await,
        Handler::Title(intent) => {
            let target = Target::Title(shown.title);
            desk.mark(shown, target, intent).await
        }
        Handler::MarkSeason(intent) => {
            let target = Target::Season { series: shown.series()?, season: shown.place()?.season };
            desk.mark(shown, target, intent).await
        }
        Handler::MarkEpisode(intent) => {
            let (series, episode) = (shown.series()?, shown.place()?.episode);
            desk.mark(shown, Target::Episode { series, episode }, intent).await
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Back,
    On,
}

impl Desk<'_> {
    async fn show(&self, shown: Shown) -> Result<Reply> {
        Ok(Reply::update(self.draw(&shown).await?))
    }

    /// Draws what is shown, or the title as a whole where the episode is not there any more: what TheTVDB
    /// took away goes with its last mark.
    async fn redraw(&self, shown: &Shown) -> Result<Message> {
        match self.draw(shown).await {
            Err(Error { kind: ErrorKind::NotFound, .. }) if shown.place.is_some() => {
                self.draw(&Shown { place: None, ..shown.clone() }).await
            }
            drawn => drawn,
        }
    }

    /// Shows it with what was done. That is told even where nothing can be drawn.
    async fn told(&self, shown: Shown, notice: Option<Text>) -> Result<Reply> {
        let late = || Err(Error::new(ErrorKind::Unavailable).detail("TheTVDB is too slow"));
        let drawn = self.within(REDRAWN_WITHIN, self.redraw(&shown)).await;
        match (drawn.unwrap_or_else(late), notice) {
            (Ok(mut message), notice) => {
                message.content = notice.unwrap_or_default();
                Ok(Reply::update(message))
            }
            (Err(error), notice) => {
                self.ctx.log().debug(format!("a message could not be refreshed: {error}"));
                let notice = notice.unwrap_or_else(|| Text::key("done"));
                let notice = Text::join([notice, " ".into(), Text::key("not-refreshed")]);
                Ok(Reply::text(notice).private())
            }
        }
    }

    /// Looks into the series: at the first season that is not seen to its end, or else the first. The
    /// specials come last, and seasons that TheTVDB took away.
    async fn open(&self, shown: Shown) -> Result<Reply> {
        self.gather(&shown, shown.series()?).await?;
        let state = self.state(shown.title).await?;
        let regular = || state.seasons.iter().filter(|one| one.season > 0 && one.n_episodes > 0);
        let unseen = regular().find(|season| season.seen < season.aired);
        match unseen.or(regular().next()).or(state.seasons.first()) {
            Some(season) => self.look(shown, season.season).await,
            None => self.told(shown, Some(Text::key("no-episodes"))).await,
        }
    }

    async fn look(&self, shown: Shown, season: u32) -> Result<Reply> {
        let place = self.next_in(shown.series()?, season).await?;
        self.show(Shown { place: Some(place), ..shown }).await
    }

    async fn pick_season(&self, shown: Shown, pick: Pick<u32>) -> Result<Reply> {
        let place = shown.place()?;
        if let Pick::Item(season) = pick {
            return self.look(shown, season).await;
        }
        let place = Place { seasons_page: Some(turned(place.seasons_page, pick)), ..place };
        self.show(Shown { place: Some(place), ..shown }).await
    }

    async fn pick_episode(&self, shown: Shown, pick: Pick<u64>) -> Result<Reply> {
        let place = shown.place()?;
        let place = match pick {
            Pick::Item(number) => Place::at(place.season, EpisodeId(number)),
            _ => Place { episodes_page: Some(turned(place.episodes_page, pick)), ..place },
        };
        self.show(Shown { place: Some(place), ..shown }).await
    }

    async fn walk(&self, shown: Shown, way: Way) -> Result<Reply> {
        let (user, series, place) = (self.at.user.id, shown.series()?, shown.place()?);
        let detail = self.ctx.lists().episode(user, series, place.episode).await?;
        let detail = detail.ok_or_else(desk::gone)?;
        let (there, end) = match way {
            Way::Back => (detail.previous, "no-previous"),
            Way::On => (detail.next, "no-next"),
        };
        match there {
            Some(episode) => {
                let place = Some(Place::at(place.season, episode));
                self.show(Shown { place, ..shown }).await
            }
            None => self.told(shown, Some(Text::key(end))).await,
        }
    }

    async fn mark(&self, mut shown: Shown, target: Target, intent: Intent) -> Result<Reply> {
        if let (Ok(series), Intent::Watched) = (shown.series(), intent) {
            self.gather(&shown, series).await?;
        }
        let marked = self.ctx.lists().mark(self.at.user.id, target, intent).await?;
        let marked = marked.ok_or_else(|| match target {
            Target::Title(id) => desk::no_such_title(id),
            _ => desk::gone(),
        })?;
        if let Some(undo) = marked.undo {
            let changed = match (target, shown.place) {
                (Target::Season { season, .. }, _) => Changed::Season(season),
                (Target::Episode { episode, .. }, Some(place)) => {
                    Changed::Episode(place.season, episode)
                }
                _ => Changed::Title,
            };
            let now_ms = self.ctx.clock().now_ms().await?;
            shown.offer = Some(Offer::new(undo, now_ms, changed));
        }
        self.told(shown, notices::marked(target, intent, &marked)).await
    }

    /// Reads the episodes of a long series page by page, and shows how far that is when it takes long.
    async fn gather(&self, shown: &Shown, series: SeriesId) -> Result<()> {
        let state = self.ctx.lists().state(self.at.user.id, shown.title).await?;
        if !state.is_some_and(|state| state.is_partial) {
            return Ok(());
        }
        let begun_ms = self.ctx.clock().now_ms().await?;
        for n_pages in 1..=PAGES_MAX {
            let gathered = self.ctx.lists().gather(series, n_pages).await?;
            let Some(gathered) = gathered.filter(|gathered| !gathered.is_complete) else { break };
            let waited_ms = self.ctx.clock().now_ms().await?.saturating_sub(begun_ms);
            if waited_ms >= PROGRESS_AFTER_MS {
                self.show_progress(shown, gathered.n_episodes).await;
            }
        }
        Ok(())
    }

    /// Progress that cannot be shown is no reason to stop.
    async fn show_progress(&self, shown: &Shown, n_episodes: u32) {
        let Ok(mut message) = self.draw(shown).await else { return };
        message.content = Text::key("gathering").arg("count", n_episodes);
        if let Err(error) = self.ctx.discord().edit(self.at.id, message).await {
            self.ctx.log().debug(format!("progress was not shown: {error}"));
        }
    }

    async fn undo(&self, mut shown: Shown) -> Result<Reply> {
        let offer = shown.offer.take().ok_or_else(|| Error::new(ErrorKind::Outdated))?;
        let undone = self.ctx.lists().undo(self.at.user.id, offer.undo).await?;
        if let (Some(_), Changed::Episode(season, episode)) = (&undone, offer.changed) {
            // It went out of sight with its mark, and is there again.
            shown.place = Some(Place::at(season, episode));
        }
        self.told(shown, Some(notices::undone(undone.as_ref()))).await
    }
}

/// Where the pages of a menu end is not known here: whoever draws stops there.
fn turned<T>(page_index: Option<usize>, pick: Pick<T>) -> usize {
    let page_index = page_index.unwrap_or(0);
    match pick {
        Pick::Back => page_index.saturating_sub(1),
        _ => page_index.saturating_add(1),
    }
}
