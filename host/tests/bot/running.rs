//! What an operator does with a host: asks how it is, changes settings, ends it.

use crate::bed::{Bed, PATIENCE, text_of};
use lumina_sandbox::{
    discord::{Answer, RestFault, SimDiscordOptions, Span},
    host::HostProcess,
};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Command, ExitStatus, Output},
};

/// What the host ends with at a second signal of each kind.
const ENDED_AT_ONCE: [(&str, i32); 2] = [("TERM", 143), ("INT", 130)];
/// What the program ends with where the settings are wrong.
const WRONG_SETTINGS: i32 = 78;
/// What it ends with where the host is still starting.
const NOT_YET: i32 = 75;

/// Runs the program with the settings of the bed and these arguments.
pub fn lumina(bed: &Bed, arguments: &[&str]) -> Output {
    lumina_with(bed, arguments, &[])
}

/// Runs the program with these arguments, and these settings on top of those of the bed.
pub fn lumina_with(bed: &Bed, arguments: &[&str], extra: &[(&str, &str)]) -> Output {
    let mut lumina = Command::new(env!("CARGO_BIN_EXE_lumina"));
    settings_of(bed, lumina.args(arguments)).envs(extra.iter().copied()).output().unwrap()
}

/// Lets a program find the settings of the bed, and nothing else.
pub fn settings_of<'a>(bed: &Bed, program: &'a mut Command) -> &'a mut Command {
    let folder = bed.folder.path();
    program
        .env_clear()
        .env("BOT_TOKEN", bed.discord.token())
        .env("TVDB_API_KEY", lumina_sandbox::tvdb::API_KEY)
        .env("DISCORD_API_BASE", bed.discord.base())
        .env("TVDB_API_BASE", bed.tvdb.base())
        .env("DATA_DIR", folder.join("data"))
        .env("PLUGIN_DIR", folder.join("plugins"))
        .current_dir(folder)
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

pub fn signal(bed: &Bed, name: &str) -> ExitStatus {
    signal_to(bed.host.as_ref().expect("the host runs"), name)
}

