//! The bytes of every kind of message are stored in `tests/messages`: a new kind compiles here only with
//! the name of its file. What the bytes mean is held in `tests/messages.rs`.

use crate::{
    message::{Request, Response},
    reply::Reply,
    services::{catalogue, clock, discord, http, limits, lists},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::PathBuf;

/// Stands where an answer is nothing, and for kinds of tomorrow.
const NONE: &str = "";

fn stored(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/messages").join(name);
    let bytes = std::fs::read(path.with_extension("json"));
    let bytes = bytes.unwrap_or_else(|error| panic!("the bytes `{name}` are not stored: {error}"));
    serde_json::from_slice(&bytes).expect("a stored file is JSON")
}

/// Reads one message, or each of a list.
fn read<T: DeserializeOwned>(stored: Value) -> Vec<T> {
    let all = if let Value::Array(all) = stored { all } else { vec![stored] };
    let read = all.into_iter().map(serde_json::from_value);
    read.collect::<Result<_, _>>().expect("stored bytes are read")
}

/// Names the file of each kind, and that of its answer.
macro_rules! stored {
    ($test:ident: $message:ty, $within:expr; $($kind:pat => $file:expr, $answer:expr;)*) => {
        #[test]
        fn $test() {
            fn file(message: &$message) -> &'static str {
                match message { $($kind => $file,)* }
            }
            for (name, answer) in [$(($file, $answer)),*] {
                for one in [name, answer].into_iter().filter(|one| *one != NONE) {
                    stored(one);
                }
                if name != NONE {
                    for message in read::<$message>($within(stored(name))) {
                        assert_eq!(file(&message), name);
                    }
                }
            }
        }
    };
}

fn whole(stored: Value) -> Value {
    stored
}

stored! { every_request_is_stored: Request, whole;
    Request::Start {} => "request_start", "response_done";
    Request::Save {} => "request_save", "response_saved";
    Request::Restore { .. } => "request_restore", "response_done";
    Request::Command(_) => "request_command", "response_classic";
    Request::Autocomplete(_) => "request_autocomplete", "response_choices";
    Request::Component(_) => "request_component", "response_v2";
    Request::Modal(_) => "request_modal", "response_nothing";
    Request::Event(_) => "request_event", "response_done";
    Request::Export { .. } => "request_export", "response_exported";
    Request::Delete { .. } => "request_delete", "response_done";
    Request::Unknown(_) => NONE, "error";
}

stored! { every_response_is_stored: Response, whole;
    Response::Done {} => "response_done", NONE;
    Response::Saved(_) => "response_saved", NONE;
    Response::Reply(_) => "response_classic", NONE;
    Response::Choices(_) => "response_choices", NONE;
    Response::Exported(_) => "response_exported", NONE;
    Response::Unknown(_) => NONE, NONE;
}

stored! { every_reply_is_stored: Reply, |mut stored: Value| stored["reply"].take();
    Reply::Message { .. } => "response_classic", NONE;
    Reply::Update { .. } => "response_v2", NONE;
    Reply::Modal(_) => "response_modal", NONE;
    Reply::Nothing => "response_nothing", NONE;
    Reply::Unknown(_) => NONE, NONE;
}

stored! { every_question_about_titles_is_stored: catalogue::Request, whole;
    catalogue::Request::Search { .. } => "catalogue_search", "catalogue_answer_found";
    catalogue::Request::Title { .. } => "catalogue_title", "catalogue_answer_title";
    catalogue::Request::EpisodeTexts { .. } =>
        "catalogue_episode_texts", "catalogue_answer_episode_texts";
    catalogue::Request::Unknown(_) => NONE, NONE;
}

stored! { every_question_about_lists_is_stored: lists::Request, whole;
    lists::Request::State { .. } => "lists_state", "lists_answer_state";
    lists::Request::Season { .. } => "lists_season", "lists_answer_season";
    lists::Request::Episode { .. } => "lists_episode", "lists_answer_episode";
    lists::Request::Gather { .. } => "lists_gather", "lists_answer_gather";
    lists::Request::Mark { .. } => "lists_mark", "lists_answer_mark";
    lists::Request::Undo { .. } => "lists_undo", "lists_answer_undo";
    lists::Request::Profile { .. } => "lists_profile", "lists_answer_profile";
    lists::Request::Listed { .. } => "lists_listed", "lists_answer_listed";
    lists::Request::SetVisibility { .. } => "lists_set_visibility", NONE;
    lists::Request::Unknown(_) => NONE, NONE;
}

stored! { every_question_about_discord_is_stored: discord::Request, whole;
    discord::Request::Latency { .. } => "discord_latency", "discord_latency_answer";
    discord::Request::Commands { .. } => "discord_commands", "discord_command";
    discord::Request::Emoji => "discord_emoji", "discord_answer_emoji";
    discord::Request::User { .. } => "discord_user", "discord_answer_user";
    discord::Request::Edit { .. } => "discord_edit", NONE;
    discord::Request::FollowUp { .. } => "discord_follow_up", NONE;
    discord::Request::Attachment { .. } => "discord_attachment", "discord_answer_attachment";
    discord::Request::Unknown(_) => NONE, NONE;
}

stored! { every_question_about_time_is_stored: clock::Request, whole;
    clock::Request::Now {} => "clock_now", "clock_answer";
    clock::Request::Unknown(_) => NONE, NONE;
}

stored! { every_question_about_limits_is_stored: limits::Request, whole;
    limits::Request::Count { .. } => "limits_count", "limits_answer";
    limits::Request::Unknown(_) => NONE, NONE;
}

stored! { every_question_to_the_web_is_stored: http::Request, whole;
    http::Request::Get { .. } => "http_get", "http_answer";
    http::Request::Fetch { .. } => "http_fetch", "http_answer_fetched";
    http::Request::Unknown(_) => NONE, NONE;
}
