//! The messages of the border, held against the bytes that version 1.0 wrote (`tests/messages/`).
//!
//! A changed file in that folder is a broken promise: libraries with these bytes are out there. New
//! fields get `#[serde(default)]`, new variants stand above `Unknown`; then these tests stay as they are
//! and new files stand beside the old ones.

use lumina_plugin_api::{
    command::{ChannelKind, ChoiceValue, CommandKind, OptionKind},
    component::{Container, Picture, Section, SelectKind, Separator, ShownFile},
    id::{AttachmentId, CommandId},
    interaction::{Attachment, Channel, FieldValue, Member, Mentionable, Role, User},
    message::{Create, Request, Response},
    prelude::*,
    reply::{Caption, File, FileInput, Input},
    services::{
        blob::BlobId,
        catalogue::{self, Found, MediaId, MediaKind, Title},
        clock, discord, http, limits, lists,
    },
    testing::{autocomplete, call, press, submit},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{fmt::Debug, path::PathBuf};

/// Keys whose objects have names of users' choice: nothing may be added there.
const MAPS: [&str; 7] =
    ["raw_options", "args", "fields", "name_localizations", "headers", "data", "state"];

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, today: T) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/messages").join(name);
    let path = path.with_extension("json");
    let Ok(stored) = std::fs::read_to_string(&path) else {
        let bytes = serde_json::to_string_pretty(&today).expect("it can be written");
        panic!("{} is missing; a new kind of message is stored as:\n{bytes}", path.display());
    };
    let stored: Value = serde_json::from_str(&stored).expect("a stored file is JSON");
    let read: T = serde_json::from_value(stored.clone())
        .unwrap_or_else(|error| panic!("{name}: the bytes of 1.0 cannot be read: {error}"));
    assert_eq!(read, today, "{name}: the bytes of 1.0 mean something else today");
    let written = serde_json::to_value(&today).expect("it can be written");
    assert_eq!(written, stored, "{name}: a 1.0 could not read this");
    for richer in with_a_field_of_tomorrow(&stored) {
        let read: T = serde_json::from_value(richer.clone())
            .unwrap_or_else(|error| panic!("{name}: {error} in {richer}"));
        assert_eq!(read, today, "{name}: an unknown field is not ignored in {richer}");
    }
}

