//! Messages that consist of components.

use crate::bed::Bed;
use serde_json::{Value, json};

/// The flag of a message that consists of components.
const COMPONENTS_V2: u64 = 1 << 15;

/// Returns the types of all components, in reading order.
fn types(components: &[Value]) -> Vec<u64> {
    let mut all = Vec::new();
    for component in components {
        all.extend(component["type"].as_u64());
        let children = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        all.extend(types(children));
        all.extend(component.get("accessory").and_then(|accessory| accessory["type"].as_u64()));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_components_of_every_kind_is_shown() {
    let bed = Bed::new().await;
    let message = bed.answer("frames").await;
    assert_eq!(message.flags() & COMPONENTS_V2, COMPONENTS_V2);
    let (row, button, menu) = (1, 2, 3);
    let (section, text, thumbnail, gallery, file, separator, container) =
        (9, 10, 11, 12, 13, 14, 17);
    assert_eq!(
        types(message.components()),
        [
            container, text, section, text, thumbnail, section, text, button, separator, gallery,
            file, row, menu, text, row, button, button
        ]
    );
    let frame = &message.components()[0];
    assert_eq!(frame["accent_color"], json!(0x58_65F2));
    assert_eq!(frame["components"][0]["content"], "# In a frame");
    assert_eq!(frame["components"][5]["file"]["url"], "attachment://a.txt");
    assert_eq!((message.content(), message.embeds().len()), ("", 0));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_components_stays_one_through_presses_and_edits() {
    let bed = Bed::new().await;
    let message = bed.answer("frames").await;
    for (button, expected) in [(1, "frame 1"), (1, "frame 2"), (2, "plain"), (1, "page 2")] {
        let shown = bed.shown(bed.press("mira", message.id, button)).await;
        assert_eq!(shown.id, message.id);
        assert_eq!(shown.flags() & COMPONENTS_V2, COMPONENTS_V2);
        let body = json!(shown.components()).to_string();
        assert!(body.contains(expected) && !body.contains("In a frame"), "{body}");
        assert_eq!(shown.content(), "");
    }
    let edited = bed.answer("frames-so-far").await;
    bed.until("the last word is there", |bed| {
        let message = bed.discord.message(edited.id).expect("it is kept");
        json!(message.components()).to_string().contains("done")
    })
    .await;
    let edited = bed.discord.message(edited.id).expect("it is kept");
    assert_eq!((edited.flags() & COMPONENTS_V2, edited.content()), (COMPONENTS_V2, ""));
    bed.is_clean();
}
