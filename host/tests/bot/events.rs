//! Events of the gateway, for the plugins that ask for them.

use crate::bed::{Bed, PATIENCE, library, text_of};
use lumina_sandbox::discord::{GatewayEvent, SimDiscordOptions};
use std::time::Duration;

const MARK: &[u8] = b"lumina fixture wants: ";
const MESSAGES: u64 = 1 << 9;
const CONTENTS: u64 = 1 << 15;
/// A few of them are the pause that Discord wants between two sessions.
const STEP: Duration = Duration::from_secs(1);

impl Bed {
    /// Installs the plugin that listens, with what it wants.
    fn install_watcher(&self, wants: &str) {
        let mut bytes = std::fs::read(library("fixtures", "watcher")).unwrap();
        let at = bytes.windows(MARK.len()).position(|window| window == MARK).expect("a mark");
        let wanted = &mut bytes[at + MARK.len()..][..10];
        wanted.copy_from_slice(format!("{wants:10}").as_bytes());
        self.install_bytes("watcher", &bytes);
    }

    async fn order(&self, what: &str) -> String {
        let order = self.invoke("mira", &format!("sudo {what}"), &[("plugin", "watcher".into())]);
        text_of(&self.shown(order).await)
    }

    /// Returns the intents of the sessions that were begun.
    fn intents(&self) -> Vec<u64> {
        let journal = self.discord.gateway_journal();
        let begun = journal.into_iter().filter_map(|entry| match entry.event {
            GatewayEvent::Identified { intents, .. } => Some(intents),
            _ => None,
        });
        begun.collect()
    }

    async fn until_intents(&self, expected: &[u64]) {
        self.in_steps_of(STEP, "a session with these intents is alone", |bed| {
            bed.intents() == expected && bed.discord.sessions().len() == 1
        })
        .await;
    }

    async fn until_last_intents(&self, expected: u64) {
        self.in_steps_of(STEP, "the last session has these intents and is alone", |bed| {
            bed.intents().last() == Some(&expected) && bed.discord.sessions().len() == 1
        })
        .await;
    }

    /// Waits until the host says that the session has them.
    async fn until_known(&self, expected: u64) {
        let told = format!("has the intents {expected:#x}");
        self.in_steps_of(STEP, "the host knows it", |bed| bed.log().contains(&told)).await;
    }

