//! The host's log. Lines carry the plugin's name; no service needs to be declared. A plugin writes up to
//! 200 lines in 10 seconds; what is more is left out, and the log says how many lines that were.

use crate::context::Ctx;

/// The longest line that is kept, in bytes; what is longer is cut.
pub const LINE_BYTES_MAX: usize = 8 * 1024;

/// Writes lines to the host's log.
///
/// ```
/// # use lumina_plugin_api::prelude::*;
/// fn greet(ctx: &Ctx) {
///     ctx.log().info("ready to greet");
/// }
/// ```
#[derive(Debug)]
pub struct Log<'a> {
    ctx: &'a Ctx,
}

impl<'a> Log<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self { ctx }
    }

    /// Writes that someone must act.
    pub fn error(&self, message: impl AsRef<str>) {
        self.ctx.write_log(1, "plugin", message.as_ref());
    }

    /// Writes that something went wrong and was coped with.
    pub fn warn(&self, message: impl AsRef<str>) {
        self.ctx.write_log(2, "plugin", message.as_ref());
    }

    /// Writes a step of the plugin's life.
    pub fn info(&self, message: impl AsRef<str>) {
        self.ctx.write_log(3, "plugin", message.as_ref());
    }

    /// Writes what helps to find a fault.
    pub fn debug(&self, message: impl AsRef<str>) {
        self.ctx.write_log(4, "plugin", message.as_ref());
    }
}
