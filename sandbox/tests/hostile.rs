//! Ten thousand generated titles, and as many overviews, that try to do harm, and the episodes of some of them,
//! shown to people with names of that kind: nobody is pinged, and Discord refuses no message.

use lumina_sandbox::{
    catalogue::{Catalogue, Episode, Kind, Looseness, Title, Translation},
    discord::{Answer, Invocation, Message, MessageId, NewUser, Place, Target, UserId},
    session::{Session, SessionOptions},
};
use serde_json::Value;
use std::time::Duration;

#[path = "transcripts/layout.rs"]
mod layout;

const N_BATCHES: u64 = 400;
/// As many as one menu shows beside the title itself.
const TITLES_PER_BATCH: u64 = 25;
/// Those of four people.
const TITLES_AT_ONCE: u64 = 8 * TITLES_PER_BATCH;
/// Each may search twice in a row.
const N_PEOPLE: u64 = N_BATCHES / 2;
/// Three full pages of a menu in season 1, beside some specials. A look inside costs a dozen messages whatever
/// there is to see, so that few series have many episodes.
const EPISODES_PER_SERIES: u64 = 80;
const SPECIALS_PER_SERIES: u64 = 9;
/// What is chosen in the menu of episodes: the next page, the last one, an episode there, the page before.
const CHOSEN: [usize; 4] = [usize::MAX, usize::MAX, 7, 0];
const FIRST_ID: u64 = 700_000;
/// Real time for one answer; no more than a bound.
const PATIENCE: Duration = Duration::from_secs(30);
const OVERVIEW_CHARS_MAX: usize = 6_000;

const HARM: [&str; 32] = [
    "@everyone",
    "@here",
    "<@100000000000000001>",
    "<@!1>",
    "<@&1>",
    "<#1>",
    "</sudo:1>",
    "<t:1:R>",
    "<a:x:1>",
    "<id:guide>",
    "[a](https://e.example)",
    "https://e.example",
    "**",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "\n> ",
    "\n# ",
    "\n-# ",
    "\\",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\t",
    "\r\n",
    "\u{7}",
    "{ $x }",
    "砂時計 ",
];

/// The same at every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }

    fn text(&mut self, pieces_max: usize, chars_max: usize) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(pieces_max) {
            match self.below(8) {
                0 => text.extend(std::iter::repeat_n('W', self.below(200))),
                1 => text.push(' '),
                _ => text.push_str(HARM[self.below(HARM.len())]),
            }
        }
        text.chars().take(chars_max).collect()
    }
}

/// Puts the titles of a batch in the place of older ones; TheTVDB is searched from end to end.
fn replace_titles(catalogue: &mut Catalogue, batch: u64, chance: &mut Chance) {
    for n in batch * TITLES_PER_BATCH..(batch + 1) * TITLES_PER_BATCH {
        let before = n.checked_sub(TITLES_AT_ONCE).map(|before| FIRST_ID + before);
        let is_series = begins_with_series(batch) && n.is_multiple_of(TITLES_PER_BATCH);
        let kind = if is_series { Kind::Series } else { Kind::Movie };
        let mut title = title(kind, FIRST_ID + n, batch, chance);
        if is_series {
            title.episodes = (0..EPISODES_PER_SERIES).map(|k| episode(n, k, chance)).collect();
        }
        match before.and_then(|id| of_any_kind(catalogue, id)) {
            Some(old) => *old = title,
            None => catalogue.add(title),
        }
    }
}

fn of_any_kind(catalogue: &mut Catalogue, id: u64) -> Option<&mut Title> {
    let mut kinds = [Kind::Movie, Kind::Series].into_iter();
    let kind = kinds.find(|kind| catalogue.title_mut(*kind, id).is_some())?;
    catalogue.title_mut(kind, id)
}

/// Whether the first title of a batch is a series; in batches for readers of both languages.
fn begins_with_series(batch: u64) -> bool {
    matches!(batch % 16, 0 | 2)
}

/// Specials first; of the others some have no number, and some no name.
fn episode(n: u64, k: u64, chance: &mut Chance) -> Episode {
    let is_special = k < SPECIALS_PER_SERIES;
    let number = u32::try_from(k).expect("few");
    Episode {
        id: (FIRST_ID + n) * EPISODES_PER_SERIES + k,
        season: u32::from(!is_special),
        number: Some(number).filter(|number| number % 5 > 0),
        absolute: 0,
        name: Some(chance.text(12, 400)).filter(|_| !k.is_multiple_of(7)),
        overview: Some(chance.text(20, OVERVIEW_CHARS_MAX)),
        aired: Some("2020-01-01".to_owned()),
    }
}

