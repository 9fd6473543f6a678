//! Lists the commands that the reader may run, by pages.
//!
//! Knows no command itself: the list comes from the host, in the reader's language. The picture beside
//! it is decoration: nothing but the picture may depend on it.

mod cat;
mod custom_id;
mod views;

use custom_id::Turn;
use lumina_plugin_api::prelude::*;
use views::Listed;

/// The plugin.
#[derive(Debug, Default)]
pub struct Help {
    cats: cat::Cats,
}

impl Plugin for Help {
    fn descriptor() -> Descriptor {
        let help = Command::slash("help", Text::key("help-description"));
        Descriptor::new(Text::key("summary"))
            .command(help.idempotent().private())
            .service(Service::Discord)
            .service(Service::Http)
            .host(cat::HOST)
            .texts("en", include_str!("../locales/en.ftl"))
            .texts("fr", include_str!("../locales/fr.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Self::default())
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        // What may be run is a matter of who asked, and an owner's commands are nobody else's.
        Ok(Reply::message(self.page(&ctx, &call.at, 0).await?).private())
    }

    async fn component(&self, ctx: Ctx, press: ComponentPress) -> Result<Reply> {
        let turn: Turn = press.state()?;
        Ok(Reply::update(self.page(&ctx, &press.at, turn.page()).await?))
    }
}

impl Help {
    async fn page(&self, ctx: &Ctx, at: &Interaction, page_index: usize) -> Result<Message> {
        let listed = Listed {
            commands: ctx.discord().commands(at.id).await?,
            emoji: ctx.discord().emoji().await?,
        };
        Ok(views::page(&listed, page_index, self.cats.current(ctx).await))
    }
}

export_plugin!(Help);
