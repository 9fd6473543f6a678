//! What must come out right whatever happens in between: a defer, an unload, another change.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::{RestFault, Span};
use std::{process::Command, time::Duration};

impl Bed {
    /// Sends the host a signal by its name.
    fn signal(&self, name: &str) {
        let pid = self.host.as_ref().and_then(|host| host.pid()).expect("the host runs");
        let kill = format!("kill -{name} {pid}");
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_said_before_its_end_is_shown_in_its_own_words() {
    let bed = Bed::new().await;
    let host = bed.host.as_ref().unwrap();
    let slow = RestFault::Slow(Duration::from_secs(2));
    bed.discord.faults().rest_at("callback", slow, Span::Requests(1));
    let interaction = bed.invoke("mira", "answer", &[("how", "slow-hello".into())]);
    bed.as_time_passes("it is deferred, and the defer takes its time", |bed| {
        bed.discord.answer_now(interaction).message().is_some()
    })
    .await;
    host.advance(Duration::from_secs(1)).await.unwrap();
    let unload = bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())]);
    assert!(bed.shown(unload).await.content().starts_with("✅ Unloaded"));
    assert_eq!(bed.shown(interaction).await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_user_alone_stays_so_after_a_public_defer() {
    let bed = Bed::new().await;
    for (how, expected) in [
        ("late", "took too long"),
        ("slow-invalid", "Try another word."),
        ("slow-secret", "for you alone"),
    ] {
        let interaction = bed.invoke("mira", "answer", &[("how", how.into())]);
        let answer = bed.settled(interaction).await;
        let message = answer.message().expect("an answer");
        assert!(message.is_ephemeral(), "{how}: {message:?}");
        assert!(text_of(message).contains(expected), "{how}: {}", text_of(message));
    }
    let seen = bed.discord.messages(bed.discord.default_channel(), bed.person("noah"));
    assert!(seen.is_empty(), "nobody else sees anything: {seen:?}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_shown_even_if_the_public_defer_cannot_be_removed() {
    let bed = Bed::new().await;
    let interaction = bed.invoke("mira", "answer", &[("how", "slow-invalid".into())]);
    bed.as_time_passes("it is deferred", |bed| {
        bed.discord.answer_now(interaction).message().is_some()
    })
    .await;
    // As often as the door tries.
    bed.discord.faults().rest_at("@original", RestFault::Status(503), Span::Requests(4));
    let message = bed.settled(interaction).await.message().cloned().expect("an answer");
    assert!(text_of(&message).contains("Try another word."), "{}", text_of(&message));
}

#[tokio::test(flavor = "multi_thread")]
async fn sudo_defers_by_the_age_of_the_interaction() {
    let bed = Bed::new().await;
    // A reload waits a second for a call that runs.
    bed.invoke("mira", "answer", &[("how", "late".into())]);
    // The host sleeps while the interaction grows older.
    bed.signal("STOP");
    let reload = bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())]);
    bed.discord.clock().advance(Duration::from_secs(1));
    bed.signal("CONT");
    let message = bed.shown(reload).await;
    assert!(message.content().starts_with("✅ Reloaded"), "{}", message.content());
    assert!(message.history.len() > 1, "it was thinking first");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_at_once_the_later_one_holds_after_a_restart() {
    let mut bed = Bed::new().await;
    let change =
        |what: &str| bed.invoke("mira", &format!("sudo {what}"), &[("plugin", "answers".into())]);
    let changes: Vec<_> =
        (0..24).map(|n| change(if n % 2 == 0 { "unload" } else { "load" })).collect();
    for change in changes {
        bed.shown(change).await;
    }
    let serves = async |bed: &Bed| {
        let info = bed.invoke("mira", "sudo info", &[("plugin", "answers".into())]);
        bed.shown(info).await.content().contains("serving")
    };
    let before = serves(&bed).await;
    assert!(bed.stop().await.success());
    bed.start(&[]).await;
    assert_eq!(serves(&bed).await, before);
    bed.is_clean();
}
