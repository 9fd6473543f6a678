//! A plugin that hangs or blocks its thread: the others serve, `/sudo` works, and nobody waits for ever.

use crate::{
    bed::{Bed, PATIENCE, library, text_of},
    running::{lumina, said, settings_of},
};
use lumina_sandbox::discord::{Answer, InteractionId, SimDiscordOptions};
use serde_json::Value;
use std::{fs, process::Command, time::Duration};

/// Far less than the deadline of a call, far more than a test waits in real time.
const STEP: Duration = Duration::from_secs(2);

/// Of which ten are more than any call is given.
const MINUTE: Duration = Duration::from_secs(60);

/// What the host ends with where a restart mends it.
const FAILED: i32 = 1;

/// How often it is looked whether an order has begun.
const LOOKS_MAX: usize = 100;

/// Where a mode is looked for in the hostile plugin, and how long modes are.
const MODE_MARK: &[u8] = b"lumina fixture mode is: ";
const MODE_BYTES: usize = 16;

/// What a program is ended after that does not end by itself.
const SECONDS_MAX: &str = "60";

/// As many descriptors as any process has open, and as many as a host does with.
const NO_MORE_DESCRIPTORS: usize = 3;
const DESCRIPTORS: usize = 1_024;

impl Bed {
    /// Makes a pipe that a plugin can be told to read.
    fn pipe(&self) -> String {
        let path = self.folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path.to_str().unwrap().to_owned()
    }

    /// Lets the hostile plugin block its thread until the file is dropped.
    pub async fn blocked(&self) -> (InteractionId, fs::File) {
        let pipe = self.pipe();
        let options = [("what", "block".into()), ("pipe", pipe.clone().into())];
        let blocked = self.invoke("noah", "hostile", &options);
        // It opens once the plugin reads.
        let opening = tokio::task::spawn_blocking(|| fs::OpenOptions::new().write(true).open(pipe));
        (blocked, opening.await.unwrap().unwrap())
    }

    /// Installs the hostile plugin in a mode.
    pub fn install_hostile(&self, mode: &str) {
        let mut bytes = fs::read(library("fixtures", "hostile")).unwrap();
        let is_mark = |part: &[u8]| part == MODE_MARK;
        let mark = bytes.windows(MODE_MARK.len()).position(is_mark).expect("it has a mode");
        let at = mark + MODE_MARK.len();
        let padded = format!("{mode:MODE_BYTES$}");
        bytes[at..at + MODE_BYTES].copy_from_slice(padded.as_bytes());
        self.install_bytes("hostile", &bytes);
    }

    /// Waits in real time until what was asked for has come to its end, however often it is deferred.
    async fn final_text(&self, interaction: InteractionId) -> String {
        let answer = || self.discord.answer_now(interaction);
        self.until("it comes to its end", |_| answer().is_final()).await;
        let answer = answer();
        text_of(answer.message().unwrap_or_else(|| panic!("{answer:?}\n{}", self.log())))
    }

    async fn sudo(&self, what: &str, plugin: &str) -> String {
        let options: &[(&str, Value)] = &[("plugin", plugin.into())];
        let options = if plugin.is_empty() { &[] } else { options };
        let message = self.shown(self.invoke("mira", &format!("sudo {what}"), options)).await;
        text_of(&message)
    }

    fn pid(&self) -> u32 {
        self.host.as_ref().expect("the host runs").pid().expect("it has not ended")
    }

    /// Lets the host open no more than so many files, beside those that are open.
    fn bound_descriptors(&self, n_open_max: usize) {
        let (pid, limit) = (format!("--pid={}", self.pid()), format!("--nofile={n_open_max}:"));
        let bounded = Command::new("prlimit").args([pid, limit]).status().unwrap();
        assert!(bounded.success());
    }

