//! poise without a gateway of its own.
//!
//! poise takes events together with serenity's `Context`, and a `Context` can only be made of a shard. So
//! one shard is made once, at start, by a handshake with a listener of our own on loopback; it is never
//! run. Events come from the door ([`Bridge::dispatch`]), requests leave through the door's front: neither
//! poise nor serenity ever sees the token. Collectors do not work here: presses and forms are routed by
//! their custom id.

use poise::{FrameworkContext, FrameworkOptions};
use serenity::all::{
    Context, FullEvent, GatewayIntents, Http, Interaction, Shard, ShardId, ShardInfo, ShardManager,
    ShardManagerOptions, ShardMessenger, ShardRunner, ShardRunnerOptions, UserId,
};
use serenity::prelude::TypeMap;
use std::sync::{Arc, OnceLock};
use tokio::{
    net::TcpListener,
    sync::{Mutex, RwLock},
};

/// Why poise cannot be given an event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum BridgeError {
    /// No listener on loopback.
    #[error("cannot listen on loopback for the one handshake")]
    Listen(#[source] std::io::Error),
    /// The handshake with ourselves failed.
    #[error("the one handshake failed")]
    Handshake(#[source] Box<serenity::Error>),
    /// The interaction is of a form that serenity does not know.
    #[error("serenity cannot read the interaction")]
    Read(#[source] serde_json::Error),
}

/// A poise framework that is fed by hand.
pub(super) struct Bridge<D> {
    context: Context,
    manager: Arc<ShardManager>,
    options: FrameworkOptions<D, super::sudo::SudoError>,
    data: D,
    bot: UserId,
    /// Held so that the context's messenger has someone to speak to; never run.
    _runner: Mutex<ShardRunner>,
}

impl<D: Send + Sync + 'static> Bridge<D> {
    /// Makes a framework that answers through `http`.
    ///
    /// # Errors
    /// If the handshake with ourselves fails.
    pub(super) async fn new(
        http: Arc<Http>,
        mut options: FrameworkOptions<D, super::sudo::SudoError>,
        data: D,
        bot: UserId,
    ) -> Result<Self, BridgeError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(BridgeError::Listen)?;
        let address = listener.local_addr().map_err(BridgeError::Listen)?;
        let url = Arc::new(Mutex::new(format!("ws://{address}")));
        let shard = handshake(&listener, &url).await?;
        let shared = Arc::new(RwLock::new(TypeMap::new()));
        let manager = manager(&http, &shared, &url);
        let runner = ShardRunner::new(ShardRunnerOptions {
            data: Arc::clone(&shared),
            event_handlers: Vec::new(),
            raw_event_handlers: Vec::new(),
            framework: None,
            manager: Arc::clone(&manager),
            shard,
            http: Arc::clone(&http),
        });
        let messenger = ShardMessenger::new(&runner);
        let context = Context { data: shared, shard: messenger, shard_id: ShardId(0), http };
        poise::set_qualified_names(&mut options.commands);
        Ok(Self { context, manager, options, data, bot, _runner: Mutex::new(runner) })
    }

    /// Lets poise answer an interaction, given as Discord sent it.
    ///
    /// # Errors
    /// If serenity cannot read it.
    pub(super) async fn dispatch(&self, interaction: &str) -> Result<(), BridgeError> {
        let interaction: Interaction =
            serde_json::from_str(interaction).map_err(BridgeError::Read)?;
        let framework = FrameworkContext {
            bot_id: self.bot,
            serenity_context: &self.context,
            options: &self.options,
            user_data: &self.data,
            shard_manager: &self.manager,
        };
        poise::dispatch_event(framework, FullEvent::InteractionCreate { interaction }).await;
        Ok(())
    }
}

async fn handshake(listener: &TcpListener, url: &Arc<Mutex<String>>) -> Result<Shard, BridgeError> {
    let info = ShardInfo { id: ShardId(0), total: 1 };
    let accepted = async {
        let (stream, _) = listener.accept().await?;
        Ok::<_, std::io::Error>(tokio_websockets::ServerBuilder::new().accept(stream).await)
    };
    let connected = Shard::new(Arc::clone(url), "", info, GatewayIntents::empty(), None);
    let (shard, _server_end) = tokio::join!(connected, accepted);
    shard.map_err(|error| BridgeError::Handshake(Box::new(error)))
}

fn manager(
    http: &Arc<Http>,
    shared: &Arc<RwLock<TypeMap>>,
    url: &Arc<Mutex<String>>,
) -> Arc<ShardManager> {
    let (manager, _ended) = ShardManager::new(ShardManagerOptions {
        data: Arc::clone(shared),
        event_handlers: Vec::new(),
        raw_event_handlers: Vec::new(),
        framework: Arc::new(OnceLock::new()),
        shard_index: 0,
        shard_init: 0,
        shard_total: 1,
        ws_url: Arc::clone(url),
        http: Arc::clone(http),
        intents: GatewayIntents::empty(),
        presence: None,
    });
    manager
}
