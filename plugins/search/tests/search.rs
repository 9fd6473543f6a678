//! What `/search` shows, suggests and refuses.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../english.rs"]
mod english;

use english::English;
use lumina_plugin_api::{
    command::{ChoiceValue, OptionKind},
    component::SelectKind,
    prelude::*,
    services::catalogue::{self, Found, MediaId, MediaKind, Title},
    testing::{AutocompleteBuilder, CallBuilder, TestHost, autocomplete, call, press},
};
use lumina_search::Search;
use std::sync::{Arc, Mutex};

/// A TheTVDB that knows some titles, finds all of them by any words and remembers what it was asked.
#[derive(Clone, Default)]
struct Shelf {
    titles: Vec<Title>,
    unlisted: Vec<Title>,
    /// What was merged, and into what.
    merged: Vec<(MediaId, MediaId)>,
    stale_ms: Option<u64>,
    down: bool,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shelf {
    fn of(titles: Vec<Title>) -> Self {
        Self { titles, ..Self::default() }
    }

    fn host(&self) -> TestHost {
        let shelf = self.clone();
        TestHost::new().serving(catalogue::NAME, move |request| shelf.answer(request))
    }

    fn answer(&self, request: catalogue::Request) -> Result<serde_json::Value> {
        let log = |line: String| self.asked.lock().unwrap().push(line);
        let answer = match request {
            catalogue::Request::Search { query, kind, .. } => {
                log(format!("{query} {}", kind.map_or("any", MediaKind::as_str)));
                let mut found = Found::default();
                found.titles = self.titles.clone();
                found.stale_ms = self.stale_ms;
                serde_json::to_value(found)
            }
            catalogue::Request::Title { id, .. } => {
                log(id.to_string());
                let into = self.merged.iter().find(|(from, _)| *from == id).map(|(_, into)| *into);
                let id = into.unwrap_or(id);
                let all = || self.titles.iter().chain(&self.unlisted);
                serde_json::to_value(all().find(|title| title.id == id))
            }
            other => panic!("not asked for: {other:?}"),
        };
        if self.down {
            return Err(Error::new(ErrorKind::Unavailable).message("TheTVDB is down."));
        }
        Ok(answer?)
    }

    async fn search(&self, options: CallBuilder) -> Result<Message> {
        let host = self.host();
        let search = Search::create(host.ctx()).await?;
        match search.command(host.ctx(), options.build()).await? {
            Reply::Message { message, private: false } => Ok(message),
            other => panic!("{other:?}"),
        }
    }

    /// Chooses in the menu of `message`, with a new copy of the plugin, as after a reload.
    async fn choose(&self, message: &Message, value: &str) -> Result<Message> {
        self.choose_with(&menu(message).unwrap().action, value).await
    }

    async fn choose_with(&self, action: &Action, value: &str) -> Result<Message> {
        let host = self.host();
        let search = Search::create(host.ctx()).await?;
        let mut chosen = press(&action.handler, &()).value(value).build();
        chosen.raw_state = action.state.clone();
        match search.component(host.ctx(), chosen).await? {
            Reply::Update { message } => Ok(message),
            other => panic!("{other:?}"),
        }
    }

    async fn suggest(&self, typing: AutocompleteBuilder) -> Vec<(String, String)> {
        let host = self.host();
        let search = Search::create(host.ctx()).await.unwrap();
        let choices = search.autocomplete(host.ctx(), typing.build()).await.unwrap();
        let choices = choices.into_iter().map(|choice| match choice.value {
            ChoiceValue::String(value) => (show(&choice.name), value),
            other => panic!("{other:?}"),
        });
        choices.collect()
    }
}

fn title(id: &str, name: &str) -> Title {
    let id: MediaId = id.parse().unwrap();
    Title::new(id, name, format!("https://www.thetvdb.com/series/{id}"))
}

fn renumbered(mut title: Title, id: &str) -> Title {
    title.id = id.parse().unwrap();
    title
}

fn dune() -> Title {
    let mut dune = title("movie-1", "Dune");
    dune.english_name = Some("Dune".into());
    dune.english_overview = Some("Sand.".into());
    dune.poster_url = Some("https://artworks.thetvdb.com/dune.jpg".into());
    dune
}

fn many(n_titles: u64) -> Vec<Title> {
    (1..=n_titles).map(|id| title(&format!("series-{id}"), &format!("Part {id}"))).collect()
}

fn dune_call() -> CallBuilder {
    call("search").option("query", "dune")
}

fn by_id(query: &str) -> CallBuilder {
    call("search").option("query", query).option("by_id", true)
}

fn show(text: &Text) -> String {
    English::of(&Search::descriptor()).show(text)
}

fn menu(message: &Message) -> Option<&Select> {
    message.components.iter().find_map(|row| match row {
        Component::Row(row) => match row.as_slice() {
            [Component::Select(select)] => Some(select),
            _ => None,
        },
        other => panic!("{other:?}"),
    })
}

fn options(message: &Message) -> &[SelectOption] {
    match menu(message).map(|menu| &menu.kind) {
        None => &[],
        Some(SelectKind::Options(options)) => options,
        other => panic!("{other:?}"),
    }
}

fn heading(message: &Message) -> String {
    show(&message.embeds[0].title)
}

fn description(message: &Message) -> String {
    show(&message.embeds[0].description)
}

/// The values of the menu: how many titles, from which to which, and the ways.
fn outline(message: &Message) -> String {
    let values: Vec<&str> = options(message).iter().map(|option| option.value.as_str()).collect();
    let titles: Vec<&str> =
        values.iter().copied().filter(|value| value.starts_with("series-")).collect();
    let ways = values.iter().filter(|value| !value.starts_with("series-"));
    let ways: Vec<&str> = ways.copied().collect();
    let (first, last) = (titles.first().unwrap(), titles.last().unwrap());
    format!("{}: {first} to {last} {}", titles.len(), ways.join(" ")).trim_end().to_owned()
}

async fn check_error(call: CallBuilder, kind: ErrorKind, expected: &str) {
    let error = Shelf::default().search(call).await.unwrap_err();
    assert_eq!(error.kind, kind);
    assert_eq!(show(&error.message.unwrap()), expected);
}

#[tokio::test]
async fn what_was_merged_is_shown_as_what_it_became_and_says_so_once() {
    let (old, new) = ("movie-9".parse().unwrap(), "movie-1".parse().unwrap());
    let shelf = Shelf { merged: vec![(old, new)], ..Shelf::of(vec![dune()]) };
    let note =
        "*TheTVDB has merged number ⟨9⟩ into this one; what was marked there has come along.*";
    for call in [by_id("movie-9"), call("search").option("query", "movie-9")] {
        let message = shelf.search(call).await.unwrap();
        assert_eq!(heading(&message), "🎬 ⟨Dune⟩");
        assert!(description(&message).ends_with(note), "{}", description(&message));
        let Component::Row(row) = &message.components[0] else { panic!("{message:?}") };
        let Component::Button(button) = &row[0] else { panic!("{row:?}") };
        let action = button.action.as_ref().unwrap();
        assert!(action.state.contains("movie-1"), "{action:?}");
    }
    let message = shelf.search(by_id("movie-1")).await.unwrap();
    assert!(!description(&message).contains("merged"));
}

#[tokio::test]
async fn a_result_shows_name_link_overview_poster_and_attribution() {
    let message = Shelf::of(vec![dune()]).search(dune_call()).await.unwrap();
    let [embed] = message.embeds.as_slice() else { panic!("{message:?}") };
    assert_eq!(show(&embed.title), "🎬 ⟨Dune⟩");
    assert_eq!(embed.url.as_deref(), Some("https://www.thetvdb.com/series/movie-1"));
    assert_eq!(show(&embed.description), "**Overview**\n⟨Sand.⟩");
    assert_eq!(embed.image.as_deref(), Some("https://artworks.thetvdb.com/dune.jpg"));
    assert_eq!(embed.color, Some(0x5865F2));
    let footer = embed.footer.as_ref().unwrap();
    assert_eq!(
        show(&footer.text),
        "Metadata provided by TheTVDB. Please consider adding missing information or subscribing \
         at thetvdb.com."
    );
    assert_eq!(
        footer.icon.as_deref(),
        Some("https://www.thetvdb.com/images/attribution/logo1.png")
    );
    assert_eq!(menu(&message), None, "one result needs no menu");
}

#[tokio::test]
async fn a_foreign_name_is_followed_by_the_english_one_and_never_by_nothing() {
    for (english, expected) in [
        (Some("Dark"), "📺 ⟨Düster (Dark)⟩"),
        (Some("Düster"), "📺 ⟨Düster⟩"),
        (Some(""), "📺 ⟨Düster⟩"),
        (None, "📺 ⟨Düster⟩"),
    ] {
        let mut dark = title("series-2", "Düster");
        dark.english_name = english.map(str::to_owned);
        let message = Shelf::of(vec![dark]).search(dune_call()).await.unwrap();
        assert_eq!(heading(&message), expected);
    }
}

#[tokio::test]
async fn the_overview_is_english_or_says_that_it_is_not() {
    for (own, english, expected) in [
        (Some("Sable."), Some("Sand."), "⟨Sand.⟩"),
        (None, Some("Sand."), "⟨Sand.⟩"),
        (Some("Sable."), None, "⟨Sable.⟩\n\n*No English overview available.*"),
        (Some("Sable."), Some(" \n"), "⟨Sable.⟩\n\n*No English overview available.*"),
        (None, None, "*No overview available.*"),
        (Some(""), Some(""), "*No overview available.*"),
    ] {
        let mut dune = title("movie-1", "Dune");
        dune.overview = own.map(str::to_owned);
        dune.english_overview = english.map(str::to_owned);
        let message = Shelf::of(vec![dune]).search(dune_call()).await.unwrap();
        assert_eq!(description(&message), format!("**Overview**\n{expected}"));
    }
}

#[tokio::test]
async fn the_reader_s_own_language_comes_first_with_the_original_name_beside() {
    let mut dark = title("series-2", "Düster");
    dark.english_name = Some("Dark".into());
    dark.english_overview = Some("Rain.".into());
    dark.local_name = Some("Sombre".into());
    dark.local_overview = Some("Pluie.".into());
    let message = Shelf::of(vec![dark]).search(dune_call().locale("fr")).await.unwrap();
    assert_eq!(heading(&message), "📺 ⟨Düster (Sombre)⟩");
    assert_eq!(description(&message), "**Overview**\n⟨Pluie.⟩");
}

#[tokio::test]
async fn a_long_overview_is_cut_at_a_thousand_characters() {
    let mut long = dune();
    for (overview, expected) in [
        ("ß".repeat(1_000), "ß".repeat(1_000)),
        ("ß".repeat(1_001), format!("{}…", "ß".repeat(999))),
    ] {
        long.english_overview = Some(overview);
        let message = Shelf::of(vec![long.clone()]).search(dune_call()).await.unwrap();
        assert_eq!(description(&message), format!("**Overview**\n⟨{expected}⟩"));
    }
}

#[tokio::test]
async fn names_of_four_hundred_characters_fit_wherever_they_stand() {
    let mut long = title("series-1", &"Ä".repeat(400));
    long.english_name = Some("a".repeat(400));
    long.year = Some(2021);
    let shelf = Shelf::of(vec![long.clone(), renumbered(long, "series-2")]);
    let message = shelf.search(dune_call()).await.unwrap();
    assert!(heading(&message).chars().count() <= 256);
    assert!(heading(&message).contains("… (aaa"), "both names are there");
    assert!(heading(&message).ends_with("a…)⟩"));
    let label = show(&options(&message)[0].label);
    assert!(label.trim_matches(['⟨', '⟩']).chars().count() <= 100);
    for (name, _) in shelf.suggest(autocomplete("search", "query", "du")).await {
        assert!(name.replace(['⟨', '⟩'], "").chars().count() <= 100);
        assert!(name.ends_with(" · 2021"));
    }
}

#[tokio::test]
async fn hostile_words_are_marked_as_coming_from_outside_wherever_they_stand() {
    const HOSTILE: &str = "**@everyone** [a](https://evil.example) `x` \u{202e}<@1>";
    let mut hostile = title("movie-1", HOSTILE);
    hostile.english_name = Some(HOSTILE.replace('a', "b"));
    hostile.overview = Some(HOSTILE.to_owned());
    hostile.poster_url = Some("javascript:alert(1)".into());
    hostile.page_url = "not a link".into();
    let shelf = Shelf::of(vec![hostile.clone(), renumbered(hostile, "series-2")]);
    let message = shelf.search(dune_call()).await.unwrap();
    let suggested = shelf.suggest(autocomplete("search", "query", "du")).await;
    let option = &options(&message)[0];
    let texts = [
        heading(&message),
        description(&message),
        show(&option.label),
        show(&option.description),
        suggested[0].0.clone(),
    ];
    for text in texts {
        let inside: String =
            text.split('⟨').map(|part| part.split('⟩').next_back().unwrap()).collect();
        assert!(text.contains("@everyone"), "{text}");
        assert!(!inside.contains(['@', '[', '`', '<']), "{text}");
    }
    assert_eq!((&message.embeds[0].url, &message.embeds[0].image), (&None, &None));
    let error = Shelf::default().search(call("search").option("query", HOSTILE)).await.unwrap_err();
    assert!(show(&error.message.unwrap()).contains(&format!("“⟨{HOSTILE}⟩”")));
}

#[tokio::test]
async fn a_title_of_which_nothing_is_known_but_its_name_is_shown() {
    let message =
        Shelf::of(vec![title("series-9", "Not yet out")]).search(dune_call()).await.unwrap();
    assert_eq!(heading(&message), "📺 ⟨Not yet out⟩");
    assert_eq!(message.embeds[0].image, None);
}

#[tokio::test]
async fn the_menu_holds_the_other_results_and_a_choice_changes_the_message_in_place() {
    let mut series = title("series-2", "Dune");
    series.year = Some(2000);
    series.english_overview = Some("Sand,\nin parts.".into());
    let shelf = Shelf::of(vec![dune(), series]);
    let message = shelf.search(dune_call()).await.unwrap();
    let select = menu(&message).unwrap();
    assert_eq!(
        show(&select.placeholder),
        "Not what you're looking for? Select a different result."
    );
    assert_eq!((select.min, select.max, select.action.who), (1, 1, Who::Invoker));
    let [option] = options(&message) else { panic!("{message:?}") };
    assert_eq!((show(&option.label).as_str(), option.value.as_str()), ("⟨Dune⟩", "series-2"));
    assert_eq!(show(&option.description), "⟨2000 · Sand, in parts.⟩");
    assert_eq!(option.emoji.as_deref(), Some("📺"));

    let other = shelf.choose(&message, "series-2").await.unwrap();
    assert_eq!(heading(&other), "📺 ⟨Dune⟩");
    assert_eq!(options(&other)[0].value, "movie-1");
    assert_eq!(shelf.choose(&other, "movie-1").await.unwrap(), message, "and back");
}

#[tokio::test]
async fn more_results_come_page_by_page_and_the_way_back_is_the_same() {
    let shelf = Shelf::of(many(60));
    let first = shelf.search(dune_call()).await.unwrap();
    assert_eq!(outline(&first), "24: series-2 to series-25 more");
    let second = shelf.choose(&first, "more").await.unwrap();
    assert_eq!(outline(&second), "23: series-26 to series-48 back more");
    assert_eq!(heading(&second), heading(&first), "what is shown stays");
    let third = shelf.choose(&second, "more").await.unwrap();
    assert_eq!(outline(&third), "12: series-49 to series-60 back");
    assert_eq!(shelf.choose(&third, "back").await.unwrap(), second);
    assert_eq!(shelf.choose(&second, "back").await.unwrap(), first);
    let last = options(&second).last().unwrap();
    assert_eq!(show(&last.label), "More results");
    assert_eq!(show(&last.description), "12 further titles");
    assert_eq!(show(&options(&second)[0].label), "Previous results");
    let chosen = shelf.choose(&third, "series-50").await.unwrap();
    assert_eq!(heading(&chosen), "📺 ⟨Part 50⟩");
    assert_eq!(outline(&chosen), "12: series-48 to series-60 back");
}

#[tokio::test]
async fn up_to_twenty_six_results_need_no_second_page() {
    let message = Shelf::of(many(26)).search(dune_call()).await.unwrap();
    assert_eq!(outline(&message), "25: series-2 to series-26");
    let message = Shelf::of(many(27)).search(dune_call()).await.unwrap();
    assert_eq!(outline(&message), "24: series-2 to series-25 more");
}

#[tokio::test]
async fn fewer_results_than_before_end_at_the_last_page_and_keep_what_is_shown() {
    let long = Shelf::of(many(60));
    let first = long.search(dune_call()).await.unwrap();
    let second = long.choose(&first, "more").await.unwrap();
    let mut short = Shelf::of(many(30).split_off(1));
    short.unlisted = many(1);
    let chosen = short.choose(&second, "more").await.unwrap();
    assert_eq!(heading(&chosen), "📺 ⟨Part 1⟩");
    assert_eq!(outline(&chosen), "5: series-26 to series-30 back");
    let none = Shelf::of(many(1));
    assert_eq!(menu(&none.choose(&second, "more").await.unwrap()), None);
}

#[tokio::test]
async fn a_choice_that_no_version_offered_is_outdated_and_a_title_that_is_gone_is_not_found() {
    let shelf = Shelf::of(many(3));
    let message = shelf.search(dune_call()).await.unwrap();
    for value in ["", "less", "person-1"] {
        let error = shelf.choose(&message, value).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Outdated, "{value}");
    }
    let mut action = menu(&message).unwrap().action.clone();
    for state in ["", "7", r#"{"q":"a"}"#, r#"{"q":"a","s":"person-1"}"#] {
        action.state = state.to_owned();
        let error = shelf.choose_with(&action, "series-2").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Outdated, "{state}");
    }
    let error = shelf.choose(&message, "series-99").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_short_search_fits_into_a_custom_id() {
    const STATE_CHARS_MAX: usize = 74;
    let call = call("search").option("query", "the lord of the rings").option("type", "movie");
    let message = Shelf::of(many(30)).search(call).await.unwrap();
    assert!(menu(&message).unwrap().action.state.len() <= STATE_CHARS_MAX);
}

