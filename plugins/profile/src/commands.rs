//! `/profile`, and the way through its pages.

use crate::{
    custom_id::{self, Goal},
    desk::{self, Owner},
};
use lumina_plugin_api::{interaction::User, prelude::*, services::lists::Visibility};
use serde::Deserialize;

/// Returns the declaration of the command.
pub(crate) fn profile() -> Command {
    let user = CommandOption::user("user", Text::key("option-user"));
    let visibility = CommandOption::string("visibility", Text::key("option-visibility"))
        .choice(Text::key("choice-public"), "public")
        .choice(Text::key("choice-guild"), "guild")
        .choice(Text::key("choice-private"), "private");
    Command::slash("profile", Text::key("command-profile"))
        .option(user)
        .option(visibility)
        .idempotent()
}

#[derive(Debug, Deserialize)]
struct Options {
    user: Option<User>,
    visibility: Option<Visibility>,
}

/// Shows a profile; before that, sets who may look at one's own.
///
/// # Errors
/// What cannot be chosen, that the profile is not shown there, or that the lists cannot be read.
pub(crate) async fn called(ctx: &Ctx, call: &CommandCall) -> Result<Reply> {
    let (options, at): (Options, _) = (call.options()?, &call.at);
    let user = options.user.unwrap_or_else(|| at.user.clone());
    if let Some(visibility) = options.visibility {
        return chosen(ctx, at, &user, visibility).await;
    }
    if user.bot {
        let bot = Text::key("bot").arg("user", mention(user.id));
        return Ok(Reply::text(bot).private());
    }
    let message = desk::page(ctx, at, &owner(&user), Goal::Page(0)).await?;
    if desk::is_for_all(ctx, at, user.id).await? {
        Ok(Reply::message(message))
    } else {
        Ok(Reply::message(message).private())
    }
}

/// Shows another page. What only its owner may see by now is not put where others see it.
///
/// # Errors
/// That the message is too old, or as [`called`].
pub(crate) async fn pressed(ctx: &Ctx, press: &ComponentPress) -> Result<Reply> {
    let (id, goal) = custom_id::read(press)?;
    if !press.message.private && !desk::is_for_all(ctx, &press.at, id).await? {
        return Err(desk::not_shown());
    }
    let owner = if id == press.at.user.id {
        owner(&press.at.user)
    } else {
        let user = ctx.discord().user(id).await.ok().flatten();
        Owner { id, avatar_url: user.map(|user| user.avatar_url) }
    };
    Ok(Reply::update(desk::page(ctx, &press.at, &owner, goal).await?))
}

async fn chosen(ctx: &Ctx, at: &Interaction, user: &User, visibility: Visibility) -> Result<Reply> {
    if user.id != at.user.id {
        return Err(Error::invalid(Text::key("only-your-own")));
    }
    let said = match (visibility, at.guild) {
        (Visibility::Public, _) => "now-public",
        (Visibility::Guild, Some(_)) => "now-guild",
        (Visibility::Guild, None) => return Err(Error::invalid(Text::key("no-server"))),
        _ => "now-private",
    };
    ctx.lists().set_visibility(user.id, visibility, at.guild).await?;
    let mut message = desk::page(ctx, at, &owner(user), Goal::Page(0)).await?;
    message.content = Text::key(said);
    Ok(Reply::message(message).private())
}

fn owner(user: &User) -> Owner {
    Owner { id: user.id, avatar_url: Some(user.avatar_url.clone()) }
}

/// A link to someone; nobody is pinged by it.
pub(crate) fn mention(user: UserId) -> Text {
    format!("<@{user}>").into()
}
