//! Files that come with commands and go with answers.

use crate::bed::{Bed, text_of};
use lumina_plugin_api::services::blob::BLOB_BYTES_MAX;
use lumina_sandbox::discord::Message;

/// Every byte value, in an order that a mistake would disturb.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + index / 256) as u8).collect()
}

impl Bed {
    /// Lets the plugin turn a file around.
    pub async fn mirror(&self, name: &str, bytes: Vec<u8>) -> Message {
        let file = self.discord.upload(name, bytes);
        self.shown(self.invoke("noah", "mirror", &[("file", file.to_string().into())])).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_reaches_the_plugin_and_comes_back_whole() {
    let bed = Bed::new().await;
    for length in [0, 1_000, BLOB_BYTES_MAX] {
        let message = bed.mirror("stripes.bin", bytes(length)).await;
        let text = text_of(&message);
        assert!(
            text.contains(&format!("{length} bytes, declared {length}")),
            "{text}\n{}",
            bed.log()
        );
        let file = &message.body()["attachments"][0];
        assert_eq!((&file["filename"], &file["size"]), (&"stripes.bin".into(), &length.into()));
        let id = file["id"].as_str().unwrap().parse().unwrap();
        let mut back = bed.discord.file(id).expect("it was uploaded").to_vec();
        back.reverse();
        assert!(back == bytes(length), "{length} bytes came back changed");
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_gets_a_sentence_either_way() {
    let bed = Bed::new().await;
    let incoming = bed.mirror("large.bin", bytes(BLOB_BYTES_MAX + 1)).await;
    let outgoing = bed.answer("large").await;
    for message in [incoming, outgoing] {
        let text = text_of(&message);
        assert!(message.is_ephemeral() && text.contains("10 MiB"), "{text}");
        assert!(!text.contains("Incident"), "{text}");
    }
    bed.is_clean();
}
