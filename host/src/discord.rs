//! The side that faces Discord: what comes in, what goes out, what is registered, and `/sudo`.
//!
//! The only module that names serenity and poise. Plugins are served from raw frames; serenity's types
//! and poise serve the host's own `/sudo`. Nothing here holds the bot token: everything goes through the
//! door. Nothing here knows the database or the services: see [`Backstage`].

mod admission;
mod answer;
mod api;
mod backstage;
mod convert;
mod custom_id;
mod declare;
mod dispatch;
mod error_reply;
mod events;
mod files;
mod inbound;
mod intents;
mod invite;
mod limits;
mod live;
mod open;
mod origin;
mod owners;
mod panics;
mod permissions;
mod privacy;
mod registration;
mod render;
mod service;
mod sight;
mod start;
mod sudo;
mod users;

pub use backstage::{Backstage, ListCounts, ListsExport, View};
pub use invite::invite;
pub use live::LiveSettings;
pub use start::{Identity, StartError};

use crate::{
    chain::chain,
    clock::Clock,
    door::{self, Door, Life, Session},
    metrics::Metrics,
    plugins::{Plugins, Registry},
    rate_limit::RateLimits,
    services::discord::DiscordSide,
    texts::Texts,
};
use api::Api;
use error_reply::ErrorReplies;
use events::Events;
use files::Files;
use intents::Intents;
use limits::UserLimits;
use live::Live;
use lumina_plugin_api::{descriptor::Descriptor, text::Text};
use open::OpenInteractions;
use owners::{Application, Owners};
use registration::Registration;
use sight::Sight;
use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::Ordering},
    time::Duration,
};
use sudo::{Sudo, SudoData, SudoOptions};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;
use users::Users;

/// How long Discord may take to hear that the session ends, and what it has sent to be handed out.
const LEAVE_TIME: Duration = Duration::from_secs(2);
/// How long interactions under way may finish when the host ends, while the session is left too. With what
/// follows it fits into the 10 seconds that Docker gives.
const FINISH_TIME: Duration = Duration::from_secs(4);
/// How long those that did not finish may take to say so: a request or two to Discord.
const LAST_WORDS_TIME: Duration = Duration::from_secs(1);

/// What [`Discord::open`] needs.
pub struct DiscordOptions {
    /// The way to Discord.
    pub door: Door,
    /// Who we are there, from [`Identity::fetch`].
    pub identity: Identity,
    /// The host's clock.
    pub clock: Clock,
    /// The plugins.
    pub plugins: Arc<Plugins>,
    /// The texts of the host and of the plugins.
    pub texts: Arc<Texts>,
    /// The windows of all limits.
    pub limits: Arc<RateLimits>,
    /// The rest of the host.
    pub backstage: Arc<dyn Backstage>,
    /// What may change while the host runs.
    pub live: LiveSettings,
    /// Base of Discord's REST interface.
    pub api_base: String,
    /// Where ended interactions are counted, if anyone wants to know.
    pub metrics: Option<Arc<Metrics>>,
    /// Whether Discord and TheTVDB are on loopback.
    pub in_sandbox: bool,
}

/// How many interactions are under way at a time, by kind.
#[derive(Debug)]
struct Turns {
    plugins: Semaphore,
    refusals: Semaphore,
    sudo: Semaphore,
}

/// What everything on this side shares.
struct Shared {
    /// Whether people see answers.
    sight: Sight,
    api: Api,
    application: Application,
    backstage: Arc<dyn Backstage>,
    clock: Clock,
    door: Door,
    /// All that came through the session has been handed out, and nothing more comes.
    handed_out: CancellationToken,
    /// The session is not changed any more.
    leaving: CancellationToken,
    /// What has not ended by itself does now.
    ending: CancellationToken,
    /// Plugins are not waited for any more: who asked something is told so.
    cut_off: CancellationToken,
    events: Events,
    files: Files,
    intents: Arc<Intents>,
    limits: UserLimits,
    live: Live,
    metrics: Option<Arc<Metrics>>,
    open: OpenInteractions,
    owners: Arc<Owners>,
    plugins: Arc<Plugins>,
    registration: Registration,
    replies: Arc<ErrorReplies>,
    session: Mutex<Option<Arc<Session>>>,
    sudo: OnceLock<Sudo>,
    tasks: TaskTracker,
    texts: Arc<Texts>,
    turns: Turns,
    users: Users,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    fn gateway_latency(&self) -> Option<Duration> {
        self.session().and_then(|session| session.latency())
    }