#[tokio::test]
async fn an_old_answer_is_marked_with_its_age() {
    for (stale_ms, age) in [
        (59_999, "a moment"),
        (60_000, "one minute"),
        (59 * 60_000, "59 minutes"),
        (3_600_000, "one hour"),
        (47 * 3_600_000, "one day"),
        (48 * 3_600_000, "2 days"),
    ] {
        let shelf = Shelf { stale_ms: Some(stale_ms), ..Shelf::of(vec![dune()]) };
        let message = shelf.search(dune_call()).await.unwrap();
        let end =
            format!("\n\n*TheTVDB does not answer right now. This is what it knew {age} ago.*");
        let shown = description(&message);
        assert!(shown.ends_with(&end), "{shown}");
    }
    let mut old = dune();
    old.stale_ms = Some(120_000);
    let message = Shelf::of(vec![old]).search(by_id("movie-1")).await.unwrap();
    assert!(description(&message).contains("2 minutes ago"));
}

#[tokio::test]
async fn of_what_is_stored_it_is_not_said_that_there_is_no_overview() {
    let mut old = dune();
    (old.overview, old.english_overview, old.local_overview) = (None, None, None);
    old.stale_ms = Some(120_000);
    let message = Shelf::of(vec![old]).search(by_id("movie-1")).await.unwrap();
    let shown = description(&message);
    assert_eq!(shown, "*TheTVDB does not answer right now. This is what it knew 2 minutes ago.*");
}

