//! Shows what someone has watched, loves and is in the middle of, and lets each choose who may look.
//!
//! Keeps nothing and asks TheTVDB nothing: all of it is in the host's lists. To look at someone creates
//! nothing.

mod commands;
mod custom_id;
mod desk;
mod pages;
mod views;

use lumina_plugin_api::prelude::*;

/// The plugin.
#[derive(Debug)]
pub struct Profile;

impl Plugin for Profile {
    fn descriptor() -> Descriptor {
        Descriptor::new(Text::key("summary"))
            .command(commands::profile())
            .service(Service::Discord)
            .service(Service::Lists)
            .texts("en", include_str!("../locales/en.ftl"))
            .texts("fr", include_str!("../locales/fr.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Profile)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        commands::called(&ctx, &call).await
    }

    async fn component(&self, ctx: Ctx, press: ComponentPress) -> Result<Reply> {
        commands::pressed(&ctx, &press).await
    }
}

export_plugin!(Profile);
