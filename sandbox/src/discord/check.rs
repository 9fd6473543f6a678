//! Discord's rules for what is sent: each breach is named where it stands in the body.

mod attachment;
mod choice;
mod command;
mod component;
mod embed;
mod emoji;
mod form;
mod layout;
mod mention;
mod menu;
mod message;
mod modal;

pub(crate) use choice::choices;
pub(crate) use command::{command, commands};
pub(crate) use form::Form;
pub(crate) use message::{Draft, message};
pub(crate) use modal::modal;