    async fn until_heard(&self, expected: &str) {
        for _ in 0..100 {
            let heard = self.shown(self.invoke("noah", "heard", &[])).await;
            if heard.content() == format!("heard: {expected}") {
                return;
            }
        }
        panic!("`{expected}` was not heard\n{}", self.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn intents_grow_and_shrink_with_the_plugins_and_events_reach_who_asked() {
    let bed = Bed::new().await;
    bed.install_watcher("messages");
    let noah = bed.person("noah");
    assert_eq!(bed.intents(), [0]);
    assert!(bed.order("load").await.starts_with("✅ Loaded `watcher`"));
    bed.until_intents(&[0, MESSAGES]).await;
    bed.until("its commands are there", |bed| bed.discord.commands(None).len() > 6).await;
    bed.discord.say(noah, bed.discord.default_channel(), "one");
    bed.discord.say(noah, bed.discord.default_channel(), "two");
    bed.until_heard("one, two").await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");

    assert!(bed.order("unload").await.starts_with("✅ Unloaded `watcher`"));
    bed.until_intents(&[0, MESSAGES, 0]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_intent_is_refused_until_it_is_switched_on() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_watcher("contents");
    bed.start(&[]).await;
    let refused = bed.order("load").await;
    assert!(refused.starts_with('❌') && refused.contains("“Message Content Intent”"), "{refused}");
    assert!(refused.contains("developer portal"), "{refused}");
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");

    bed.discord.switch_on_intents(CONTENTS);
    let loaded = bed.order("load").await;
    assert!(loaded.starts_with("✅ Loaded `watcher`"), "{loaded}");
    bed.until_intents(&[0, MESSAGES | CONTENTS]).await;
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn intents_that_discord_refuses_are_tried_again_and_the_owner_sees_it() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.discord.switch_on_intents(CONTENTS);
    bed.install_watcher("contents");
    bed.start(&[]).await;
    let unload = bed.order("unload").await;
    assert!(unload.starts_with('✅'), "{unload}");
    bed.until_intents(&[MESSAGES | CONTENTS, 0]).await;

    bed.discord.switch_off_intents(CONTENTS);
    let load = bed.order("load").await;
    assert!(load.starts_with('✅'), "nothing has told the host yet: {load}");
    bed.until_last_intents(MESSAGES).await;
    bed.in_steps_of(STEP, "the plugin is named", |bed| {
        bed.log().contains("plugin `watcher` does not hear all its events")
    })
    .await;
    let info = bed.order("info").await;
    assert!(info.contains("goes on trying"), "{info}");

    bed.discord.switch_on_intents(CONTENTS);
    bed.until_last_intents(MESSAGES | CONTENTS).await;
    bed.until_known(MESSAGES | CONTENTS).await;
    let info = bed.order("info").await;
    assert!(!info.contains("goes on trying"), "{info}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_with_an_intent_that_is_none_is_refused_and_the_bot_starts() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_watcher("unknown");
    bed.start(&[]).await;
    assert_eq!(bed.intents(), [0]);
    let refused = bed.order("load").await;
    assert!(refused.starts_with('❌') && refused.contains("`watcher`"), "{refused}");
    assert!(refused.contains("0x20000"), "{refused}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_switched_off_while_the_bot_runs_costs_its_events_alone() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.discord.switch_on_intents(CONTENTS);
    bed.install_watcher("contents");
    bed.start(&[]).await;
    bed.until_intents(&[MESSAGES | CONTENTS]).await;

    bed.discord.switch_off_intents(CONTENTS);
    bed.discord.invalidate_sessions(false);
    bed.until_last_intents(MESSAGES).await;
    bed.discord.say(bed.person("noah"), bed.discord.default_channel(), "one");
    bed.until_heard("one").await;
    bed.in_steps_of(STEP, "the plugin is named", |bed| {
        bed.log().contains("`watcher`") && bed.log().contains("Message Content Intent")
    })
    .await;
    let info = bed.order("info").await;
    assert!(info.contains("goes on trying") && info.contains("Message Content Intent"), "{info}");

    bed.discord.switch_on_intents(CONTENTS);
    bed.until_last_intents(MESSAGES | CONTENTS).await;
    bed.until_known(MESSAGES | CONTENTS).await;
    let info = bed.order("info").await;
    assert!(!info.contains("goes on trying"), "{info}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_closed_for_an_unknown_intent_ends_no_bot() {
    let bed = Bed::with(&["watcher"]).await;
    bed.until_intents(&[MESSAGES]).await;
    bed.discord.close_connections(4013, "Invalid intent(s).");
    // Without intents first, so that commands are answered; then what Discord takes all the same.
    bed.until_intents(&[MESSAGES, 0, MESSAGES]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hears_events_for_a_plugin_ends_with_it() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_watcher("messages");
    bed.start(&[("DEBUG", "true")]).await;
    for _ in 0..2 {
        bed.discord.say(bed.person("noah"), bed.discord.default_channel(), "one");
        bed.until_heard("one").await;
        assert!(bed.order("unload").await.starts_with('✅'));
        let host = bed.host.as_ref().expect("it runs");
        host.wait_for_log("hears no more events", PATIENCE).await.unwrap();
        assert!(bed.order("load").await.starts_with('✅'));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_nobody_knows_change_nothing() {
    let bed = Bed::with(&["watcher"]).await;
    let guild = bed.discord.guilds()[0].id;
    for data in [serde_json::json!({"a": [1]}), serde_json::json!("text"), serde_json::Value::Null]
    {
        bed.discord.dispatch("EVENT_OF_THE_FUTURE", &data, Some(guild));
        bed.discord.dispatch("MESSAGE_CREATE", &data, Some(guild));
    }
    bed.discord.say(bed.person("noah"), bed.discord.default_channel(), "after");
    bed.until_heard("after").await;
    assert_eq!(bed.intents(), [MESSAGES]);
    bed.is_clean();
}
