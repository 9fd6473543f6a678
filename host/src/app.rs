//! The host as a whole: builds everything in order and takes it down in reverse.
//!
//! The only place where the side of Discord and plugins meets the side of services, database and
//! TheTVDB.

mod belonging;
pub mod check;
mod database;
mod glue;
mod import;
mod lasting;
mod loading;
mod operator;
mod places;
mod signals;
mod standing;

pub use belonging::adopt;
pub use import::import_original;
pub use lasting::is_lasting;

use crate::{
    clock::Clock,
    config::{Config, Sources},
    db::Database,
    discord::{Discord, DiscordOptions, Identity},
    door::{Door, DoorOptions, Life},
    metrics::{Figures, Metrics, Page},
    mounts::Mounts,
    plugins::Plugins,
    rate_limit::RateLimits,
    sandbox_clock,
    services::{
        Services, ServicesOptions,
        http::{Outside, SystemResolver},
    },
    telemetry::Log,
    texts::Texts,
    tvdb::{GateLimit, TheTvdb, TvdbOptions},
};
use anyhow::{Context, Result};
use database::{database_location, lock_database, open_database, open_locked};
use glue::{Glue, Stores};
use places::{Aside, DataDirLock};
use standing::{Standing, meanwhile};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How we introduce ourselves to Discord, in the form that its reference asks for.
const USER_AGENT: &str = concat!("DiscordBot (lumina, ", env!("CARGO_PKG_VERSION"), ")");
/// How long the whole end may take before the process is ended as it is; Docker gives 10 seconds.
const END_TIME: Duration = Duration::from_secs(9);
/// The program that runs, whatever lies where it was started from: an upgrade may have replaced it.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// How long Discord or TheTVDB is waited for where somebody looks at what a command prints.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// What is told where Discord has not answered by then.
const UNANSWERED: &str = "Discord does not answer; `lumina check` says why";
/// How often views that have ended are removed.
const SWEEP_PERIOD: Duration = Duration::from_secs(3_600);

/// How the host ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Asked,
    /// Neither going on nor another start makes sense. The sentence says what the operator does.
    Fatal(String),
    /// Only another process can go on. The sentence says why.
    Stuck(String),
}

/// Runs the host until it is asked to end, or cannot go on. `sources` are read again when asked for.
///
/// # Errors
/// If a part cannot be built.
pub async fn run(config: Config, sources: &Sources, log: &Log) -> Result<Ended> {
    let clock = Clock::start();
    let asked = signals::asked_to_end()?;
    let mut hangups = signals::Hangups::listen()?;
    let sandbox_gone = follow_sandbox(&config, &clock).await?;
    let mut asked = std::pin::pin!(async {
        tokio::select! {
            () = asked => {}
            () = sandbox_gone => {}
        }
    });
    info!(version = env!("CARGO_PKG_VERSION"), "Lumina starts");
    let page = match config.metrics_addr {
        Some(address) => Some(Page::open(address).await?),
        None => None,
    };
    places::make_data_dir(&config.data_dir)?;
    let _data_dir = DataDirLock::take(&config.data_dir)?;
    for dir in [&config.data_dir, &config.shadow_dir] {
        places::remove_left_aside(dir);
    }
    places::refuse_former_file(&config, &Mounts::read())?;
    let lock = lock_database(&config)?;
    let standing = Standing::new(&clock);
    let mut tell = std::pin::pin!(standing.tell(&config.data_dir));
    let database = meanwhile(tell.as_mut(), open_locked(&config, lock)).await?;
    let host = tokio::select! {
        host = meanwhile(tell.as_mut(), Host::start(&config, &clock, database.clone())) => host?,
        () = &mut asked => {
            database.close().await;
            return Ok(Ended::Asked);
        }
    };
    belonging::remember(&host.database, &host.identity, &clock).await?;
    host.introduce();
    let at_start = sources.texts();
    let told = Told { standing: &standing, page: page.as_ref() };
    let ended = tokio::select! {
        ended = meanwhile(tell.as_mut(), host.serve(&config, &clock, told, asked)) => ended,
        () = hangups.each(|| host.read_again(sources, &config, &at_start, log)) => Ended::Asked,
    };
    info!("Lumina ends");
    let closing = meanwhile(tell.as_mut(), host.close());
    if tokio::time::timeout(END_TIME, closing).await.is_err() {
        warn!("not everything ended in time");
    }
    Ok(ended)
}

