//! Finds movies and series at TheTVDB, by words or by number.
//!
//! Keeps nothing: the host keeps what TheTVDB said, and a message carries what its menu needs. Every
//! name and overview comes from outside and is marked so.

mod commands;
mod custom_id;
mod menu;
mod shorten;
mod views;

use lumina_plugin_api::prelude::*;

/// The plugin.
#[derive(Debug)]
pub struct Search;

impl Plugin for Search {
    fn descriptor() -> Descriptor {
        Descriptor::new(Text::key("summary"))
            .command(commands::search())
            .service(Service::Catalogue)
            .texts("en", include_str!("../locales/en.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Search)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        Ok(Reply::message(commands::find(&ctx, &call.options()?).await?))
    }

    async fn autocomplete(&self, ctx: Ctx, call: AutocompleteCall) -> Result<Vec<Choice>> {
        Ok(commands::suggest(&ctx, &call).await)
    }

    async fn component(&self, ctx: Ctx, press: ComponentPress) -> Result<Reply> {
        Ok(Reply::update(commands::browse(&ctx, &press).await?))
    }
}

export_plugin!(Search);