#[tokio::test]
async fn of_what_thetvdb_has_deleted_it_is_not_said_that_thetvdb_does_not_answer() {
    let mut gone = dune();
    (gone.overview, gone.english_overview, gone.local_overview) = (None, None, None);
    gone.is_gone = true;
    let message = Shelf::of(vec![gone]).search(by_id("movie-1")).await.unwrap();
    let shown = description(&message);
    let expected =
        "*No longer on TheTVDB. This is what is kept of it for those who have it in their lists.*";
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn an_id_is_understood_with_its_kind_or_with_the_type() {
    let mut shelf =
        Shelf { unlisted: vec![dune(), title("series-1", "Shogun")], ..Shelf::default() };
    for (query, kind, expected) in [
        ("movie-1", None, "🎬 ⟨Dune⟩"),
        ("series-1", None, "📺 ⟨Shogun⟩"),
        (" Series-1 ", None, "📺 ⟨Shogun⟩"),
        ("series-1", Some("movie"), "📺 ⟨Shogun⟩"),
        ("1", Some("movie"), "🎬 ⟨Dune⟩"),
        ("1", Some("series"), "📺 ⟨Shogun⟩"),
    ] {
        let mut call = by_id(query);
        if let Some(kind) = kind {
            call = call.option("type", kind);
        }
        let message = shelf.search(call).await.unwrap();
        assert_eq!(heading(&message), expected);
        assert_eq!(menu(&message), None);
    }
    shelf.asked = Arc::default();
    let picked = shelf.search(call("search").option("query", "series-1")).await.unwrap();
    assert_eq!(heading(&picked), "📺 ⟨Shogun⟩", "a picked suggestion needs no by_id");
    assert_eq!(*shelf.asked.lock().unwrap(), ["series-1"]);
}

#[tokio::test]
async fn words_that_look_like_an_id_are_searched_for_when_there_is_no_such_title() {
    let shelf = Shelf::of(vec![dune()]);
    let message = shelf.search(call("search").option("query", "series-7")).await.unwrap();
    assert_eq!(heading(&message), "🎬 ⟨Dune⟩");
    assert_eq!(*shelf.asked.lock().unwrap(), ["series-7", "series-7 any"]);
}

#[tokio::test]
async fn what_is_not_found_is_answered_with_what_to_do() {
    async fn check(call: CallBuilder, expected: &str) {
        check_error(call, ErrorKind::NotFound, expected).await;
    }
    check(dune_call(), "I found nothing for “⟨dune⟩”. Check the spelling, or try fewer words.")
        .await;
    for (kind, number) in [("movie", "7"), ("series", "8")] {
        let expected = format!(
            "I found no {kind} for “⟨dune⟩”. Check the spelling, or search without the type."
        );
        check(dune_call().option("type", kind), &expected).await;
        let expected = format!(
            "TheTVDB has no {kind} with the number ⟨{number}⟩. Check the number, or search by title."
        );
        check(by_id(number).option("type", kind), &expected).await;
        let typed = format!("{kind}-{number}");
        check(by_id(&typed), &expected).await;
        check(call("search").option("query", &*typed), &expected).await;
    }
}

#[tokio::test]
async fn what_is_not_understood_is_answered_with_what_to_do() {
    let check = |call, expected| check_error(call, ErrorKind::Invalid, expected);
    let blank = call("search").option("query", "  ");
    check(blank, "There is nothing to search for. Type a part of a title.").await;
    check(
        by_id("7"),
        "Is ⟨7⟩ a movie or a series? Choose a type, or search for movie-⟨7⟩ or series-⟨7⟩.",
    )
    .await;
    for query in ["Dune", "movie-99999999999999999999", "person-1", "-1", "1.5"] {
        let expected = format!(
            "“⟨{query}⟩” is no id. Type a number and choose a type, or put “movie-” or “series-” \
             before the number."
        );
        check_error(by_id(query), ErrorKind::Invalid, &expected).await;
    }
}

#[tokio::test]
async fn when_thetvdb_is_down_the_host_s_own_words_are_passed_on() {
    let shelf = Shelf { down: true, ..Shelf::of(vec![dune()]) };
    for call in [dune_call(), call("search").option("query", "movie-1")] {
        let error = shelf.search(call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(error.message, Some("TheTVDB is down.".into()));
    }
    assert_eq!(shelf.suggest(autocomplete("search", "query", "dune")).await, []);
}

#[tokio::test]
async fn suggestions_name_titles_and_carry_their_ids() {
    let mut series = title("series-81189", "Düster");
    series.english_name = Some("Dark".into());
    series.year = Some(2017);
    let shelf = Shelf::of(vec![dune(), series]);
    let typing = autocomplete("search", "query", " du ").option("type", "movie");
    let expected = [("🎬 ⟨Dune⟩", "movie-1"), ("📺 ⟨Düster (Dark)⟩ · 2017", "series-81189")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(shelf.suggest(typing).await, expected);
    assert_eq!(*shelf.asked.lock().unwrap(), ["du movie"]);
}

#[tokio::test]
async fn suggestions_are_at_most_twenty_five_and_begin_with_the_second_letter() {
    let shelf = Shelf::of(many(30));
    let typing = |typed: &str| autocomplete("search", "query", typed).option("type", "nonsense");
    assert_eq!(shelf.suggest(typing("du")).await.len(), 25);
    for typed in ["", " d ", &"d".repeat(201)] {
        assert_eq!(shelf.suggest(typing(typed)).await, []);
    }
    assert_eq!(shelf.suggest(typing("du").option("by_id", true)).await, []);
    assert_eq!(*shelf.asked.lock().unwrap(), ["du any"], "no other typing was worth a question");
}

#[test]
fn the_command_is_declared_with_its_limit_and_every_declared_text_exists() {
    let descriptor = Search::descriptor();
    let command = &descriptor.commands[0];
    assert_eq!(command.handling.limit, Limit::sliding(2, 8_000));
    let services = [Service::Catalogue, Service::Discord, Service::Lists];
    assert_eq!(descriptor.services, services);
    assert!(show(&descriptor.summary).ends_with('.'));
    let options: Vec<&str> = command.options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(options, ["query", "type", "by_id"]);
    let descriptions = command.options.iter().map(|option| &option.description);
    for text in descriptions.chain([&command.description]) {
        assert!((1..=100).contains(&show(text).chars().count()));
    }
    let [query, kind, _] = command.options.as_slice() else { panic!("{command:?}") };
    let (OptionKind::String(query), OptionKind::String(kind)) = (&query.kind, &kind.kind) else {
        panic!("{command:?}")
    };
    assert_eq!(
        (query.autocomplete, query.min_length, query.max_length),
        (true, Some(1), Some(200))
    );
    let choices: Vec<String> = kind.choices.iter().map(|choice| show(&choice.name)).collect();
    assert_eq!(choices, ["movie", "series"]);
}
