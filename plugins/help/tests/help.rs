//! What `/help` and its buttons show.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../english.rs"]
mod english;

use english::English;
use lumina_help::Help;
use lumina_plugin_api::{
    id::CommandId,
    prelude::*,
    services::{
        discord::{self, RegisteredCommand},
        http,
    },
    testing::{TestHost, call, press},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

const CAT: &str = "https://cdn2.thecatapi.com/images/1b.gif";

fn command(id: u64, qualified_name: &str) -> RegisteredCommand {
    let description = format!("Does {qualified_name}.");
    RegisteredCommand::new("some", qualified_name, description, Some(CommandId(id)))
}

fn numbered(n_commands: u64) -> Vec<RegisteredCommand> {
    (0..n_commands).map(|id| command(id, &format!("c{id}"))).collect()
}

/// A host with these commands, and how often it was asked for a cat.
fn host(
    commands: Vec<RegisteredCommand>,
    cat: Result<http::Answer>,
) -> (TestHost, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let host = TestHost::new()
        .serving(discord::NAME, move |request| match request {
            discord::Request::Commands { interaction } => {
                assert_eq!(interaction, InteractionId(1_000));
                Ok(serde_json::to_value(&commands)?)
            }
            discord::Request::Emoji => Ok(serde_json::to_value(discord::Emoji::new("📁", "▶️"))?),
            other => panic!("not asked for: {other:?}"),
        })
        .serving(http::NAME, move |request| match request {
            http::Request::Get { url, timeout_ms, .. } => {
                assert_eq!(url, "https://api.thecatapi.com/v1/images/search");
                assert_eq!(timeout_ms, Some(1_000));
                counter.fetch_add(1, Ordering::SeqCst);
                cat.clone()
            }
            other => panic!("not asked for: {other:?}"),
        });
    (host, asked)
}

fn no_cat() -> Result<http::Answer> {
    Err(Error::new(ErrorKind::Unavailable))
}

fn a_cat() -> Result<http::Answer> {
    Ok(http::Answer::new(200, format!(r#"[{{"id":"1b","url":"{CAT}","width":7}}]"#)))
}

async fn help(host: &TestHost) -> Message {
    let help = Help::create(host.ctx()).await.unwrap();
    let reply = help.command(host.ctx(), call("help").build()).await.unwrap();
    let Reply::Message { message, private: true } = reply else { panic!("{reply:?}") };
    message
}

/// Presses the button with this label as a user would; the plugin is a new copy, as after a reload.
async fn push(host: &TestHost, message: &Message, label: &str) -> Message {
    let pressed = buttons(message).into_iter().find(|(shown, _)| shown == label).unwrap().1;
    assert!(!pressed.disabled, "{label} is grey");
    push_action(host, pressed.action.as_ref().unwrap()).await
}

async fn push_action(host: &TestHost, action: &Action) -> Message {
    let mut pressed = press(&action.handler, &()).build();
    pressed.raw_state = action.state.clone();
    let help = Help::create(host.ctx()).await.unwrap();
    let reply = help.component(host.ctx(), pressed).await.unwrap();
    let Reply::Update { message } = reply else { panic!("{reply:?}") };
    message
}

fn buttons(message: &Message) -> Vec<(String, Button)> {
    let english = English::of(&Help::descriptor());
    let row = match message.components.as_slice() {
        [] => return Vec::new(),
        [Component::Row(row)] => row,
        other => panic!("{other:?}"),
    };
    let buttons = row.iter().map(|component| match component {
        Component::Button(button) => (english.show(&button.label), button.clone()),
        other => panic!("{other:?}"),
    });
    buttons.collect()
}

/// The text of the page, without empty lines, and the buttons; grey ones in brackets.
fn show(message: &Message) -> String {
    let english = English::of(&Help::descriptor());
    let [embed] = message.embeds.as_slice() else { panic!("{message:?}") };
    let text = format!("{}\n{}", english.show(&embed.title), english.show(&embed.description));
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let labels = buttons(message)
        .into_iter()
        .map(|(label, button)| if button.disabled { format!("[{label}]") } else { label });
    let labels: Vec<String> = labels.collect();
    if !labels.is_empty() {
        lines.push(labels.join(" "));
    }
    lines.join("\n")
}

#[tokio::test]
async fn names_are_links_and_sub_commands_stand_below_their_group() {
    let commands = vec![
        command(1, "help"),
        command(2, "sudo list"),
        command(2, "sudo load"),
        RegisteredCommand::new("new", "young", Text::outside("*Not yet known*"), None),
    ];
    let (host, _) = host(commands, no_cat());
    let expected = "What I can do\n▶️ </help:1>\nDoes help.\n📁 **⟨sudo⟩**\n▶️ </sudo list:2>\nDoes sudo list.\n\
                    ▶️ </sudo load:2>\nDoes sudo load.\n▶️ `/young`\n⟨*Not yet known*⟩";
    assert_eq!(show(&help(&host).await), expected);
}

#[tokio::test]
async fn a_host_that_wants_no_emoji_gets_none() {
    let host = TestHost::new()
        .serving(discord::NAME, |request| match request {
            discord::Request::Emoji => Ok(serde_json::to_value(discord::Emoji::default())?),
            _ => Ok(serde_json::to_value([command(2, "sudo list")])?),
        })
        .serving(http::NAME, |_: http::Request| no_cat());
    let expected = "What I can do\n**⟨sudo⟩**\n</sudo list:2>\nDoes sudo list.";
    assert_eq!(show(&help(&host).await), expected);
}

#[tokio::test]
async fn buttons_come_only_with_a_second_page() {
    let (five, _) = host(numbered(5), no_cat());
    assert_eq!(buttons(&help(&five).await), []);
    let (six, _) = host(numbered(6), no_cat());
    assert_eq!(buttons(&help(&six).await).len(), 5);
}

#[tokio::test]
async fn a_group_is_named_again_on_its_next_page() {
    let commands = (0..6).map(|id| command(id, &format!("sudo c{id}"))).collect();
    let (host, _) = host(commands, no_cat());
    let second = push(&host, &help(&host).await, ">").await;
    assert_eq!(
        show(&second),
        "What I can do\n📁 **⟨sudo⟩**\n▶️ </sudo c5:5>\nDoes sudo c5.\n<< < [2/2] [>] [>>]"
    );
}

#[tokio::test]
async fn every_page_can_be_reached_and_the_ends_are_ends() {
    let (host, _) = host(numbered(12), no_cat());
    let check = |message: &Message, row: &str, first_line: &str| {
        let shown = show(message);
        assert_eq!(shown.lines().last().unwrap(), row);
        assert_eq!(shown.lines().nth(1).unwrap(), first_line);
    };
    let first = help(&host).await;
    check(&first, "[<<] [<] [1/3] > >>", "▶️ </c0:0>");
    let second = push(&host, &first, ">").await;
    check(&second, "<< < [2/3] > >>", "▶️ </c5:5>");
    let last = push(&host, &first, ">>").await;
    check(&last, "<< < [3/3] [>] [>>]", "▶️ </c10:10>");
    check(&push(&host, &last, "<").await, "<< < [2/3] > >>", "▶️ </c5:5>");
    check(&push(&host, &last, "<<").await, "[<<] [<] [1/3] > >>", "▶️ </c0:0>");
}

#[tokio::test]
async fn no_two_buttons_carry_the_same_and_only_the_invoker_may_press() {
    let (host, _) = host(numbered(6), no_cat());
    let actions = buttons(&help(&host).await).into_iter().map(|(_, button)| button.action.unwrap());
    let mut states: Vec<String> = actions
        .map(|action| {
            assert_eq!(action.who, Who::Invoker);
            action.state
        })
        .collect();
    states.sort();
    states.dedup();
    assert_eq!(states.len(), 5);
}

#[tokio::test]
async fn a_page_that_is_gone_is_the_last_one() {
    let (long, _) = host(numbered(30), no_cat());
    let last = push(&long, &help(&long).await, ">>").await;
    let (short, _) = host(numbered(7), no_cat());
    assert!(show(&push(&short, &last, "<").await).ends_with("<< < [2/2] [>] [>>]"));
    let mut crafted = Action::new("page", &());
    crafted.state = format!(r#"{{"b":"next","p":{}}}"#, usize::MAX);
    assert!(show(&push_action(&short, &crafted).await).contains("[2/2]"));
}

#[tokio::test]
async fn a_button_of_another_form_is_outdated() {
    let (host, _) = host(numbered(7), no_cat());
    let help = Help::create(host.ctx()).await.unwrap();
    for state in ["", "7", r#"{"b":"sideways","p":1}"#, r#"{"b":"next","p":-1}"#] {
        let mut pressed = press("page", &()).build();
        pressed.raw_state = state.to_owned();
        let error = help.component(host.ctx(), pressed).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Outdated, "{state}");
    }
}

#[tokio::test]
async fn without_any_command_there_is_a_sentence() {
    let (host, _) = host(Vec::new(), no_cat());
    assert_eq!(
        show(&help(&host).await),
        "What I can do\nThere is no command that you can run here."
    );
}

#[tokio::test]
async fn the_cat_changes_nothing_but_the_picture() {
    let (with, _) = host(numbered(6), a_cat());
    let mut message = help(&with).await;
    assert_eq!(message.embeds[0].thumbnail.take().as_deref(), Some(CAT));
    for bad in [
        no_cat(),
        Ok(http::Answer::new(500, "")),
        Ok(http::Answer::new(200, "<html>")),
        Ok(http::Answer::new(200, "[]")),
        Ok(http::Answer::new(200, r#"{"url":"https://a/b"}"#)),
        Ok(http::Answer::new(200, r#"[{"url":"ftp://a/b"}]"#)),
    ] {
        let (without, _) = host(numbered(6), bad);
        assert_eq!(help(&without).await, message);
    }
}

#[tokio::test]
async fn one_cat_is_kept_for_ten_minutes_and_a_failure_for_one() {
    for (cat, kept) in [(a_cat(), Duration::from_secs(600)), (no_cat(), Duration::from_secs(60))] {
        let (host, asked) = host(numbered(1), cat);
        let help = Help::create(host.ctx()).await.unwrap();
        for (moment, n_asked) in [
            (Duration::ZERO, 1),
            (kept - Duration::from_millis(1), 1),
            (Duration::from_millis(1), 2),
        ] {
            host.advance(moment);
            help.command(host.ctx(), call("help").build()).await.unwrap();
            assert_eq!(asked.load(Ordering::SeqCst), n_asked);
        }
    }
}

#[tokio::test]
async fn a_failure_of_the_host_is_passed_on() {
    let error = Error::new(ErrorKind::NotFound);
    let told = error.clone();
    let host = TestHost::new()
        .serving(discord::NAME, move |_: discord::Request| Err::<(), _>(told.clone()));
    let help = Help::create(host.ctx()).await.unwrap();
    assert_eq!(help.command(host.ctx(), call("help").build()).await.unwrap_err(), error);
}

#[test]
fn it_asks_no_other_host_than_it_declares_and_every_declared_text_exists() {
    let descriptor = Help::descriptor();
    let english = English::of(&descriptor);
    assert_eq!(descriptor.hosts, ["api.thecatapi.com"]);
    assert!(english.show(&descriptor.summary).ends_with('.'));
    assert!(english.show(&descriptor.commands[0].description).chars().count() <= 100);
}