/// Loads the plugins, and returns the link with which the bot is invited for what they need. Nothing
/// goes to Discord's gateway, and nothing is left behind.
///
/// # Errors
/// If a part cannot be built.
pub async fn invite(config: &Config) -> Result<String> {
    let clock = Clock::start();
    let (config, _aside) = Aside::instead(config, database_location(config)?.path())?;
    let built = Host::build(&config, &clock, open_database(&config).await?);
    let built = tokio::time::timeout(ANSWER_TIME, built).await;
    let host = built.context(UNANSWERED)??;
    host.load_plugins().await?;
    let link = host.invite();
    let _ = tokio::time::timeout(END_TIME, host.close()).await;
    Ok(link)
}

/// Lets the sandbox drive the clock, if there is one. Resolves when it has gone: however it ended, its
/// host does not stay behind.
async fn follow_sandbox(
    config: &Config,
    clock: &Clock,
) -> Result<impl Future<Output = ()> + use<>> {
    let gone = CancellationToken::new();
    if let Some(path) = config.sandbox().and_then(|sandbox| sandbox.clock.as_deref()) {
        let follow = sandbox_clock::follow(clock.clone(), path).await;
        let follow =
            follow.with_context(|| format!("SANDBOX_CLOCK: cannot reach `{}`", path.display()))?;
        info!("the sandbox drives the clock");
        let guard = gone.clone().drop_guard();
        tokio::spawn(async move {
            follow.await;
            info!("the sandbox has gone");
            drop(guard);
        });
    }
    Ok(gone.cancelled_owned())
}

fn open_door(config: &Config, clock: &Clock) -> Result<Door> {
    let door = Door::open(DoorOptions {
        api_base: config.discord_api_base.clone(),
        token: config.bot_token.clone(),
        clock: clock.clone(),
        user_agent: USER_AGENT.to_owned(),
    });
    door.context("the way to Discord cannot be opened; see DISCORD_API_BASE and BOT_TOKEN")
}

/// Everything that runs.
struct Host {
    database: Database,
    plugins: Arc<Plugins>,
    services: Arc<Services>,
    catalogue: Arc<TheTvdb>,
    limits: Arc<RateLimits>,
    discord: Discord,
    identity: Identity,
    started: Duration,
    metrics: Option<Arc<Metrics>>,
}

impl Host {
    /// Builds everything and loads the plugins.
    async fn start(config: &Config, clock: &Clock, database: Database) -> Result<Self> {
        let host = Self::build(config, clock, database).await?;
        host.load_plugins().await?;
        Ok(host)
    }

    async fn build(config: &Config, clock: &Clock, database: Database) -> Result<Self> {
        let limits = Arc::new(RateLimits::new(clock.clone()));
        let texts = Arc::new(Texts::default());
        let catalogue = Arc::new(catalogue(config, clock)?);
        let shared = Shared { database: &database, limits: &limits, catalogue: &catalogue };
        let services = Arc::new(open_services(config, clock, shared)?);
        let door = open_door(config, clock)?;
        let identity = Identity::fetch(&door, clock).await?;
        belonging::refuse_others(config, &database, &identity).await?;
        let glue = Arc::new(Glue::new(Arc::clone(&services), Arc::clone(&texts), identity.clone()));
        let plugins = loading::open(config, clock, &glue)?;
        glue.connect(&plugins);
        let stores = Stores {
            database: database.clone(),
            services: Arc::clone(&services),
            clock: clock.clone(),
        };
        let metrics = config.metrics_addr.map(|_| Arc::new(Metrics::new(&shared.figures())));
        let discord = Discord::open(DiscordOptions {
            door,
            identity: identity.clone(),
            clock: clock.clone(),
            plugins: Arc::clone(&plugins),
            texts,
            limits: Arc::clone(&limits),
            backstage: Arc::new(stores),
            live: operator::live(config),
            metrics: metrics.clone(),
            api_base: config.discord_api_base.clone(),
            in_sandbox: config.sandbox().is_some(),
        })
        .await?;
        services.connect(discord.side());
        let started = clock.monotonic();
        Ok(Self {
            database,
            plugins,
            services,
            catalogue,
            limits,
            discord,
            identity,
            started,
            metrics,
        })
    }

