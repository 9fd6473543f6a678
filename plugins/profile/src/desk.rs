//! Fetches a profile for whoever looks.

use crate::{
    custom_id::Goal,
    pages::{LINES_PER_PAGE, Lengths, Part},
    views::{self, Page},
};
use lumina_plugin_api::{
    prelude::*,
    services::lists::{Entry, Listed, Lists, Look, Profile, Section},
};

/// Nobody in particular: sees what everyone there may see.
const NOBODY: UserId = UserId(0);

/// Whose profile is shown.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) id: UserId,
    pub(crate) avatar_url: Option<String>,
}

/// Returns a page of the profile of `owner` for who looks there.
///
/// # Errors
/// [`ErrorKind::Denied`] if it is not shown to them there, or that the lists cannot be read.
pub(crate) async fn page(
    ctx: &Ctx,
    at: &Interaction,
    owner: &Owner,
    goal: Goal,
) -> Result<Message> {
    let look = Look::new(owner.id, at.user.id, at.guild);
    let lists = ctx.lists().in_language(at.language());
    let profile = lists.profile(look, LINES_PER_PAGE).await?.ok_or_else(not_shown)?;
    let lengths = Lengths::of(&profile);
    let page_index = lengths.page(goal);
    let mut parts = Vec::new();
    for part in lengths.parts(page_index) {
        parts.push((part, entries(&lists, look, &profile, part).await?));
    }
    let is_own = owner.id == at.user.id;
    Ok(views::page(&Page {
        owner,
        is_own,
        totals: profile.totals,
        lengths,
        page_index,
        parts: &parts,
    }))
}

/// Returns whether everyone who is there may see the profile of `user`.
///
/// # Errors
/// That the lists cannot be read.
pub(crate) async fn is_for_all(ctx: &Ctx, at: &Interaction, user: UserId) -> Result<bool> {
    let look = Look::new(user, NOBODY, at.guild);
    Ok(ctx.lists().listed(look, Section::Watched, 0, 0).await?.is_some())
}

/// Returns that the profile is not shown to who looks.
pub(crate) fn not_shown() -> Error {
    Error::new(ErrorKind::Denied).message(Text::key("not-shown"))
}

/// The first entries came with the profile.
async fn entries(
    lists: &Lists<'_>,
    look: Look,
    profile: &Profile,
    part: Part,
) -> Result<Vec<Entry>> {
    let first = first_of(profile, part.section);
    let range = part.offset as usize..part.offset.saturating_add(part.limit) as usize;
    if let Some(entries) = first.entries.get(range) {
        return Ok(entries.to_vec());
    }
    let listed = lists.listed(look, part.section, part.offset, part.limit).await?;
    Ok(listed.ok_or_else(not_shown)?.entries)
}

fn first_of(profile: &Profile, section: Section) -> &Listed {
    match section {
        Section::Favorites => &profile.favorites,
        Section::Watched => &profile.watched,
        _ => &profile.in_progress,
    }
}
