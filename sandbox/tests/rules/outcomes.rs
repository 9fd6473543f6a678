//! What people see of answers, what is recorded of bots, and what faults do. Rules in the small
//! that are no refusal have no row.

use std::time::Duration;

use lumina_sandbox::discord::{
    Answer, ClientRefusal, FormValue, InteractionKind, Ping, Place, RawInteraction, RestFault,
    Span, Target, Violation,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::components::{button, menu, row};
use super::support::{Asked, Bot, Gateway, PATIENCE};

async fn answered(bot: &Bot, data: Value) -> Asked {
    let asked = bot.asked().await;
    let reply = bot.callback(&asked, &json!({ "type": 4, "data": data })).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    asked
}

#[tokio::test]
async fn an_answer_is_seen_by_everyone_and_a_private_one_by_its_asker() {
    let bot = Bot::start().await;
    answered(&bot, json!({ "content": "all" })).await;
    answered(&bot, json!({ "content": "you", "flags": 64 })).await;
    let texts = |user| {
        let seen = bot.discord.messages(bot.channel(), user);
        seen.iter().map(|message| message.content().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(bot.user()), ["all", "you"]);
    assert_eq!(texts(bot.discord.owner()), ["all"]);
    assert_eq!(bot.discord.violations(), []);
    assert_eq!(bot.discord.document_mismatches(), [] as [String; 0]);
}

#[tokio::test]
async fn silence_is_seen_after_three_seconds_and_is_a_violation() {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    assert!(matches!(bot.discord.answer_now(asked.id), Answer::Pending));
    let waiting = tokio::spawn({
        let discord = bot.discord.clone();
        async move { discord.answer(asked.id, PATIENCE).await }
    });
    tokio::task::yield_now().await;
    bot.discord.clock().advance(Duration::from_secs(4));
    assert!(matches!(waiting.await.unwrap(), Answer::NoAnswer));
    assert!(matches!(bot.discord.violations()[..], [Violation::NoFirstAnswer { .. }]));
}

#[tokio::test]
async fn thinking_is_seen_until_the_answer_and_its_history_stays() {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 5 })).await;
    assert!(matches!(bot.discord.answer_now(asked.id), Answer::Thinking(_)));
    bot.send(Method::PATCH, &bot.original(&asked), &json!({ "content": "at last" })).await;
    let Answer::Message(message) = bot.discord.answer(asked.id, PATIENCE).await else { panic!() };
    assert_eq!(message.content(), "at last");
    assert_eq!(message.history.len(), 2);
    assert!(message.history[0].body["flags"].as_u64().unwrap() & 128 != 0);
}

#[tokio::test]
async fn thinking_gives_up_with_its_token() {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 5 })).await;
    bot.discord.clock().advance(Duration::from_secs(16 * 60));
    assert!(matches!(bot.discord.answer_now(asked.id), Answer::NoAnswer));
    let seen = bot.discord.messages(bot.channel(), bot.user());
    assert_eq!(seen[0].content(), lumina_sandbox::discord::NO_ANSWER);
    assert!(matches!(bot.discord.violations()[..], [Violation::LeftThinking { .. }]));
}

#[tokio::test]
async fn a_ping_that_nobody_asked_for_is_recorded() {
    let bot = Bot::start().await;
    let user = bot.user();
    answered(&bot, json!({ "content": format!("<@{user}> @everyone") })).await;
    let pings = vec![Ping::User(user), Ping::Everyone];
    let seen = bot.discord.messages(bot.channel(), user);
    assert_eq!(seen[0].pings, pings);
    assert!(matches!(&bot.discord.violations()[..], [Violation::Mention { .. }]));
    bot.discord.clear_violations();
    let quiet = json!({ "parse": [] });
    answered(&bot, json!({ "content": "@everyone", "allowed_mentions": quiet })).await;
    assert_eq!(bot.discord.violations(), []);
}

#[tokio::test]
async fn tokens_in_messages_are_recorded() {
    let bot = Bot::start().await;
    bot.say(&json!({ "content": format!("token {}", bot.discord.token()) })).await;
    let asked = bot.asked().await;
    bot.say(&json!({ "content": asked.token })).await;
    bot.callback(&asked, &json!({ "type": 5 })).await;
    let secrets = bot.discord.violations();
    let is_secret = |violation: &&Violation| matches!(violation, Violation::Secret { .. });
    assert_eq!(secrets.iter().filter(is_secret).count(), 2);
}

