//! Someone at a message of the plugin: presses by what is read, and what is read then.

use crate::english::English;
use lumina_plugin_api::{
    component::SelectKind,
    prelude::*,
    services::{
        catalogue::{self, Found, MediaId, Title},
        discord,
        lists::{Episode, EpisodeId},
    },
    testing::{FakeLists, TestHost, call, press},
};
use lumina_search::Search;
use std::sync::{Arc, Mutex};

/// The plugin, what it is given and the message that stands there.
pub struct Stage {
    pub host: TestHost,
    pub message: Message,
    /// What was edited on the way, by its content.
    pub edits: Arc<Mutex<Vec<String>>>,
    search: Search,
}

/// A title and its episodes.
pub type Work = (Title, Vec<Episode>);

impl Stage {
    /// Lets TheTVDB and the lists know `works`; a search finds all of them.
    pub async fn of(works: Vec<Work>) -> Self {
        let titles: Vec<Title> = works.iter().map(|(title, _)| title.clone()).collect();
        let lists = works
            .into_iter()
            .fold(FakeLists::new(), |lists, (title, episodes)| lists.title(title, episodes));
        Self::with(TestHost::new().lists(lists), titles).await
    }

    /// As [`Stage::of`] with lists that `host` plays.
    pub async fn with(host: TestHost, titles: Vec<Title>) -> Self {
        let edits: Arc<Mutex<Vec<String>>> = Arc::default();
        let edited = Arc::clone(&edits);
        let host = host
            .serving(catalogue::NAME, move |request| Ok(known(&titles, request)))
            .serving(discord::NAME, move |request| match request {
                discord::Request::Edit { message, .. } => {
                    edited.lock().unwrap().push(show(&message.content));
                    Ok(())
                }
                other => panic!("not asked for: {other:?}"),
            });
        let search = Search::create(host.ctx()).await.unwrap();
        Self { host, message: Message::new(), edits, search }
    }

    /// Searches for `query`.
    pub async fn search(&mut self, query: &str) -> String {
        let call = call("search").option("query", query).build();
        match self.search.command(self.host.ctx(), call).await.unwrap() {
            Reply::Message { message, private: false } => self.message = message,
            other => panic!("{other:?}"),
        }
        self.read()
    }

    /// Presses the button that begins with `label`; returns what the message shows then.
    pub async fn press(&mut self, label: &str) -> String {
        let action = self.action(label);
        self.send(&action, None).await.unwrap()
    }

    /// Chooses what begins with `label` in one of the menus.
    pub async fn choose(&mut self, label: &str) -> String {
        let (action, value) = self.option(label);
        self.send(&action, Some(&value)).await.unwrap()
    }

    /// Sends what a component carries, as after a reload; a private answer leaves the message as it is.
    pub async fn send(&mut self, action: &Action, value: Option<&str>) -> Result<String> {
        let mut press = press(&action.handler, &());
        if let Some(value) = value {
            press = press.value(value);
        }
        let mut press = press.build();
        press.raw_state = action.state.clone();
        match self.search.component(self.host.ctx(), press).await? {
            Reply::Update { message } => self.message = message,
            Reply::Message { message, private: true } => {
                return Ok(format!("privately: {}", show(&message.content)));
            }
            other => panic!("{other:?}"),
        }
        Ok(self.read())
    }

    /// Returns what the button that begins with `label` carries.
    pub fn action(&self, label: &str) -> Action {
        let mut buttons = self.parts().filter_map(|part| match part {
            Component::Button(button) if show(&button.label).starts_with(label) => Some(button),
            _ => None,
        });
        let button = buttons.next().unwrap_or_else(|| panic!("no {label} in\n{}", self.read()));
        assert!(!button.disabled, "{label} is grey");
        button.action.clone().unwrap()
    }

