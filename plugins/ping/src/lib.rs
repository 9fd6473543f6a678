//! Tells that the bot is alive.

use lumina_plugin_api::prelude::*;

/// The plugin.
pub struct Ping;

impl Plugin for Ping {
    fn descriptor() -> Descriptor {
        Descriptor::new("Tells that the bot is alive")
            .command(Command::slash("ping", "Test out the bot's latency").limit(Limit::Unlimited))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Ping)
    }

    async fn command(&self, _ctx: Ctx, _call: CommandCall) -> Result<Reply> {
        Ok(Reply::text("Pong!"))
    }
}

export_plugin!(Ping);
