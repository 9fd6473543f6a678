//! More users at once than there is room for.

use crate::bed::{Bed, library, text_of};
use lumina_sandbox::discord::{Message, SimDiscordOptions};
use serde_json::Value;

/// Calls that one plugin takes at a time, and interactions that all plugins take together.
const CALLS_MAX: usize = 1_024;
const INTERACTIONS_MAX: usize = 4_096;
/// How often something is tried.
const TRIES_MAX: usize = 500;

/// Returns the hostile plugin, and its command, under another name of the same length.
fn hostile_named(name: &str) -> Vec<u8> {
    let mut bytes = std::fs::read(library("fixtures", "hostile")).unwrap();
    let found = bytes.windows(name.len()).enumerate().filter(|(_, window)| window == b"hostile");
    let places: Vec<usize> = found.map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    bytes
}

impl Bed {
    /// Lets one more call hang.
    fn hang(&self, command: &str) {
        self.invoke("noah", command, &[("what", "hang".into())]);
    }

    /// Uses a command until it is answered: on a slow machine thousands of others may take three seconds.
    async fn served(&self, who: &str, command: &str, options: &[(&str, Value)]) -> Message {
        for _ in 0..TRIES_MAX {
            let answer = self.outcome(self.invoke(who, command, options)).await;
            if let Some(message) = answer.message() {
                return message.clone();
            }
        }
        panic!("`/{command}` is never answered");
    }

    /// Uses a command until it is refused because there is no room. Meanwhile more calls hang in another:
    /// some of the crowd may have been refused while others were just being answered.
    async fn until_busy(&self, command: &str, options: &[(&str, Value)], crowded: &str) {
        for _ in 0..TRIES_MAX {
            self.hang(crowded);
            let message = self.served("noah", command, options).await;
            if text_of(&message).contains("a lot to do right now") {
                assert!(message.is_ephemeral());
                return;
            }
        }
        panic!("`/{command}` is never refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_their_bounds_users_get_a_sentence_and_the_owner_is_served() {
    let options = SimDiscordOptions { check_openapi: false, ..SimDiscordOptions::default() };
    let mut bed = Bed::alone(options).await;
    let names: Vec<String> =
        (1..=INTERACTIONS_MAX / CALLS_MAX).map(|n| format!("hostil{n}")).collect();
    for name in &names {
        bed.install_bytes(name, &hostile_named(name));
    }
    bed.start(&[]).await;
    for (index, name) in names.iter().enumerate() {
        (0..CALLS_MAX).for_each(|_| bed.hang(name));
        if index == 0 {
            bed.until_busy(name, &[], name).await;
            let other = bed.served("noah", "answer", &[("how", "hello".into())]).await;
            assert_eq!(other.content(), "Hello \\*you\\*!");
        }
    }
    bed.until_busy("answer", &[("how", "hello".into())], &names[names.len() - 1]).await;
    let list = bed.served("mira", "sudo list", &[]).await;
    assert!(list.content().contains("**hostil4**"), "{}", list.content());
}
