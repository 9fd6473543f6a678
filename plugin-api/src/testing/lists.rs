//! Lists for tests: the host's rules over titles that the test names, in memory.

use crate::{
    error::{Error, ErrorKind, Result},
    id::UserId,
    services::{
        catalogue::{MediaId, MediaKind, Title},
        lists::{
            Entry, Episode, EpisodeDetail, EpisodeId, Gathered, Intent, Listed, Look, Marked,
            Profile, Request, Season, SeasonState, Section, SeriesId, Target, TitleState, Totals,
            UndoId, Undone, Visibility,
        },
    },
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// When every mark of a test is made, in milliseconds since 1970.
const MARKED_MS: i64 = 1_767_225_600_000;

/// The lists of a [`TestHost`](super::TestHost), and the titles that can be in them.
///
/// ```
/// use lumina_plugin_api::{
///     prelude::*,
///     services::{catalogue::{MediaId, MediaKind, Title}, lists::{Episode, EpisodeId}},
///     testing::{FakeLists, TestHost},
/// };
/// let id = MediaId::new(MediaKind::Series, 7);
/// let mut first = Episode::new(EpisodeId(71), 1, 1);
/// first.has_aired = true;
/// let lists = FakeLists::new().title(Title::new(id, "Dune", ""), vec![first]);
/// let host = TestHost::new().lists(lists);
/// ```
#[derive(Debug, Clone, Default)]
pub struct FakeLists {
    titles: BTreeMap<MediaId, (Title, Vec<Episode>)>,
    watched: BTreeSet<Mark>,
    favorites: BTreeSet<Mark>,
    undos: Vec<(UserId, SeriesId, [BTreeSet<Mark>; 2])>,
    visibility: BTreeMap<UserId, Visibility>,
}

type Mark = (UserId, MediaId, Option<EpisodeId>);

impl FakeLists {
    /// Makes lists without titles.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a title with its episodes. Those that are gone are there for whoever has them in a list.
    #[must_use]
    pub fn title(mut self, title: Title, mut episodes: Vec<Episode>) -> Self {
        episodes.sort_by_key(|episode| (episode.season, episode.is_unnumbered, episode.number));
        self.titles.insert(title.id, (title, episodes));
        self
    }

    /// Answers a request as the host would. Visibility for one guild counts as for any.
    ///
    /// # Errors
    /// As the host: for a season as a favorite, and for requests of another version.
    pub fn answer(&mut self, request: Request) -> Result<Value> {
        Ok(match request {
            Request::State { user, id } => json(self.state(user, id))?,
            Request::Season { user, series, season } => json(self.season(user, series, season))?,
            Request::Episode { user, series, episode } => json(self.detail(user, series, episode))?,
            Request::Gather { series, .. } => json(self.gathered(series))?,
            Request::Mark { user, target, intent } => json(self.mark(user, target, intent)?)?,
            Request::Undo { user, undo } => json(self.undo(user, undo))?,
            Request::Profile { look, entries, .. } => json(self.profile(look, entries))?,
            Request::Listed { look, section, offset, limit, .. } => {
                json(self.shows(look).then(|| self.listed(look.user, section, offset, limit)))?
            }
            Request::SetVisibility { user, visibility, guild } => {
                if visibility == Visibility::Guild && guild.is_none() {
                    return Err(Error::new(ErrorKind::Invalid).detail("no guild"));
                }
                self.visibility.insert(user, visibility);
                Value::Null
            }
            Request::Unknown(_) => return Err(Error::new(ErrorKind::Unsupported)),
        })
    }

    fn episodes(&self, user: UserId, id: MediaId) -> Vec<Episode> {
        let episodes = self.titles.get(&id).map(|(_, episodes)| episodes.clone());
        let with_marks = episodes.unwrap_or_default().into_iter().map(|mut episode| {
            let mark = (user, id, Some(episode.id));
            episode.is_watched = self.watched.contains(&mark);
            episode.watched_ms = episode.is_watched.then_some(MARKED_MS);
            episode.is_favorite = self.favorites.contains(&mark);
            episode
        });
        let is_there = |one: &Episode| !one.is_gone || one.is_watched || one.is_favorite;
        with_marks.filter(is_there).collect()
    }

    fn counted(&self, user: UserId, id: MediaId) -> Vec<Episode> {
        let mut episodes = self.episodes(user, id);
        episodes.retain(|episode| !episode.is_gone);
        let specials_only = episodes.iter().all(|episode| episode.season == 0);
        episodes.into_iter().filter(|episode| specials_only || episode.season > 0).collect()
    }

    fn state(&self, user: UserId, id: MediaId) -> Option<TitleState> {
        let (_, episodes) = self.titles.get(&id)?;
        let mut state = TitleState::new(id);
        state.is_favorite = self.favorites.contains(&(user, id, None));
        if id.kind == MediaKind::Movie {
            state.is_watched = self.watched.contains(&(user, id, None));
            return Some(state);
        }
        let counted = season_state(0, &self.counted(user, id));
        (state.seen, state.aired) = (counted.seen, counted.aired);
        state.is_watched = counted.is_watched();
        let seasons: BTreeSet<u32> = episodes.iter().map(|episode| episode.season).collect();
        let of = |season| Some(self.season(user, SeriesId(id.number), season)?.state);
        state.seasons = seasons.into_iter().filter_map(of).collect();
        Some(state)
    }

    fn season(&self, user: UserId, series: SeriesId, season: u32) -> Option<Season> {
        let mut episodes = self.episodes(user, series.into());
        episodes.retain(|episode| episode.season == season);
        let state = season_state(season, &episodes);
        (!episodes.is_empty()).then_some(Season { state, episodes })
    }

    fn detail(&self, user: UserId, series: SeriesId, id: EpisodeId) -> Option<EpisodeDetail> {
        let mut among = self.episodes(user, series.into());
        let is_special = among.iter().find(|episode| episode.id == id)?.season == 0;
        among.retain(|episode| (episode.season == 0) == is_special);
        let index = among.iter().position(|episode| episode.id == id)?;
        let mut detail = EpisodeDetail::new(among[index].clone());
        detail.previous = index.checked_sub(1).map(|before| among[before].id);
        detail.next = among.get(index + 1).map(|episode| episode.id);
        detail.seasons = self.state(user, series.into())?.seasons;
        Some(detail)
    }

    fn gathered(&self, series: SeriesId) -> Option<Gathered> {
        let (_, episodes) = self.titles.get(&series.into())?;
        let n_episodes = episodes.iter().filter(|episode| !episode.is_gone).count();
        let n_episodes = u32::try_from(n_episodes).unwrap_or(u32::MAX);
        Some(Gathered { n_episodes, is_complete: true })
    }

    fn meant(&self, user: UserId, target: Target, intent: Intent) -> Vec<Mark> {
        let id = target.title();
        let whole = matches!(intent, Intent::Favorite | Intent::Unfavorite);
        let episodes = match target {
            Target::Title(_) if whole || id.kind == MediaKind::Movie => {
                return vec![(user, id, None)];
            }
            Target::Title(_) => {
                let gone = self.episodes(user, id).into_iter().filter(|episode| episode.is_gone);
                self.counted(user, id).into_iter().chain(gone).collect()
            }
            Target::Season { season, .. } => {
                let mut episodes = self.episodes(user, id);
                episodes.retain(|episode| episode.season == season);
                episodes
            }
            Target::Episode { episode, .. } => return vec![(user, id, Some(episode))],
        };
        let due = |episode: &Episode| {
            intent == Intent::Unwatched || episode.has_aired && !episode.is_gone
        };
        episodes.iter().filter(|e| due(e)).map(|e| (user, id, Some(e.id))).collect()
    }

    fn mark(&mut self, user: UserId, target: Target, intent: Intent) -> Result<Option<Marked>> {
        let is_favorite = matches!(intent, Intent::Favorite | Intent::Unfavorite);
        if is_favorite && matches!(target, Target::Season { .. }) {
            return Err(Error::new(ErrorKind::Invalid).detail("a season as a favorite"));
        }
        if !self.has(target) {
            return Ok(None);
        }
        let meant = self.meant(user, target, intent);
        let before = [self.watched.clone(), self.favorites.clone()];
        let list = if is_favorite { &mut self.favorites } else { &mut self.watched };
        let adds = matches!(intent, Intent::Watched | Intent::Favorite);
        let n_meant = u32::try_from(meant.len()).unwrap_or(u32::MAX);
        let changed = meant.into_iter().filter(|mark| match adds {
            true => list.insert(*mark),
            false => list.remove(mark),
        });
        let n_changed = u32::try_from(changed.count()).unwrap_or(u32::MAX);
        let state = self.state(user, target.title()).unwrap_or(TitleState::new(target.title()));
        let mut marked = Marked::new(n_changed, state);
        marked.n_meant = n_meant;
        let series = SeriesId::try_from(target.title()).ok();
        let can_be_undone = match target {
            Target::Episode { .. } => !adds && self.is_gone(target),
            _ => !is_favorite,
        };
        let series = series.filter(|_| can_be_undone);
        if let Some(series) = series.filter(|_| n_changed > 0) {
            marked.undo = Some(UndoId(self.undos.len() as u64));
            self.undos.push((user, series, before));
        }
        Ok(Some(marked))
    }

    fn has(&self, target: Target) -> bool {
        let Some((_, episodes)) = self.titles.get(&target.title()) else { return false };
        match target {
            Target::Title(_) => true,
            Target::Season { season, .. } => episodes.iter().any(|e| e.season == season),
            Target::Episode { episode, .. } => episodes.iter().any(|e| e.id == episode),
        }
    }

    fn is_gone(&self, target: Target) -> bool {
        let Some((_, episodes)) = self.titles.get(&target.title()) else { return false };
        let Target::Episode { episode, .. } = target else { return false };
        episodes.iter().any(|one| one.id == episode && one.is_gone)
    }

    /// Once, and without a clock: the 15 minutes are the host's matter.
    fn undo(&mut self, user: UserId, undo: UndoId) -> Option<Undone> {
        let kept = self.undos.get_mut(usize::try_from(undo.0).ok()?)?;
        let (_, series, before) = kept.clone();
        if kept.0 != user {
            return None;
        }
        kept.0 = UserId(0);
        let [watched, favorites] = before;
        let n_changed = self.watched.symmetric_difference(&watched).count()
            + self.favorites.symmetric_difference(&favorites).count();
        (self.watched, self.favorites) = (watched, favorites);
        let state = self.state(user, series.into())?;
        Some(Undone::new(u32::try_from(n_changed).unwrap_or(u32::MAX), state))
    }

    fn shows(&self, look: Look) -> bool {
        let visibility = self.visibility.get(&look.user).copied().unwrap_or_default();
        look.user == look.viewer
            || match visibility {
                Visibility::Public => true,
                Visibility::Guild => look.guild.is_some(),
                Visibility::Private => false,
            }
    }

    fn profile(&self, look: Look, entries: u32) -> Option<Profile> {
        let listed = |section| self.listed(look.user, section, 0, entries);
        let all_episodes = self.titles.keys().flat_map(|id| self.episodes(look.user, *id));
        let watched = all_episodes.filter(|episode| episode.is_watched && !episode.is_gone);
        let (mut totals, all) =
            (Totals::default(), self.listed(look.user, Section::Watched, 0, u32::MAX));
        let is_movie = |entry: &&Entry| entry.title.id.kind == MediaKind::Movie;
        totals.n_movies = u32::try_from(all.entries.iter().filter(is_movie).count()).ok()?;
        totals.n_series = all.n_total - totals.n_movies;
        totals.n_episodes = u32::try_from(watched.count()).ok()?;
        self.shows(look).then(|| Profile {
            visibility: self.visibility.get(&look.user).copied().unwrap_or_default(),
            totals,
            favorites: listed(Section::Favorites),
            watched: listed(Section::Watched),
            in_progress: listed(Section::InProgress),
        })
    }

    fn listed(&self, user: UserId, section: Section, offset: u32, limit: u32) -> Listed {
        let entries = self.titles.keys().flat_map(|id| self.entries(user, *id, section));
        let entries: Vec<Entry> = entries.collect();
        let n_total = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let part = entries.into_iter().skip(offset as usize).take(limit as usize);
        Listed { n_total, entries: part.collect() }
    }

    fn entries(&self, user: UserId, id: MediaId, section: Section) -> Vec<Entry> {
        let Some(state) = self.state(user, id) else { return Vec::new() };
        let episodes = self.episodes(user, id);
        let listed = episodes.iter().filter(|episode| !episode.is_gone);
        let mut entry = Entry::new(self.titles[&id].0.clone());
        (entry.seen, entry.aired) = (state.seen, state.aired);
        entry.added_ms = Some(MARKED_MS);
        if self.counted(user, id).iter().any(|episode| episode.season > 0) {
            let specials = listed.filter(|one| one.season == 0 && one.is_watched);
            entry.specials = u32::try_from(specials.count()).unwrap_or(u32::MAX);
        }
        let unlisted = episodes.iter().filter(|one| one.is_gone && one.is_watched);
        entry.unlisted = u32::try_from(unlisted.count()).unwrap_or(u32::MAX);
        let is_seen = episodes.iter().any(|episode| episode.is_watched);
        match section {
            Section::Watched => state.is_watched.then_some(entry).into_iter().collect(),
            Section::InProgress => {
                entry.next = next(&self.counted(user, id));
                (is_seen && !state.is_watched).then_some(entry).into_iter().collect()
            }
            Section::Favorites => {
                let of = |episode| Entry { episode: Some(episode), ..entry.clone() };
                let loved = episodes.into_iter().filter(|episode| episode.is_favorite).map(of);
                state.is_favorite.then(|| entry.clone()).into_iter().chain(loved).collect()
            }
        }
    }
}

fn next(counted: &[Episode]) -> Option<Episode> {
    let last = counted.iter().rposition(|episode| episode.is_watched).map_or(0, |last| last + 1);
    let due = |episode: &&Episode| episode.has_aired && !episode.is_watched;
    counted[last..].iter().find(due).or_else(|| counted.iter().find(due)).cloned()
}

fn season_state(season: u32, episodes: &[Episode]) -> SeasonState {
    let count = |test: &dyn Fn(&Episode) -> bool| {
        let n = episodes.iter().filter(|episode| !episode.is_gone && test(episode)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    SeasonState {
        season,
        seen: count(&|episode| episode.has_aired && episode.is_watched),
        aired: count(&|episode| episode.has_aired),
        n_episodes: count(&|_| true),
    }
}

fn json(answer: impl serde::Serialize) -> Result<Value> {
    Ok(serde_json::to_value(answer)?)
}
