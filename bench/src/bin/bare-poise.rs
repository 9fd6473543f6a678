//! The smallest bot that poise's documentation would lead to: `/ping`, nothing else.
//!
//! `DISCORD_BASE` is the simulated Discord without `/api/v10`, `BOT_TOKEN` its token.
#![expect(clippy::disallowed_methods, reason = "a bot of its own reads its own environment")]

use anyhow::Context as _;
use poise::serenity_prelude as serenity;

struct Data;

/// Test out the bot's latency
#[poise::command(slash_command)]
async fn ping(ctx: poise::Context<'_, Data, anyhow::Error>) -> anyhow::Result<()> {
    ctx.say("Pong!").await?;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let base = std::env::var("DISCORD_BASE").context("DISCORD_BASE")?;
    let token = std::env::var("BOT_TOKEN").context("BOT_TOKEN")?;
    let options = poise::FrameworkOptions { commands: vec![ping()], ..Default::default() };
    let framework = poise::Framework::builder()
        .options(options)
        .setup(|ctx, _ready, framework| {
            Box::pin(async move {
                poise::builtins::register_globally(ctx, &framework.options().commands).await?;
                Ok(Data)
            })
        })
        .build();
    // serenity follows another base only without its own limits.
    let http = serenity::HttpBuilder::new(&token).proxy(base).ratelimiter_disabled(true).build();
    let intents = serenity::GatewayIntents::empty();
    let builder = serenity::ClientBuilder::new_with_http(http, intents).framework(framework);
    builder.await.context("client")?.start().await.context("gateway")
}
