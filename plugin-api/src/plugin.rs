//! The one trait that a plugin implements, and its life.
//!
//! # The life of a plugin
//! 1. The host reads the file, checks it and calls [`Plugin::descriptor`]. Nothing may happen in there.
//! 2. [`Plugin::create`] makes the plugin. No side effects: in a reload the old copy still serves, and the
//!    new one may yet be thrown away.
//! 3. In a reload the old copy's [`Plugin::save`] is handed to the new copy's [`Plugin::restore`].
//! 4. The host switches: from here on every call reaches this copy. [`Plugin::start`] begins what runs by
//!    itself.
//! 5. Calls come, several at a time, all on the plugin's own thread: never block it.
//! 6. Before the end running calls get time to finish; what [`Ctx::spawn`] started is dropped;
//!    [`Plugin::shutdown`] ends the rest. Then the library is unloaded.
//!
//! A panic in any of these is caught, logged with the plugin's name and answered for; the plugin goes on.

use crate::{
    command::Choice,
    context::Ctx,
    descriptor::Descriptor,
    error::{Error, ErrorKind, Result},
    event::Event,
    id::UserId,
    interaction::{AutocompleteCall, CommandCall, ComponentPress, ModalSubmit},
    reply::Reply,
};
use serde_json::Value;
use std::future::Future;

/// A plugin.
///
/// Only [`descriptor`](Plugin::descriptor) and [`create`](Plugin::create) must be written; see the
/// example at the top of this [crate].
pub trait Plugin: Sized + Send + Sync + 'static {
    /// Declares what the plugin is. Called before anything else; must do nothing.
    fn descriptor() -> Descriptor;

    /// Makes the plugin. Must have no side effects.
    ///
    /// # Errors
    /// What prevents it; the plugin is not loaded, and in a reload the old copy goes on.
    fn create(ctx: Ctx) -> impl Future<Output = Result<Self>> + Send;

    /// Begins what runs by itself, after the switch.
    ///
    /// # Errors
    /// Logged; the plugin serves all the same.
    fn start(&self, _ctx: Ctx) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Answers a command.
    ///
    /// # Errors
    /// Shown to the user privately.
    fn command(&self, _ctx: Ctx, _call: CommandCall) -> impl Future<Output = Result<Reply>> + Send {
        async { Err(Error::new(ErrorKind::Unsupported).detail("the plugin handles no commands")) }
    }

    /// Suggests values for an option; none unless written.
    ///
    /// # Errors
    /// Logged; the user sees no suggestions.
    fn autocomplete(
        &self,
        _ctx: Ctx,
        _call: AutocompleteCall,
    ) -> impl Future<Output = Result<Vec<Choice>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Answers a press of a button or a choice in a menu.
    ///
    /// # Errors
    /// Shown to the user privately.
    fn component(
        &self,
        _ctx: Ctx,
        _press: ComponentPress,
    ) -> impl Future<Output = Result<Reply>> + Send {
        async { Err(Error::new(ErrorKind::Outdated).detail("the plugin handles no components")) }
    }

    /// Answers a form.
    ///
    /// # Errors
    /// Shown to the user privately.
    fn modal(&self, _ctx: Ctx, _submit: ModalSubmit) -> impl Future<Output = Result<Reply>> + Send {
        async { Err(Error::new(ErrorKind::Outdated).detail("the plugin handles no forms")) }
    }

    /// Hears a gateway event that the descriptor asked for.
    ///
    /// # Errors
    /// Logged.
    fn event(&self, _ctx: Ctx, _event: Event) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Returns what the next copy should know; null unless written.
    ///
    /// # Errors
    /// The reload is given up and this copy goes on.
    fn save(&self, _ctx: Ctx) -> impl Future<Output = Result<Value>> + Send {
        async { Ok(Value::Null) }
    }

    /// Takes what the copy before knew; may be of an older version, never null.
    ///
    /// # Errors
    /// The reload is given up and the old copy goes on.
    fn restore(&self, _ctx: Ctx, _state: Value) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Returns everything the plugin keeps about a user; null for nothing.
    ///
    /// # Errors
    /// The user is told that this part is missing.
    fn export(&self, _ctx: Ctx, _user: UserId) -> impl Future<Output = Result<Value>> + Send {
        async { Ok(Value::Null) }
    }

    /// Forgets a user.
    ///
    /// # Errors
    /// The user is told that this part is left.
    fn delete(&self, _ctx: Ctx, _user: UserId) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Ends what is still running; the last call.
    fn shutdown(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}
