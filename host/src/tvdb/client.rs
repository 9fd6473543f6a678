//! One function per endpoint of TheTVDB: asks, and turns the answer into clean types.

use super::{
    EpisodesPage, MediaKind, Movie, MovieId, RecordKind, Search, SearchPage, Series, SeriesId,
    TitleId, UpdatesPage,
    error::TvdbError,
    session::{Credentials, Session},
    transport::{Request, Transport},
    wire::{Envelope, EpisodesData, Found, List, Record, WireUpdate},
};
use crate::clock::Clock;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The most pages of episodes that are believed; 100 pages are 50,000 episodes.
pub(super) const EPISODE_PAGES_MAX: u32 = 100;

/// Where titles are searched.
const SEARCH: &str = "search";

/// Where changes are listed.
const UPDATES: &str = "updates";

/// What an answer lacks that should be in it.
#[derive(Debug, thiserror::Error)]
enum Lack {
    #[error("it has no list of results")]
    List,
    #[error("it has fewer episodes than it says there are")]
    Episodes,
    #[error("it has no record")]
    Record,
}

impl Lack {
    fn at(self, path: String) -> TvdbError {
        TvdbError::NotData { path, source: Arc::new(self) }
    }
}

/// Asks TheTVDB.
#[derive(Debug)]
pub(super) struct Client {
    transport: Transport,
    session: Session,
}

impl Client {
    pub(super) fn new(transport: Transport, credentials: Credentials, clock: Clock) -> Self {
        let session = Session::new(transport.clone(), credentials, clock);
        Self { transport, session }
    }

    pub(super) async fn search(&self, search: &Search) -> Result<SearchPage, TvdbError> {
        let mut query = vec![("query", search.text.clone()), ("limit", search.limit.to_string())];
        query.extend(search.kind.map(|kind| ("type", kind.word().to_owned())));
        let request = Request::get(SEARCH.to_owned(), query);
        let answer = self.ask::<List<Found>>(request).await?;
        answer.map_or_else(|| Ok(SearchPage::default()), search_page)
    }

    pub(super) async fn movie(&self, id: MovieId) -> Result<Option<Movie>, TvdbError> {
        let answer = self.record(id.into()).await?;
        Ok(answer.and_then(|record| record.into_movie(id)))
    }

    pub(super) async fn series(&self, id: SeriesId) -> Result<Option<Series>, TvdbError> {
        let answer = self.record(id.into()).await?;
        Ok(answer.and_then(|record| record.into_series(id)))
    }

    pub(super) async fn episodes(
        &self,
        series: SeriesId,
        page: u32,
    ) -> Result<Option<EpisodesPage>, TvdbError> {
        self.episodes_at(format!("series/{}/episodes/official", series.0), page).await
    }

    pub(super) async fn episodes_in(
        &self,
        series: SeriesId,
        language: &str,
        page: u32,
    ) -> Result<Option<EpisodesPage>, TvdbError> {
        self.episodes_at(format!("series/{}/episodes/official/{language}", series.0), page).await
    }

    async fn episodes_at(
        &self,
        path: String,
        page: u32,
    ) -> Result<Option<EpisodesPage>, TvdbError> {
        let request = Request::get(path.clone(), vec![("page", page.to_string())]);
        let answer = self.ask::<EpisodesData>(request).await?;
        answer.map(|envelope| episodes_page(path, page, envelope)).transpose()
    }

    pub(super) async fn updates(
        &self,
        since_s: i64,
        of: RecordKind,
        page: u32,
    ) -> Result<UpdatesPage, TvdbError> {
        let query = vec![
            ("since", since_s.to_string()),
            ("type", of.word().to_owned()),
            ("page", page.to_string()),
        ];
        let answer = self.ask::<List<WireUpdate>>(Request::get(UPDATES.to_owned(), query)).await?;
        // Only a list says that nothing has changed: without one a day would be missed.
        let listed = answer.filter(|envelope| envelope.data.is_array);
        let envelope = listed.ok_or_else(|| Lack::List.at(UPDATES.to_owned()))?;
        let has_more = envelope.links.next.is_some() && envelope.data.n_items > 0;
        let wire = envelope.data.items.into_iter();
        let updates = wire.filter_map(|update| update.into_update(of)).collect();
        Ok(UpdatesPage { updates, next_page: has_more.then_some(page + 1) })
    }