fn signal_to(host: &HostProcess, name: &str) -> ExitStatus {
    let pid = host.pid().expect("it runs");
    Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_told_how_the_host_is() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let nobody = lumina(&bed, &["health"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(said(&nobody).contains("no Lumina runs"), "{}", said(&nobody));
    let before = lumina(&bed, &["plugin", "list"]);
    assert!(said(&before).contains("answers 1.0.0 not running"), "{}", said(&before));
    let loaded = lumina(&bed, &["invite"]);
    assert!(loaded.status.success(), "{}", said(&loaded));
    bed.start(&[]).await;
    let health = lumina(&bed, &["health"]);
    assert!(health.status.success(), "{}", said(&health));
    assert!(said(&health).contains("is connected to Discord"), "{}", said(&health));
    let asked = lumina(&bed, &["invite"]);
    assert_eq!(said(&asked), said(&loaded));
    assert!(said(&asked).contains("&scope=bot+applications.commands&permissions="));
    let running = lumina(&bed, &["plugin", "list"]);
    assert!(said(&running).contains("answers 1.0.0 serving: "), "{}", said(&running));
    assert!(bed.stop().await.success());
    assert_eq!(lumina(&bed, &["health"]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_starting_says_so() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.discord.faults().rest(RestFault::Down, Span::UntilCleared);
    let mut host = bed.spawn(&[]);
    host.wait_for_log("Discord cannot be reached", PATIENCE).await.unwrap();
    // It ends those who do not listen for it.
    assert!(signal_to(&host, "HUP").success());
    for command in ["health", "invite"] {
        let asked = lumina(&bed, &[command]);
        assert_eq!(asked.status.code(), Some(NOT_YET), "{command}: {}", said(&asked));
        assert!(said(&asked).contains(" is starting: "), "{command}: {}", said(&asked));
    }
    let listed = lumina(&bed, &["plugin", "list"]);
    assert!(said(&listed).contains("answers 1.0.0 not loaded yet: "), "{}", said(&listed));
    assert!(signal_to(&host, "TERM").success());
    assert!(host.exit(PATIENCE).await.unwrap().success());
    assert!(said(&lumina(&bed, &["health"])).contains("no Lumina runs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_what_is_well_and_what_is_wrong() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let well = lumina(&bed, &["check"]);
    assert!(well.status.success(), "{}", said(&well));
    for line in ["settings: understood", "Discord: takes the token", "TheTVDB: takes the key"] {
        assert!(said(&well).contains(line), "{line}: {}", said(&well));
    }
    bed.install_bytes("torn", b"\x7fELF");
    let torn = lumina(&bed, &["check"]);
    assert_eq!(torn.status.code(), Some(1));
    assert!(said(&torn).contains("WRONG  plugin: `"), "{}", said(&torn));
    std::fs::write(bed.folder.path().join(".env"), "OWNER_IDS=mira\nDEBUG=perhaps\n").unwrap();
    let wrong = lumina(&bed, &["check"]);
    assert_eq!(wrong.status.code(), Some(WRONG_SETTINGS));
    assert_eq!(said(&wrong).matches("WRONG").count(), 2, "{}", said(&wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_read_again_when_asked_for() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let data = bed.folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    bed.install_plugin("help");
    std::fs::write(data.join("pin"), "before").unwrap();
    bed.start(&[("LOG_FILE", "log/lumina.log"), ("TVDB_API_PIN_FILE", "pin")]).await;
    let settings = "DEBUG=1\nREPORT_URL=https://a.b\nCOMMAND_EMOJI=🎬\nLOG_FORMAT=json\nOWNER_IDS=";
    std::fs::write(data.join(".env"), format!("{settings}{}\n", bed.person("noah"))).unwrap();
    std::fs::write(data.join("pin"), "afterwards").unwrap();
    let refused = bed.shown(bed.invoke("noah", "sudo list", &[])).await;
    assert!(signal(&bed, "HUP").success());
    let host = bed.host.as_ref().unwrap();
    let wait = async |text: &str| host.wait_for_log(text, PATIENCE).await.unwrap();
    wait("the settings were read again").await;
    wait("LOG_FORMAT has changed; it is read at the next start").await;
    wait("TVDB_API_PIN has changed; it is read at the next start").await;
    assert_eq!(bed.log().matches("has changed; it is read").count(), 2, "{}", bed.log());
    let fault = bed.answer("fault").await;
    assert!(fault.body().to_string().contains("https://a.b"), "{fault:?}");
    let help = text_of(&bed.shown(bed.invoke("mira", "help", &[])).await);
    assert!(help.contains("🎬 </answer:"), "{help}");
    let listed = bed.shown(bed.invoke("noah", "sudo list", &[])).await;
    assert_ne!(refused.content(), listed.content());
    assert!(bed.stop().await.success());
    let log = std::fs::read_to_string(data.join("log/lumina.log")).unwrap();
    let plugins = format!("plugins: answers 1.0.0, help {}\n", env!("CARGO_PKG_VERSION"));
    for line in ["Lumina starts", &plugins, "invite the bot with https://", "Lumina ends"] {
        assert!(log.contains(line), "{line}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_host_at_once() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    let help = said(&lumina(&bed, &["--help"]));
    for (second, code) in ENDED_AT_ONCE {
        bed.start(&[]).await;
        // It holds the end up: it answers when its time is over.
        let held = bed.invoke("mira", "answer", &[("how", "late".into())]);
        let is_deferred = |bed: &Bed| matches!(bed.discord.answer_now(held), Answer::Thinking(_));
        bed.until("it was deferred", is_deferred).await;
        assert!(signal(&bed, "TERM").success());
        let host = bed.host.as_ref().unwrap();
        host.wait_for_log("asked to end", PATIENCE).await.unwrap();
        assert!(signal(&bed, second).success());
        let status = bed.host.as_mut().unwrap().exit(PATIENCE).await.unwrap();
        assert_eq!(status.code(), Some(code), "{second}");
        assert!(help.contains(&code.to_string()), "{help}");
    }
}

#[test]
fn a_command_line_that_is_not_understood_ends_with_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_lumina")).arg("dance").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_looks_leaves_nothing_behind() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let there = || -> Vec<_> {
        let names = std::fs::read_dir(bed.folder.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = there();
    for command in ["check", "invite"] {
        let output = lumina(&bed, &[command]);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(there(), before, "after `lumina {command}`");
    }
    bed.discord.faults().rest(RestFault::Status(503), Span::UntilCleared);
    let unanswered = lumina(&bed, &["invite"]);
    assert_eq!(unanswered.status.code(), Some(1), "{}", said(&unanswered));
    assert!(said(&unanswered).contains("Discord does not answer"), "{}", said(&unanswered));
    assert_eq!(there(), before, "after an invite that nobody answered");
    let nothing = lumina(&bed, &["import-original", "nowhere.db"]);
    assert_eq!(nothing.status.code(), Some(1), "{}", said(&nothing));
    assert!(said(&nothing).contains("there is no file `nowhere.db`"), "{}", said(&nothing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_for_figures_that_is_taken_keeps_the_host_from_starting_and_is_named() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut host = bed.spawn(&[("METRICS_ADDR", &address)]);
    assert_eq!(host.exit(PATIENCE).await.unwrap().code(), Some(1));
    let log = host.log().tail(100).join("\n");
    let told = format!("METRICS_ADDR: cannot listen on `{address}`");
    assert!(log.contains(&told) && log.contains("free port"), "{log}");
}

/// Reads a page of the host as Prometheus does.
fn page(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Returns where the host tells its figures.
async fn address_of_figures(bed: &Bed) -> String {
    let host = bed.host.as_ref().expect("it runs");
    let line = host.wait_for_log("http://127.0.0.1:", PATIENCE).await.unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    address.expect("it stands there").to_owned()
}

/// Reads the figures once.
pub async fn scraped(bed: &Bed) -> String {
    page(&address_of_figures(bed).await, "/metrics")
}

/// How many answers in a row have to be seen until that is told.
const ENOUGH_SEEN: usize = 20;

/// Lets two answers come too late for Discord, and others in time.
async fn lose_answers_and_show_others(bed: &Bed) {
    const UNKNOWN_INTERACTION: u64 = 10_062;
    let too_late = RestFault::Refused(404, UNKNOWN_INTERACTION);
    bed.discord.faults().rest_at("/callback", too_late, Span::Requests(2));
    for _ in 0..2 {
        bed.invoke("mira", "answer", &[("how", "hello".into())]);
    }
    let log = bed.host.as_ref().expect("it runs");
    log.wait_for_log("answers are not shown", PATIENCE).await.unwrap();
    bed.shown(bed.invoke("mira", "privacy export", &[])).await;
    for _ in 0..ENOUGH_SEEN {
        bed.answer("hello").await;
    }
    log.wait_for_log("answers are shown again", PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_reads_what_was_answered_and_how_the_host_is() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.start(&[("METRICS_ADDR", "127.0.0.1:0")]).await;
    for how in ["hello", "invalid", "fault"] {
        bed.answer(how).await;
    }
    bed.shown(bed.invoke("mira", "sudo list", &[])).await;
    bed.shown(bed.invoke("noah", "sudo list", &[])).await;
    bed.shown(bed.invoke("mira", "sudo load", &[("plugin", "nobody".into())])).await;
    bed.shown(bed.invoke("mira", "sudo info", &[("plugin", " ".into())])).await;
    bed.shown(bed.invoke("mira", "sudo reload", &[("plugin", "answers".into())])).await;
    let address = address_of_figures(&bed).await;
    let address = address.as_str();
    let has = |used: &str, outcomes: &[(&str, usize)]| {
        let figures = page(address, "/metrics");
        let line = |(outcome, n): &(&str, usize)| {
            format!("lumina_interactions_total{{{used},outcome=\"{outcome}\"}} {n}")
        };
        outcomes.iter().all(|outcome| figures.contains(&line(outcome)))
    };
    let (answer, sudo) =
        ("plugin=\"answers\",command=\"answer\"", "plugin=\"host\",command=\"sudo\"");
    let before = |_: &Bed| {
        has(answer, &[("answered", 1), ("refused", 1), ("failed", 1)])
            && has(sudo, &[("answered", 2), ("refused", 3)])
    };
    // One that is counted later would stand between the answers that are lost in a row.
    bed.until("what came before was counted", before).await;
    lose_answers_and_show_others(&bed).await;
    let all_counted = |bed: &Bed| {
        let figures = page(address, "/metrics");
        has(answer, &[("answered", 1 + ENOUGH_SEEN), ("refused", 1), ("failed", 1), ("lost", 2)])
            && has(sudo, &[("answered", 2), ("refused", 3)])
            && has("plugin=\"host\",command=\"privacy\"", &[("answered", 1)])
            && figures.contains("lumina_plugin_changes_total{change=\"reload\",outcome=\"done\"} 1")
            && figures.contains("lumina_database_questions_total{outcome=\"done\"}")
            && figures.contains("lumina_connected 1")
            && figures.contains("lumina_plugins{state=\"serving\"} 1")
            && !figures.contains(bed.discord.token())
    };
    bed.until("all was counted", all_counted).await;
    assert!(page(address, "/").starts_with("HTTP/1.1 404"));
    assert!(bed.stop().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn help_shows_the_emoji_that_were_set() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.install_plugin("help");
    bed.start(&[("GROUP_EMOJI", "<:folder:7>"), ("COMMAND_EMOJI", "🎬")]).await;
    let help = text_of(&bed.shown(bed.invoke("mira", "help", &[])).await);
    for line in ["🎬 </answer:", "<:folder:7> **privacy**\\n🎬 </privacy delete:"] {
        assert!(help.contains(line), "{line}: {help}");
    }
    bed.is_clean();
}