fn title(kind: Kind, id: u64, batch: u64, chance: &mut Chance) -> Title {
    let overview_pieces = if id.is_multiple_of(10) { 2_000 } else { 20 };
    let name = chance.text(12, 400);
    let overview = Some(chance.text(overview_pieces, OVERVIEW_CHARS_MAX));
    let english = Translation { name: Some(chance.text(6, 400)), overview };
    Title {
        kind,
        id,
        slug: "hostile".to_owned(),
        name,
        language: "jpn",
        translations: [("eng", english)].into(),
        aliases: vec![format!("batch{batch:04}")],
        year: None,
        status: "Released",
        has_picture: id.is_multiple_of(2),
        updated: 0,
        looseness: Looseness::None,
        episodes: Vec::new(),
    }
}

async fn shown(session: &Session, user: UserId, command: &str, option: (&str, Value)) -> Message {
    let invocation = Invocation {
        user,
        place: Place::GuildChannel(session.discord().default_channel()),
        command: vec![command.to_owned()],
        options: vec![(option.0.to_owned(), option.1)],
        locale: None,
    };
    let sent = session.discord().invoke(invocation).expect("it can be typed");
    whole(session.discord().answer(sent, PATIENCE).await)
}

fn whole(answer: Answer) -> Message {
    match answer {
        Answer::Message(message) | Answer::Updated(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

async fn pressed(session: &Session, user: UserId, message: MessageId, button: usize) -> Message {
    let pressed = session.discord().press(message, &Target::Position(button), user);
    let pressed = pressed.expect("there is a button");
    whole(session.discord().answer(pressed, PATIENCE).await)
}

/// Chooses the option at `index` of a menu.
async fn chosen(session: &Session, user: UserId, shown: &Message, menu: usize, index: usize) {
    let options = shown.selects()[menu - 1]["options"].as_array().expect("a menu of options");
    let value = options[index.min(options.len() - 1)]["value"].as_str().expect("a value");
    let values = [value.to_owned()];
    let sent = session.discord().select(shown.id, &Target::Position(menu), &values, user);
    whole(session.discord().answer(sent.expect("there is a menu"), PATIENCE).await);
}

/// Walks through the episodes of a series: both menus and all their pages, neighbors, marks of an episode and
/// of the specials, and what can be taken back.
async fn look_inside(session: &Session, user: UserId, message: MessageId) {
    const VIEW: usize = 3;
    const WATCHED: usize = 2;
    const FAVORITE: usize = 3;
    const NEXT: usize = 4;
    const SEASON: usize = 5;
    const BACK: usize = 6;
    let opened = pressed(session, user, message, VIEW).await;
    assert_eq!(opened.selects().len(), 2, "{}", opened.body());
    for index in CHOSEN {
        chosen(session, user, &session.discord().message(message).expect("it stands"), 2, index)
            .await;
    }
    for button in [NEXT, WATCHED, FAVORITE] {
        pressed(session, user, message, button).await;
    }
    chosen(session, user, &session.discord().message(message).expect("it stands"), 1, 0).await;
    for button in [FAVORITE, SEASON, BACK] {
        pressed(session, user, message, button).await;
    }
}

/// Searches twice, marks what is found, and looks at their own profile.
async fn visit(session: &Session, n: u64, display_name: String) {
    let locale = if n.is_multiple_of(2) { "en-US" } else { "fr" }.to_owned();
    let user = NewUser { name: format!("guest{n}"), display_name, locale };
    let user = session.discord().add_user(user);
    for batch in [2 * n, 2 * n + 1] {
        let query = Value::from(format!("batch{batch:04}"));
        let message = shown(session, user, "search", ("query", query)).await;
        let n_options = message.body()["components"][1]["components"][0]["options"].as_array();
        let n_options = n_options.map_or(0, |options| options.len() as u64);
        let log = || session.host().expect("it runs").log().tail(5).join("\n");
        assert_eq!(n_options, TITLES_PER_BATCH - 1, "{}\n{}", message.body(), log());
        pressed(session, user, message.id, 1).await;
        if begins_with_series(batch) {
            look_inside(session, user, message.id).await;
        }
    }
    let own = Value::from(user.to_string());
    let profile = shown(session, user, "profile", ("user", own)).await;
    assert!(!profile.is_ephemeral(), "{}", profile.body());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_hostile_titles_and_names_ping_nobody_and_are_never_refused() {
    let options = SessionOptions::of_layout(&layout::layout());
    let mut session = Session::start(options).await.expect("the sandbox starts");
    let mut chance = Chance(0x5eed);
    for n in (0..N_PEOPLE).step_by(4) {
        session.tvdb().edit(|catalogue| {
            (2 * n..2 * (n + 4)).for_each(|batch| replace_titles(catalogue, batch, &mut chance));
        });
        let [first, second, third, fourth] = [(); 4].map(|()| chance.text(4, 32));
        tokio::join!(
            visit(&session, n, first),
            visit(&session, n + 1, second),
            visit(&session, n + 2, third),
            visit(&session, n + 3, fourth),
        );
    }
    assert!(session.discord().violations().is_empty(), "{:#?}", session.discord().violations());
    assert!(session.stop_host().await.expect("the host ends"));
}
