//! The smallest bot that serenity's documentation would lead to: `/ping`, nothing else.
//!
//! `DISCORD_BASE` is the simulated Discord without `/api/v10`, `BOT_TOKEN` its token.
#![expect(clippy::disallowed_methods, reason = "a bot of its own reads its own environment")]

use anyhow::Context as _;
use serenity::{
    all::{
        ClientBuilder, Command, Context, CreateCommand, CreateInteractionResponse,
        CreateInteractionResponseMessage, EventHandler, GatewayIntents, HttpBuilder, Interaction,
        Ready,
    },
    async_trait,
};

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, _ready: Ready) {
        let ping = CreateCommand::new("ping").description("Test out the bot's latency");
        Command::create_global_command(&ctx.http, ping).await.expect("the command is registered");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        if let Interaction::Command(command) = interaction {
            let message = CreateInteractionResponseMessage::new().content("Pong!");
            let response = CreateInteractionResponse::Message(message);
            command.create_response(&ctx.http, response).await.expect("the answer is taken");
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let base = std::env::var("DISCORD_BASE").context("DISCORD_BASE")?;
    let token = std::env::var("BOT_TOKEN").context("BOT_TOKEN")?;
    // serenity follows another base only without its own limits.
    let http = HttpBuilder::new(&token).proxy(base).ratelimiter_disabled(true).build();
    let intents = GatewayIntents::empty();
    let builder = ClientBuilder::new_with_http(http, intents).event_handler(Handler);
    builder.await.context("client")?.start().await.context("gateway")
}
