//! Requests of the service `lists`, in this process.

use super::{Figure, invented::AtOnce, seed::PROFILE_TITLES};
use crate::{load, spread::Spread};
use anyhow::{Context, Result, anyhow, ensure};
use lumina_host::{
    clock::Clock,
    db::{Database, DatabaseLocation},
    rate_limit::RateLimits,
    services::{Services, ServicesOptions, http::Outside},
};
use lumina_plugin_api::{
    descriptor::{Descriptor, Service},
    id::UserId,
    services::{
        catalogue::{MediaId, MediaKind},
        lists::{
            EpisodeDetail, EpisodeId, Intent, Look, Marked, NAME, Profile, Request, Season,
            SeriesId, Target, TitleState,
        },
    },
};
use lumina_sandbox::discord;
use serde::de::DeserializeOwned;
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

/// How often each is done.
const TIMES: u64 = 50;
/// Entries of each list that a page of the plugin `profile` asks for.
const ENTRIES: u32 = 15;
/// Who marks.
const SOMEONE: UserId = UserId(3_000_000_000_000_000_000);
/// The first of the series that [`AtOnce`] has and the database has not.
const FIRST_NEW: u64 = 7_000_000;
const N_EPISODES: u32 = 1_200;

/// Measures on the database in the folder `data`.
pub(super) async fn figures(data: &Path, owners: &[discord::UserId]) -> Result<Vec<Figure>> {
    let database = Database::open(&DatabaseLocation::file(data.join("lumina.db"))).await?;
    let clock = Clock::start();
    let services = Services::open(ServicesOptions {
        clock: clock.clone(),
        catalogue: Arc::new(AtOnce),
        database: database.clone(),
        limits: Arc::new(RateLimits::new(clock)),
        outside: Outside::Sandbox(SocketAddr::from(([127, 0, 0, 1], 9))),
    })?;
    let caller = Descriptor::new("measures").service(Service::Lists).service(Service::Catalogue);
    let inside = Inside { services, caller };
    let mut figures = inside.marks().await?;
    figures.extend(inside.looks().await?);
    for (owner, n_titles) in owners.iter().zip(PROFILE_TITLES) {
        figures.push(inside.profile(UserId(owner.0), n_titles).await?);
    }
    database.close().await;
    Ok(figures)
}

struct Inside {
    services: Services,
    caller: Descriptor,
}

impl Inside {
    async fn ask<T: DeserializeOwned>(&self, request: &Request) -> Result<(T, Duration)> {
        let bytes = serde_json::to_vec(request)?;
        let began = load::now();
        let answer = self.services.answer(&self.caller, NAME, bytes).await;
        let took = began.elapsed();
        let answer = answer.map_err(|error| anyhow!("{error}"))?;
        Ok((serde_json::from_slice(&answer)?, took))
    }

    async fn mark(&self, series: u64, intent: Intent) -> Result<Duration> {
        let target = Target::Title(MediaId::new(MediaKind::Series, series));
        let request = Request::Mark { user: SOMEONE, target, intent };
        let (marked, took): (Option<Marked>, _) = self.ask(&request).await?;
        let marked = marked.context("the series is gone")?;
        ensure!((marked.n_changed, marked.n_meant) == (N_EPISODES, N_EPISODES), "{marked:?}");
        ensure!(marked.state.is_watched == (intent == Intent::Watched), "{marked:?}");
        Ok(took)
    }

    async fn marks(&self) -> Result<Vec<Figure>> {
        let (mut first, mut again, mut back) = <(Spread, Spread, Spread)>::default();
        for series in FIRST_NEW..FIRST_NEW + TIMES {
            first.add(self.mark(series, Intent::Watched).await?);
            back.add(self.mark(series, Intent::Unwatched).await?);
            again.add(self.mark(series, Intent::Watched).await?);
        }
        let statements = "500 episodes: over 1,000 statements, a commit each";
        Ok(vec![
            Figure::new("mark 1,200, in the host", again).target("15 ms").original(statements),
            Figure::new("mark 1,200 and store them, in the host", first),
            Figure::new("unmark 1,200, in the host", back),
        ])
    }

    /// What the episode view is made of.
    async fn looks(&self) -> Result<Vec<Figure>> {
        let (series, user) = (SeriesId(FIRST_NEW), SOMEONE);
        let (mut state, mut season, mut episode) = <(Spread, Spread, Spread)>::default();
        for _ in 0..TIMES {
            let request = Request::State { user, id: series.into() };
            let (shown, took): (Option<TitleState>, _) = self.ask(&request).await?;
            ensure!(shown.is_some_and(|shown| shown.seen == N_EPISODES), "another state");
            state.add(took);
            let request = Request::Season { user, series, season: 7 };
            let (shown, took): (Option<Season>, _) = self.ask(&request).await?;
            let shown = shown.context("no season 7")?;
            ensure!((shown.episodes.len(), shown.state.seen) == (120, 120), "another season");
            season.add(took);
            let wanted: EpisodeId = shown.episodes[60].id;
            let request = Request::Episode { user, series, episode: wanted };
            let (shown, took): (Option<EpisodeDetail>, _) = self.ask(&request).await?;
            let shown = shown.context("no such episode")?;
            ensure!(shown.episode.id == wanted && shown.next.is_some(), "another episode");
            episode.add(took);
        }
        Ok(vec![
            Figure::new("state of a series of 1,200, in the host", state),
            Figure::new("one of its seasons, in the host", season),
            Figure::new("one of its episodes, in the host", episode),
        ])
    }

    async fn profile(&self, owner: UserId, n_titles: u64) -> Result<Figure> {
        let mut spread = Spread::default();
        let look = Look::new(owner, owner, None);
        let request = Request::Profile { look, entries: ENTRIES, locale: Some("fr".to_owned()) };
        for _ in 0..TIMES {
            let (profile, took): (Option<Profile>, _) = self.ask(&request).await?;
            let profile = profile.context("a profile that is not shown")?;
            let n_shown = u64::from(profile.watched.n_total + profile.in_progress.n_total);
            ensure!(n_shown == n_titles, "{n_shown} of {n_titles} titles");
            spread.add(took);
        }
        let target = if n_titles == 500 { "50 ms" } else { "" };
        let figure = Figure::new(format!("profile of {n_titles} titles, in the host"), spread);
        Ok(figure.target(target))
    }
}
