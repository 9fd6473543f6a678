//! The host's clock, for plugins. Needs no declaration.

use super::{Asked, written};
use crate::clock::Clock;
use lumina_plugin_api::{
    error::Error,
    services::clock::{NAME, Now, Request},
};

pub(super) fn answer(asked: &Asked<'_>, clock: &Clock) -> Result<Vec<u8>, Error> {
    match asked.read(NAME)? {
        Request::Now {} => written(&Now::new(clock.now().0)),
        _ => Err(asked.unknown(NAME)),
    }
}