#[tokio::test]
async fn a_click_comes_with_its_message_and_changes_it_in_place() {
    let bot = Bot::start().await;
    let option = json!({ "label": "A", "value": "a" });
    let rows = json!([row(vec![button("go")]), row(vec![menu(vec![option])])]);
    let asked = answered(&bot, json!({ "content": "x", "components": rows })).await;
    let Answer::Message(message) = bot.discord.answer_now(asked.id) else { panic!() };
    let mut gateway = bot.ready(0).await;
    let pressed = bot.discord.press(message.id, &Target::Position(1), bot.user()).unwrap();
    let event = gateway.event("INTERACTION_CREATE").await;
    assert_eq!(event["data"]["custom_id"], "go");
    assert_eq!(event["message"]["id"], message.id.to_string());
    let asked = Asked { id: pressed, token: event["token"].as_str().unwrap().to_owned() };
    let data = json!({ "content": "y", "components": [] });
    bot.callback(&asked, &json!({ "type": 7, "data": data })).await;
    let Answer::Updated(message) = bot.discord.answer_now(pressed) else { panic!() };
    assert_eq!((message.content(), message.buttons().len()), ("y", 0));
    let gone = bot.discord.select(message.id, &Target::Position(1), &["a".into()], bot.user());
    assert_eq!(gone, Err(ClientRefusal::UnknownComponent));
}

#[tokio::test]
async fn a_click_that_was_acknowledged_is_seen_to_change_its_message_or_to_be_followed() {
    let bot = Bot::start().await;
    let rows = json!([row(vec![button("go")])]);
    for (method, follows) in [(Method::PATCH, false), (Method::POST, true)] {
        let asked = answered(&bot, json!({ "content": "x", "components": rows })).await;
        let asked = bot.pressed(&asked).await;
        let pressed = asked.id;
        bot.callback(&asked, &json!({ "type": 6 })).await;
        assert!(matches!(bot.discord.answer_now(pressed), Answer::Acknowledged));
        let path = if follows { bot.webhook(&asked) } else { bot.original(&asked) };
        bot.send(method, &path, &json!({ "content": "y" })).await;
        let answer = bot.discord.answer(pressed, PATIENCE).await;
        assert_eq!(answer.message().unwrap().content(), "y");
        assert_eq!(matches!(answer, Answer::Updated(_)), !follows, "{answer:?}");
    }
}

#[tokio::test]
async fn a_form_is_opened_filled_in_and_sent() {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    let input = json!({ "type": 4, "custom_id": "title", "style": 1, "max_length": 5 });
    let label = json!({ "type": 18, "label": "Title", "component": input });
    let form = json!({ "custom_id": "form", "title": "A form", "components": [label] });
    bot.callback(&asked, &json!({ "type": 9, "data": form })).await;
    assert!(matches!(bot.discord.answer_now(asked.id), Answer::Modal(_)));
    let fill = |text: &str| vec![("title".to_owned(), FormValue::Text(text.to_owned()))];
    let refused = bot.discord.submit_modal(asked.id, &fill("too long"));
    assert_eq!(refused, Err(ClientRefusal::BadField("title".to_owned())));
    let mut gateway = bot.ready(0).await;
    bot.discord.submit_modal(asked.id, &fill("Dune")).unwrap();
    let event = gateway.event("INTERACTION_CREATE").await;
    assert_eq!(event["type"], 5);
    assert_eq!(event["data"]["components"][0]["component"]["value"], "Dune");
}

#[tokio::test]
async fn the_client_refuses_what_people_cannot_send_and_raw_sends_it() {
    let bot = Bot::start().await;
    bot.asked().await;
    let refusal = |command: &[&str], options: &[(&str, Value)]| {
        bot.discord.invoke(bot.invocation(command, options)).unwrap_err()
    };
    assert_eq!(refusal(&["pong"], &[]), ClientRefusal::UnknownCommand("pong".into()));
    assert_eq!(refusal(&["ping"], &[("x", json!(1))]), ClientRefusal::UnknownOption("x".into()));
    let bad = ClientRefusal::BadOption { option: "text".into(), expected: "text".into() };
    assert_eq!(refusal(&["ping"], &[("text", json!(1))]), bad);
    let mut gateway = bot.ready(0).await;
    let raw = RawInteraction {
        user: bot.user(),
        place: Place::BotDm,
        kind: InteractionKind::Command,
        type_number: Some(99),
        data: json!({ "name": "pong", "options": "crafted" }),
        message: None,
    };
    bot.discord.send_raw(raw).unwrap();
    let event = gateway.event("INTERACTION_CREATE").await;
    assert_eq!((&event["type"], &event["context"]), (&json!(99), &json!(1)));
}

