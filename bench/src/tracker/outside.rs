//! What people wait for: commands and presses of the real process, to the right answer.

use super::{Figure, seed::PROFILE_TITLES};
use crate::{
    contender::Lumina,
    load::{self, Person},
    spread::Spread,
};
use anyhow::{Context, Result, ensure};
use lumina_sandbox::{
    catalogue::{Kind, Looseness, Title},
    discord::{Message, SimDiscord, UserId},
};

/// How often each press is done; one person may press 100 times in ten seconds.
const TIMES: usize = 20;
/// Searches that nobody did before. What they ask of TheTVDB stays below what it grants in five seconds.
const SEARCHES: usize = 40;
/// Looks at each profile, each by another person.
const LOOKS: usize = 30;
/// The show with 1,200 episodes.
const LONG: &str = "The Everlasting Street";

/// Measures the process.
pub(super) async fn figures(
    discord: &SimDiscord,
    lumina: &Lumina,
    owners: &[UserId],
) -> Result<Vec<Figure>> {
    let outside = Outside { discord, lumina };
    let mut figures = outside.searches().await?;
    figures.extend(outside.marks().await?);
    figures.extend(outside.episodes().await?);
    for (owner, n_titles) in owners.iter().zip(PROFILE_TITLES) {
        figures.push(outside.profile(*owner, n_titles).await?);
    }
    Ok(figures)
}

struct Outside<'a> {
    discord: &'a SimDiscord,
    lumina: &'a Lumina,
}

impl Outside<'_> {
    /// One person for each title: a person may search twice in eight seconds.
    async fn searches(&self) -> Result<Vec<Figure>> {
        let names = self.names();
        ensure!(names.len() == SEARCHES, "{} titles are plain", names.len());
        let people = load::people(self.discord, SEARCHES);
        let (mut cold, mut cached) = <(Spread, Spread)>::default();
        self.lumina.tvdb.clear_journal();
        for (name, user) in names.iter().zip(&people) {
            cold.add(self.search(*user, name).await?.1);
        }
        let n_cold = self.n_requests();
        for (name, user) in names.iter().zip(&people) {
            cached.add(self.search(*user, name).await?.1);
        }
        let n_cached = self.n_requests() - n_cold;
        let requests = "up to 11 requests, one after the other";
        Ok(vec![
            Figure::new("/search, cold", cold).requests(n_cold).original(requests),
            Figure::new("/search, cached", cached).requests(n_cached).original("kept for an hour"),
        ])
    }

    /// Titles with a plain English name.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.lumina.tvdb.edit(|catalogue| {
            let is_plain = |title: &&Title| {
                matches!(title.kind, Kind::Movie | Kind::Series)
                    && title.looseness == Looseness::None
                    && title.language == "eng"
                    && title.name.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
            };
            let plain = catalogue.titles().iter().filter(is_plain).take(SEARCHES);
            names = plain.map(|title| title.name.clone()).collect();
        });
        names
    }

    /// What was asked of TheTVDB since its journal was cleared, but for the login.
    fn n_requests(&self) -> usize {
        let journal = self.lumina.tvdb.journal();
        journal.iter().filter(|seen| seen.path != "/login").count()
    }

    async fn search(&self, user: UserId, name: &str) -> Result<(Message, std::time::Duration)> {
        let person = Person { discord: self.discord, user };
        let (message, took) = person.command("search", &[("query", name)]).await?;
        ensure!(load::text_of(&message).contains(name), "not {name}: {:?}", message.body());
        Ok((message, took))
    }

    async fn someone(&self) -> Result<(Person<'_>, Message)> {
        let user = load::people(self.discord, 1)[0];
        Ok((Person { discord: self.discord, user }, self.search(user, LONG).await?.0))
    }

    async fn marks(&self) -> Result<Vec<Figure>> {
        let (person, message) = self.someone().await?;
        let (mut first, mut again) = <(Spread, Spread)>::default();
        self.lumina.tvdb.clear_journal();
        for n in 0..=TIMES {
            let (marked, took) = person.press(message.id, "Mark as watched").await?;
            ensure!(marked.content().contains("Marked 1200 episodes"), "{}", marked.content());
            if n == 0 { &mut first } else { &mut again }.add(took);
            let (unmarked, _) = person.press(message.id, "Unmark as watched").await?;
            ensure!(load::label(&unmarked, "Mark as watched").is_some(), "still marked");
        }
        Ok(vec![
            Figure::new("mark 1,200, to the answer", again),
            Figure::new("mark 1,200 and fetch them, to the answer", first)
                .requests(self.n_requests()),
        ])
    }

    async fn episodes(&self) -> Result<Vec<Figure>> {
        let (person, message) = self.someone().await?;
        let (mut open, mut next) = <(Spread, Spread)>::default();
        self.lumina.tvdb.clear_journal();
        for n in 0..TIMES {
            let (view, took) = person.press(message.id, "View episodes").await?;
            ensure!(load::text_of(&view).contains("S01E01"), "{:?}", view.body());
            open.add(took);
            let (view, took) = person.press(message.id, "Next").await?;
            ensure!(load::text_of(&view).contains("S01E02"), "{:?}", view.body());
            next.add(took);
            person.press(message.id, "Back").await.with_context(|| format!("time {n}"))?;
        }
        Ok(vec![
            Figure::new("episode view of 1,200, to the answer", open).requests(self.n_requests()),
            Figure::new("the next episode, to the answer", next),
        ])
    }

    async fn profile(&self, owner: UserId, n_titles: u64) -> Result<Figure> {
        let wanted = owner.to_string();
        let mut spread = Spread::default();
        self.lumina.tvdb.clear_journal();
        for user in load::people(self.discord, LOOKS) {
            let person = Person { discord: self.discord, user };
            let (message, took) = person.command("profile", &[("user", &wanted)]).await?;
            let text = load::text_of(&message);
            let right = match n_titles {
                0 => "has not marked anything yet".to_owned(),
                n => format!("**In progress** ({})", n / 4),
            };
            ensure!(text.contains(&right), "{text}");
            spread.add(took);
        }
        let figure = Figure::new(format!("/profile of {n_titles} titles, to the answer"), spread);
        let sequential = "1 to 2 requests a title, one after the other";
        Ok(figure.requests(self.n_requests()).original(sequential))
    }
}
