//! What plugins answer, as Discord takes it.

use super::*;
use crate::telemetry::written::Written;
use lumina_plugin_api::{
    component::{
        Button, Component, Container, Picture, Section, Select, SelectKind, SelectOption, ShownFile,
    },
    descriptor::Descriptor,
    id::RoleId,
    reply::{Caption, Embed, File, FileInput, Input, Message, Modal, ModalField},
};
use serde_json::json;

fn reader() -> Reader {
    let mut descriptor = Descriptor::new("x").texts("en", "hi = Hello { $name }");
    descriptor.name = "shop".to_owned();
    Reader {
        plugin: "shop".to_owned(),
        state_version: 2,
        texts: Arc::new(Bundles::read(&descriptor).unwrap()),
        locale: "en-US".to_owned(),
        invoker: UserId(42),
    }
}

fn render(message: &Message) -> Result<Rendered, RenderError> {
    reader().message(message, Purpose::New { private: false })
}

fn body(message: &Message) -> Value {
    Value::Object(render(message).unwrap().body)
}

fn refusal(message: &Message) -> String {
    render(message).map(drop).unwrap_err().to_string()
}

fn button(label: &str, state: &str) -> Button {
    Button::new(label, Action::new("page", &state))
}

#[test]
fn nobody_is_pinged_unless_the_plugin_asks() {
    let silent = body(&Message::text("@everyone <@1>"));
    assert_eq!(silent["allowed_mentions"], json!({"parse": []}));
    let message = Message::text("a").mention_user(UserId(1)).mention_role(RoleId(2));
    let asked = body(&message);
    assert_eq!(asked["allowed_mentions"], json!({"parse": [], "users": ["1"], "roles": ["2"]}));
}

#[test]
fn text_is_formatted_and_cut() {
    let text = Text::key("hi").arg("name", "*you*");
    assert_eq!(body(&Message::text(text))["content"], "Hello \\*you\\*");
    let long = body(&Message::text("😀".repeat(2_001)));
    let content = long["content"].as_str().unwrap();
    assert_eq!(content.chars().count(), 2_000);
    assert!(content.ends_with('…'));
}

/// Writes a message; returns the lines of the log that tell of a sum.
fn logged(message: &Message) -> Vec<String> {
    let kept = Written::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(kept.clone());
    tracing::subscriber::with_default(subscriber.finish(), || body(message));
    kept.text().lines().filter(|line| line.contains("together")).map(str::to_owned).collect()
}

/// How many characters an embed has that Discord counts.
fn n_chars(embed: &Value) -> usize {
    let texts = [&embed["title"], &embed["description"], &embed["footer"]["text"]];
    let fields = embed["fields"].as_array().into_iter().flatten();
    let fields = fields.flat_map(|field| [&field["name"], &field["value"]]);
    let texts = texts.into_iter().chain(fields).filter_map(Value::as_str);
    texts.inspect(|text| assert!(!text.is_empty())).map(|text| text.chars().count()).sum()
}

#[test]
fn all_embeds_together_have_6000_characters() {
    let mut message = Message::new();
    for _ in 0..3 {
        let mut embed = Embed::new().title("t".repeat(300)).description("d".repeat(5_000));
        for _ in 0..25 {
            embed = embed.field("n".repeat(300), "v".repeat(2_000));
        }
        message = message.embed(embed.footer(Caption::new("f".repeat(3_000))));
    }
    let body = body(&message);
    let embeds = body["embeds"].as_array().unwrap();
    assert_eq!(embeds.iter().map(n_chars).sum::<usize>(), 6_000);
}

#[test]
fn a_field_whose_name_takes_what_is_left_leaves_one_character_for_its_value() {
    for left in 0..=4 {
        let embed = Embed::new().description("d".repeat(4_000));
        let last = Embed::new().description("d".repeat(2_000 - left)).field("name", "value");
        let body = body(&Message::new().embed(embed).embed(last));
        let embeds = body["embeds"].as_array().unwrap();
        let n_chars: usize = embeds.iter().map(n_chars).sum();
        assert_eq!(n_chars, if left < 2 { 6_000 - left } else { 6_000 }, "{left} were left");
    }
}

#[test]
fn what_a_sum_cuts_or_drops_is_told_once_for_each_message() {
    let described = |n| Embed::new().description("d".repeat(n));
    let two = |first, second| Message::new().embed(described(first)).embed(second);
    let text = |n| Component::Text("t".repeat(n).into());
    let texts = |lengths: &[usize]| {
        lengths.iter().fold(Message::new(), |message, n| message.component(text(*n)))
    };
    let fields = (0..3).fold(described(2_000), |embed, _| embed.field("n", "v"));
    for (message, told) in [
        (two(4_000, described(2_000)), None),
        (two(4_000, described(2_001)), Some("6000")),
        (two(4_000, fields), Some("6000")),
        (two(4_000, described(2_000)).embed(described(1)).embed(described(1)), Some("6000")),
        (texts(&[2_000, 2_000]), None),
        (texts(&[2_000, 2_001]), Some("4000")),
        (texts(&[4_000, 1, 1]), Some("4000")),
    ] {
        let lines = logged(&message);
        assert_eq!(lines.len(), usize::from(told.is_some()), "{lines:?}");
        for line in lines {
            let is_told = told.is_some_and(|told| line.contains(told));
            assert!(is_told && line.contains("WARN") && line.contains("shop"), "{line}");
        }
    }
}

