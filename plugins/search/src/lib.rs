//! Finds movies and series at TheTVDB, by words or by number, and marks what was watched or is loved.
//!
//! Keeps nothing: the host keeps what TheTVDB said and what people marked, and a message carries what
//! its components need. Every name and overview comes from outside and is marked so.

mod buttons;
mod commands;
mod custom_id;
mod desk;
mod menu;
mod notices;
mod paging;
mod presses;
mod translated;
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
            .service(Service::Discord)
            .service(Service::Lists)
            .texts("en", include_str!("../locales/en.ftl"))
            .texts("fr", include_str!("../locales/fr.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Search)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        Ok(Reply::message(commands::find(&ctx, &call).await?))
    }

    async fn autocomplete(&self, ctx: Ctx, call: AutocompleteCall) -> Result<Vec<Choice>> {
        Ok(commands::suggest(&ctx, &call).await)
    }

    async fn component(&self, ctx: Ctx, press: ComponentPress) -> Result<Reply> {
        presses::pressed(&ctx, &press).await
    }
}

export_plugin!(Search);
