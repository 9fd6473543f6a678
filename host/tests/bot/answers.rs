//! What comes of commands, presses and forms.

use crate::bed::{Bed, PATIENCE, text_of};
use lumina_sandbox::discord::{Answer, BotAccess, FormValue, Invocation, Place, SimDiscordOptions};
use serde_json::json;

/// The age at which the host defers: half of what Discord gives.
const DEFER_AGE_MS: u64 = 1_500;
/// The age at which a defer would be late on a bad way to Discord.
const DEFER_AGE_MAX_MS: u64 = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_answers_in_the_language_of_the_reader() {
    let bed = Bed::new().await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let french = bed.invoke("elodie", "answer", &[("how", "hello".into())]);
    assert_eq!(bed.shown(french).await.content(), "Bonjour \\*you\\* !");
    let commands = bed.discord.commands(None);
    let answer = commands.iter().find(|command| command["name"] == "answer").unwrap();
    assert_eq!(answer["description_localizations"], json!({"fr": "Répondre"}));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_pinged_and_every_limit_is_kept() {
    let bed = Bed::new().await;
    let everyone = bed.answer("everyone").await;
    assert!(everyone.pings.is_empty(), "{:?}", everyone.pings);
    let huge = bed.answer("huge").await;
    assert!(huge.content().ends_with('…'));
    let file = bed.answer("file").await;
    assert_eq!(file.body()["attachments"][0]["filename"], "a.txt");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_plugin_is_deferred_in_time_and_as_declared() {
    let bed = Bed::new().await;
    for (command, private) in [("answer", false), ("whisper", true)] {
        let interaction = bed.invoke("mira", command, &[("how", "slow".into())]);
        let age_ms = bed.deferred_at_ms(interaction).await;
        assert!((DEFER_AGE_MS..DEFER_AGE_MAX_MS).contains(&age_ms), "deferred at {age_ms} ms");
        let answer = bed.settled(interaction).await;
        let message = answer.message().expect("an answer");
        assert_eq!((message.content(), message.is_ephemeral()), ("slow", private));
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_told_how_much_time_has_passed_inside_lumina() {
    let bed = Bed::new().await;
    let answer = bed.settled(bed.invoke("mira", "answer", &[("how", "slow-latency".into())])).await;
    let inside_ms: f64 = answer.message().expect("an answer").content().parse().unwrap();
    assert!((2_000.0..4_000.0).contains(&inside_ms), "{inside_ms}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_never_answers_is_answered_for() {
    let bed = Bed::new().await;
    let answer = bed.settled(bed.invoke("mira", "answer", &[("how", "late".into())])).await;
    let text = text_of(answer.message().expect("an answer"));
    assert!(text.contains("took too long"), "{text}");
    let incident = text.split("Incident ").nth(1).map(|rest| &rest[..8]).expect("an incident");
    assert!(bed.log().contains(incident), "the incident {incident} stands in the log");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_private_sentences_without_their_text() {
    let bed = Bed::new().await;
    for (how, expected) in [
        ("panic", "unexpected"),
        ("fault", "unexpected"),
        ("hologram", "unexpected"),
        ("invalid", "Try another word."),
    ] {
        let message = bed.answer(how).await;
        let text = text_of(&message);
        assert!(text.contains(expected) && message.is_ephemeral(), "{how}: {text}");
        assert!(!text.contains("on purpose") && !text.contains("secret detail"), "{text}");
    }
    let log = bed.log();
    for detail in ["on purpose", "a secret detail", "hologram"] {
        assert!(log.contains(detail), "{detail} stands in the log:\n{log}");
    }
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_keep_their_order() {
    let bed = Bed::new().await;
    let progress = bed.answer("progress").await;
    let further = bed.invoke("mira", "answer", &[("how", "further".into())]);
    bed.until("all three are there", |bed| bed.discord.followups(further).len() == 2).await;
    assert_eq!(bed.shown(further).await.content(), "first");
    let below = bed.discord.followups(further);
    assert_eq!((below[0].content(), below[1].content()), ("second", "third"));
    assert!(below[0].is_ephemeral() && !below[1].is_ephemeral());
    bed.until("the last word is there", |bed| {
        bed.discord.message(progress.id).is_some_and(|message| message.content() == "done")
    })
    .await;
    assert_eq!(bed.answer("nothing").await.content(), "Done.");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_work_after_a_reload_and_for_their_owner_only() {
    let bed = Bed::new().await;
    let message = bed.answer("buttons").await;
    let updated = bed.shown(bed.press("mira", message.id, 1)).await;
    assert_eq!((updated.id, updated.content()), (message.id, "page 2"));

    let other = bed.shown(bed.press("noah", message.id, 1)).await;
    assert!(other.is_ephemeral() && text_of(&other).contains("somebody else"));

    let message = bed.answer("buttons").await;
    let reload = bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())]);
    assert!(bed.shown(reload).await.content().starts_with("✅ Reloaded"));
    assert_eq!(bed.shown(bed.press("noah", message.id, 3)).await.content(), "500 letters");
    let slow = bed.press("mira", message.id, 2);
    bed.as_time_passes("the slow press ends", |bed| {
        bed.discord.message(message.id).is_some_and(|message| message.content() == "slow press")
    })
    .await;
    assert!(!matches!(bed.discord.answer_now(slow), Answer::NoAnswer));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opens_and_is_answered() {
    let bed = Bed::new().await;
    let opened = bed.invoke("mira", "answer", &[("how", "form".into())]);
    assert!(matches!(bed.outcome(opened).await, Answer::Modal(_)));
    let filled = [("name".to_owned(), FormValue::Text("*Ann*".to_owned()))];
    let sent = bed.discord.submit_modal(opened, &filled).unwrap();
    assert_eq!(bed.shown(sent).await.content(), "You are \\*Ann\\*");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn options_arrive_typed_and_suggestions_are_bounded() {
    let bed = Bed::new().await;
    let noah = bed.person("noah").to_string();
    let options = [("whole", json!(7)), ("pick", json!("b")), ("who", json!(noah))];
    let text = bed.shown(bed.invoke("mira", "typed", &options)).await.content().to_owned();
    assert!(text.contains("\"whole\":7") && text.contains("\"name\":\"noah\""), "{text}");
    let typing = Invocation {
        user: bed.person("mira"),
        place: Place::GuildChannel(bed.discord.default_channel()),
        command: vec!["typed".to_owned()],
        options: vec![("free".to_owned(), json!("du"))],
        locale: None,
    };
    let suggested = bed.discord.autocomplete(typing, "free").unwrap();
    let Answer::Choices(choices) = bed.outcome(suggested).await else { panic!("no choices") };
    assert_eq!((choices.len(), &choices[0]["value"]), (25, &json!("du 0")));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_limit_holds_and_says_until_when() {
    let bed = Bed::new().await;
    for _ in 0..2 {
        bed.shown(bed.invoke("mira", "seldom", &[])).await;
    }
    let refused = bed.shown(bed.invoke("mira", "seldom", &[])).await;
    let text = text_of(&refused);
    assert!(refused.is_ephemeral() && text.contains("<t:") && text.contains("Insisting"), "{text}");
    assert!(!text_of(&bed.shown(bed.invoke("noah", "seldom", &[])).await).contains("<t:"));
    let reload = bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())]);
    assert!(bed.shown(reload).await.content().starts_with("✅ Reloaded"));
    let refused = text_of(&bed.shown(bed.invoke("mira", "seldom", &[])).await);
    assert!(refused.contains("<t:"), "after a reload: {refused}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_in_the_menu_of_a_user_is_served() {
    let bed = Bed::new().await;
    let place = Place::GuildChannel(bed.discord.default_channel());
    let (mira, noah) = (bed.person("mira"), bed.person("noah"));
    let asked = bed.discord.invoke_on_user(mira, place, "Who is it", noah).unwrap();
    assert_eq!(bed.shown(asked).await.content(), "It is noah.");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_refused_where_the_bot_lacks_what_the_command_declares() {
    let bed = Bed::new().await;
    let channel = bed.discord.default_channel();
    bed.discord.set_bot_access(channel, BotAccess::ReadOnly);
    let refused = bed.mirror("a.txt", b"content".to_vec()).await;
    let text = text_of(&refused);
    assert!(refused.is_ephemeral() && text.contains("Attach Files"), "{text}");
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!", "which declares nothing");
    bed.discord.set_bot_access(channel, BotAccess::Full);
    assert!(text_of(&bed.mirror("a.txt", b"content".to_vec()).await).contains("7 bytes"));
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_may_be_asked_twice_is_asked_again_when_its_copy_is_ended() {
    const AGAIN: &str = "asking the copy that serves now";
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.start(&[("DEBUG", "1")]).await;
    let asked = bed.invoke("mira", "whisper", &[("how", "late".into())]);
    bed.until("it was deferred", |bed| {
        matches!(bed.discord.answer_now(asked), Answer::Thinking(_))
    })
    .await;
    bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())]);
    bed.host.as_ref().expect("it runs").wait_for_log(AGAIN, PATIENCE).await.unwrap();
    let text = |bed: &Bed| bed.discord.answer_now(asked).message().map(text_of);
    bed.until("the reason is told", |bed| {
        text(bed).is_some_and(|text| text.contains("switched off"))
    })
    .await;
}
