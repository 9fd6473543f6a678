//! What no client would send, and what this version does not know: a sentence, and nothing lost.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::{
    Answer, InteractionId, InteractionKind, Message, MessageId, Place, RawInteraction,
    SimDiscordOptions,
};
use serde_json::{Value, json};

impl Bed {
    fn send(
        &self,
        kind: InteractionKind,
        type_number: Option<u64>,
        data: Value,
        message: Option<MessageId>,
    ) -> InteractionId {
        let place = Place::GuildChannel(self.discord.default_channel());
        let user = self.person("noah");
        let raw = RawInteraction { user, place, kind, type_number, data, message };
        self.discord.send_raw(raw).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crafted_commands_get_a_kind_private_sentence() {
    let bed = Bed::new().await;
    let option =
        |name: &str, kind: u8, value: Value| json!([{"name": name, "type": kind, "value": value}]);
    let typed = |options: Value| json!({"id": "1", "name": "typed", "type": 1, "options": options});
    let crafted = [
        (json!({"id": "1", "name": "nowhere", "type": 1}), "does not know this command"),
        (json!({"id": "1", "name": "answer", "type": 9}), "does not know this command"),
        (json!({"id": "1", "name": "answer", "type": 1}), "is missing"),
        (typed(option("whole", 4, json!(99))), "does not take this value"),
        (typed(option("whole", 4, json!("x"))), "does not take this value"),
        (typed(option("pick", 3, json!("c"))), "does not take this value"),
        (typed(option("who", 6, json!("1"))), "does not take this value"),
        (typed(option("new", 3, json!("x"))), "has no option"),
        (typed(json!([{"name": "sub", "type": 1}])), "does not know this command"),
        (typed(json!("text")), "does not understand"),
        (json!({"id": "1", "name": "Who is it", "type": 2}), "does not understand"),
        (json!({"id": "1", "name": "sudo", "type": 1}), "does not know this command"),
        (
            json!({"id": "1", "name": "sudo", "type": 1, "options": [{"name": "gone", "type": 1}]}),
            "does not know this command",
        ),
    ];
    for (data, expected) in crafted {
        let sent = bed.send(InteractionKind::Command, None, data.clone(), None);
        let message = bed.shown(sent).await;
        let text = text_of(&message);
        assert!(message.is_ephemeral() && text.contains(expected), "{data}: {text}");
    }
    let unknown = bed.send(InteractionKind::Command, Some(42), json!({}), None);
    assert!(text_of(&bed.shown(unknown).await).contains("does not understand"));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_cannot_be_read_is_answered_all_the_same() {
    let bed = Bed::new().await;
    for data in [json!("text"), json!([1]), json!({"name": 5}), json!({"name": "x", "type": -1})] {
        let sent = bed.send(InteractionKind::Command, None, data.clone(), None);
        let message = bed.shown(sent).await;
        let text = text_of(&message);
        assert!(message.is_ephemeral() && text.contains("does not understand"), "{data}: {text}");
    }
    let typed = bed.send(InteractionKind::Autocomplete, None, json!("text"), None);
    let answer = bed.outcome(typed).await;
    assert!(matches!(&answer, Answer::Choices(choices) if choices.is_empty()), "{answer:?}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_refused_is_counted_for_its_user() {
    const COMMANDS_MAX: usize = 30;
    const PRESSES_MAX: usize = 100;
    let bed = Bed::new().await;
    let until_limited = async |max: usize, send: &dyn Fn() -> InteractionId| {
        for n in 0..=max {
            let limited = text_of(&bed.shown(send()).await).contains("<t:");
            assert_eq!(limited, n == max, "use {n}");
        }
    };
    let list = json!([{"name": "list", "type": 1}]);
    for data in [
        json!({"id": "1", "name": "nowhere", "type": 1}),
        json!({"id": "1", "name": "sudo", "type": 1, "options": list}),
    ] {
        let send = || bed.send(InteractionKind::Command, None, data.clone(), None);
        until_limited(COMMANDS_MAX, &send).await;
    }
    let message = bed.answer("buttons").await;
    until_limited(PRESSES_MAX, &|| bed.press("noah", message.id, 1)).await;
    for _ in 0..=COMMANDS_MAX {
        let list = bed.shown(bed.invoke("mira", "sudo list", &[])).await;
        assert!(list.content().contains("**answers**"), "owners are served: {}", list.content());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crafted_custom_ids_get_a_kind_private_sentence() {
    let bed = Bed::new().await;
    let message = bed.answer("buttons").await;
    let crafted = [
        ("", "too old"),
        ("x", "too old"),
        ("100.answers:page", "too old"),
        ("900.answers:page:1", "too old"),
        ("1z0.answers:page:1", "too old"),
        ("110.answers:page:{", "too old"),
        ("210.answers:page:AAAAAAAAAAAAAAAAAAAAAA", "too old"),
        ("110.nowhere:page:1", "switched off"),
        ("110.answers:unknown:1", "unexpected"),
    ];
    for (custom_id, expected) in crafted {
        let data = json!({"custom_id": custom_id, "component_type": 2});
        let sent = bed.send(InteractionKind::Component, None, data, Some(message.id));
        let message = bed.shown(sent).await;
        let text = text_of(&message);
        assert!(message.is_ephemeral() && text.contains(expected), "{custom_id}: {text}");
    }
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
}

#[tokio::test(flavor = "multi_thread")]
async fn crafted_presses_and_forms_get_a_kind_private_sentence() {
    let bed = Bed::new().await;
    let message = bed.answer("buttons").await;
    let custom_id = json!(message.buttons()[2]["custom_id"]);
    let press = |data: Value| {
        let mut data = data;
        data["custom_id"] = custom_id.clone();
        bed.send(InteractionKind::Component, None, data, Some(message.id))
    };
    for data in [json!({"component_type": 99}), json!({}), json!({"values": null, "new": {}})] {
        let shown = bed.shown(press(data.clone())).await;
        assert_eq!(shown.content(), "500 letters", "{data}: what is new is ignored");
    }
    for values in [json!("text"), json!([1]), json!({"a": "b"})] {
        let shown = bed.shown(press(json!({"component_type": 3, "values": values}))).await;
        assert!(shown.is_ephemeral() && text_of(&shown).contains("does not understand"));
    }

    let opened = bed.invoke("noah", "answer", &[("how", "form".into())]);
    let Answer::Modal(form) = bed.outcome(opened).await else { panic!("no form") };
    let label = |input: Value| json!([{"type": 18, "component": input}]);
    let text = json!({"type": 4, "custom_id": "name", "value": "Ann"});
    let crowd: Vec<Value> = (0..30)
        .map(|n| json!({"type": 18, "component": {"type": 4, "custom_id": n.to_string()}}))
        .collect();
    for (components, expected) in [
        (Value::Null, "does not understand"),
        (json!("text"), "does not understand"),
        (json!([1]), "does not understand"),
        (json!(crowd), "does not understand"),
        (label(json!({"type": 4})), "does not understand"),
        (label(json!({"type": 19, "custom_id": "name", "values": ["1"]})), "does not understand"),
        (label(json!({"type": 77, "custom_id": "name"})), "You are"),
        (json!([{"type": 77, "component": text}]), "You are"),
        (label(text), "You are Ann"),
    ] {
        let data = json!({"custom_id": form["custom_id"], "components": components});
        let shown = bed.shown(bed.send(InteractionKind::Modal, None, data, None)).await;
        let text = text_of(&shown);
        assert!(text.contains(expected), "{components}: {text}");
        assert_eq!(shown.is_ephemeral(), expected == "does not understand", "{components}");
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn crafted_typing_gets_no_suggestions() {
    let bed = Bed::new().await;
    let free = json!([{"name": "free", "type": 3, "value": "du", "focused": true}]);
    for (data, n_choices) in [
        (json!({"id": "1", "name": "typed", "type": 1, "options": free.clone()}), 25),
        (json!({"id": "1", "name": "nowhere", "type": 1, "options": free}), 0),
        (json!({"id": "1", "name": "typed", "type": 1}), 0),
        (json!({"id": "1", "name": "typed", "type": 1, "options": {"a": 1}}), 0),
        (json!({"id": "1"}), 0),
    ] {
        let sent = bed.send(InteractionKind::Autocomplete, None, data.clone(), None);
        let answer = bed.outcome(sent).await;
        let Answer::Choices(choices) = answer else { panic!("{data}: {answer:?}") };
        assert_eq!(choices.len(), n_choices, "{data}");
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_types_faster_than_anybody_can_gets_no_suggestions_for_a_while() {
    const AUTOCOMPLETES_MAX: usize = 60;
    let bed = Bed::new().await;
    let free = json!([{"name": "free", "type": 3, "value": "du", "focused": true}]);
    let data = json!({"id": "1", "name": "typed", "type": 1, "options": free});
    for n in 0..=AUTOCOMPLETES_MAX {
        let sent = bed.send(InteractionKind::Autocomplete, None, data.clone(), None);
        let answer = bed.outcome(sent).await;
        let Answer::Choices(choices) = answer else { panic!("use {n}: {answer:?}") };
        assert_eq!(choices.is_empty(), n == AUTOCOMPLETES_MAX, "use {n}");
    }
    bed.is_clean();
}

/// Returns every text that a message shows, and whom it pings.
fn all_of(message: &Message) -> String {
    format!("{} {:?}", message.body(), message.pings)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_users_come_back_harmless_from_a_search() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_plugin("search");
    bed.start(&[]).await;
    let noah = bed.person("noah");
    let hebrew = "שלום \"עולם\"";
    for (index, (query, kept)) in [
        ("\u{202e}gnihton\u{2066} @everyone @here \u{2029}".to_owned(), "gnihton"),
        (format!("<@{noah}> **bold** [a](https://e.example) `x`"), "bold"),
        (hebrew.to_owned(), "שלום"),
        ("a\0b\u{1b}[31m\u{7}c".to_owned(), "ab"),
        ("𝕏".repeat(200), "𝕏𝕏𝕏"),
    ]
    .into_iter()
    .enumerate()
    {
        let who = ["mira", "noah", "elodie", "jonas", "yuki"][index];
        let shown = bed.shown(bed.invoke(who, "search", &[("query", query.clone().into())])).await;
        let all = all_of(&shown);
        assert!(all.contains(kept) && shown.pings.is_empty(), "{query}: {all}");
        let bad = ['\u{202e}', '\u{2066}', '\u{2029}', '\0', '\u{1b}', '\u{7}'];
        let text = text_of(&shown);
        assert!(!text.contains(bad), "{query}: {text}");
        for said in ["@everyone", "@here", "**bold**", "[a](", "\\u0000", "\\u001b"] {
            assert!(!text.contains(said), "{query}: {text}");
        }
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn six_thousand_characters_get_an_answer() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_plugin("search");
    bed.start(&[]).await;
    let long = "ab@everyone\u{202e}é😀".repeat(400);
    let option = json!([{"name": "query", "type": 3, "value": long}]);
    let data = json!({"id": "1", "name": "search", "type": 1, "options": option});
    let shown = bed.shown(bed.send(InteractionKind::Command, None, data, None)).await;
    assert!(shown.is_ephemeral() && text_of(&shown).contains("does not take this value"));

    let echoed = bed.shown(bed.invoke("noah", "typed", &[("free", long.into())])).await;
    assert!(echoed.content().ends_with('…') && echoed.pings.is_empty());
    assert_eq!(echoed.content().chars().count(), 2_000);
    bed.is_clean();
}
