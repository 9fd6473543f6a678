//! Lets poise answer interactions that the door received, without a gateway session of its own.
//!
//! Poise wants a serenity context, whose shard messenger can only be made for a connected shard. So one
//! shard shakes hands with a listener of ours, once, and is never run. Serenity's REST client goes through
//! the door's loopback front with the front's key: neither library ever holds the token. Collectors and
//! modals inside commands do not work this way; components are routed by custom id anyway.

use super::SudoOptions;
use crate::{discord::api::ApplicationId, door::Front};
use poise::serenity_prelude as serenity;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Mutex, sync::RwLock};

/// How long the handshake on loopback may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// Why `/sudo` cannot answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(in crate::discord) enum BridgeError {
    /// No client for the front.
    #[error("cannot prepare the HTTP client")]
    Client(#[source] reqwest::Error),
    /// No listener on loopback.
    #[error("cannot listen on loopback")]
    Listen(#[source] std::io::Error),
    /// Serenity's shard did not shake hands.
    #[error("the handshake on loopback failed")]
    Handshake(#[source] Box<serenity::Error>),
    /// It took too long.
    #[error("the handshake on loopback took too long")]
    Late,
    /// The interaction is of a form that serenity does not read.
    #[error("serenity cannot read the interaction")]
    Unreadable(#[source] serde_json::Error),
}

/// Poise with what it needs to answer.
pub(super) struct Bridge<D, E> {
    context: serenity::Context,
    manager: Arc<serenity::ShardManager>,
    framework: poise::FrameworkOptions<D, E>,
    data: D,
    bot: serenity::UserId,
    /// The messenger in the context leads to it.
    _runner: Mutex<serenity::ShardRunner>,
    _front: Front,
}

impl<D: Send + Sync + 'static, E: Send + Sync + 'static> Bridge<D, E> {
    pub(super) async fn open(
        options: SudoOptions,
        mut framework: poise::FrameworkOptions<D, E>,
        data: D,
    ) -> Result<Self, BridgeError> {
        let SudoOptions { front, application, bot } = options;
        let http = Arc::new(client(&front, application).map_err(BridgeError::Client)?);
        let handshake = tokio::time::timeout(HANDSHAKE_TIME, shake_hands());
        let (shard, address) = handshake.await.map_err(|_| BridgeError::Late)??;
        let shared = Arc::new(RwLock::new(serenity::prelude::TypeMap::new()));
        let manager = manager(&shared, &http, address);
        let runner = serenity::ShardRunner::new(serenity::ShardRunnerOptions {
            data: Arc::clone(&shared),
            event_handlers: Vec::new(),
            raw_event_handlers: Vec::new(),
            framework: None,
            manager: Arc::clone(&manager),
            shard,
            http: Arc::clone(&http),
        });
        let context = serenity::Context {
            data: shared,
            shard: serenity::ShardMessenger::new(&runner),
            shard_id: serenity::ShardId(0),
            http,
        };
        poise::set_qualified_names(&mut framework.commands);
        let (bot, _runner) = (serenity::UserId::new(bot.0), Mutex::new(runner));
        Ok(Self { context, manager, framework, data, bot, _runner, _front: front })
    }

    /// Lets poise answer an interaction, given as Discord sent it.
    pub(super) async fn dispatch(&self, raw: &str) -> Result<(), BridgeError> {
        let interaction = serde_json::from_str(raw).map_err(BridgeError::Unreadable)?;
        let context = poise::FrameworkContext {
            serenity_context: &self.context,
            bot_id: self.bot,
            options: &self.framework,
            user_data: &self.data,
            shard_manager: &self.manager,
        };
        let event = serenity::FullEvent::InteractionCreate { interaction };
        poise::dispatch_event(context, event).await;
        Ok(())
    }
}

/// Makes serenity's REST client. All it knows is the front.
fn client(front: &Front, application: ApplicationId) -> Result<serenity::Http, reqwest::Error> {
    // Otherwise it goes by the environment's proxy, which would read the front's key.
    let direct = reqwest::Client::builder().no_proxy().build()?;
    let http = serenity::HttpBuilder::new(&front.key)
        .client(direct)
        // The door keeps the limits; serenity takes another address only without its own.
        .ratelimiter_disabled(true)
        .proxy(&front.url)
        .application_id(serenity::ApplicationId::new(application.0))
        .build();
    Ok(http)
}

/// Lets a shard connect to a listener that is closed at once afterwards.
async fn shake_hands() -> Result<(serenity::Shard, String), BridgeError> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(BridgeError::Listen)?;
    let port = listener.local_addr().map_err(BridgeError::Listen)?.port();
    let address = format!("ws://127.0.0.1:{port}");
    let info = serenity::ShardInfo { id: serenity::ShardId(0), total: 1 };
    let intents = serenity::GatewayIntents::empty();
    let place = Arc::new(Mutex::new(address.clone()));
    let shard = serenity::Shard::new(place, "", info, intents, None);
    let accept = async {
        let (stream, _) = listener.accept().await.map_err(BridgeError::Listen)?;
        tokio_websockets::ServerBuilder::new()
            .accept(stream)
            .await
            .map_err(|error| BridgeError::Listen(std::io::Error::other(error)))
    };
    let (shard, accepted) = tokio::join!(shard, accept);
    drop(accepted?);
    Ok((shard.map_err(|error| BridgeError::Handshake(Box::new(error)))?, address))
}

/// A manager of no shards: poise asks for one.
fn manager(
    data: &Arc<RwLock<serenity::prelude::TypeMap>>,
    http: &Arc<serenity::Http>,
    address: String,
) -> Arc<serenity::ShardManager> {
    let (manager, _ended) = serenity::ShardManager::new(serenity::ShardManagerOptions {
        data: Arc::clone(data),
        event_handlers: Vec::new(),
        raw_event_handlers: Vec::new(),
        framework: Arc::new(OnceLock::new()),
        shard_index: 0,
        shard_init: 0,
        shard_total: 1,
        ws_url: Arc::new(Mutex::new(address)),
        http: Arc::clone(http),
        intents: serenity::GatewayIntents::empty(),
        presence: None,
    });
    manager
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        door::{Door, DoorOptions},
        secret::Secret,
    };

    #[tokio::test]
    async fn serenity_knows_the_front_and_never_the_token() {
        let door = Door::open(DoorOptions {
            api_base: "http://127.0.0.1:9".to_owned(),
            token: Secret::new("the-true-token"),
            clock: Clock::start(),
            user_agent: "test".to_owned(),
        });
        let front = door.unwrap().front().await.unwrap();
        let http = client(&front, ApplicationId(1)).unwrap();
        assert_eq!(http.token(), format!("Bot {}", front.key));
        assert!(!front.key.contains("the-true-token"));
        assert_eq!(http.proxy.as_deref(), Some(front.url.as_str()));
        let (shard, address) = shake_hands().await.unwrap();
        assert!(address.starts_with("ws://127.0.0.1:"), "{address}");
        drop(shard);
    }
}
