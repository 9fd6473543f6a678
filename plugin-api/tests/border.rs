//! The border as a host meets it: bytes in, bytes out, and no panic comes through.

use abi_stable::std_types::{RErr, ROk, RSlice};
use lumina_plugin_api::{
    abi::{self, PluginBox},
    message::{Create, Request, Response},
    prelude::*,
    testing::{TestHost, call},
};
use serde_json::json;
use std::panic::panic_any;

/// Does what the command's name says, mostly panic.
pub struct Trouble;

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a drop went wrong");
    }
}

impl Plugin for Trouble {
    fn descriptor() -> Descriptor {
        Descriptor::new("Makes trouble").command(Command::slash("trouble", "Makes trouble"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Self)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        match call.name.as_str() {
            "at-once" => panic!("at once"),
            "after-an-await" => {
                ctx.clock().now_ms().await?;
                panic!("after an await");
            }
            "with-a-bomb" => panic_any(Bomb),
            "leaving-a-bomb" => {
                let _bomb = Bomb;
                ctx.clock().now_ms().await?;
            }
            "refusing" => return Err(Error::invalid("Try another").detail("refused")),
            _ => {}
        }
        Ok(Reply::text("fine"))
    }
}

export_plugin!(Trouble);

/// Cannot be made, nor described.
pub struct Stillborn;

impl Plugin for Stillborn {
    fn descriptor() -> Descriptor {
        panic!("no words");
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        panic!("no life");
    }
}

export_plugin!(Stillborn);

async fn plugin() -> PluginBox {
    let request = serde_json::to_vec(&Create::default()).expect("it can be written");
    let module = abi::module::<Trouble>();
    let created = (module.create())(TestHost::new().raw(), RSlice::from_slice(&request)).await;
    match created {
        ROk(plugin) => plugin,
        RErr(error) => panic!("the plugin is not made: {}", String::from_utf8_lossy(&error)),
    }
}

async fn ask(plugin: &PluginBox, request: &[u8]) -> Result<Response> {
    match plugin.call(RSlice::from_slice(request)).await {
        ROk(bytes) => Ok(serde_json::from_slice(&bytes).expect("a response")),
        RErr(bytes) => Err(serde_json::from_slice(&bytes).expect("an error")),
    }
}

async fn command(plugin: &PluginBox, name: &str) -> Result<Response> {
    let request = Request::Command(Box::new(call(name).build()));
    ask(plugin, &serde_json::to_vec(&request).expect("it can be written")).await
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_plugin_goes_on() {
    let plugin = plugin().await;
    let cases = [
        ("at-once", "at once"),
        ("after-an-await", "after an await"),
        ("with-a-bomb", "a panic without a text"),
        ("leaving-a-bomb", "a drop went wrong"),
    ];
    for (name, text) in cases {
        let error = command(&plugin, name).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Panic, "{name}");
        assert!(error.detail.contains(text), "{name}: {}", error.detail);
        assert_eq!(command(&plugin, "fine").await.unwrap(), fine(), "after {name}");
    }
}

fn fine() -> Response {
    Response::Reply(Box::new(Reply::text("fine")))
}

#[tokio::test]
async fn an_error_keeps_both_of_its_texts() {
    let error = command(&plugin().await, "refusing").await.unwrap_err();
    assert_eq!((error.message, error.detail.as_str()), (Some("Try another".into()), "refused"));
}

#[tokio::test]
async fn a_call_that_is_given_up_drops_in_peace() {
    let plugin = plugin().await;
    let request = Request::Command(Box::new(call("leaving-a-bomb").build()));
    drop(plugin.call(RSlice::from_slice(&serde_json::to_vec(&request).unwrap())));
    assert_eq!(command(&plugin, "fine").await.unwrap(), fine());
}

#[tokio::test]
async fn what_a_plugin_does_not_understand_it_says_so() {
    let plugin = plugin().await;
    for request in [&b"{\"teleport\":{\"to\":\"mars\"}}"[..], b"not json", b""] {
        let error = ask(&plugin, request).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
    }
}

#[tokio::test]
async fn a_plugin_that_panics_from_the_start_is_an_error_too() {
    let module = abi::module::<Stillborn>();
    let RErr(bytes) = (module.descriptor())() else { panic!("it described itself") };
    let error: Error = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(error.kind, ErrorKind::Panic);
    let created = (module.create())(TestHost::new().raw(), RSlice::from_slice(b"{}")).await;
    let error: Error = serde_json::from_slice(&created.into_result().err().unwrap()).unwrap();
    assert!(error.detail.contains("no life"));
}

#[test]
fn a_plugin_is_described_under_its_package() {
    let module = abi::module::<Trouble>();
    let ROk(bytes) = (module.descriptor())() else { panic!("no descriptor") };
    let descriptor: Descriptor = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(descriptor.name, "plugin-api");
    let manifest: serde_json::Value = serde_json::from_str(&(module.manifest())()).unwrap();
    let api = env!("CARGO_PKG_VERSION");
    assert_eq!(
        manifest,
        json!({"name": "plugin-api", "version": api, "api": api, "panic": "unwind"})
    );
}