    /// The record of a title; `None` only if TheTVDB says that there is none.
    async fn record(&self, id: TitleId) -> Result<Option<Record>, TvdbError> {
        let folder = match id.kind() {
            MediaKind::Movie => "movies",
            MediaKind::Series => "series",
        };
        let query = vec![("meta", "translations".to_owned()), ("short", "true".to_owned())];
        let path = format!("{folder}/{}/extended", id.number());
        let answer = self.ask::<Record>(Request::get(path.clone(), query)).await?;
        match answer.map(|envelope| envelope.data) {
            Some(record) if !record.has_id() => Err(Lack::Record.at(path)),
            record => Ok(record),
        }
    }

    /// Sends `request` with the token. If the token is refused, the identical request goes once more
    /// with a new one, and then no more.
    async fn ask<T>(&self, request: Request) -> Result<Option<Envelope<T>>, TvdbError>
    where
        T: DeserializeOwned + Default,
    {
        let token = self.session.token().await?;
        match self.transport.send(&request, Some(&token.secret)).await {
            Err(TvdbError::TokenRefused { .. }) => {
                let token = self.session.newer_than(token.generation).await?;
                self.transport.send(&request, Some(&token.secret)).await
            }
            answer => answer,
        }
    }
}

/// An answer without a list does not say that there is no such title.
fn search_page(envelope: Envelope<List<Found>>) -> Result<SearchPage, TvdbError> {
    if !envelope.data.is_array {
        return Err(Lack::List.at(SEARCH.to_owned()));
    }
    let mut titles: Vec<super::Title> = Vec::new();
    for title in envelope.data.items.into_iter().filter_map(Found::into_title) {
        if !titles.iter().any(|seen| seen.id == title.id) {
            titles.push(title);
        }
    }
    Ok(SearchPage { titles })
}

/// No list is as good as an empty one, but where there should be episodes: what was read would be taken
/// for the whole series.
fn episodes_page(
    path: String,
    page: u32,
    envelope: Envelope<EpisodesData>,
) -> Result<EpisodesPage, TvdbError> {
    let n_items = envelope.data.episodes.n_items;
    if n_items == 0 && envelope.links.promise(page) {
        return Err(Lack::Episodes.at(path));
    }
    let has_more = envelope.links.next.is_some() && n_items > 0 && page + 1 < EPISODE_PAGES_MAX;
    let lacks_list = !envelope.data.episodes.is_array;
    let usual_runtime = envelope.data.usual_runtime();
    let mut seen = std::collections::HashSet::new();
    let episodes = envelope.data.episodes.items.into_iter().filter_map(|wire| wire.into_episode());
    let mut episodes: Vec<_> = episodes.filter(|episode| seen.insert(episode.id)).collect();
    for episode in &mut episodes {
        episode.runtime_minutes = episode.runtime_minutes.or(usual_runtime);
    }
    Ok(EpisodesPage { episodes, next_page: has_more.then_some(page + 1), lacks_list })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_says_that_nothing_was_found() {
        for (answer, is_readable) in [
            (r#"{"data": []}"#, true),
            (r#"{"data": [null]}"#, true),
            (r#"{"data": null}"#, false),
            (r#"{"data": {}}"#, false),
            ("{}", false),
        ] {
            let page = search_page(serde_json::from_str(answer).expect("lenient"));
            let is_away = page.as_ref().is_err_and(TvdbError::is_outage);
            assert_eq!((page.is_ok(), is_away), (is_readable, !is_readable), "{answer}");
        }
    }

    #[test]
    fn episodes_that_are_promised_and_not_there_are_no_end_of_a_series() {
        for (page, episodes, total_items, is_readable) in [
            (0, "null", 0, true),
            (0, "null", 23, false),
            (1, "null", 500, true),
            (1, "null", 1_200, false),
            (1, "[]", 500, true),
            (1, "[]", 1_200, false),
            (2, "[]", 1_200, false),
        ] {
            let links = format!(r#"{{"total_items": {total_items}, "page_size": 500}}"#);
            let answer = format!(r#"{{"data": {{"episodes": {episodes}}}, "links": {links}}}"#);
            let envelope = serde_json::from_str(&answer).expect("lenient");
            let read = episodes_page(String::new(), page, envelope);
            assert_eq!(read.is_ok(), is_readable, "page {page}: {answer}");
        }
    }
}
