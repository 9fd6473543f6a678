//! Answers to interactions: once, in time, and only while the token lives.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Asked, Bot, Reply};
use crate::refused;

fn pong() -> Value {
    json!({ "type": 4, "data": { "content": "Pong!" } })
}

fn advance(bot: &Bot, seconds: u64) {
    bot.discord.clock().advance(Duration::from_secs(seconds));
}

async fn late(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    advance(&bot, 4);
    bot.callback(&asked, &pong()).await
}

async fn twice(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    assert_eq!(bot.callback(&asked, &pong()).await.status, 204);
    bot.callback(&asked, &pong()).await
}

async fn with_token(token: &str) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&Asked { token: token.to_owned(), ..asked }, &pong()).await
}

async fn with_type(kind: u64) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": kind })).await
}

async fn after_fifteen_minutes(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    assert_eq!(bot.callback(&asked, &json!({ "type": 5 })).await.status, 204);
    advance(&bot, 15 * 60 + 1);
    bot.send(Method::PATCH, &bot.original(&asked), &json!({ "content": "late" })).await
}

async fn follow_up_first(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.post(&bot.webhook(&asked), &json!({ "content": "hasty" })).await
}

async fn at_anothers_webhook(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &pong()).await;
    bot.post(&format!("/webhooks/1/{}", asked.token), &json!({ "content": "x" })).await
}

async fn edit_what_was_deleted(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &pong()).await;
    let original = bot.original(&asked);
    assert_eq!(Bot::finish(bot.request(Method::DELETE, &original)).await.status, 204);
    bot.send(Method::PATCH, &original, &json!({ "content": "x" })).await
}

async fn edit_what_is_not_there(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &pong()).await;
    let path = format!("{}/messages/1", bot.webhook(&asked));
    bot.send(Method::PATCH, &path, &json!({ "content": "x" })).await
}

async fn read_a_private_answer_by_its_channel(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    let data = json!({ "content": "psst", "flags": 64 });
    bot.callback(&asked, &json!({ "type": 4, "data": data })).await;
    let message = bot.get(&bot.original(&asked)).await.body;
    let id = message["id"].as_str().unwrap();
    bot.get(&format!("/channels/{}/messages/{id}", bot.channel())).await
}

async fn first_follow_up_in_public(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 5, "data": { "flags": 64 } })).await;
    let reply = bot.post(&bot.webhook(&asked), &json!({ "content": "now public?" })).await;
    assert_eq!(reply.body["flags"], 64);
    assert_eq!(reply.body["id"], bot.get(&bot.original(&asked)).await.body["id"]);
    reply
}

async fn private_follow_up_after_the_defer_is_deleted(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 5 })).await;
    let deleted = bot.request(Method::DELETE, &bot.original(&asked));
    assert_eq!(Bot::finish(deleted).await.status, 204);
    let psst = json!({ "content": "psst", "flags": 64 });
    let reply = bot.post(&bot.webhook(&asked), &psst).await;
    assert_eq!(reply.body["flags"], 64);
    reply
}

async fn too_long(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    let data = json!({ "content": "x".repeat(2_001) });
    bot.callback(&asked, &json!({ "type": 4, "data": data })).await
}

async fn empty(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &json!({ "type": 4, "data": {} })).await
}

async fn sixth_edit(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked().await;
    bot.callback(&asked, &pong()).await;
    for _ in 0..5 {
        let edited =
            bot.send(Method::PATCH, &bot.original(&asked), &json!({ "content": "x" })).await;
        assert_eq!(edited.status, 200);
    }
    bot.send(Method::PATCH, &bot.original(&asked), &json!({ "content": "x" })).await
}

/// Defers where the bot is not, lets the answer come, and follows it up for the sixth time.
async fn sixth_follow_up(_: ()) -> Reply {
    let bot = Bot::start().await;
    let asked = bot.asked_where_it_is_not().await;
    let further = json!({ "content": "x" });
    assert_eq!(bot.callback(&asked, &json!({ "type": 5 })).await.status, 204);
    for _ in 0..6 {
        assert_eq!(bot.post(&bot.webhook(&asked), &further).await.status, 200);
        advance(&bot, 1);
    }
    bot.post(&bot.webhook(&asked), &further).await
}

refused! { late;
    the_first_answer_comes_within_3_seconds => ();
}
refused! { twice;
    an_interaction_is_answered_once => ();
}
refused! { with_token;
    an_interaction_is_answered_with_its_own_token => "aW50ZXJhY3Rpb246guessed";
}
refused! { with_type;
    an_answer_has_a_type_that_exists => 77;
    a_command_has_no_message_to_update => 7;
    a_command_takes_no_suggestions => 8;
}
refused! { after_fifteen_minutes;
    a_token_lives_15_minutes => ();
}
refused! { follow_up_first;
    nothing_follows_before_the_first_answer => ();
}
refused! { at_anothers_webhook;
    an_answer_goes_to_the_webhook_of_its_application => ();
}
refused! { edit_what_was_deleted;
    a_deleted_answer_cannot_be_edited => ();
}
refused! { edit_what_is_not_there;
    only_answers_of_the_interaction_can_be_edited => ();
}
refused! { read_a_private_answer_by_its_channel;
    a_private_answer_is_not_in_its_channel => ();
}
refused! { first_follow_up_in_public;
    the_first_follow_up_after_a_defer_inherits_its_privacy => ();
}
refused! { private_follow_up_after_the_defer_is_deleted;
    a_follow_up_after_a_deleted_defer_has_a_privacy_of_its_own => ();
}
refused! { too_long;
    an_answer_keeps_the_rules_of_messages => ();
}
refused! { empty;
    an_answer_is_not_empty => ();
}
refused! { sixth_follow_up;
    an_app_of_one_person_follows_up_5_times => ();
}
refused! { sixth_edit;
    an_interaction_takes_5_edits_in_2_seconds => ();
}
