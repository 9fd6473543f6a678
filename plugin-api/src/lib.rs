//! All that the author of a Lumina plugin needs, and nothing else.
//!
//! A plugin is a dynamic library that the host loads, swaps and unloads while it serves. Its author
//! writes one `impl Plugin` and one [`export_plugin!`]; everything else here is data.
//!
//! ```
//! use lumina_plugin_api::prelude::*;
//!
//! struct Hello;
//!
//! impl Plugin for Hello {
//!     fn descriptor() -> Descriptor {
//!         Descriptor::new("Says hello").command(Command::slash("hello", "Say hello"))
//!     }
//!     async fn create(_ctx: Ctx) -> Result<Self> {
//!         Ok(Hello)
//!     }
//!     async fn command(&self, _ctx: Ctx, call: CommandCall) -> Result<Reply> {
//!         Ok(Reply::text(format!("Hello, <@{}>!", call.at.user.id)))
//!     }
//! }
//! export_plugin!(Hello);
//! ```
//!
//! # Reading order
//! [`plugin`] (the trait and the life of a plugin), [`command`] (what is declared), [`interaction`]
//! (what a user did), [`reply`] (what a user sees), [`services`] (what the host does for plugins),
//! [`error`]. [`abi`] and [`adapter`] are the machinery below; authors never need them.
//!
//! # Invariants
//! - What crosses the library border are bytes and the frozen types of [`abi`]; every message is JSON
//!   that tolerates unknown fields and variants in both directions.
//! - Nothing of a plugin runs on a thread of the host, and nothing unwinds across the border.
//! - This crate keeps no thread-local and no static that outlives [`adapter`]'s `fini`.
#![deny(missing_docs)]

pub mod abi;
pub mod adapter;
pub mod command;
pub mod component;
pub mod context;
pub mod descriptor;
pub mod error;
pub mod event;
pub mod id;
pub mod interaction;
pub mod message;
pub mod plugin;
pub mod reply;
pub mod services;
#[cfg(test)]
mod stored;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod word;

/// What a plugin's source file imports.
pub mod prelude {
    pub use crate::command::{
        Choice, Command, CommandOption, Context, Defer, Group, IntegrationType, Limit, Subcommand,
    };
    pub use crate::component::{Action, Button, ButtonStyle, Component, Select, SelectOption, Who};
    pub use crate::context::Ctx;
    pub use crate::descriptor::{Descriptor, Service};
    pub use crate::error::{Error, ErrorKind, Result};
    pub use crate::event::Event;
    pub use crate::export_plugin;
    pub use crate::id::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
    pub use crate::interaction::{
        AutocompleteCall, CommandCall, ComponentPress, Interaction, ModalSubmit,
    };
    pub use crate::plugin::Plugin;
    pub use crate::reply::{Embed, Message, Modal, ModalField, Reply};
    pub use crate::text::Text;
}