    /// Serves until asked to end or until Discord will have no more of us.
    async fn serve(
        &self,
        config: &Config,
        clock: &Clock,
        told: Told<'_>,
        asked: impl Future<Output = ()>,
    ) -> Ended {
        let life = self.discord.serve();
        told.standing.serves(self, life.clone());
        let sweep = sweep(&self.database, clock);
        let figures = self.tell_figures(config, clock, told.page, life.clone());
        tokio::select! {
            () = asked => Ended::Asked,
            ended = follow(life, &self.plugins, told.standing) => ended,
            hung = self.plugins.hung() => Ended::Stuck(hung.sentence()),
            () = sweep => Ended::Asked,
            () = self.services.keep_fresh() => Ended::Asked,
            () = figures => Ended::Asked,
        }
    }

    /// In the reverse order of [`Host::build`].
    async fn close(&self) {
        self.discord.close().await;
        self.plugins.close().await;
        self.database.close().await;
    }
}

/// Where the host tells how it is.
#[derive(Clone, Copy)]
struct Told<'a> {
    standing: &'a Standing,
    page: Option<&'a Page>,
}

/// What services share with others.
#[derive(Clone, Copy)]
struct Shared<'a> {
    database: &'a Database,
    limits: &'a Arc<RateLimits>,
    catalogue: &'a Arc<TheTvdb>,
}

impl Shared<'_> {
    fn figures(self) -> Figures {
        let (tvdb, database) = (self.catalogue.figures().clone(), self.database.figures().clone());
        Figures { tvdb, database }
    }
}

fn open_services(config: &Config, clock: &Clock, shared: Shared<'_>) -> Result<Services> {
    let Shared { database, limits, catalogue } = shared;
    let outside = match config.sandbox().and_then(|sandbox| sandbox.http) {
        Some(address) => Outside::Sandbox(address),
        None => Outside::Internet(Arc::new(SystemResolver::default())),
    };
    let options = ServicesOptions {
        clock: clock.clone(),
        catalogue: Arc::clone(catalogue) as _,
        database: database.clone(),
        limits: Arc::clone(limits),
        outside,
    };
    Services::open(options).context("the services cannot be set up")
}

fn catalogue(config: &Config, clock: &Clock) -> Result<TheTvdb> {
    TheTvdb::open(TvdbOptions {
        api_base: config.tvdb_api_base.clone(),
        api_key: config.tvdb_api_key.clone(),
        pin: config.tvdb_api_pin.clone(),
        limit: GateLimit {
            requests: config.tvdb_rate_limit_requests,
            period: config.tvdb_rate_limit_period,
        },
        clock: clock.clone(),
    })
    .context("TheTVDB cannot be set up; see TVDB_API_BASE")
}

/// Logs where the gateway session stands; returns how it ended for good.
async fn follow(mut life: watch::Receiver<Life>, plugins: &Plugins, standing: &Standing) -> Ended {
    loop {
        match life.borrow_and_update().clone() {
            Life::Connecting => info!("connecting to Discord"),
            Life::Ready => {
                standing.is_ready();
                let serving = plugins.registry().plugins().count();
                info!(plugins = serving, "Lumina is ready");
            }
            // Whoever follows the intents asks for those that remain, and says whose are refused.
            Life::IntentsRefused(_) => {}
            Life::Fatal(refused) if refused.is_mended_by_a_start() => {
                return Ended::Stuck(refused.to_string());
            }
            Life::Fatal(refused) => return Ended::Fatal(refused.to_string()),
        }
        if life.changed().await.is_err() {
            return Ended::Stuck("the session with Discord ended".to_owned());
        }
    }
}

/// Removes what has ended, now and then, for ever.
async fn sweep(database: &Database, clock: &Clock) {
    loop {
        if let Err(error) = database.sweep_copies(clock.now()).await {
            warn!(error = &error as &dyn std::error::Error, "old copies of the database stay");
        }
        clock.sleep(SWEEP_PERIOD).await;
        if let Err(error) = database.sweep_views(clock.now()).await {
            warn!(%error, "old views were not removed");
        }
        if let Err(error) = database.sweep_undos(clock.now()).await {
            warn!(%error, "changes too old to be taken back were not removed");
        }
    }
}