    fn option(&self, label: &str) -> (Action, String) {
        let found = self.parts().find_map(|part| match part {
            Component::Select(Select { kind: SelectKind::Options(options), action, .. }) => {
                let option = options.iter().find(|one| show(&one.label).starts_with(label))?;
                Some((action.clone(), option.value.clone()))
            }
            _ => None,
        });
        found.unwrap_or_else(|| panic!("no {label} in\n{}", self.read()))
    }

    fn parts(&self) -> impl Iterator<Item = &Component> {
        self.message.components.iter().flat_map(|row| match row {
            Component::Row(row) => row.as_slice(),
            other => panic!("{other:?}"),
        })
    }

    /// Returns what the message shows, without the attribution.
    pub fn read(&self) -> String {
        assert!(self.message.components.len() <= 5, "Discord takes five rows");
        let content = Some(show(&self.message.content)).filter(|content| !content.is_empty());
        let embed = &self.message.embeds[0];
        let author = embed.author.as_ref().map(|author| show(&author.text));
        let about = [show(&embed.title), show(&embed.description)];
        let rows = self.message.components.iter().map(|row| match row {
            Component::Row(row) => row.iter().map(part).collect::<Vec<_>>().join(" "),
            other => panic!("{other:?}"),
        });
        let lines = content.into_iter().chain(author).chain(about).chain(rows);
        lines.collect::<Vec<_>>().join("\n").replace("\n\n", "\n")
    }
}

fn part(part: &Component) -> String {
    match part {
        Component::Button(button) => {
            let grey = if button.disabled { "-" } else { "" };
            format!("[{grey}{}]", show(&button.label))
        }
        Component::Select(Select { kind: SelectKind::Options(options), .. }) => {
            assert!((1..=25).contains(&options.len()), "{}", options.len());
            let options = options.iter().map(|option| {
                let chosen = if option.selected { "*" } else { "" };
                let emoji = option.emoji.as_deref().unwrap_or_default();
                let about = Some(show(&option.description)).filter(|text| !text.is_empty());
                let about = about.map(|about| format!(" ({about})")).unwrap_or_default();
                format!("{chosen}{emoji}{}{about}", show(&option.label))
            });
            format!("▾ {}", options.collect::<Vec<_>>().join(", "))
        }
        other => panic!("{other:?}"),
    }
}

fn known(titles: &[Title], request: catalogue::Request) -> serde_json::Value {
    let answer = match request {
        catalogue::Request::Search { .. } => {
            let mut found = Found::default();
            found.titles = titles.to_vec();
            serde_json::to_value(found)
        }
        catalogue::Request::Title { id, .. } => {
            serde_json::to_value(titles.iter().find(|title| title.id == id))
        }
        other => panic!("not asked for: {other:?}"),
    };
    answer.unwrap()
}

/// Returns `text` in English, with nothing around words from outside.
pub fn show(text: &Text) -> String {
    English::of(&Search::descriptor()).show(text).replace(['⟨', '⟩'], "")
}

/// Makes a movie.
pub fn movie(number: u64, name: &str) -> Work {
    let id = MediaId::new(catalogue::MediaKind::Movie, number);
    (Title::new(id, name, "https://www.thetvdb.com/movies/x"), Vec::new())
}

/// Makes a series. An episode is a season and a number; those of `unaired` have not aired.
pub fn series(number: u64, name: &str, aired: &[(u32, u32)], unaired: &[(u32, u32)]) -> Work {
    let id = MediaId::new(catalogue::MediaKind::Series, number);
    let title = Title::new(id, name, "https://www.thetvdb.com/series/x");
    let episode = |(season, number): (u32, u32), has_aired| {
        let id = EpisodeId(u64::from(season) * 1_000 + u64::from(number));
        let mut episode = Episode::new(id, season, number);
        episode.name = Some(format!("Part {number}"));
        episode.has_aired = has_aired;
        episode.aired_ms = has_aired.then_some(1_700_000_000_000);
        episode
    };
    let past = aired.iter().map(|one| episode(*one, true));
    let future = unaired.iter().map(|one| episode(*one, false));
    (title, past.chain(future).collect())
}
