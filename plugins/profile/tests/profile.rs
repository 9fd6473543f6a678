//! What `/profile` shows, to whom, and where.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../english.rs"]
mod english;

use english::English;
use lumina_plugin_api::{
    component::SelectKind,
    interaction::User,
    prelude::*,
    services::{
        catalogue::{MediaId, MediaKind, Title},
        discord,
        lists::{self, Episode, EpisodeId, Intent, Profile as Lists, Section, SeriesId, Target},
    },
    testing::{CallBuilder, FakeLists, TEST_USER, TestHost, call, press},
};
use lumina_profile::Profile;
use serde_json::json;

const OTHER: UserId = UserId(200);

/// A host with a movie and a series of three episodes, the last of which has not aired.
fn host() -> TestHost {
    let series = MediaId::new(MediaKind::Series, 7);
    let episodes = (1..=3).map(|number| {
        let mut episode = Episode::new(EpisodeId(u64::from(number)), 1, number);
        episode.name = Some(format!("Part {number}"));
        episode.has_aired = number < 3;
        episode
    });
    let lists = FakeLists::new()
        .title(title(MediaKind::Movie, 1, "Dune"), Vec::new())
        .title(title(series.kind, series.number, "Dark"), episodes.collect());
    TestHost::new().lists(lists)
}

fn title(kind: MediaKind, number: u64, name: &str) -> Title {
    Title::new(MediaId::new(kind, number), name, format!("https://www.thetvdb.com/{number}"))
}

fn episode(number: u64) -> Target {
    Target::Episode { series: SeriesId(7), episode: EpisodeId(number) }
}

fn movie() -> Target {
    Target::Title(MediaId::new(MediaKind::Movie, 1))
}

async fn mark(host: &TestHost, target: Target, intent: Intent) {
    host.ctx().lists().mark(TEST_USER, target, intent).await.unwrap();
}

/// Calls the command; a private answer begins with a word that says so.
async fn profile(host: &TestHost, call: CallBuilder) -> Result<String> {
    let profile = Profile::create(host.ctx()).await?;
    match profile.command(host.ctx(), call.build()).await? {
        Reply::Message { message, private } => {
            Ok(format!("{}{}", if private { "privately: " } else { "" }, read(&message)))
        }
        other => panic!("{other:?}"),
    }
}

fn read(message: &Message) -> String {
    let content = Some(show(&message.content)).filter(|content| !content.is_empty());
    let embeds = message.embeds.iter().flat_map(|embed| {
        let fields = embed.fields.iter();
        let fields: Vec<String> =
            fields.map(|field| format!("{}: {}", show(&field.name), show(&field.value))).collect();
        [show(&embed.description), fields.join(" | ")]
    });
    let rows = message.components.iter().map(|row| match row {
        Component::Row(row) => row.iter().map(part).collect::<Vec<_>>().join(" "),
        other => panic!("{other:?}"),
    });
    let lines = content.into_iter().chain(embeds).chain(rows).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").replace("\n\n", "\n")
}

fn part(part: &Component) -> String {
    match part {
        Component::Button(button) if button.disabled => format!("[-{}]", show(&button.label)),
        Component::Button(button) => format!("[{}]", show(&button.label)),
        Component::Select(Select { kind: SelectKind::Options(options), .. }) => {
            let labels: Vec<String> = options.iter().map(|option| show(&option.label)).collect();
            format!("▾ {}", labels.join(", "))
        }
        other => panic!("{other:?}"),
    }
}

fn show(text: &Text) -> String {
    English::of(&Profile::descriptor()).show(text).replace(['⟨', '⟩'], "")
}

fn other(bot: bool) -> serde_json::Value {
    let mut user = User::default();
    (user.id, user.bot) = (OTHER, bot);
    json!(user)
}

fn of_test_user() -> CallBuilder {
    let mut user = User::default();
    user.id = TEST_USER;
    call("profile").option("user", json!(user)).user(OTHER)
}

