//! What people read where the host itself fails. Everything is real but what stands behind this side.

use super::*;
use crate::{
    door::DoorOptions,
    plugins::{Caller, HostSide, LogLine, PluginLimits, PluginsOptions},
    secret::Secret,
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use lumina_plugin_api::{
    error::Error,
    id::UserId,
    services::{blob::BlobId, discord::Emoji},
};
use lumina_sandbox::discord::{Invocation, Place, SimDiscord, SimDiscordOptions};
use std::collections::BTreeSet;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Panics where it is asked about people's lists, and keeps nothing.
#[derive(Debug)]
struct Failing;

impl Backstage for Failing {
    fn keep_view<'a>(&'a self, _: &'a str, _: UserId, _: View) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    fn view<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Option<String>, Error>> {
        Box::pin(async { Ok(None) })
    }

    fn blob(&self, _: &str, _: &BlobId) -> Option<Bytes> {
        None
    }

    fn keep_file(&self, _: &str, _: Bytes) -> Result<BlobId, Error> {
        Err(Error::internal("nothing is kept"))
    }

    fn export_lists(&self, _: UserId) -> BoxFuture<'_, Result<ListsExport, Error>> {
        Box::pin(async {
            tokio::task::yield_now().await;
            panic!("on purpose")
        })
    }

    fn count_lists(&self, _: UserId) -> BoxFuture<'_, Result<ListCounts, Error>> {
        panic!("on purpose")
    }

    fn delete_lists(&self, _: UserId) -> BoxFuture<'_, Result<ListCounts, Error>> {
        Box::pin(async { Ok(ListCounts::default()) })
    }

    fn keepers(&self) -> BoxFuture<'_, Result<BTreeSet<String>, Error>> {
        Box::pin(async { Ok(BTreeSet::new()) })
    }

    fn note_keeper<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    fn remember<'a>(&'a self, _: &'a str, _: bool, _: UserId) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

impl HostSide for Failing {
    fn log(&self, _: LogLine<'_>) {}

    fn service(
        &self,
        _: Caller,
        _: String,
        _: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, Error>> {
        Box::pin(async { Err(Error::internal("there are no services")) })
    }

    fn admit(&self, _: &Descriptor, _: &Registry) -> Result<(), Text> {
        Ok(())
    }

    fn serving(&self, _: &Caller) {}

    fn ended(&self, _: &Caller) {}
}

async fn serving(sim: &SimDiscord, folder: &std::path::Path) -> Discord {
    let clock = Clock::start();
    let door = Door::open(DoorOptions {
        api_base: sim.base(),
        token: Secret::new(sim.token()),
        clock: clock.clone(),
        user_agent: "DiscordBot (https://example.org, 1)".to_owned(),
    });
    let door = door.unwrap();
    let plugins = Plugins::open(PluginsOptions {
        directories: Vec::new(),
        shadow_dir: folder.to_owned(),
        hung_note: folder.join("hung"),
        probe_program: "/nowhere".into(),
        clock: clock.clone(),
        host: Arc::new(Failing),
        limits: PluginLimits::default(),
    });
    let discord = Discord::open(DiscordOptions {
        identity: Identity::fetch(&door, &clock).await.unwrap(),
        door,
        plugins: plugins.unwrap(),
        texts: Arc::default(),
        limits: Arc::new(RateLimits::new(clock.clone())),
        clock,
        backstage: Arc::new(Failing),
        live: LiveSettings {
            owner_ids: Vec::new(),
            report_url: None,
            emoji: Emoji::new("📁", "▶️"),
        },
        api_base: sim.base(),
        metrics: None,
        in_sandbox: true,
    });
    let discord = discord.await.unwrap();
    let mut life = discord.serve();
    let serves = async {
        life.wait_for(|life| *life == Life::Ready).await.unwrap();
        while sim.commands(None).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, serves).await.expect("it registers its commands");
    discord
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_host_is_answered_with_an_incident_each_time() {
    let sim = SimDiscord::start(SimDiscordOptions::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let discord = serving(&sim, folder.path()).await;
    let mut incidents = BTreeSet::new();
    for what in ["export", "delete", "export"] {
        let asked = sim.invoke(Invocation {
            user: sim.user_named("mira").unwrap().id,
            place: Place::GuildChannel(sim.default_channel()),
            command: vec!["privacy".to_owned(), what.to_owned()],
            options: Vec::new(),
            locale: None,
        });
        let answer = sim.answer(asked.unwrap(), PATIENCE).await;
        let message = answer.message().unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let embed = message.embeds()[0].to_string();
        assert!(embed.contains("Something unexpected") && message.is_ephemeral(), "{embed}");
        let incident = embed.split("Incident ").nth(1).map(|rest| rest[..8].to_owned());
        incidents.insert(incident.unwrap());
    }
    assert_eq!(incidents.len(), 3, "{incidents:?}");
    discord.close().await;
}
