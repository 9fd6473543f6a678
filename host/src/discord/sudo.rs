//! `/sudo`: the owner's commands. Part of the host, so that nothing can unload them, and independent of
//! plugins, so that they work while plugins hang.
//!
//! Poise reads and answers them, without a gateway of its own: the interactions come through [`bridge`].

mod actions;
mod bridge;
mod view;

use super::{
    api::ApplicationId, backstage::Backstage, convert, declare, error_reply::ErrorReplies,
    intents::Intents, origin::Origin, owners::Owners,
};
use crate::{
    clock::Clock,
    door::{Front, frame},
    metrics::Outcome,
    plugins::Plugins,
    texts::Texts,
};
use actions::SudoError;
use lumina_plugin_api::{
    command::{Context, IntegrationType},
    id::{CommandId, UserId},
    services::discord::RegisteredCommand,
    text::Text,
};
use serde_json::Value;
use std::{
    cell::Cell,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::sync::Mutex;

pub(super) use bridge::BridgeError;

/// The command's name, and the name under which `/help` and the log show it.
pub(super) const NAME: &str = "sudo";

/// For the owner's own servers and for messages to the bot; not for users' installations.
const CONTEXTS: [Context; 2] = [Context::Guild, Context::BotDm];
/// As above.
const INTEGRATION_TYPES: [IntegrationType; 1] = [IntegrationType::Guild];

/// What the commands work with.
pub(super) struct SudoData {
    pub plugins: Arc<Plugins>,
    pub owners: Arc<Owners>,
    pub texts: Arc<Texts>,
    pub replies: Arc<ErrorReplies>,
    pub backstage: Arc<dyn Backstage>,
    pub clock: Clock,
    pub intents: Arc<Intents>,
    /// Held from a change until it is written down, so that what was written last was done last. Only
    /// who wants the next change waits for it, and each step of a change has its deadline.
    pub changes: Mutex<()>,
}

tokio::task_local! {
    /// When the interaction that this task answers is deferred, on the host's clock.
    static DEFER_AT: Duration;
    /// How it ended.
    static OUTCOME: Cell<Outcome>;
}

/// `/sudo`, ready to answer.
pub(super) struct Sudo {
    bridge: bridge::Bridge<SudoData, SudoError>,
}

impl std::fmt::Debug for Sudo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sudo")
    }
}

/// Who answers, and through what.
pub(super) struct SudoOptions {
    /// The way to Discord for a library that must not know the token.
    pub front: Front,
    /// The application's id.
    pub application: ApplicationId,
    /// The bot's id as a user.
    pub bot: UserId,
}

impl Sudo {
    /// Makes the bridge and the commands.
    pub(super) async fn open(options: SudoOptions, data: SudoData) -> Result<Self, BridgeError> {
        let bridge = bridge::Bridge::open(options, actions::framework(), data).await?;
        Ok(Self { bridge })
    }

    /// Answers one interaction, given as Discord sent it; defers at `defer_at` on the host's clock.
    /// Returns how it ended.
    pub(super) async fn dispatch(
        &self,
        raw: &str,
        defer_at: Duration,
    ) -> Result<Outcome, BridgeError> {
        let answered = async {
            DEFER_AT.scope(defer_at, self.bridge.dispatch(raw)).await?;
            Ok(OUTCOME.with(Cell::get))
        };
        OUTCOME.scope(Cell::new(Outcome::Answered), answered).await
    }
}

/// Whether an interaction is for `/sudo`: the command, or suggestions for it.
pub(super) fn is_meant(head: &frame::Interaction<'_>) -> bool {
    const COMMAND: u8 = 2;
    const AUTOCOMPLETE: u8 = 4;
    let data = head.data.as_ref();
    matches!(head.kind, COMMAND | AUTOCOMPLETE)
        && data.is_some_and(|data| {
            data.name.as_deref() == Some(NAME) && data.kind.is_none_or(|kind| kind == 1)
        })
}

/// Whether Discord offers the commands where an interaction came from.
pub(super) fn is_offered(origin: &Origin) -> bool {
    origin.is_among(&CONTEXTS, &INTEGRATION_TYPES)
}

/// Whether the sub-command exists: what an old client still shows may not.
pub(super) fn is_known(head: &frame::Interaction<'_>) -> bool {
    let options = head.data.as_ref().and_then(|data| data.options);
    let path = convert::path(options).map(|came| came.path).unwrap_or_default();
    let [name] = path.as_slice() else { return false };
    let commands = actions::commands();
    commands.iter().flat_map(|command| &command.subcommands).any(|sub| sub.name == *name)
}