#[tokio::test]
async fn a_profile_shows_totals_lists_progress_and_what_comes_next() {
    let host = host();
    mark(&host, movie(), Intent::Watched).await;
    mark(&host, movie(), Intent::Favorite).await;
    mark(&host, episode(1), Intent::Watched).await;
    mark(&host, episode(1), Intent::Favorite).await;
    mark(&host, episode(2), Intent::Favorite).await;
    let shown = profile(&host, call("profile")).await.unwrap();
    let expected = "Profile of <@100>\n\
        **In progress** (1)\n\
        📺 [Dark](https://www.thetvdb.com/7) · 1/2 · next: S01E02\n\
        **Favorites** (3)\n\
        🎬 [Dune](https://www.thetvdb.com/1)\n\
        📺 [Dark](https://www.thetvdb.com/7) · S01E01 - Part 1\n\
        ⤷ S01E02 - Part 2\n\
        **Watched** (1)\n\
        🎬 [Dune](https://www.thetvdb.com/1)\n\
        Movies: 1 | Shows: 0 | Episodes: 1";
    assert_eq!(shown, expected);
    assert_eq!(profile(&host, of_test_user()).await.unwrap(), expected, "others see the same");
}

#[tokio::test]
async fn specials_alone_are_told_as_what_they_are() {
    let mut episodes: Vec<_> =
        (1..=4).map(|n| Episode::new(EpisodeId(u64::from(n)), n / 3, n)).collect();
    episodes.iter_mut().for_each(|episode| episode.has_aired = true);
    let dark = title(MediaKind::Series, 7, "Dark");
    let host = TestHost::new().lists(FakeLists::new().title(dark, episodes));
    for (number, expected) in [(1, "one special"), (2, "2 specials")] {
        mark(&host, episode(number), Intent::Watched).await;
        let shown = profile(&host, call("profile")).await.unwrap();
        let line = format!("7) · {expected} · next: S01E03\n");
        assert!(shown.contains(&line), "{shown}");
    }
    mark(&host, episode(3), Intent::Watched).await;
    let shown = profile(&host, call("profile")).await.unwrap();
    assert!(shown.contains("7) · 1/2 · next: S01E04\n"), "{shown}");
}

#[tokio::test]
async fn what_thetvdb_took_away_says_so_wherever_it_stands() {
    type Gone = fn(u64) -> bool;
    let lists = |gone: Gone| {
        let episodes = (1..=3).map(|number| {
            let mut episode = Episode::new(EpisodeId(u64::from(number)), 1, number);
            (episode.has_aired, episode.is_gone) = (true, gone(episode.id.0));
            episode
        });
        FakeLists::new().title(title(MediaKind::Series, 7, "Dark"), episodes.collect())
    };
    let one = "*one episode watched is no longer on TheTVDB*";
    let cases: [(Gone, _, _); 3] = [
        (|id| id == 2, "In progress", format!("7) · 1/2 · next: S01E03 · {one}\n")),
        (|id| id >= 2, "Watched", format!("7) · {one}\n")),
        (
            |id| id <= 2,
            "In progress",
            "7) · next: S01E03 · *2 episodes watched are no longer on TheTVDB*\n".to_owned(),
        ),
    ];
    for (gone, list, expected) in cases {
        let host = TestHost::new().lists(lists(gone));
        for number in [1, 2] {
            mark(&host, episode(number), Intent::Watched).await;
        }
        let shown = profile(&host, call("profile")).await.unwrap();
        assert!(shown.contains(list) && shown.contains(&expected), "{expected} in {shown}");
    }
    let host = TestHost::new().lists(lists(|id| id > 1));
    for number in [1, 2, 3] {
        mark(&host, episode(number), Intent::Favorite).await;
    }
    let shown = profile(&host, call("profile")).await.unwrap();
    let expected = "7) · S01E01\n⤷ S01E02 · *no longer on TheTVDB*\n⤷ S01E03 · *no";
    assert!(shown.contains(expected), "{shown}");
}

#[tokio::test]
async fn who_never_marked_anything_has_nothing_and_is_told_how_to_begin() {
    let host = host();
    let own = profile(&host, call("profile")).await.unwrap();
    assert!(own.starts_with("You have not marked anything yet, <@100>. Search"), "{own}");
    let stranger = profile(&host, call("profile").option("user", other(false))).await.unwrap();
    assert_eq!(stranger, "<@200> has not marked anything yet.");
    let bot = profile(&host, call("profile").option("user", other(true))).await.unwrap();
    assert_eq!(bot, "privately: <@200> is a bot. Bots are always on duty and watch nothing.");
}

