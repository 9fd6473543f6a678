//! What the host must never tell: the whole log, at its most detailed.

use crate::{
    bed::{Bed, PATIENCE, text_of},
    running::{lumina_with, said, scraped, signal},
};
use lumina_host::door::KEY_MARK;
use lumina_sandbox::{
    discord::{Answer, FormValue, Invocation, RestFault, SimDiscordOptions, Span},
    host::{LINE_BYTES_MAX, LogMark},
    tvdb::{self, Fault},
};
use std::{collections::BTreeSet, io::ErrorKind, net::TcpListener};

const PIN: &str = "a-pin-of-a-subscriber";
/// A database of the former bot.
const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lists/original.db");
/// What the log shows in the place of a secret.
const BLANK: &str = "[redacted]";
/// What the session tokens of the simulated TheTVDB begin with.
const TVDB_TOKEN: &str = "sandbox.token.";

/// Uses everything that a secret takes part in.
async fn use_everything(bed: &Bed) {
    for how in ["hello", "fault", "panic", "file", "further", "progress", "frames"] {
        bed.answer(how).await;
    }
    let buttons = bed.answer("buttons").await;
    bed.shown(bed.press("mira", buttons.id, 1)).await;
    let opened = bed.invoke("mira", "answer", &[("how", "form".into())]);
    assert!(matches!(bed.outcome(opened).await, Answer::Modal(_)));
    let filled = [("name".to_owned(), FormValue::Text("Ann".to_owned()))];
    bed.shown(bed.discord.submit_modal(opened, &filled).unwrap()).await;
    let typing = Invocation {
        user: bed.person("mira"),
        place: bed.channel(),
        command: vec!["search".to_owned()],
        options: vec![("query".to_owned(), "dune".into())],
        locale: None,
    };
    let typing = bed.discord.autocomplete(typing, "query").unwrap();
    assert!(matches!(bed.outcome(typing).await, Answer::Choices(_)));
    for command in ["list", "reload"] {
        let plugin = [("plugin", "answers".into())];
        let options = if command == "list" { &[][..] } else { &plugin[..] };
        bed.shown(bed.invoke("mira", &format!("sudo {command}"), options)).await;
    }
    keep_and_look(bed).await;
    operate(bed).await;
}

/// Marks what was found, and looks at all that is kept and shown.
async fn keep_and_look(bed: &Bed) {
    let search = [("query", "dune".into())];
    let found = bed.shown(bed.invoke("mira", "search", &search)).await;
    let before = found.body().clone();
    let marked = bed.shown(bed.press("mira", found.id, 1)).await;
    assert_ne!(*marked.body(), before, "it shows what the press has done");
    for command in ["help", "profile", "privacy export"] {
        bed.shown(bed.invoke("mira", command, &[])).await;
    }
}

/// Does what an operator does with a host that runs.
async fn operate(bed: &Bed) {
    let metrics = scraped(bed).await;
    assert!(metrics.contains("lumina_"), "{metrics}");
    assert!(signal(bed, "HUP").success());
    let host = bed.host.as_ref().expect("it runs");
    host.wait_for_log("the settings were read again", PATIENCE).await.unwrap();
}

/// Runs what an operator runs beside the host; returns all that it said.
fn run_beside(bed: &Bed) -> String {
    let settings = [("DEBUG", "trace"), ("TVDB_API_PIN", PIN)];
    let commands = [&["check"][..], &["invite"], &["import-original", ORIGINAL, "--apply"]];
    let run = |command: &&[&str]| {
        let output = lumina_with(bed, command, &settings);
        assert!(output.status.success(), "{command:?}: {}", said(&output));
        said(&output)
    };
    commands.iter().map(run).collect()
}

