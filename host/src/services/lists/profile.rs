//! Profiles: what is in someone's lists, for whoever may look. Never asks TheTVDB.

use super::{Lists, catalogue::stored, shape, told};
use crate::{
    clock::UnixMillis,
    db::{FavoriteEpisode, List, MarkedTitle, SeriesStanding, VisibleTo},
    tvdb::{MediaKind, SeriesId, TitleId},
};
use lumina_plugin_api::{
    error::{Error, ErrorKind},
    id::UserId,
    services::{
        catalogue::Title,
        lists::{ENTRIES_MAX, Entry, Episode, Listed, Look, Profile, Section, Totals, Visibility},
    },
};
use std::{cmp::Reverse, collections::HashMap};

/// Which entries of a list, for readers of which language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) offset: u32,
    pub(super) limit: u32,
    pub(super) locale: Option<&'a str>,
}

/// One line of a list before names are known.
#[derive(Debug, Clone)]
struct Line {
    id: TitleId,
    added: Option<UnixMillis>,
    standing: Option<SeriesStanding>,
    favorite: Option<FavoriteEpisode>,
}

/// Newest first, unknown dates last, then by number: every page of a list is of the same order.
type Order = (Reverse<Option<i64>>, u64);

/// All that the figures and the lists of a profile are made of.
struct Material {
    movies: Vec<MarkedTitle>,
    standings: Vec<SeriesStanding>,
}

impl Lists {
    pub(super) async fn profile(
        &self,
        look: Look,
        entries: u32,
        locale: Option<&str>,
    ) -> Result<Option<Profile>, Error> {
        let Some(visibility) = self.visible(look).await? else { return Ok(None) };
        let material = self.material(look.user).await?;
        let part = Part { offset: 0, limit: entries, locale };
        let mut profile = Profile::default();
        profile.visibility = visibility;
        profile.totals = totals(&material);
        let favorites = self.favorites(look.user).await?;
        profile.favorites = self.part(look.user, favorites, part).await?;
        profile.watched = self.part(look.user, watched(&material), part).await?;
        profile.in_progress = self.part(look.user, in_progress(&material), part).await?;
        Ok(Some(profile))
    }

    pub(super) async fn listed(
        &self,
        look: Look,
        section: Section,
        part: Part<'_>,
    ) -> Result<Option<Listed>, Error> {
        if self.visible(look).await?.is_none() {
            return Ok(None);
        }
        let lines = match section {
            Section::Favorites => self.favorites(look.user).await?,
            Section::Watched => watched(&self.material(look.user).await?),
            Section::InProgress => in_progress(&self.material(look.user).await?),
            _ => return Err(Error::new(ErrorKind::Unsupported).detail("an unknown list")),
        };
        self.part(look.user, lines, part).await.map(Some)
    }

    async fn visible(&self, look: Look) -> Result<Option<Visibility>, Error> {
        let to = self.database.visibility(look.user).await.map_err(told)?;
        let (visibility, is_shown) = match to {
            VisibleTo::Everyone => (Visibility::Public, true),
            VisibleTo::Guild(guild) => (Visibility::Guild, look.guild == Some(guild)),
            VisibleTo::Nobody => (Visibility::Private, false),
        };
        Ok((is_shown || look.viewer == look.user).then_some(visibility))
    }

    async fn material(&self, user: UserId) -> Result<Material, Error> {
        let movies = self.database.marked_titles(user, List::Watched, MediaKind::Movie);
        let movies = movies.await.map_err(told)?;
        let standings = self.database.series_standings(user, self.today()).await.map_err(told)?;
        Ok(Material { movies, standings })
    }

    async fn favorites(&self, user: UserId) -> Result<Vec<Line>, Error> {
        let marked = |kind| self.database.marked_titles(user, List::Favorite, kind);
        let movies = marked(MediaKind::Movie).await.map_err(told)?;
        let series = marked(MediaKind::Series).await.map_err(told)?;
        let episodes = self.database.favorite_episodes(user).await.map_err(told)?;
        let mut lines = titles(&movies);
        lines.sort_by_key(order);
        let mut groups: HashMap<TitleId, Vec<Line>> = HashMap::new();
        for line in titles(&series) {
            groups.entry(line.id).or_default().push(line);
        }
        for favorite in episodes {
            let (id, added) = (favorite.series.into(), favorite.added);
            let line = Line { favorite: Some(favorite), added, ..Line::of(id) };
            groups.entry(id).or_default().push(line);
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|group| group.iter().map(order).min());
        lines.extend(groups.into_iter().flatten());
        Ok(lines)
    }

