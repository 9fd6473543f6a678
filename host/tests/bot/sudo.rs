//! `/sudo`, for those who own the bot.

use crate::bed::{Bed, text_of};
use lumina_host::plugins::PluginLimits;
use lumina_sandbox::discord::{Answer, Invocation, Owner, Place, SimDiscordOptions, TeamMember};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::time::Duration;

/// Where the host keeps what it knows.
const DATABASE: &str = "data/lumina.db";

/// What is written down of a plugin that is not wanted.
const UNWANTED: &str = "SELECT 1 FROM plugin_states WHERE plugin_name = ? AND is_wanted = 0";

impl Bed {
    /// Opens the host's database beside it: its own module lets only one in.
    async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join(DATABASE));
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    /// Waits until it is written down that a plugin is not wanted: sooner than calls that hang are
    /// given up, or it was not written while they could still finish.
    async fn until_unwanted(&self, plugin: &str) {
        let mut database = self.database().await;
        let asking = async {
            let mut asked = async || {
                sqlx::query(UNWANTED).bind(plugin).fetch_optional(&mut database).await.unwrap()
            };
            while asked().await.is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let sooner = PluginLimits::default().drain_unloaded / 2;
        tokio::time::timeout(sooner, asking).await.expect("it is written down");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_are_served_and_the_others_are_told_kindly() {
    let member = |user_index, accepted, role: &str| TeamMember {
        user_index,
        accepted,
        role: role.to_owned(),
    };
    let team = vec![
        member(0, true, "admin"),
        member(1, true, "developer"),
        member(2, true, "read_only"),
        member(3, false, "admin"),
    ];
    let options = SimDiscordOptions { owner: Owner::Team(team), ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    let yuki = bed.person("yuki").to_string();
    bed.start(&[("OWNER_IDS", &yuki)]).await;
    for (who, is_owner) in
        [("mira", true), ("noah", true), ("elodie", false), ("jonas", false), ("yuki", true)]
    {
        let message = bed.shown(bed.invoke(who, "sudo list", &[])).await;
        let text = text_of(&message);
        assert!(message.is_ephemeral(), "{text}");
        assert_eq!(text.contains("**answers** 1.0.0 · serving"), is_owner, "{who}: {text}");
        let refusals = ["limited to the bot owner", "réservée au propriétaire du bot"];
        let is_refused = refusals.iter().any(|refusal| text.contains(refusal));
        assert_eq!(is_refused, !is_owner, "{who}: {text}");
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_unloads_stays_unloaded_and_old_names_are_understood() {
    let mut bed = Bed::new().await;
    let sudo = |bed: &Bed, what: &str, plugin: &str| {
        bed.invoke("mira", &format!("sudo {what}"), &[("plugin", plugin.into())])
    };
    let say = async |bed: &Bed, what: &str, plugin: &str| {
        bed.shown(sudo(bed, what, plugin)).await.content().to_owned()
    };
    assert!(say(&bed, "load", "answers").await.contains("loaded already"));
    let buttons = bed.answer("buttons").await.id;
    assert!(say(&bed, "unload", "src.exts.answers").await.starts_with("✅ Unloaded `answers`"));
    let hello = [("how", "hello".into())];
    let (typed, pressed) = (bed.invoke("mira", "answer", &hello), bed.press("mira", buttons, 1));
    for (asked, until) in [
        (typed, "until the owner of this bot brings it back"),
        (pressed, "until the owner of this bot brings it back"),
        (bed.invoke("elodie", "answer", &hello), "jusqu’à ce que le propriétaire"),
    ] {
        let off = text_of(&bed.shown(asked).await);
        assert!(off.contains(until) && !off.contains("minute"), "{off}");
    }
    assert!(bed.stop().await.success());

    bed.start(&[]).await;
    assert!(say(&bed, "info", "answers").await.contains("unloaded"));
    assert!(say(&bed, "unload", "answers").await.contains("is not loaded"));
    assert!(say(&bed, "reload", "exts.answers").await.starts_with("✅ Loaded `answers`"));
    bed.until("the commands are back", |bed| {
        bed.discord.commands(None).iter().any(|command| command["name"] == "answer")
    })
    .await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_loaded_can_be_told_to_stay_away() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    bed.install_bytes("broken", b"no library");
    bed.start(&[]).await;
    bed.install_bytes("late", b"no library");
    let say = async |bed: &Bed, what: &str, plugin: &str| {
        let option = [("plugin", plugin.into())];
        text_of(&bed.shown(bed.invoke("mira", &format!("sudo {what}"), &option)).await)
    };
    assert!(say(&bed, "info", "broken").await.contains("failed"));
    for plugin in ["broken", "late"] {
        let expected = format!("✅ `{plugin}` is not loaded. It stays unloaded after a restart.");
        assert_eq!(say(&bed, "unload", plugin).await, expected);
        assert!(say(&bed, "info", plugin).await.contains(" — · unloaded since "));
        assert!(say(&bed, "unload", plugin).await.contains("is not loaded. `/sudo list`"));
    }
    assert!(say(&bed, "unload", "nobody").await.starts_with('❌'));
    assert!(bed.stop().await.success());

    bed.start(&[]).await;
    for plugin in ["broken", "late"] {
        let info = say(&bed, "info", plugin).await;
        assert!(info.contains("unloaded") && !info.contains("failed"), "{info}");
        assert!(say(&bed, "unload", plugin).await.contains("is not loaded"));
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn info_shows_what_a_plugin_is_for_and_where_its_file_lies() {
    let bed = Bed::new().await;
    let say = async |who: &str, what: &str, plugin: &str| {
        let option = [("plugin", plugin.into())];
        text_of(&bed.shown(bed.invoke(who, &format!("sudo {what}"), &option)).await)
    };
    let info = say("mira", "info", "answers").await;
    let file = bed.folder.path().join("plugins/answers.so");
    assert!(info.contains(&format!("\nFile: `{}`", file.display())), "{info}");
    assert!(info.contains("\nAnswers in every way there is\n"), "{info}");
    for what in ["info", "unload", "reload"] {
        let told = say("mira", what, " ").await;
        assert!(told.starts_with("❌ Name a plugin: `answers`"), "{what}: {told}");
    }
    let told = say("mira", "load", " ").await;
    assert!(told.starts_with("❌ Nothing is left to load."), "{told}");
    assert!(say("mira", "unload", "answers").await.starts_with('✅'));
    assert_eq!(say("mira", "load", " ").await, "❌ Name a plugin: `answers`.");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_whose_program_was_replaced_still_loads_what_is_new() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let (running, newer) = (bed.folder.path().join("lumina"), bed.folder.path().join("newer"));
    std::fs::copy(&bed.program, &running).unwrap();
    bed.program.clone_from(&running);
    bed.start(&[]).await;
    std::fs::write(&newer, "another version").unwrap();
    std::fs::rename(&newer, &running).unwrap();
    bed.install("hostile");
    let load = bed.invoke("mira", "sudo load", &[("plugin", "hostile".into())]);
    let loaded = bed.shown(load).await.content().to_owned();
    assert!(loaded.starts_with("✅ Loaded `hostile`"), "{loaded}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unload_holds_though_the_host_is_killed_while_calls_still_finish() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    bed.install("hostile");
    bed.start(&[]).await;
    let hanging = bed.invoke("noah", "hostile", &[("what", "hang".into())]);
    bed.as_time_passes("the call is in the plugin, deferred", |bed| {
        matches!(bed.discord.answer_now(hanging), Answer::Thinking(_))
    })
    .await;
    let unload = bed.invoke("mira", "sudo unload", &[("plugin", "hostile".into())]);
    bed.until_unwanted("hostile").await;
    assert!(!bed.discord.answer_now(unload).is_final(), "the call still hangs");
    bed.host.take().expect("it runs").kill().await.unwrap();

    bed.start(&[]).await;
    let list = text_of(&bed.shown(bed.invoke("mira", "sudo list", &[])).await);
    assert!(list.contains("**hostile** — · unloaded"), "{list}");
    assert!(list.contains("**answers** 1.0.0 · serving"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_told_and_not_promised() {
    let bed = Bed::new().await;
    let mut database = bed.database().await;
    sqlx::query("DROP TABLE plugin_states").execute(&mut database).await.unwrap();
    for (what, begins) in [("unload", "✅ Unloaded `answers`"), ("load", "✅ Loaded `answers`")] {
        let done = bed.invoke("mira", &format!("sudo {what}"), &[("plugin", "answers".into())]);
        let text = bed.shown(done).await.content().to_owned();
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("after a restart it is as it was before"), "{text}");
        assert!(!text.contains("stays unloaded"), "{text}");
    }
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_refused_and_the_old_copy_still_serves() {
    let bed = Bed::new().await;
    std::fs::write(bed.folder.path().join("plugins/answers.so"), "no library").unwrap();
    let refused = bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())]);
    let text = bed.shown(refused).await.content().to_owned();
    assert!(text.starts_with("❌") && text.contains("still serves"), "{text}");
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn sudo_suggests_what_is_possible_to_owners_only() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_bytes("broken", b"no library");
    bed.start(&[]).await;
    let suggestions = async |who: &str, what: &str| {
        let typing = Invocation {
            user: bed.person(who),
            place: Place::GuildChannel(bed.discord.default_channel()),
            command: vec!["sudo".to_owned(), what.to_owned()],
            options: vec![("plugin".to_owned(), "".into())],
            locale: None,
        };
        let asked = bed.discord.autocomplete(typing, "plugin").unwrap();
        match bed.outcome(asked).await {
            Answer::Choices(choices) => {
                choices.iter().map(|choice| choice["name"].as_str().unwrap().to_owned()).collect()
            }
            other => panic!("no choices: {other:?}\n{}", bed.log()),
        }
    };
    for (what, possible) in [
        ("load", vec!["broken"]),
        ("unload", vec!["answers", "broken"]),
        ("reload", vec!["answers", "broken"]),
        ("info", vec!["answers", "broken"]),
    ] {
        let suggested: Vec<String> = suggestions("mira", what).await;
        assert_eq!(suggested, possible, "{what}");
        assert!(suggestions("noah", what).await.is_empty(), "{what}");
    }
    bed.is_clean();
}
