//! What the log says of a panic in work that nobody waits for. In a file of its own, because the panic
//! hook belongs to the whole process.

use lumina_plugin_api::{abi, prelude::*, testing::TestHost};

/// Does nothing by itself.
pub struct Quiet;

impl Plugin for Quiet {
    fn descriptor() -> Descriptor {
        Descriptor::new("Does nothing")
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Self)
    }
}

export_plugin!(Quiet);

#[test]
fn a_panic_in_the_background_is_logged_with_its_place_and_text() {
    let (host, module) = (TestHost::new(), abi::module::<Quiet>());
    (module.init())(host.raw());
    host.ctx().spawn(async { panic!("the soup is cold") });
    assert_eq!(host.run_background(), 0);
    (module.fini())();
    let [line] = host.log().try_into().expect("one line");
    assert!(line.starts_with("1: panic at ") && line.contains("panic_log.rs"), "{line}");
    assert!(line.ends_with(": the soup is cold"), "{line}");
}
