//! What the host does for plugins: one file each, with the messages, the client and an example.
//!
//! Below every client lies one call, [`Ctx::ask`](crate::context::Ctx::ask), with the service's name and a
//! JSON message; so a service is added without touching the border. An older host answers a newer
//! service with [`Unsupported`](crate::error::ErrorKind::Unsupported). Every answer may fail with
//! [`Unavailable`](crate::error::ErrorKind::Unavailable) while the plugin is being unloaded.

pub mod blob;
pub mod catalogue;
pub mod clock;
pub mod discord;
pub mod http;
pub mod limits;
pub mod lists;
pub mod log;