#[tokio::test]
async fn a_private_profile_is_shown_to_its_owner_alone() {
    let host = host();
    mark(&host, movie(), Intent::Watched).await;
    let set = profile(&host, call("profile").option("visibility", "private")).await.unwrap();
    assert!(set.starts_with("privately: Your profile is private now"), "{set}");
    assert!(set.contains("Answers to `/search` are for everyone"), "{set}");
    assert!(set.contains("🎬 [Dune]"), "{set}");
    let own = profile(&host, call("profile")).await.unwrap();
    assert!(own.starts_with("privately: Profile of <@100>"), "{own}");
    let error = profile(&host, of_test_user()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    let sentence = "This profile is not shown here; its owner has chosen so.";
    assert_eq!(show(&error.message.unwrap()), sentence);
    profile(&host, call("profile").option("visibility", "public")).await.unwrap();
    assert!(profile(&host, of_test_user()).await.unwrap().contains("Dune"));
}

#[tokio::test]
async fn a_profile_for_a_server_is_public_there_and_private_elsewhere() {
    let host = host();
    mark(&host, movie(), Intent::Watched).await;
    let set = profile(&host, call("profile").option("visibility", "guild")).await.unwrap();
    assert!(set.contains("on this server only now"), "{set}");
    assert!(profile(&host, of_test_user()).await.unwrap().starts_with("Profile of"));
    assert!(profile(&host, call("profile")).await.unwrap().starts_with("Profile of"));
    let elsewhere = profile(&host, call("profile").in_dm()).await.unwrap();
    assert!(elsewhere.starts_with("privately: Profile of"), "{elsewhere}");
    let error = profile(&host, of_test_user().in_dm()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
}

#[tokio::test]
async fn what_cannot_be_chosen_is_said() {
    let host = host();
    let others = call("profile").option("user", other(false)).option("visibility", "private");
    let outside = call("profile").option("visibility", "guild").in_dm();
    for (call, begin) in [(others, "You can choose this for your own"), (outside, "This can only")]
    {
        let error = profile(&host, call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(show(&error.message.unwrap()).starts_with(begin));
    }
}

/// Three lists of `n` entries each, of the longest lines that there are, half of them of names that markdown
/// doubles.
fn crowded(n: u32) -> TestHost {
    let part = move |section, offset: u32, limit: u32| {
        let mut listed = lists::Listed::default();
        listed.n_total = n;
        let numbers = (0..n).skip(offset as usize).take(limit as usize);
        listed.entries = numbers.map(|number| longest(section, number)).collect();
        listed
    };
    TestHost::new().serving(lists::NAME, move |request| {
        Ok(match request {
            lists::Request::Profile { entries, .. } => {
                let mut profile = Lists::default();
                profile.in_progress = part(Section::InProgress, 0, entries);
                profile.favorites = part(Section::Favorites, 0, entries);
                profile.watched = part(Section::Watched, 0, entries);
                profile.totals.n_movies = n;
                profile.totals.minutes_watched = 125;
                profile.totals.n_without_runtime = 2;
                json!(profile)
            }
            lists::Request::Listed { section, offset, limit, .. } => {
                json!(part(section, offset, limit))
            }
            other => panic!("not asked for: {other:?}"),
        })
    })
}

/// The longest line of a list: episodes without a number have names, and of what TheTVDB took away that is
/// said.
fn longest(section: Section, number: u32) -> lists::Entry {
    let stars = "*".repeat(300);
    let mut long = title(MediaKind::Series, u64::from(number), &stars);
    long.english_name = number.is_multiple_of(2).then(|| "@everyone ".repeat(40));
    long.page_url = format!("https://www.thetvdb.com/series/{}", "x".repeat(79));
    let mut episode = Episode::new(EpisodeId(u64::from(number)), 1, 0);
    (episode.is_unnumbered, episode.name, episode.is_gone) = (true, Some(stars), true);
    let mut entry = lists::Entry::new(long);
    match section {
        Section::Favorites => entry.episode = Some(episode),
        Section::Watched => entry.unlisted = 1_200,
        _ => {
            (entry.aired, entry.specials, entry.unlisted) = (1_200, 1_200, 1_200);
            entry.next = Some(episode);
        }
    }
    entry
}

#[tokio::test]
async fn five_hundred_titles_come_by_pages_that_fit() {
    let host = crowded(167);
    let profile = Profile::create(host.ctx()).await.unwrap();
    let reply = profile.command(host.ctx(), call("profile").build()).await.unwrap();
    let Reply::Message { mut message, private: false } = reply else { panic!("{reply:?}") };
    let first = read(&message);
    let time = "Time watched: 2 h 5 min\n(without 2 entries of unknown length)";
    assert!(first.contains(time), "{first}");
    assert!(first.contains("[-<<] [-<] [-1/51] [>] [>>]"), "{first}");
    for page in 2..=51 {
        assert_fits(&message);
        let Component::Row(row) = &message.components[0] else { panic!("{message:?}") };
        let Component::Button(next) = &row[3] else { panic!("{row:?}") };
        let mut pressed = press("page", &()).build();
        pressed.raw_state.clone_from(&next.action.as_ref().unwrap().state);
        let reply = profile.component(host.ctx(), pressed).await.unwrap();
        let Reply::Update { message: turned } = reply else { panic!("{reply:?}") };
        message = turned;
        let shown = read(&message);
        assert!(shown.contains(&format!("{page}/51")), "{shown}");
    }
    assert_fits(&message);
    assert!(read(&message).contains("[-51/51] [->] [->>]"));
}

/// What makes words harmless may double each of their characters.
fn assert_fits(message: &Message) {
    /// By which the notes of a line in another language may be longer.
    const TRANSLATED: usize = 10;
    let shown = show(&message.embeds[0].description);
    let doubled = shown.replace('*', "\\*").chars().count();
    let n_chars = doubled + shown.lines().count() * TRANSLATED;
    assert!(n_chars < 4_096, "{n_chars}: {shown}");
}

#[tokio::test]
async fn one_goes_to_where_a_list_begins() {
    let number = |number: u32| title(MediaKind::Movie, u64::from(number), "Dune");
    let lists = (1..=40).fold(FakeLists::new(), |lists, n| lists.title(number(n), Vec::new()));
    let host = TestHost::new().lists(lists);
    for movie in 1..=40 {
        let target = Target::Title(MediaId::new(MediaKind::Movie, movie));
        mark(&host, target, Intent::Watched).await;
        mark(&host, target, Intent::Favorite).await;
    }
    let first = profile(&host, call("profile")).await.unwrap();
    assert!(first.ends_with("▾ Favorites (40), Watched (40)"), "{first}");
    let profile = Profile::create(host.ctx()).await.unwrap();
    let chosen = press("list", &json!({ "u": "100" })).value("watched").build();
    let reply = profile.component(host.ctx(), chosen).await.unwrap();
    let Reply::Update { message } = reply else { panic!("{reply:?}") };
    let shown = read(&message);
    assert!(shown.contains("**Watched** (40)") && shown.contains("[-5/8]"), "{shown}");
}

#[tokio::test]
async fn a_page_is_turned_only_while_who_looks_may() {
    let host = host();
    mark(&host, movie(), Intent::Watched).await;
    let ctx = host.ctx();
    let turned = host.clone().serving(discord::NAME, |_: discord::Request| {
        Err::<(), _>(Error::new(ErrorKind::Unavailable))
    });
    let profile = Profile::create(ctx.clone()).await.unwrap();
    let state = json!({ "u": "100", "p": 9 });
    let press = |user: UserId, private: bool| {
        let mut pressed = press("page", &state).user(user).build();
        pressed.message.private = private;
        profile.component(turned.ctx(), pressed)
    };
    assert!(matches!(press(OTHER, false).await, Ok(Reply::Update { .. })), "without a picture");
    ctx.lists().set_visibility(TEST_USER, lists::Visibility::Private, None).await.unwrap();
    assert_eq!(press(OTHER, false).await.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(press(TEST_USER, false).await.unwrap_err().kind, ErrorKind::Denied);
    assert!(matches!(press(TEST_USER, true).await, Ok(Reply::Update { .. })));
}

#[test]
fn every_declared_text_exists() {
    let descriptor = Profile::descriptor();
    let command = &descriptor.commands[0];
    let described = command.options.iter().map(|option| &option.description);
    for text in described.chain([&command.description, &descriptor.summary]) {
        assert!((1..=100).contains(&show(text).chars().count()));
    }
    let names: Vec<&str> = command.options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(names, ["user", "visibility"]);
}