#[tokio::test]
async fn registered_commands_come_back_in_normal_form_and_keep_their_ids() {
    let bot = Bot::start().await;
    let option = json!({ "type": 3, "name": "q", "description": "x", "required": false });
    let mut command = json!({ "name": "find", "description": "x", "options": [option] });
    let first = bot.register(&json!([command])).await.body;
    assert_eq!(first[0]["type"], 1);
    assert_eq!(first[0]["options"][0].get("required"), None);
    let again = bot.register(&first).await.body;
    assert_eq!(first, again);
    command["description"] = json!("y");
    let changed = bot.register(&json!([command])).await.body;
    assert_eq!(changed[0]["id"], first[0]["id"]);
    assert_ne!(changed[0]["version"], first[0]["version"]);
}

#[tokio::test]
async fn faults_spoil_answers_and_end() {
    let bot = Bot::start().await;
    let faults = bot.discord.faults();
    faults.rest(RestFault::Html(200), Span::Requests(1));
    assert!(bot.get("/users/@me").await.text.starts_with("<!DOCTYPE html>"));
    faults.rest(RestFault::Status(503), Span::Requests(1));
    assert_eq!(bot.get("/users/@me").await.status, 503);
    faults.rest(RestFault::GlobalLimit(Duration::from_secs(3)), Span::Requests(1));
    let limited = bot.get("/users/@me").await;
    assert_eq!((limited.status, limited.header("x-ratelimit-global")), (429, "true"));
    faults.rest(RestFault::MalformedLimits, Span::Requests(1));
    assert_eq!(bot.get("/users/@me").await.header("x-ratelimit-remaining"), "-1");
    faults.rest(RestFault::HalfBody, Span::Requests(1));
    let half = bot.request(Method::GET, "/users/@me").send().await.unwrap();
    assert!(half.text().await.is_err());
    faults.rest(RestFault::Down, Span::UntilCleared);
    assert!(bot.request(Method::GET, "/users/@me").send().await.is_err());
    faults.clear();
    assert_eq!(bot.get("/users/@me").await.status, 200);
}

#[tokio::test]
async fn a_limit_for_everything_spares_answers_and_waits_for_what_it_meets() {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    let limit = RestFault::GlobalLimit(Duration::from_secs(3));
    bot.discord.faults().rest(limit, Span::Requests(1));
    let answer = json!({ "type": 4, "data": { "content": "x" } });
    assert_eq!(bot.callback(&asked, &answer).await.status, 204);
    let edit = json!({ "content": "y" });
    assert_eq!(bot.send(Method::PATCH, &bot.original(&asked), &edit).await.status, 200);
    assert_eq!(bot.get("/users/@me").await.status, 429);
    assert_eq!(bot.get("/users/@me").await.status, 200);
}

#[tokio::test]
async fn the_gateway_can_be_closed_dropped_and_sent_away() {
    let bot = Bot::start().await;
    let mut gateway = bot.ready(0).await;
    bot.discord.ask_reconnect();
    gateway.op(7).await;
    bot.discord.invalidate_sessions(true);
    assert_eq!(gateway.op(9).await["d"], true);
    bot.discord.close_connections(4000, "Unknown error.");
    assert!(matches!(gateway.hear().await, super::support::Heard::Closed(4000)));
    bot.discord.faults().gateway(|faults| faults.no_hello = true);
    let url = bot.get("/gateway").await.body["url"].as_str().unwrap().to_owned();
    let mut silent = Gateway::open(&format!("{url}/?v=10&encoding=json")).await;
    silent.send(&json!({ "op": 1, "d": null })).await;
    assert_eq!(silent.json().await["op"], 11);
}

#[tokio::test]
async fn every_answer_of_ours_fits_discords_document() {
    let bot = Bot::start().await;
    let guild = bot.discord.guilds()[0].id;
    let asked = answered(&bot, json!({ "content": "x", "embeds": [{ "title": "x" }] })).await;
    let channel = bot.channel();
    let dm = json!({ "recipient_id": bot.user().to_string() });
    assert_eq!(bot.post("/users/@me/channels", &dm).await.status, 200);
    let app = bot.discord.application_id();
    let paths = [
        "/gateway".to_owned(),
        "/gateway/bot".to_owned(),
        "/users/@me".to_owned(),
        format!("/users/{}", bot.user()),
        "/applications/@me".to_owned(),
        "/oauth2/applications/@me".to_owned(),
        format!("/channels/{channel}"),
        format!("/channels/{channel}/messages"),
        format!("/guilds/{guild}"),
        bot.commands_path(),
        format!("/applications/{app}/guilds/{guild}/commands"),
        bot.original(&asked),
    ];
    for path in paths {
        assert_eq!(bot.get(&path).await.status, 200, "{path}");
    }
    assert_eq!(bot.discord.document_mismatches(), [] as [String; 0]);
}