/// Returns `value` once for each object in it, with an unknown field there. Objects with one key are
/// left alone: they name variants.
fn with_a_field_of_tomorrow(value: &Value) -> Vec<Value> {
    let mut richer = Vec::new();
    match value {
        Value::Object(object) => {
            if object.len() > 1 {
                let mut object = object.clone();
                object.insert("field_of_tomorrow".into(), json!({"deep": [1]}));
                richer.push(Value::Object(object));
            }
            for (key, child) in object.iter().filter(|(key, _)| !MAPS.contains(&key.as_str())) {
                for child in with_a_field_of_tomorrow(child) {
                    let mut object = object.clone();
                    object.insert(key.clone(), child);
                    richer.push(Value::Object(object));
                }
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                for child in with_a_field_of_tomorrow(child) {
                    let mut items = items.clone();
                    items[index] = child;
                    richer.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    richer
}

fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the example is of this type")
}

#[test]
fn a_descriptor_is_read_as_1_0_wrote_it() {
    let options = [
        CommandOption::string("query", Text::key("query")).required().autocomplete().length(1, 200),
        CommandOption::string("type", "Kind").choice("Movie", "movie"),
        CommandOption::integer("year", "Year").range(1900, 2100).choice("This", 2026),
        CommandOption::number("share", "Share").range(0, 1),
        CommandOption::boolean("by_id", "By id").localized_name("fr", "par_id"),
        CommandOption::user("user", "User"),
        CommandOption::new(
            "room",
            "Room",
            OptionKind::Channel(from::<ChannelKind>(json!({"types": [0]}))),
        ),
        CommandOption::role("role", "Role"),
        CommandOption::mentionable("who", "Who"),
        CommandOption::attachment("file", "File"),
    ];
    let search = options.into_iter().fold(
        Command::slash("search", Text::key("search").arg("n", 2))
            .localized_name("fr", "chercher")
            .private()
            .deadline_ms(5_000)
            .limit(Limit::sliding(2, 8_000))
            .idempotent()
            .bot_permissions(2048)
            .default_member_permissions(8)
            .nsfw(),
        Command::option,
    );
    let list = Command::slash("list", "Lists")
        .limit(Limit::Unlimited)
        .contexts([Context::Guild])
        .integration_types([IntegrationType::Guild])
        .subcommand(Subcommand::new("show", "Shows").option(CommandOption::user("of", "Of")))
        .group(Group::new("item", "Items").subcommand(Subcommand::new("add", "Adds")));
    let descriptor = Descriptor::new("Searches")
        .command(search)
        .command(list)
        .command(Command::user_menu("Profile"))
        .command(Command::message_menu("Quote"))
        .service(Service::Discord)
        .service(Service::Catalogue)
        .service(Service::Limits)
        .service(Service::Http)
        .service(Service::Blob)
        .host("api.example.org")
        .event("MESSAGE_CREATE", 512)
        .bot_permissions(1024)
        .texts("en", "search = Search")
        .state_version(3);
    check("descriptor", descriptor);
}

#[test]
fn create_is_read_as_1_0_wrote_it() {
    check("create", from::<Create>(json!({"host_api": "1.0.0", "previous": {"version": "0.1.0"}})));
}

#[test]
fn requests_are_read_as_1_0_wrote_them() {
    let mut used = call("list item add").option("title", "Dune").option("n", 2).build();
    used.at.member = Some(from::<Member>(json!({"nick": "Ann", "roles": ["3"], "permissions": 8})));
    used.target_user = Some(from::<User>(json!({"id": "7", "name": "ben", "bot": true})));
    check("request_command", Request::Command(Box::new(used)));
    check(
        "request_autocomplete",
        Request::Autocomplete(Box::new(
            autocomplete("search", "query", "du").option("type", "movie").build(),
        )),
    );
    let mut pressed = press("page", &(2, "dune")).value("series-1").state_version(1).build();
    pressed.users = vec![from::<User>(json!({"id": "7"}))];
    pressed.roles = vec![from::<Role>(json!({"id": "8", "name": "mods"}))];
    pressed.channels = vec![from::<Channel>(json!({"id": "9", "name": "general", "kind": 0}))];
    check("request_component", Request::Component(Box::new(pressed)));
    let mut sent = submit("note", &1).text("words", "hello").build();
    sent.fields.insert("pick".into(), FieldValue::Values(vec!["a".into()]));
    sent.fields.insert("file".into(), FieldValue::Files(vec![from(json!({"id": "5"}))]));
    check("request_modal", Request::Modal(Box::new(sent)));
    check("request_command_of_a_menu", Request::Command(Box::new(quoted())));
    check("request_event", Request::Event(Event::new("TYPING_START", json!({"user_id": "1"}))));
    check("request_start", Request::Start {});
    check("request_save", Request::Save {});
    check("request_restore", Request::Restore { state: json!({"n": 1}) });
    check("request_export", Request::Export { user: UserId(7) });
    check("request_delete", Request::Delete { user: UserId(7) });
}

/// A message's context menu, and one option of each kind that is an object.
fn quoted() -> CommandCall {
    let mut quoted = call("Quote").build();
    quoted.kind = CommandKind::Message;
    quoted.target_message = Some(from(json!({
        "id": "11", "content": "hi", "author": {"id": "7", "name": "ben"}, "private": true,
    })));
    let (user, role) = (from::<User>(json!({"id": "7"})), from::<Role>(json!({"id": "8"})));
    let options = [
        ("user", serde_json::to_value(&user)),
        ("someone", serde_json::to_value(Mentionable::User(user))),
        ("some_role", serde_json::to_value(Mentionable::Role(role))),
        ("room", serde_json::to_value(from::<Channel>(json!({"id": "9", "kind": 0})))),
        ("file", serde_json::to_value(from::<Attachment>(json!({"id": "5", "size_bytes": 3})))),
    ];
    for (name, option) in options {
        quoted.raw_options.insert(name.into(), option.expect("it can be written"));
    }
    quoted
}

#[test]
fn responses_are_read_as_1_0_wrote_them() {
    check("response_done", Response::Done {});
    check("response_saved", Response::Saved(json!({"n": 1})));
    check("response_exported", Response::Exported(json!(null)));
    let choices = vec![Choice::new(Text::outside("Dune"), "movie-1"), Choice::new("Two", 2)];
    check("response_choices", Response::Choices(choices));
    let reply = |reply| Response::Reply(Box::new(reply));
    check("response_classic", reply(Reply::message(classic()).private()));
    check("response_menus", reply(Reply::message(menus())));
    check("response_v2", reply(Reply::update(containers())));
    check("response_modal", reply(form().into()));
    check("response_nothing", reply(Reply::Nothing));
}

fn classic() -> Message {
    let action = || Action::new("page", &2);
    let options = vec![
        SelectOption::new("One", "1").description("First").emoji("🎬").selected(true),
        SelectOption::new(Text::outside("Two"), "2"),
    ];
    Message::text(Text::join(["Found ".into(), Text::key("n").arg("count", 2).arg("q", "x")]))
        .embed(
            Embed::new()
                .title("Dune")
                .url("https://example.org")
                .description("Sand")
                .color(0x58_65_F2)
                .field("Overview", "…")
                .inline_field("Year", "1984")
                .footer(Caption::new("TheTVDB").icon("https://example.org/i.png"))
                .image("https://example.org/p.png")
                .thumbnail("https://example.org/t.png"),
        )
        .row([
            Button::new("More", action()).emoji("➡️").style(ButtonStyle::Primary),
            Button::new("Anyone", action().pressable_by(Who::Anyone)).disabled(true),
            Button::link("Page", "https://example.org"),
        ])
        .component(Select::options(options, action()).placeholder("Choose").values(0, 2))
        .file(File::new(BlobId::new("abc"), "week.png"))
        .mention_user(UserId(7))
        .mention_role(RoleId(8))
}

/// A menu of each kind, and an embed with what `classic` leaves out.
fn menus() -> Message {
    let kinds = [
        SelectKind::Users,
        SelectKind::Roles,
        SelectKind::Mentionables,
        SelectKind::Channels(vec![0, 2]),
    ];
    let mut embed = Embed::new();
    (embed.author, embed.timestamp_ms) = (Some(Caption::new("Ann")), Some(1_767_225_600_000));
    kinds.into_iter().fold(Message::new().embed(embed), |message, kind| {
        message.component(Select::new(kind, Action::new("pick", &())))
    })
}

fn containers() -> Message {
    let container = Container::new(vec![
        Component::Text("## Title".into()),
        Section::new(
            vec!["Beside".into()],
            Component::Thumbnail(Picture::new("attachment://a.png")),
        )
        .into(),
        Component::Gallery(vec![Picture::new("https://example.org/p.png")]),
        Component::Separator(Separator::default()),
        Component::File(ShownFile::new("a.txt")),
    ]);
    Message::new().component(container.accent_color(0xFF_00_00))
}

fn form() -> Modal {
    let pick = Select::options(vec![SelectOption::new("A", "a")], Action::new("pick", &()));
    Modal::new("Note", Action::new("note", &1))
        .field(ModalField::text("words", "Words"))
        .field(ModalField::paragraph("more", "More").optional())
        .field(ModalField::new("pick", "Pick", Input::Select(pick)))
        .field(ModalField::new("file", "File", Input::Files(FileInput::new(0, 1))))
}

#[test]
fn errors_are_read_as_1_0_wrote_them() {
    let error = Error::invalid(Text::key("no-such").arg("id", "x")).detail("why").retry_at_ms(5);
    check("error", error);
    for kind in ["invalid", "not_found", "denied", "limited", "unavailable", "outdated"] {
        assert_ne!(from::<ErrorKind>(json!(kind)), ErrorKind::Unknown, "{kind}");
    }
    for kind in ["unsupported", "panic", "internal"] {
        assert_ne!(from::<ErrorKind>(json!(kind)), ErrorKind::Unknown, "{kind}");
    }
}

#[test]
fn service_messages_are_read_as_1_0_wrote_them() {
    check("clock_now", clock::Request::Now {});
    check("clock_answer", clock::Now::new(1_767_225_600_000));
    let window = lumina_plugin_api::command::Window::new(3, 60_000);
    check("limits_count", limits::Request::Count { key: "draw".into(), window });
    check("limits_answer", limits::Verdict::new(Some(7)));
    check(
        "http_get",
        http::Request::Get {
            url: "https://api.example.org/x".into(),
            headers: [("accept".to_owned(), "text/plain".to_owned())].into(),
            timeout_ms: Some(1_000),
        },
    );
    check("http_answer", http::Answer::new(200, "ok"));
    check(
        "http_fetch",
        http::Request::Fetch {
            url: "https://api.example.org/x.png".into(),
            headers: [("accept".to_owned(), "image/png".to_owned())].into(),
            timeout_ms: Some(1_000),
        },
    );
    let fetched = http::Fetched::new(Some("image/png".to_owned()), 7, BlobId::new("1f"));
    check("http_answer_fetched", fetched);
    check(
        "catalogue_search",
        catalogue::Request::Search {
            query: "dune".into(),
            kind: Some(MediaKind::Movie),
            locale: None,
        },
    );
    let id = MediaId::new(MediaKind::Series, 81189);
    check("catalogue_title", catalogue::Request::Title { id, locale: None });
    let mut title = Title::new(id, "Düne", "https://example.org/dune");
    title.english_name = Some("Dune".into());
    title.overview = Some("Sand".into());
    title.english_overview = Some("Sand".into());
    title.poster_url = Some("https://example.org/p.jpg".into());
    title.year = Some(1984);
    title.stale_ms = Some(7_200_000);
    check("catalogue_answer_title", title.clone());
    let mut found = Found::default();
    (found.titles, found.stale_ms) = (vec![title], None);
    check("catalogue_answer_found", found);
}

#[test]
fn a_title_that_thetvdb_does_not_list_is_read_as_1_1_wrote_it() {
    let id = MediaId::new(MediaKind::Movie, 10_101);
    let mut title = Title::new(id, "Dune Runner", "https://example.org/dune-runner");
    title.is_gone = true;
    check("catalogue_answer_title_gone", title);
}

#[test]
fn the_language_that_is_read_is_read_as_1_1_wrote_it() {
    let mut used = call("search").locale("de").build();
    (used.at.guild_locale, used.at.reading_locale) = (Some("fr".into()), Some("fr".into()));
    assert_eq!(used.at.language(), "fr");
    check("request_command_in_french", Request::Command(Box::new(used)));
}

#[test]
fn episodes_in_a_language_are_read_as_1_1_wrote_them() {
    let (series, locale) = (MediaId::new(MediaKind::Series, 81189), "fr".to_owned());
    check(
        "catalogue_episode_texts",
        catalogue::Request::EpisodeTexts { series, season: 2, locale },
    );
    let mut text = catalogue::EpisodeText::new(lists::EpisodeId(349_232));
    text.name = Some("Le Choix".into());
    text.overview = Some("De l’acide.".into());
    let nameless = catalogue::EpisodeText::new(lists::EpisodeId(349_233));
    check("catalogue_answer_episode_texts", vec![text, nameless]);
}

#[test]
fn messages_of_the_discord_service_are_read_as_1_0_wrote_them() {
    let interaction = InteractionId(9);
    let message = || Box::new(Message::text("hi"));
    check("discord_latency", discord::Request::Latency { interaction });
    check("discord_latency_answer", discord::Latency::new(Some(41.5), 0.25));
    check("discord_commands", discord::Request::Commands { interaction });
    let command = discord::RegisteredCommand::new("ping", "ping", "Pong", Some(CommandId(7)));
    check("discord_command", command);
    check("discord_emoji", discord::Request::Emoji);
    check("discord_answer_emoji", discord::Emoji::new("📁", "<:play:7>"));
    check("discord_user", discord::Request::User { id: UserId(7) });
    check("discord_answer_user", from::<User>(json!({"id": "7", "name": "ben", "bot": false})));
    check("discord_answer_attachment", BlobId::new("1f"));
    check("discord_edit", discord::Request::Edit { interaction, message: message() });
    let (message, private) = (message(), true);
    check("discord_follow_up", discord::Request::FollowUp { interaction, message, private });
    check("discord_attachment", discord::Request::Attachment { interaction, id: AttachmentId(5) });
}

#[test]
fn questions_about_lists_are_read_as_1_1_wrote_them() {
    use lists::{EpisodeId, Intent, Look, Request, Section, SeriesId, Target, UndoId, Visibility};
    let (user, series) = (UserId(7), SeriesId(81189));
    let id = MediaId::new(MediaKind::Movie, 12);
    check("lists_state", Request::State { user, id });
    check("lists_season", Request::Season { user, series, season: 0 });
    check("lists_episode", Request::Episode { user, series, episode: EpisodeId(349_232) });
    check("lists_gather", Request::Gather { series, pages: 2 });
    let targets = [
        Target::Title(id),
        Target::Season { series, season: 2 },
        Target::Episode { series, episode: EpisodeId(349_232) },
    ];
    let intents = [Intent::Watched, Intent::Unwatched, Intent::Favorite, Intent::Unfavorite];
    let marks = intents.iter().flat_map(|intent| targets.map(|target| (*intent, target)));
    let marks = marks.map(|(intent, target)| Request::Mark { user, target, intent });
    check("lists_mark", marks.collect::<Vec<_>>());
    check("lists_undo", Request::Undo { user, undo: UndoId(3) });
    let look = Look::new(user, UserId(8), Some(GuildId(9)));
    check("lists_profile", Request::Profile { look, entries: 10, locale: None });
    let locale = Some("fr".to_owned());
    check("lists_profile_in_french", Request::Profile { look, entries: 10, locale });
    let sections = [Section::Favorites, Section::Watched, Section::InProgress];
    let (offset, limit, locale) = (10, 20, None::<String>);
    let pages = sections.map(|section| {
        let locale = locale.clone();
        Request::Listed { look, section, offset, limit, locale }
    });
    check("lists_listed", pages.to_vec());
    let visibility = [Visibility::Public, Visibility::Guild, Visibility::Private];
    let guild = Some(GuildId(9));
    let set = visibility.map(|visibility| Request::SetVisibility { user, visibility, guild });
    check("lists_set_visibility", set.to_vec());
    assert!(matches!(from::<Request>(json!({"dance": {}})), Request::Unknown(_)));
    let of_tomorrow =
        json!({"mark": {"user": "7", "target": {"title": "person-1"}, "intent": "x"}});
    assert!(matches!(from::<Request>(of_tomorrow), Request::Unknown(_)));
    assert_eq!(from::<Visibility>(json!("friends")), Visibility::Private);
}

#[test]
fn answers_about_lists_are_read_as_1_1_wrote_them() {
    use lists::{
        Entry, Episode, EpisodeDetail, EpisodeId, Gathered, Listed, Marked, Profile, Season,
        TitleState, UndoId, Undone, Visibility,
    };
    let id = MediaId::new(MediaKind::Series, 81189);
    let mut state = TitleState::new(id);
    (state.is_favorite, state.seen, state.aired, state.stale_ms) = (true, 1, 2, Some(5));
    let season = from(json!({"season": 1, "seen": 1, "aired": 2, "n_episodes": 3}));
    state.seasons = vec![season];
    check("lists_answer_state", state.clone());
    let mut episode = Episode::new(EpisodeId(349_232), 1, 2);
    episode.name = Some("Cat's in the Bag...".into());
    (episode.aired_ms, episode.has_aired) = (Some(1_201_435_200_000), true);
    (episode.is_watched, episode.watched_ms) = (true, Some(1_767_225_600_000));
    let mut found = Season::default();
    (found.state, found.episodes) = (season, vec![episode.clone()]);
    check("lists_answer_season", found);
    let mut detail = EpisodeDetail::new(episode.clone());
    detail.overview = Some("Acid.".into());
    detail.picture_url = Some("https://example.org/s.jpg".into());
    (detail.previous, detail.next) = (Some(EpisodeId(1)), Some(EpisodeId(2)));
    check("lists_answer_episode", detail);
    check(
        "lists_answer_gather",
        from::<Gathered>(json!({"n_episodes": 500, "is_complete": false})),
    );
    let mut marked = Marked::new(2, state.clone());
    (marked.n_meant, marked.undo) = (3, Some(UndoId(4)));
    check("lists_answer_mark", marked);
    check("lists_answer_undo", Undone::new(2, state));
    let mut entry = Entry::new(Title::new(id, "Breaking Bad", "https://example.org/bb"));
    (entry.seen, entry.aired, entry.added_ms) = (1, 2, Some(1_767_225_600_000));
    (entry.episode, entry.next) = (Some(episode.clone()), Some(episode));
    let mut listed = Listed::default();
    (listed.n_total, listed.entries) = (7, vec![entry]);
    check("lists_answer_listed", listed.clone());
    let mut profile = Profile::default();
    profile.visibility = Visibility::Guild;
    (profile.totals.n_movies, profile.totals.n_series, profile.totals.n_episodes) = (1, 2, 3);
    (profile.totals.minutes_watched, profile.totals.n_without_runtime) = (4, 5);
    (profile.watched, profile.in_progress) = (listed.clone(), listed);
    check("lists_answer_profile", profile);
}

#[test]
fn variants_of_tomorrow_are_read_as_unknown() {
    let new = || json!({"hologram": {"depth": 3}});
    assert!(matches!(from::<Request>(new()), Request::Unknown(_)));
    assert!(matches!(from::<Response>(new()), Response::Unknown(_)));
    assert!(matches!(from::<Reply>(new()), Reply::Unknown(_)));
    assert!(matches!(from::<Component>(new()), Component::Unknown(_)));
    assert!(matches!(from::<OptionKind>(new()), OptionKind::Unknown(_)));
    assert!(matches!(from::<FieldValue>(new()), FieldValue::Unknown(_)));
    assert!(matches!(from::<Input>(new()), Input::Unknown(_)));
    assert!(matches!(from::<Limit>(new()), Limit::Unknown(_)));
    assert!(matches!(from::<discord::Request>(new()), discord::Request::Unknown(_)));
    assert!(matches!(from::<Text>(new()), Text::Unknown(_)));
    assert!(matches!(from::<Mentionable>(new()), Mentionable::Unknown(_)));
    assert!(matches!(from::<SelectKind>(new()), SelectKind::Unknown(_)));
    assert!(matches!(from::<ChoiceValue>(new()), ChoiceValue::Unknown(_)));
    assert!(matches!(from::<catalogue::Request>(new()), catalogue::Request::Unknown(_)));
    assert!(matches!(from::<clock::Request>(new()), clock::Request::Unknown(_)));
    assert!(matches!(from::<http::Request>(new()), http::Request::Unknown(_)));
    assert!(matches!(from::<limits::Request>(new()), limits::Request::Unknown(_)));
}

#[test]
fn words_of_tomorrow_are_read_as_the_safe_ones_also_when_they_bring_content() {
    for new in [json!("hologram"), json!({"hologram": {"depth": 3}}), json!(7), json!(null)] {
        assert_eq!(from::<Service>(new.clone()), Service::Unknown);
        assert_eq!(from::<Context>(new.clone()), Context::Unknown);
        assert_eq!(from::<IntegrationType>(new.clone()), IntegrationType::Unknown);
        assert_eq!(from::<CommandKind>(new.clone()), CommandKind::Unknown);
        assert_eq!(from::<ErrorKind>(new.clone()), ErrorKind::Unknown);
        assert_eq!(from::<ButtonStyle>(new.clone()), ButtonStyle::Secondary);
        assert_eq!(from::<Who>(new.clone()), Who::Invoker);
        assert_eq!(from::<Defer>(new), Defer::Private, "too few may see an answer, not too many");
    }
}

#[test]
fn the_fast_readers_read_every_stored_message_as_the_others_do() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let files = folder.read_dir().expect("the folder is there");
    let mut n_replies = 0;
    for file in files {
        let path = file.expect("it can be listed").path();
        let bytes = std::fs::read(&path).expect("it can be read");
        let (request, response) = (Request::read(&bytes), Response::read(&bytes));
        assert_eq!(request.ok(), serde_json::from_slice(&bytes).ok(), "{}", path.display());
        n_replies += usize::from(matches!(response, Ok(Response::Reply(_))));
        assert_eq!(response.ok(), serde_json::from_slice(&bytes).ok(), "{}", path.display());
    }
    assert!(n_replies > 0, "no stored reply was read");
    assert!(Request::read(b"{\"command\":").is_err() && Response::read(b"").is_err());
}