/// A sub-command, and the keys of what it does and of what its plugin is for.
const ABOUT: [(&str, &str, &str); 5] = [
    ("load", "sudo-about-load", "sudo-which-load"),
    ("unload", "sudo-about-unload", "sudo-which-unload"),
    ("reload", "sudo-about-reload", "sudo-which-reload"),
    ("list", "sudo-about-list", ""),
    ("info", "sudo-about-info", "sudo-which-info"),
];

/// Returns the command as it is registered, which is the same as long as this process lives.
pub(super) fn declaration() -> Value {
    static DECLARATION: LazyLock<Value> = LazyLock::new(|| declared(&Texts::default()));
    DECLARATION.clone()
}

fn declared(texts: &Texts) -> Value {
    let commands = actions::commands();
    let built = commands.first().and_then(poise::Command::create_as_slash_command);
    let mut json = built.and_then(|built| serde_json::to_value(built).ok()).unwrap_or_default();
    json["contexts"] = CONTEXTS.into_iter().filter_map(declare::context_number).collect();
    json["integration_types"] =
        INTEGRATION_TYPES.into_iter().filter_map(declare::integration_number).collect();
    describe(&mut json, "sudo-about", texts);
    for sub in json["options"].as_array_mut().into_iter().flatten() {
        let about = ABOUT.iter().find(|(name, ..)| sub["name"] == *name);
        let Some((_, does, which)) = about else { continue };
        describe(sub, does, texts);
        for option in sub["options"].as_array_mut().into_iter().flatten() {
            describe(option, which, texts);
        }
    }
    declare::normal(&json)
}

fn describe(node: &mut Value, key: &str, texts: &Texts) {
    if let Some(object) = node.as_object_mut() {
        declare::describe(object, &Text::key(key), texts.host());
    }
}

/// Returns the sub-commands as `/help` lists them, for owners.
pub(super) fn commands(id: Option<CommandId>) -> Vec<RegisteredCommand> {
    let commands = actions::commands();
    let subs = commands.iter().flat_map(|command| &command.subcommands);
    subs.map(|sub| {
        let about = ABOUT.iter().find(|(name, ..)| sub.name == *name);
        let does = about.map(|(_, does, _)| Text::key(*does)).unwrap_or_default();
        RegisteredCommand::new(NAME, &format!("{NAME} {}", sub.name), does, id)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_sub_command_does_is_said_in_every_language() {
        let declared = declaration();
        assert_eq!(declared["description"], "Commands for the owner of the bot.");
        let subs = declared["options"].as_array().unwrap();
        assert_eq!(subs.len(), ABOUT.len());
        for sub in subs {
            let options = sub["options"].as_array().into_iter().flatten();
            for node in options.chain([sub]) {
                let french = node["description_localizations"]["fr"].as_str().unwrap();
                assert!(!french.starts_with("sudo-"), "{node}");
                assert_ne!(node["description"], french);
            }
        }
    }

    #[test]
    fn only_sub_commands_that_exist_are_known() {
        let known = |options: serde_json::Value| {
            let data = serde_json::json!({"name": NAME, "type": 1, "options": options});
            let raw = serde_json::json!({"id": "1", "token": "t", "type": 2, "data": data});
            is_known(&frame::Interaction::parse(&raw.to_string()).unwrap())
        };
        assert!(known(serde_json::json!([{"name": "list", "type": 1}])));
        for crafted in [
            serde_json::json!([]),
            serde_json::json!("x"),
            serde_json::json!([{"name": "explode", "type": 1}]),
            serde_json::json!([{"name": "plugin", "type": 3, "value": "ping"}]),
            serde_json::json!([{"name": "list", "type": 2, "options": [{"name": "list", "type": 1}]}]),
        ] {
            assert!(!known(crafted.clone()), "{crafted}");
        }
    }

    #[test]
    fn the_declaration_has_all_five_and_suggests_plugins() {
        let declaration = declaration();
        let names: Vec<&str> = declaration["options"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["load", "unload", "reload", "list", "info"]);
        assert_eq!(declaration["options"][0]["options"][0]["name"], "plugin");
        assert_eq!(declaration["options"][0]["options"][0]["autocomplete"], true);
        assert_eq!(declaration["contexts"], serde_json::json!([0, 1]));
    }
}
