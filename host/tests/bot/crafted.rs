//! What no client would send, and what this version does not know: a sentence, and nothing lost.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::{InteractionId, InteractionKind, MessageId, Place, RawInteraction};
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