    /// Whether the host has a working copy of the plugin mapped.
    fn maps(&self, plugin: &str) -> bool {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.pid())).unwrap();
        maps.contains(&format!("/{plugin}."))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_blocks_its_thread_holds_up_nobody_and_can_be_replaced() {
    let bed = Bed::with(&["hostile"]).await;
    let (blocked, writer) = bed.blocked().await;

    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let list = bed.sudo("list", "").await;
    assert!(list.contains("**answers**") && list.contains("**hostile**"), "{list}");
    let reloaded = bed.sudo("reload", "answers").await;
    assert!(reloaded.starts_with("✅ Reloaded `answers`"), "{reloaded}");
    assert!(!bed.discord.answer_now(blocked).is_final());

    let replaced = bed.sudo("reload", "hostile").await;
    assert!(replaced.starts_with("✅ Reloaded `hostile`"), "{replaced}");
    assert_eq!(bed.shown(bed.invoke("noah", "hostile", &[])).await.content(), "done");
    drop(writer);
    let answer = bed.settled(blocked).await;
    let text = text_of(answer.message().expect("a sentence or the answer"));
    assert!(text == "done" || text.contains("switched off"), "{text}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_does_not_come_back_is_named_wherever_its_owner_looks() {
    let bed = Bed::with(&["hostile"]).await;
    let (blocked, writer) = bed.blocked().await;
    let advance = async |time| bed.host.as_ref().expect("it runs").advance(time).await.unwrap();
    advance(STEP).await;
    let told = "busy with `/hostile`; `/sudo reload plugin:hostile` replaces it";
    let looks = [
        bed.sudo("list", "").await,
        bed.sudo("info", "hostile").await,
        said(&lumina(&bed, &["plugin", "list"])),
    ];
    for look in looks {
        assert!(
            look.contains("its thread has not come back for ") && look.contains(told),
            "{look}"
        );
    }
    let answers = bed.sudo("info", "answers").await;
    assert!(!answers.contains("come back"), "{answers}");
    bed.in_steps_of(MINUTE, "it is late", |bed| bed.discord.answer_now(blocked).is_final()).await;
    let is_it = |line: &str| line.contains("gave no answer within") && line.contains(told);
    assert!(bed.log().lines().any(is_it), "{}", bed.log());

    let reloaded = bed.sudo("reload", "hostile").await;
    assert!(reloaded.contains("The old copy is a zombie now: its thread has not"), "{reloaded}");
    assert!(!reloaded.contains("finish there"), "{reloaded}");
    let list = bed.sudo("list", "").await;
    assert!(list.contains("1 zombie") && list.contains("only a restart of Lumina"), "{list}");
    assert!(!list.contains("finishing calls") && !list.contains("busy with"), "{list}");
    drop(writer);
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_plugin_that_hangs_is_told_and_then_it_is_unloaded() {
    let bed = Bed::with(&["hostile"]).await;
    let hanging = bed.invoke("noah", "hostile", &[("what", "hang".into())]);
    let asleep = bed.invoke("jonas", "hostile", &[("what", "sleep".into())]);
    bed.as_time_passes("both are in the plugin, deferred", |bed| {
        let is_thinking = |id| matches!(bed.discord.answer_now(id), Answer::Thinking(_));
        is_thinking(hanging) && is_thinking(asleep)
    })
    .await;
    let unload = bed.invoke("mira", "sudo unload", &[("plugin", "hostile".into())]);
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let mut list = bed.sudo("list", "").await;
    for _ in 0..LOOKS_MAX {
        if !list.contains("**hostile** 1.0.0 · serving") {
            break;
        }
        list = bed.sudo("list", "").await;
    }
    assert!(list.contains("draining"), "it lets the calls finish: {list}");
    let all = [hanging, asleep, unload];
    bed.in_steps_of(STEP, "everything ends", |bed| {
        all.iter().all(|id| bed.discord.answer_now(*id).is_final())
    })
    .await;
    for waiting in [hanging, asleep] {
        let answer = bed.discord.answer_now(waiting);
        let text = text_of(answer.message().expect("a sentence"));
        assert!(text.contains("took too long") || text.contains("switched off"), "{text}");
    }
    let answer = bed.discord.answer_now(unload);
    let text = text_of(answer.message().expect("an answer"));
    assert!(text.starts_with("✅ Unloaded `hostile`"), "{text}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_hangs_while_it_is_tried_is_refused_and_others_load_and_serve() {
    let bed = Bed::new().await;
    bed.install_hostile("open hangs");
    let load = bed.invoke("mira", "sudo load", &[("plugin", "hostile".into())]);
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let refused = bed.final_text(load).await;
    assert!(refused.starts_with("❌ `hostile` was not loaded"), "{refused}");
    assert!(refused.contains("it did not end within 10000 ms"), "{refused}");
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.install_hostile("well");
    let loaded = bed.sudo("load", "hostile").await;
    assert!(loaded.starts_with("✅ Loaded `hostile`"), "{loaded}");
    let is_its = |command: &serde_json::Value| command["name"] == "hostile";
    bed.until("it is registered", |bed| bed.discord.commands(None).iter().any(is_its)).await;
    assert_eq!(bed.shown(bed.invoke("noah", "hostile", &[])).await.content(), "done");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_hangs_in_the_host_alone_is_told_and_the_next_host_leaves_it_out() {
    let mut bed = Bed::without_host(SimDiscordOptions {
        identify_interval_ms: 0,
        ..SimDiscordOptions::default()
    })
    .await;
    bed.install_hostile("well");
    bed.start(&[]).await;
    let (running, writer) = bed.blocked().await;
    bed.install_hostile("open blocks");
    let reload = bed.invoke("mira", "sudo reload", &[("plugin", "hostile".into())]);
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.until("it is given up", |bed| bed.log().contains("holds the system's loader")).await;
    drop(writer);
    let told = bed.final_text(reload).await;
    assert!(told.starts_with("❌ `hostile` was not reloaded"), "{told}");
    assert!(told.contains("Lumina ends now") && told.contains("without this plugin"), "{told}");
    let answer = bed.discord.answer(running, PATIENCE).await;
    assert_eq!(text_of(answer.message().expect("it has finished")), "done");
    let status = bed.host.as_mut().unwrap().exit(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(FAILED), "{}", bed.log());

    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let info = bed.sudo("info", "hostile").await;
    assert!(info.contains("failed") && info.contains("Lumina had to end"), "{info}");
    bed.install_hostile("well");
    let loaded = bed.sudo("load", "hostile").await;
    assert!(loaded.starts_with("✅ Loaded `hostile`"), "{loaded}");
    assert!(bed.stop().await.success());
    bed.start(&[]).await;
    assert!(bed.sudo("info", "hostile").await.contains("serving"), "{}", bed.log());
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_hangs_at_the_start_costs_one_start() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("open blocks");
    bed.host = Some(bed.spawn(&[]));
    let status = bed.host.as_mut().unwrap().exit(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(FAILED), "{}", bed.log());
    assert!(bed.log().contains("holds the system's loader"), "{}", bed.log());

    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    assert!(bed.sudo("list", "").await.contains("**hostile** — · failed"), "{}", bed.log());
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_ends_the_process_is_left_out_after_two_starts() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("create exits");
    for _ in 0..2 {
        bed.host = Some(bed.spawn(&[]));
        bed.host.as_mut().unwrap().exit(PATIENCE).await.unwrap();
        assert!(bed.log().contains("loading plugin `hostile`"), "{}", bed.log());
    }
    bed.start(&[]).await;
    assert!(bed.log().contains("Lumina ended while it loaded the plugin `hostile`"));
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    let info = bed.sudo("info", "hostile").await;
    assert!(info.contains("failed") && info.contains("while it was being loaded"), "{info}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_ends_though_a_library_hangs() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("open blocks");
    let output = lumina(&bed, &["invite"]);
    assert_eq!(output.status.code(), Some(FAILED));
    assert!(said(&output).contains("holds the system's loader"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_cannot_be_closed_ends_the_host_with_its_name() {
    let mut bed = Bed::without_host(SimDiscordOptions {
        identify_interval_ms: 0,
        ..SimDiscordOptions::default()
    })
    .await;
    bed.install_hostile("close blocks");
    bed.start(&[]).await;
    // Whether anybody can still be told depends on which of the host's threads wait for the loader too.
    bed.invoke("mira", "sudo unload", &[("plugin", "hostile".into())]);
    let status = bed.host.as_mut().unwrap().exit(PATIENCE).await.unwrap();
    assert_eq!(status.code(), Some(FAILED), "{}", bed.log());
    let last_words = bed.log();
    let is_named =
        |line: &str| line.contains("`hostile`") && line.contains("holds the system's loader");
    assert!(last_words.lines().any(is_named), "{last_words}");

    bed.start(&[]).await;
    assert_eq!(bed.answer("hello").await.content(), "Hello \\*you\\*!");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_cannot_be_closed_does_not_keep_the_host_from_ending() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("close blocks");
    bed.start(&[]).await;
    assert_eq!(bed.shown(bed.invoke("noah", "hostile", &[])).await.content(), "done");
    assert!(bed.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_cannot_be_closed_does_not_keep_an_invite_from_ending() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("close blocks");
    let mut invite = Command::new("timeout");
    invite.args([SECONDS_MAX, env!("CARGO_BIN_EXE_lumina"), "invite"]);
    let invited = settings_of(&bed, &mut invite).output().unwrap();
    assert!(invited.status.success(), "{:?}: {}", invited.status, said(&invited));
    assert!(said(&invited).contains("&scope=bot+applications.commands"), "{}", said(&invited));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_stays_while_nobody_can_see_whether_its_threads_have_ended() {
    let bed = Bed::with(&["hostile"]).await;
    let pipe = bed.pipe();
    let options = [("what", "own-thread".into()), ("pipe", pipe.clone().into())];
    assert_eq!(bed.shown(bed.invoke("noah", "hostile", &options)).await.content(), "done");
    // It opens once the thread reads.
    let opening = tokio::task::spawn_blocking(|| fs::OpenOptions::new().write(true).open(pipe));
    let writer = opening.await.unwrap().unwrap();
    bed.bound_descriptors(NO_MORE_DESCRIPTORS);
    // Nor can a connection be made to answer with.
    bed.invoke("mira", "sudo unload", &[("plugin", "hostile".into())]);
    bed.until("nothing can be seen", |bed| bed.log().contains("it cannot be seen whether")).await;
    bed.until("it is given up", |bed| bed.log().contains("does not return")).await;
    assert!(bed.maps("hostile"), "its code still runs");

    bed.bound_descriptors(DESCRIPTORS);
    let info = bed.sudo("info", "hostile").await;
    assert!(info.contains("1 zombie"), "{info}");
    drop(writer);
    bed.until("its library is gone", |bed| !bed.maps("hostile")).await;
    let info = bed.sudo("info", "hostile").await;
    assert!(info.contains("unloaded") && !info.contains("zombie"), "{info}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_at_once_come_one_after_the_other_with_the_right_answers() {
    let bed = Bed::new().await;
    let order =
        |what: &str| bed.invoke("mira", &format!("sudo {what}"), &[("plugin", "answers".into())]);
    let both = [order("reload"), order("reload")];
    let mut said = Vec::new();
    for reload in both {
        said.push(bed.shown(reload).await.content().to_owned());
    }
    said.sort();
    assert!(said[0].starts_with("✅ Reloaded") && said[0].contains("copy 2"), "{said:?}");
    assert!(said[1].starts_with("✅ Reloaded") && said[1].contains("copy 3"), "{said:?}");

    let both = [order("unload"), order("unload")];
    let mut said = Vec::new();
    for unload in both {
        said.push(bed.shown(unload).await.content().to_owned());
    }
    said.sort();
    assert!(said[0].starts_with("✅ Unloaded `answers`"), "{said:?}");
    assert!(said[1].starts_with('❌') && said[1].contains("is not loaded"), "{said:?}");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_plugin_failed_stands_in_the_log_behind_whatever_it_chattered() {
    let bed = Bed::with(&["hostile"]).await;
    bed.shown(bed.invoke("noah", "hostile", &[("what", "chatter-panic".into())])).await;
    let is_where = |line: &str| line.contains("hostile: panic at fixtures/hostile");
    let is_told = |bed: &Bed| bed.log().lines().any(is_where);
    bed.until("where it panicked is told", is_told).await;
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_nobody_ends_ends_by_itself() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("describe hangs");
    let library = bed.folder.path().join("plugins/hostile.so");
    let tried = lumina(&bed, &["plugin", "probe", library.to_str().unwrap()]);
    assert_eq!(tried.status.code(), Some(FAILED), "{}", said(&tried));
    assert!(said(&tried).contains("the trial did not end within 10000 ms"), "{}", said(&tried));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declared_without_effect_is_refused_to_who_builds_it_alone() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_hostile("declares in vain");
    let library = bed.folder.path().join("plugins/hostile.so");
    let probe = ["plugin", "probe", "--declared", library.to_str().unwrap()];
    let tried = lumina(&bed, &probe);
    assert!(tried.status.success(), "{}", said(&tried));
    let tried = lumina(&bed, &[&probe[..], &["--strict"]].concat());
    assert_eq!(tried.status.code(), Some(FAILED), "{}", said(&tried));
    assert!(said(&tried).contains("the outside host `*.example.com`"), "{}", said(&tried));
}
