//! Every way into an author's code, each with a panic at its end: the host reads an error and goes on.
//!
//! `border.rs` shows what one call may do; here is that no entry was forgotten.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use abi_stable::std_types::{RErr, ROk, RSlice};
use lumina_plugin_api::{
    abi::{self, PluginBox},
    message::{Request, Response},
    prelude::*,
    testing::{TestHost, autocomplete, call, press, submit},
};
use serde_json::Value;
use std::{
    panic::panic_any,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Counts the ends of [`Fragile`]; no other test drops one.
static ENDS: AtomicUsize = AtomicUsize::new(0);

/// Panics wherever it can, even at its end.
struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        ENDS.fetch_add(1, Ordering::SeqCst);
        panic_any(Bomb);
    }
}

/// What a panic carries, panicking when that is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload went off");
    }
}

impl Plugin for Fragile {
    fn descriptor() -> Descriptor {
        Descriptor::new("Breaks")
    }
    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Self)
    }
    async fn start(&self, _ctx: Ctx) -> Result<()> {
        panic!("start");
    }
    async fn command(&self, _ctx: Ctx, _call: CommandCall) -> Result<Reply> {
        panic!("command");
    }
    async fn autocomplete(&self, _ctx: Ctx, _call: AutocompleteCall) -> Result<Vec<Choice>> {
        panic!("autocomplete");
    }
    async fn component(&self, _ctx: Ctx, _press: ComponentPress) -> Result<Reply> {
        panic!("component");
    }
    async fn modal(&self, _ctx: Ctx, _submit: ModalSubmit) -> Result<Reply> {
        panic!("modal");
    }
    async fn event(&self, _ctx: Ctx, _event: Event) -> Result<()> {
        panic!("event");
    }
    async fn save(&self, _ctx: Ctx) -> Result<Value> {
        panic!("save");
    }
    async fn restore(&self, _ctx: Ctx, _state: Value) -> Result<()> {
        panic!("restore");
    }
    async fn export(&self, _ctx: Ctx, _user: UserId) -> Result<Value> {
        panic!("export");
    }
    async fn delete(&self, _ctx: Ctx, _user: UserId) -> Result<()> {
        panic!("delete");
    }
    async fn shutdown(&self) {
        panic!("shutdown");
    }
}

export_plugin!(Fragile);

/// Cannot be made, and says why.
struct Unwilling;

impl Plugin for Unwilling {
    fn descriptor() -> Descriptor {
        Descriptor::new("Does not want to")
    }
    async fn create(_ctx: Ctx) -> Result<Self> {
        Err(Error::invalid("Give me a key.").detail("no key"))
    }
}

export_plugin!(Unwilling);

/// Serves, and panics beside its calls.
struct Careless;

impl Plugin for Careless {
    fn descriptor() -> Descriptor {
        Descriptor::new("Lets things fall")
    }
    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Self)
    }
    async fn start(&self, ctx: Ctx) -> Result<()> {
        assert!(ctx.spawn(async { panic!("in the background") }));
        Ok(())
    }
}

export_plugin!(Careless);

async fn made<P: Plugin + abi::Identity>(host: &TestHost) -> Result<PluginBox> {
    let module = abi::module::<P>();
    match (module.create())(host.raw(), RSlice::from_slice(b"{}")).await {
        ROk(plugin) => Ok(plugin),
        RErr(bytes) => Err(serde_json::from_slice(&bytes).unwrap()),
    }
}

async fn ask(plugin: &PluginBox, request: &Request) -> Result<Response> {
    let request = serde_json::to_vec(request).unwrap();
    match plugin.call(RSlice::from_slice(&request)).await {
        ROk(bytes) => Ok(serde_json::from_slice(&bytes).unwrap()),
        RErr(bytes) => Err(serde_json::from_slice(&bytes).unwrap()),
    }
}

#[tokio::test]
async fn a_panic_in_any_message_and_at_the_end_stays_in_the_plugin() {
    let plugin = made::<Fragile>(&TestHost::new()).await.unwrap();
    let user = UserId(1);
    for (entry, request) in [
        ("start", Request::Start {}),
        ("command", Request::Command(Box::new(call("a").build()))),
        ("autocomplete", Request::Autocomplete(Box::new(autocomplete("a", "b", "").build()))),
        ("component", Request::Component(Box::new(press("a", &()).build()))),
        ("modal", Request::Modal(Box::new(submit("a", &()).build()))),
        ("event", Request::Event(Event::new("TYPING_START", Value::Null))),
        ("save", Request::Save {}),
        ("restore", Request::Restore { state: Value::Null }),
        ("export", Request::Export { user }),
        ("delete", Request::Delete { user }),
    ] {
        let error = ask(&plugin, &request).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Panic, "{entry}");
        assert!(error.detail.ends_with(entry), "{entry}: {}", error.detail);
    }
    plugin.shutdown().await;
    drop(plugin);
    assert_eq!(ENDS.load(Ordering::SeqCst), 1, "it was dropped, and its panic stayed inside");
}

#[tokio::test]
async fn a_plugin_that_refuses_to_be_made_says_why() {
    let error = made::<Unwilling>(&TestHost::new()).await.err().unwrap();
    assert_eq!(error, Error::invalid("Give me a key.").detail("no key"));
}

#[tokio::test]
async fn a_panic_in_the_background_ends_only_what_panicked() {
    let host = TestHost::new();
    let plugin = made::<Careless>(&host).await.unwrap();
    assert_eq!(ask(&plugin, &Request::Start {}).await.unwrap(), Response::Done {});
    assert_eq!(host.run_background(), 0);
    assert_eq!(ask(&plugin, &Request::Save {}).await.unwrap(), Response::Saved(Value::Null));
}
