//! One page of the list as a message.

use crate::custom_id::{self, Turn};
use lumina_plugin_api::{
    prelude::*,
    services::discord::{Emoji, RegisteredCommand},
};

/// How many commands stand on a page.
const COMMANDS_PER_PAGE: usize = 5;

/// What is listed, and what stands before it.
pub(crate) struct Listed {
    pub(crate) commands: Vec<RegisteredCommand>,
    pub(crate) emoji: Emoji,
}

/// Returns page `page_index` of `listed`; past the end it is the last one.
pub(crate) fn page(listed: &Listed, page_index: usize, cat_url: Option<String>) -> Message {
    let Listed { commands, emoji } = listed;
    let n_pages = commands.len().div_ceil(COMMANDS_PER_PAGE).max(1);
    let page_index = page_index.min(n_pages - 1);
    let shown = commands.chunks(COMMANDS_PER_PAGE).nth(page_index).unwrap_or_default();
    let mut embed = Embed::new().title(Text::key("title")).description(list(shown, emoji));
    embed.thumbnail = cat_url;
    let message = Message::new().embed(embed);
    if n_pages == 1 { message } else { message.row(buttons(page_index, n_pages)) }
}

fn list(commands: &[RegisteredCommand], emoji: &Emoji) -> Text {
    let mut parts = Vec::new();
    let mut group = None;
    for command in commands {
        if !parts.is_empty() {
            parts.push("\n\n".into());
        }
        if group_of(command) != group {
            group = group_of(command);
            parts.extend(group.map(|group| heading(group, emoji)));
        }
        parts.push(entry(command, emoji));
    }
    if parts.is_empty() { Text::key("nothing") } else { Text::join(parts) }
}

/// The first word of a sub-command; commands that stand alone have no group.
fn group_of(command: &RegisteredCommand) -> Option<&str> {
    command.qualified_name.split_once(' ').map(|(group, _)| group)
}

fn heading(group: &str, emoji: &Emoji) -> Text {
    Text::join([before(&emoji.group), Text::key("group").arg("name", group), "\n".into()])
}

fn entry(command: &RegisteredCommand, emoji: &Emoji) -> Text {
    let name = command.mention().into();
    Text::join([before(&emoji.command), name, "\n".into(), command.description.clone()])
}

/// An emoji as it stands before a name.
fn before(emoji: &str) -> Text {
    if emoji.is_empty() { "".into() } else { format!("{emoji} ").into() }
}

fn buttons(from_page: usize, n_pages: usize) -> [Button; 5] {
    use custom_id::Button::{First, Here, Last, Next, Previous};
    let (at_start, at_end) = (from_page == 0, from_page + 1 == n_pages);
    let button = |button, label: &str, style, disabled| {
        let label = Text::key(label).arg("page", from_page + 1).arg("pages", n_pages);
        let action = Turn { button, from_page }.action();
        Button::new(label, action).style(style).disabled(disabled)
    };
    [
        button(First, "button-first", ButtonStyle::Primary, at_start),
        button(Previous, "button-previous", ButtonStyle::Danger, at_start),
        button(Here, "button-here", ButtonStyle::Secondary, true),
        button(Next, "button-next", ButtonStyle::Success, at_end),
        button(Last, "button-last", ButtonStyle::Primary, at_end),
    ]
}
