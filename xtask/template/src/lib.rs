//! Says hello.

use lumina_plugin_api::prelude::*;

struct Hello;

impl Plugin for Hello {
    fn descriptor() -> Descriptor {
        Descriptor::new("Says hello").command(Command::slash("hello", "Say hello"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Hello)
    }

    async fn command(&self, _ctx: Ctx, call: CommandCall) -> Result<Reply> {
        Ok(Reply::text(format!("Hello, <@{}>!", call.at.user.id)))
    }
}

export_plugin!(Hello);
