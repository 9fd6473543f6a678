//! More users at once than there is room for.

use crate::bed::{Bed, library, text_of};
use lumina_sandbox::discord::{Answer, Message, SimDiscordOptions};
use serde_json::Value;
use std::time::Duration;

/// Calls that one plugin takes at a time, and interactions that all plugins take together.
const CALLS_MAX: usize = 1_024;
const INTERACTIONS_MAX: usize = 4_096;
/// How many calls begin at once: the host defers them all within the second and a half that Discord leaves
/// it, on a slow machine too.
const BATCH: usize = 128;
/// After this the host has not deferred yet; soon after it does.
const BEFORE_THE_DEFER: Duration = Duration::from_millis(1_400);

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
    /// Lets as many calls hang as a plugin takes; each is deferred in time, none refused or lost.
    async fn crowd(&self, command: &str) {
        let host = self.host.as_ref().expect("the host runs");
        for _ in 0..CALLS_MAX / BATCH {
            let hang = |_| self.invoke("noah", command, &[("what", "hang".into())]);
            let batch: Vec<_> = (0..BATCH).map(hang).collect();
            host.advance(BEFORE_THE_DEFER).await.unwrap();
            for call in batch {
                let begun = |bed: &Self| !matches!(bed.discord.answer_now(call), Answer::Pending);
                self.until("the call has begun", begun).await;
                let answer = self.discord.answer_now(call);
                assert!(matches!(answer, Answer::Thinking(_)), "{answer:?}\n{}", self.log());
            }
        }
    }

    /// Uses a command that is answered.
    async fn said(&self, who: &str, command: &str, options: &[(&str, Value)]) -> Message {
        self.shown(self.invoke(who, command, options)).await
    }

    /// Uses a command that is refused because there is no room.
    async fn check_busy(&self, command: &str, options: &[(&str, Value)]) {
        let message = self.said("noah", command, options).await;
        let text = text_of(&message);
        assert!(text.contains("a lot to do right now") && message.is_ephemeral(), "{text}");
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
    let hello: [(&str, Value); 1] = [("how", "hello".into())];
    bed.crowd(&names[0]).await;
    bed.check_busy(&names[0], &[]).await;
    assert_eq!(bed.said("noah", "answer", &hello).await.content(), "Hello \\*you\\*!");
    for name in &names[1..] {
        bed.crowd(name).await;
    }
    bed.check_busy("answer", &hello).await;
    let list = bed.said("mira", "sudo list", &[]).await;
    assert!(list.content().contains("**hostil4**"), "{}", list.content());
    bed.is_clean();
}
