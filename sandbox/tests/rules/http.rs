//! REST itself: who may ask, what is there, how often.

use std::time::Duration;

use lumina_sandbox::discord::{BotAccess, INVALID_MAX, SimDiscordOptions};
use reqwest::Method;
use serde_json::json;

use super::support::{Bot, Reply};
use crate::refused;

async fn get(path: &str) -> Reply {
    Bot::start().await.get(path).await
}

async fn with_header((name, value): (&str, &str)) -> Reply {
    let bot = Bot::start().await;
    let url = format!("{}/users/@me", bot.discord.base());
    let agent = "DiscordBot (https://lumina.invalid, 1)";
    let mut request = reqwest::Client::new().get(url);
    if name != "user-agent" {
        request = request.header("user-agent", agent);
    }
    Bot::finish(request.header(name, value)).await
}

async fn old_version(version: &str) -> Reply {
    let bot = Bot::start().await;
    let url = bot.discord.base().replace("v10", version);
    let agent = "DiscordBot (https://lumina.invalid, 1)";
    Bot::finish(reqwest::Client::new().get(format!("{url}/gateway")).header("user-agent", agent))
        .await
}

async fn put_me(_: ()) -> Reply {
    Bot::start().await.send(Method::PUT, "/users/@me", &json!({})).await
}

async fn raw_body((content_type, body): (&str, &'static str)) -> Reply {
    let bot = Bot::start().await;
    let path = format!("/channels/{}/messages", bot.channel());
    let request = bot.request(Method::POST, &path).header("content-type", content_type);
    Bot::finish(request.body(body)).await
}

async fn post_with_access(access: BotAccess) -> Reply {
    let bot = Bot::start().await;
    bot.discord.set_bot_access(bot.channel(), access);
    bot.say(&json!({ "content": "x" })).await
}

async fn open_dm(recipient: &str) -> Reply {
    let bot = Bot::start().await;
    let itself = bot.discord.application_id().to_string();
    let recipient = recipient.replace("itself", &itself);
    bot.post("/users/@me/channels", &json!({ "recipient_id": recipient })).await
}

async fn sixth_message(_: ()) -> Reply {
    let bot = Bot::start().await;
    for left in (0..5).rev() {
        let reply = bot.say(&json!({ "content": "x" })).await;
        assert_eq!(reply.header("x-ratelimit-remaining"), left.to_string());
        assert_eq!(reply.header("x-ratelimit-limit"), "5");
    }
    let reply = bot.say(&json!({ "content": "x" })).await;
    assert_eq!(reply.header("x-ratelimit-scope"), "user");
    assert!(reply.body["retry_after"].as_f64().unwrap() <= 5.0);
    assert!(reply.header("retry-after").parse::<u64>().unwrap() <= 5);
    bot.discord.clock().advance(Duration::from_secs(6));
    assert_eq!(bot.say(&json!({ "content": "x" })).await.status, 200);
    reply
}

async fn beyond_global(_: ()) -> Reply {
    let bot = Bot::with(SimDiscordOptions { global_per_second: 3, ..Default::default() }).await;
    for _ in 0..200 {
        let reply = bot.get("/users/@me").await;
        if reply.body["global"] == true {
            assert_eq!(reply.header("x-ratelimit-global"), "true");
            assert_eq!(reply.header("x-ratelimit-scope"), "global");
            return reply;
        }
    }
    panic!("200 requests met no limit of 3 a second");
}

async fn banned(_: ()) -> Reply {
    let bot = Bot::start().await;
    let url = format!("{}/users/@me", bot.discord.base());
    let http = reqwest::Client::new();
    // Without a bot's user agent every request is refused and counts.
    while bot.discord.n_invalid_requests() < INVALID_MAX {
        assert_eq!(http.get(&url).send().await.unwrap().status(), 403);
    }
    let reply = bot.get("/users/@me").await;
    assert!(reply.header("content-type").starts_with("text/html"));
    reply
}

async fn callbacks_beyond_global(_: ()) -> Reply {
    let bot = Bot::with(SimDiscordOptions { global_per_second: 4, ..Default::default() }).await;
    let asked = bot.asked().await;
    while bot.get("/users/@me").await.status != 429 {}
    bot.callback(&asked, &json!({ "type": 4, "data": { "content": "x" } })).await
}

refused! { get;
    an_unknown_path_is_not_found => "/cats";
    an_unknown_channel_is_named => "/channels/1";
    an_unknown_user_is_named => "/users/1";
    an_unknown_guild_is_named => "/guilds/1";
}
refused! { with_header;
    a_bot_shows_its_token => ("x-nothing", "");
    a_wrong_token_is_refused => ("authorization", "Bot wrong");
    a_token_is_announced_as_a_bots => ("authorization", "Bearer wrong");
    a_bot_names_itself => ("user-agent", "curl/8");
}
refused! { old_version;
    the_version_is_10 => "v5";
}
refused! { put_me;
    a_path_has_its_methods => ();
}
refused! { raw_body;
    a_body_is_json => ("application/json", "{");
    a_body_says_that_it_is_json => ("text/plain", "{}");
}
refused! { post_with_access;
    a_hidden_channel_cannot_be_used => BotAccess::Hidden;
    a_channel_may_be_read_only => BotAccess::ReadOnly;
}
refused! { open_dm;
    a_bot_writes_to_users_that_exist => "1";
    a_bot_does_not_write_to_bots => "itself";
}
refused! { sixth_message;
    a_channel_takes_5_messages_in_5_seconds => ();
}
refused! { beyond_global;
    a_bot_makes_50_requests_a_second => ();
}
refused! { callbacks_beyond_global;
    callbacks_are_outside_of_the_global_limit => ();
}
refused! { banned;
    ten_thousand_refused_requests_are_a_ban => ();
}