/// Lets Discord and TheTVDB fail in ways that libraries and the host write about.
async fn let_all_fail(bed: &Bed) {
    let search = async |who: &str, query: &str| {
        bed.shown(bed.invoke(who, "search", &[("query", query.into())])).await
    };
    search("noah", "dune").await;
    bed.tvdb.expire_tokens();
    search("noah", "harbor").await;
    bed.tvdb.set_fault(Some(Fault::WrongKey));
    search("elodie", "lighthouse").await;
    bed.tvdb.set_fault(Some(Fault::CutShort));
    search("elodie", "glass").await;
    bed.tvdb.set_fault(None);
    for (fault, place) in [
        (RestFault::Status(500), "/callback"),
        (RestFault::Html(502), "/callback"),
        (RestFault::Down, "/callback"),
        (RestFault::Status(500), "/webhooks"),
        (RestFault::HalfBody, "/webhooks"),
    ] {
        bed.discord.faults().rest_at(place, fault, Span::UntilCleared);
        let failing = bed.invoke("jonas", "answer", &[("how", "further".into())]);
        let sudo = bed.invoke("mira", "sudo list", &[]);
        let before = bed.discord.journal().len();
        bed.until("Discord was asked", |bed| bed.discord.journal().len() > before).await;
        bed.discord.faults().clear();
        // Whatever comes of them.
        let _ = (bed.discord.answer_now(failing), bed.discord.answer_now(sudo));
    }
    bed.discord.close_connections(4_000, "unknown error");
    bed.discord.invalidate_sessions(false);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_the_most_detailed_log() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    for plugin in ["help", "profile", "search"] {
        bed.install_plugin(plugin);
    }
    let settings = [("DEBUG", "trace"), ("TVDB_API_PIN", PIN), ("METRICS_ADDR", "127.0.0.1:0")];
    bed.start(&settings).await;
    use_everything(&bed).await;
    let_all_fail(&bed).await;
    let journal = bed.discord.journal();
    let mut host = bed.host.take().expect("the host runs");
    host.interrupt().await.unwrap();
    host.exit(PATIENCE).await.unwrap();
    let mut lines = host.log().since(LogMark::default());
    lines.extend(run_beside(&bed).lines().map(str::to_owned));
    let log = lines.join("\n");
    for part in ["Lumina starts", "DEBUG", "Lumina ends"] {
        assert!(log.contains(part), "it is not the whole log: no `{part}`");
    }
    let longest = lines.iter().map(String::len).max().unwrap_or_default();
    assert!(longest < LINE_BYTES_MAX, "a line was cut, and what stood behind is not seen");

    // interactions/ID/TOKEN/callback and webhooks/ID/TOKEN/…
    let token = |path: &str| {
        let mut parts = path.trim_start_matches('/').split('/');
        let has_one = matches!(parts.next(), Some("interactions" | "webhooks"));
        has_one.then(|| parts.nth(1).unwrap_or_default().to_owned())
    };
    let tokens: BTreeSet<String> =
        journal.iter().filter_map(|entry| token(&entry.path)).filter(|t| t.len() > 20).collect();
    assert!(tokens.len() > 20, "{}", tokens.len());
    // What is blanked at the last moment was told by somebody, and would be read where nobody blanks.
    let line = lines.iter().find(|line| line.contains(BLANK));
    assert!(line.is_none(), "a secret was given to the log: {line:?}");
    let named = [bed.discord.token(), tvdb::API_KEY, PIN, TVDB_TOKEN, KEY_MARK];
    for secret in named.into_iter().chain(tokens.iter().map(String::as_str)) {
        let line = lines.iter().find(|line| line.contains(secret));
        assert!(line.is_none(), "a secret stands in the log: {line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_stays_on_this_machine_goes_to_a_proxy_of_the_environment() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let names =
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    bed.install_plugin("search");
    bed.start(&names.map(|name| (name, address.as_str()))).await;
    let list = text_of(&bed.shown(bed.invoke("mira", "sudo list", &[])).await);
    assert!(list.contains("**answers** 1.0.0 · serving"), "{list}");
    let mirrored = text_of(&bed.mirror("a.txt", b"content".to_vec()).await);
    assert!(mirrored.contains("7 bytes"), "{mirrored}");
    let found = bed.invoke("mira", "search", &[("query", "dune".into())]);
    assert!(text_of(&bed.shown(found).await).contains("Dune"));
    let came = proxy.accept().map(|(_, from)| from).map_err(|error| error.kind());
    assert_eq!(came, Err(ErrorKind::WouldBlock), "nobody has asked the proxy");
    bed.is_clean();
}
