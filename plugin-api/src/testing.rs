//! A host for tests: fake services, a clock one moves, interactions as they would come. Feature `testing`.
//!
//! A plugin is tested as a library, without a file and without a host:
//!
//! ```
//! use lumina_plugin_api::{prelude::*, testing::{TestHost, call}};
//! # struct Hello;
//! # impl Plugin for Hello {
//! #     fn descriptor() -> Descriptor { Descriptor::new("Says hello") }
//! #     async fn create(_ctx: Ctx) -> Result<Self> { Ok(Hello) }
//! #     async fn command(&self, _ctx: Ctx, call: CommandCall) -> Result<Reply> {
//! #         Ok(Reply::text(format!("Hello, <@{}>!", call.at.user.id)))
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let host = TestHost::new();
//! let hello = Hello::create(host.ctx()).await?;
//! let reply = hello.command(host.ctx(), call("hello").build()).await?;
//! assert_eq!(reply, Reply::text("Hello, <@100>!"));
//! # Ok(())
//! # }
//! ```

mod calls;
mod host;
mod lists;

pub use calls::{
    AutocompleteBuilder, CallBuilder, PressBuilder, SubmitBuilder, TEST_USER, autocomplete, call,
    press, submit,
};
pub use host::TestHost;
pub use lists::FakeLists;

use crate::text::{Arg, Text};

/// Returns a text as a test can compare it: keys as `{id name=value}`, words from outside as they are.
///
/// ```
/// use lumina_plugin_api::{testing::shown, text::Text};
/// let text = Text::join(["a ".into(), Text::key("b").arg("n", 2)]);
/// assert_eq!(shown(&text), "a {b n=2}");
/// ```
#[must_use]
pub fn shown(text: &Text) -> String {
    match text {
        Text::Literal(words) | Text::Outside(words) => words.clone(),
        Text::Parts(parts) => parts.iter().map(shown).collect(),
        Text::Key(keyed) => {
            let args: String = keyed
                .args
                .iter()
                .map(|(name, arg)| format!(" {name}={}", shown_arg(arg)))
                .collect();
            format!("{{{}{args}}}", keyed.id)
        }
        Text::Unknown(_) => String::new(),
    }
}

fn shown_arg(arg: &Arg) -> String {
    match arg {
        Arg::Number(number) => number.to_string(),
        Arg::Text(words) => words.clone(),
        Arg::Nested(text) => shown(text),
    }
}