    fn session(&self) -> Option<Arc<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The Discord side of the host.
#[derive(Debug, Clone)]
pub struct Discord {
    shared: Arc<Shared>,
}

impl Discord {
    /// Puts everything together; nothing is asked of Discord's gateway yet.
    ///
    /// # Errors
    /// If `/sudo` or the way to files cannot be made.
    pub async fn open(options: DiscordOptions) -> Result<Self, StartError> {
        let DiscordOptions { door, identity, clock, plugins, texts, backstage, .. } = options;
        let api = Api::new(door.clone(), clock.clone());
        let live = Live::new(options.live);
        let owners = Owners::new(api.clone(), clock.clone(), live.clone(), &identity);
        let application = identity.application;
        let files = Files::new(&options.api_base, options.in_sandbox).map_err(StartError::Files)?;
        let shared = Arc::new(Shared {
            owners: Arc::new(owners),
            replies: Arc::new(ErrorReplies::new(Arc::clone(&texts), live.clone())),
            limits: UserLimits::new(options.limits),
            sight: Sight::default(),
            metrics: options.metrics,
            live,
            turns: Turns {
                plugins: Semaphore::new(inbound::INTERACTIONS_AT_ONCE),
                refusals: Semaphore::new(inbound::REFUSALS_AT_ONCE),
                sudo: Semaphore::new(inbound::SUDO_AT_ONCE),
            },
            handed_out: CancellationToken::new(),
            leaving: CancellationToken::new(),
            ending: CancellationToken::new(),
            cut_off: CancellationToken::new(),
            intents: Arc::default(),
            events: Events::default(),
            open: OpenInteractions::default(),
            registration: Registration::default(),
            session: Mutex::default(),
            sudo: OnceLock::new(),
            tasks: TaskTracker::new(),
            users: Users::new(api.clone()),
            api,
            application,
            backstage,
            clock,
            door,
            files,
            plugins,
            texts,
        });
        open_sudo(&shared).await?;
        Ok(Self { shared })
    }

    /// Returns what plugins may ask of Discord, for the services.
    #[must_use]
    pub fn side(&self) -> Arc<dyn DiscordSide> {
        Arc::clone(&self.shared) as Arc<dyn DiscordSide>
    }

    /// Registers the commands, connects to the gateway and serves from then on. Returns where the
    /// session stands.
    #[must_use]
    pub fn serve(&self) -> watch::Receiver<Life> {
        let shared = &self.shared;
        let (sender, frames) = mpsc::channel(door::INBOUND_MAX);
        let intents = intents::of(&shared.plugins.registry());
        let session = Arc::new(shared.door.connect(intents, sender));
        let life = session.life();
        *shared.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
        let tasks = &shared.tasks;
        let owner = Arc::clone(shared);
        tasks.spawn(async move {
            let run = || registration::run(&owner);
            let run = panics::unbroken(&owner.clock, "registering the commands", run);
            let _ = owner.leaving.run_until_cancelled(run).await;
        });
        shared.intents.are(intents);
        let owner = Arc::clone(shared);
        tasks.spawn(async move {
            let follow = || intents::follow(&owner);
            let follow = panics::unbroken(&owner.clock, "following the intents", follow);
            let _ = owner.leaving.run_until_cancelled(follow).await;
        });
        let (owner, all) = (Arc::clone(shared), tasks.clone());
        tasks.spawn(async move {
            let ending = owner.ending.clone();
            let handed_out = owner.handed_out.clone().drop_guard();
            let _ = ending.run_until_cancelled(inbound::run(owner, frames, all)).await;
            drop(handed_out);
        });
        life
    }