#[test]
fn an_address_that_discord_would_refuse_is_left_out() {
    let embed = Embed::new().title("t").url("javascript:x").image("attachment://a.png");
    let file = File::new(BlobId::new("7"), "a.png");
    let message = Message::new().embed(embed.thumbnail("nowhere")).file(file);
    let embed = &body(&message)["embeds"][0];
    assert_eq!(embed, &json!({"title": "t", "image": {"url": "attachment://a.png"}}));
}

#[test]
fn a_file_that_does_not_come_along_is_named() {
    let file = || File::new(BlobId::new("7"), "a.png");
    let picture = || Picture::new("attachment://b.png");
    let author = Caption::new("x").icon("attachment://b.png");
    let shown: [Message; 6] = [
        Message::new().embed(Embed::new().title("t").image("attachment://b.png")),
        Message::new().embed(Embed::new().title("t").thumbnail("attachment://b.png")),
        Message::new().embed(Embed::new().title("t").author(author)),
        Message::new().component(Component::Gallery(vec![picture()])),
        Message::new().component(Section::new(vec!["x".into()], Component::Thumbnail(picture()))),
        Message::new().component(Component::File(ShownFile::new("b.png"))),
    ];
    for message in shown {
        assert!(refusal(&message).contains("`attachment://b.png`"), "{message:?}");
        assert!(refusal(&message.clone().file(file())).contains("b.png"), "{message:?}");
        assert!(render(&message.file(File::new(BlobId::new("8"), "b.png"))).is_ok());
    }
}

#[test]
fn an_embed_over_a_message_of_components_is_refused_with_what_to_do() {
    let message = Message::new().embed(Embed::new().title("t"));
    let over = reader().message(&message, Purpose::Replacement { of_components: true });
    let refusal = over.map(drop).unwrap_err().to_string();
    assert!(
        refusal.contains("cannot take the place") && refusal.contains("container"),
        "{refusal}"
    );
}

#[test]
fn equal_buttons_get_custom_ids_of_their_own() {
    let message = Message::text("a").row([button("x", "1"), button("y", "1")]);
    let body = body(&message);
    let ids: Vec<&str> = (0..2)
        .map(|i| body["components"][0]["components"][i]["custom_id"].as_str().unwrap())
        .collect();
    assert_ne!(ids[0], ids[1]);
    let parsed = CustomId::parse(ids[0]).unwrap();
    assert_eq!((parsed.owner, parsed.plugin, parsed.version), (Some(UserId(42)), "shop", 2));
    assert_eq!(parsed.state, State::Inline("\"1\""));
}

#[test]
fn a_state_that_does_not_fit_is_kept_under_a_key() {
    let state = "x".repeat(200);
    let rendered = render(&Message::text("a").component(button("x", &state))).unwrap();
    let custom_id = rendered.body["components"][0]["components"][0]["custom_id"].as_str().unwrap();
    let [view] = rendered.views.as_slice() else { panic!("one view") };
    assert_eq!(CustomId::parse(custom_id).unwrap().state, State::Kept(&view.key));
    assert_eq!(view.state, format!("\"{state}\""));
    let two = Message::text("a").row([button("x", &state), button("y", &state)]);
    assert_eq!(
        render(&two).unwrap().views,
        std::slice::from_ref(view),
        "kept once for all of a message"
    );
    let other = Reader { invoker: UserId(43), ..reader() };
    let other = other.message(&two, Purpose::New { private: false }).unwrap();
    assert_ne!(other.views[0].key, view.key, "what one is given is no other's");
}

#[test]
fn a_grey_button_needs_no_action() {
    let mut grey = Button::default();
    grey.label = "1/2".into();
    assert!(refusal(&Message::text("a").component(grey.clone())).contains("action"));
    let body = body(&Message::text("a").component(grey.disabled(true)));
    assert_eq!(body["components"][0]["components"][0]["disabled"], true);
}