    async fn part(
        &self,
        user: UserId,
        lines: Vec<Line>,
        Part { offset, limit, locale }: Part<'_>,
    ) -> Result<Listed, Error> {
        let mut listed = Listed::default();
        listed.n_total = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let limit = limit.min(ENTRIES_MAX) as usize;
        let shown: Vec<_> = lines.into_iter().skip(offset as usize).take(limit).collect();
        let ids: Vec<_> = shown.iter().map(|line| line.id).collect();
        let stored = self.database.stored_titles(&ids).await.map_err(told)?;
        let next = self.next(user, &shown).await?;
        for line in &shown {
            let title = stored::title(line.id, stored.get(&line.id), locale);
            let mut entry = self.entry(line, title);
            entry.next = line.in_progress().and_then(|series| next.get(&series).cloned());
            listed.entries.push(entry);
        }
        Ok(listed)
    }

    /// What comes next in those that are in progress.
    async fn next(
        &self,
        user: UserId,
        shown: &[Line],
    ) -> Result<HashMap<SeriesId, Episode>, Error> {
        let ids: Vec<_> = shown.iter().filter_map(Line::in_progress).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let next = self.database.next_episodes(user, &ids, self.today()).await.map_err(told)?;
        let next = next.into_iter().map(|(id, one)| (id, shape::outside(&one, self.today())));
        Ok(next.collect())
    }

    fn entry(&self, line: &Line, title: Title) -> Entry {
        let mut entry = Entry::new(title);
        entry.added_ms = line.added.map(|UnixMillis(ms)| ms);
        let favorite = line.favorite.as_ref();
        entry.episode = favorite.map(|favorite| shape::outside(&favorite.episode, self.today()));
        if let Some(standing) = line.standing {
            (entry.seen, entry.aired) = (standing.n_seen, standing.n_aired);
            (entry.specials, entry.unlisted) = (standing.n_specials, standing.n_unlisted);
        }
        entry
    }
}

impl Line {
    fn of(id: TitleId) -> Self {
        Self { id, added: None, standing: None, favorite: None }
    }

    /// The series, if it is in progress.
    fn in_progress(&self) -> Option<SeriesId> {
        let standing = self.standing.filter(|standing| !standing.is_watched())?;
        Some(standing.series)
    }
}

fn order(line: &Line) -> Order {
    (Reverse(line.added.map(|UnixMillis(ms)| ms)), line.id.number())
}

fn titles(marked: &[MarkedTitle]) -> Vec<Line> {
    let line = |one: &MarkedTitle| Line { added: one.added, ..Line::of(one.id) };
    marked.iter().map(line).collect()
}

fn standings(material: &Material, is_watched: bool) -> Vec<Line> {
    let chosen = material.standings.iter().filter(|one| one.is_watched() == is_watched);
    let line = |one: &SeriesStanding| {
        let (added, standing) = (one.added, Some(*one));
        Line { added, standing, ..Line::of(one.series.into()) }
    };
    let mut lines: Vec<_> = chosen.map(line).collect();
    lines.sort_by_key(order);
    lines
}

fn watched(material: &Material) -> Vec<Line> {
    let mut lines = titles(&material.movies);
    lines.sort_by_key(order);
    lines.extend(standings(material, true));
    lines
}

fn in_progress(material: &Material) -> Vec<Line> {
    standings(material, false)
}

fn totals(material: &Material) -> Totals {
    let Material { movies, standings } = material;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let runtimes = movies.iter().filter_map(|movie| movie.runtime_minutes).map(u64::from);
    let timeless = movies.iter().filter(|movie| movie.runtime_minutes.is_none()).count();
    let mut totals = Totals::default();
    totals.n_movies = count(movies.len());
    totals.n_series = count(standings.iter().filter(|one| one.is_watched()).count());
    totals.n_episodes = standings.iter().map(|one| one.n_episodes).sum();
    totals.minutes_watched =
        runtimes.sum::<u64>() + standings.iter().map(|one| one.minutes).sum::<u64>();
    totals.n_without_runtime =
        count(timeless) + standings.iter().map(|one| one.n_without_runtime).sum::<u32>();
    totals
}
