//! Tells that the bot is alive and how fast it is. Keeps nothing and asks nobody outside.

use lumina_plugin_api::prelude::*;

/// The plugin.
#[derive(Debug)]
pub struct Ping;

impl Plugin for Ping {
    fn descriptor() -> Descriptor {
        let ping = Command::slash("ping", Text::key("ping-description"));
        Descriptor::new(Text::key("summary"))
            .command(ping.limit(Limit::Unlimited).idempotent())
            .service(Service::Discord)
            .texts("en", include_str!("../locales/en.ftl"))
            .texts("fr", include_str!("../locales/fr.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Ping)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        let latency = ctx.discord().latency(call.at.id).await?;
        let pong = match latency.gateway_ms {
            Some(gateway_ms) => Text::key("pong").arg("gateway", hundredths(gateway_ms)),
            None => Text::key("pong-unmeasured"),
        };
        Ok(Reply::text(pong.arg("inside", hundredths(latency.inside_ms))))
    }
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

export_plugin!(Ping);