#[test]
fn what_discord_refuses_is_refused_by_name() {
    let row = |n| (0..n).map(|i| button("x", &i.to_string())).collect::<Vec<_>>();
    let menu = |options| Select::new(SelectKind::Options(options), Action::new("pick", &()));
    let option = |value: &str| SelectOption::new("l", value);
    let unknown = serde_json::from_value::<Component>(json!({"hologram": {}})).unwrap();
    let rows = (0..6).fold(Message::text("a"), |m, i| m.component(button("x", &i.to_string())));
    let text = || Message::text("a");
    let cases = [
        (Message::new(), "the message is empty"),
        (text().component(unknown), "does not know the component `hologram`"),
        (text().row(row(6)), "6 buttons of a row"),
        (rows, "6 rows"),
        (text().component(menu(Vec::new())), "a menu is empty"),
        (text().component(menu((0..26).map(|i| option(&i.to_string())).collect())), "26 options"),
        (text().component(menu(vec![option("a"), option("a")])), "cannot be `a`"),
        (text().component(menu(vec![option(&"x".repeat(101))])), "the value of a menu's option"),
        (text().component(Button::link("x", "ftp://a")), "the address of a link"),
        (text().component(button("", "1")), "the label of a button"),
        (text().component(Button::new("x", Action::new("no handler", &()))), "name of a handler"),
        (
            text()
                .embed(Embed::new().title("t"))
                .component(Container::new(vec![Component::Text("b".into())])),
            "an embed cannot stand",
        ),
        (
            text().component(Component::Thumbnail(Picture::new("https://a/b"))),
            "a thumbnail cannot stand",
        ),
    ];
    for (message, expected) in cases {
        let refusal = refusal(&message);
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    let many = (0..11).fold(Message::new(), |m, _| m.embed(Embed::new().title("t")));
    assert!(refusal(&many).contains("11 embeds"));
}

#[test]
fn a_message_of_components_has_the_flag_and_its_text_first() {
    let section = Section::new(vec!["s".into()], button("x", "1"));
    let container =
        Container::new(vec![section.into(), Component::Gallery(vec![Picture::new("https://a/b")])]);
    let body = body(&Message::text("first").component(container));
    assert_eq!(body["flags"], 1 << 15);
    assert_eq!(body["components"][0], json!({"type": 10, "content": "first"}));
    assert_eq!(body["components"][1]["type"], 17);
    assert!(body.get("content").is_none() && body.get("embeds").is_none());
}

#[test]
fn a_replacement_leaves_nothing_of_what_stood_there() {
    let replaced =
        reader().message(&Message::text("a"), Purpose::Replacement { of_components: false });
    let replaced = replaced.unwrap().body;
    for (key, value) in
        [("embeds", json!([])), ("components", json!([])), ("attachments", json!([]))]
    {
        assert_eq!(replaced[key], value, "{key}");
    }
}

#[test]
fn files_are_named_by_number() {
    let file = |name: &str| File::new(BlobId::new("7"), name);
    let rendered = render(&Message::new().file(file("a.png"))).unwrap();
    assert_eq!(rendered.body["attachments"], json!([{"id": 0, "filename": "a.png"}]));
    assert_eq!(rendered.files[0].filename, "a.png");
    for name in ["", "a/b", "a\"b", &"x".repeat(101)] {
        assert!(refusal(&Message::new().file(file(name))).contains("the name of a file"), "{name}");
    }
    let twice = Message::new().file(file("a.png")).file(file("a.png"));
    assert!(refusal(&twice).contains("`a.png`"));
}

#[test]
fn a_form_has_labels() {
    let select =
        Select::options(vec![SelectOption::new("A", "a")], Action::new("x", &())).values(0, 9);
    let modal = Modal::new("T".repeat(50), Action::new("send", &3))
        .field(ModalField::text("name", "Name"))
        .field(ModalField::new("pick", "Pick", Input::Select(select)))
        .field(ModalField::new("file", "File", Input::Files(FileInput::new(0, 20))).optional());
    let body = Value::Object(reader().modal(&modal).unwrap().body);
    assert_eq!(body["title"].as_str().unwrap().chars().count(), 45);
    let inputs: Vec<&Value> = (0..3).map(|i| &body["components"][i]["component"]).collect();
    assert_eq!(inputs[0], &json!({"type": 4, "style": 1, "custom_id": "name", "required": true}));
    assert_eq!((&inputs[1]["min_values"], &inputs[1]["max_values"]), (&json!(1), &json!(1)));
    assert_eq!((&inputs[2]["min_values"], &inputs[2]["max_values"]), (&json!(0), &json!(10)));
    assert!(reader().modal(&Modal::new("t", Action::new("x", &()))).is_err());
}

#[test]
fn a_button_whose_emoji_is_none_shows_the_words_instead() {
    let shown = |label, emoji| {
        let message = Message::text("a").component(button(label, "1").emoji(emoji));
        let button = body(&message)["components"][0]["components"][0].clone();
        (button["label"].clone(), button["emoji"].clone())
    };
    assert_eq!(shown("Go", "🎬"), (json!("Go"), json!({"name": "🎬"})));
    assert_eq!(shown("", "🎬"), (Value::Null, json!({"name": "🎬"})));
    assert_eq!(shown("Go", "smile"), (json!("Go"), Value::Null));
    assert_eq!(shown("", "smile"), (json!("smile"), Value::Null));
}