    /// Returns how long Discord took to acknowledge the last heartbeat.
    #[must_use]
    pub fn latency(&self) -> Option<Duration> {
        self.shared.gateway_latency()
    }

    /// Returns how often Discord has asked to slow down.
    #[must_use]
    pub fn n_limited(&self) -> u64 {
        self.shared.door.n_limited()
    }

    /// Applies settings in the place of the former ones.
    pub fn follow(&self, settings: LiveSettings) {
        self.shared.live.set(settings);
    }

    /// Closes the session, answers what has come through it, and lets that finish for a while. Who waits
    /// for a plugin then is told to try again.
    pub async fn close(&self) {
        let shared = &self.shared;
        shared.leaving.cancel();
        let finished = async {
            if shared.clock.timeout(LEAVE_TIME, self.leave()).await.is_err() {
                warn!("the gateway session was left without a word");
            }
            shared.ending.cancel();
            shared.tasks.close();
            shared.tasks.wait().await;
        };
        if shared.clock.timeout(FINISH_TIME, finished).await.is_ok() {
            return;
        }
        warn!(tasks = shared.tasks.len(), "interactions are cut off");
        shared.cut_off.cancel();
        if shared.clock.timeout(LAST_WORDS_TIME, shared.tasks.wait()).await.is_err() {
            warn!(tasks = shared.tasks.len(), "interactions were left without a last word");
        }
    }

    /// Tells Discord that nothing more shall come, and waits until all that came is handed out.
    async fn leave(&self) {
        let shared = &self.shared;
        let session = shared.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(session) = session else { return };
        session.close().await;
        drop(session);
        shared.handed_out.cancelled().await;
    }
}

/// Checks what a plugin declares; see [`Discord`]'s part in loading.
///
/// # Errors
/// Why it cannot serve, as a part of a sentence.
pub fn admit(descriptor: &Descriptor, others: &Registry, identity: &Identity) -> Result<(), Text> {
    admission::admit(descriptor, others, identity.flags.load(Ordering::Relaxed))?;
    admission::tell_ineffective(descriptor);
    Ok(())
}

/// Checks what a plugin declares as if no other served and every intent were granted.
///
/// # Errors
/// Why it cannot serve, as a part of a sentence.
pub fn admit_alone(descriptor: &Descriptor) -> Result<(), Text> {
    admission::admit(descriptor, &Registry::default(), u64::MAX)
}

/// Checks what a plugin declares as [`admit_alone`] does, and that all of it has an effect: for who builds it.
///
/// # Errors
/// Why it cannot serve or what does nothing, as a part of a sentence.
pub fn admit_strictly(descriptor: &Descriptor) -> Result<(), Text> {
    admit_alone(descriptor)?;
    admission::check_effective(descriptor)
}

async fn open_sudo(shared: &Shared) -> Result<(), StartError> {
    let front = shared.door.front().await.map_err(StartError::Front)?;
    let options =
        SudoOptions { front, application: shared.application.id, bot: shared.application.bot };
    let data = SudoData {
        plugins: Arc::clone(&shared.plugins),
        owners: Arc::clone(&shared.owners),
        texts: Arc::clone(&shared.texts),
        replies: Arc::clone(&shared.replies),
        backstage: Arc::clone(&shared.backstage),
        clock: shared.clock.clone(),
        changes: tokio::sync::Mutex::default(),
        intents: Arc::clone(&shared.intents),
    };
    let sudo =
        Sudo::open(options, data).await.map_err(|error| StartError::Sudo(Box::new(error)))?;
    // Nobody else sets it.
    let _ = shared.sudo.set(sudo);
    Ok(())
}

#[cfg(test)]
mod tests;
