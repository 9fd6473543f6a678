//! Interactions as they would come, built in one line.

use crate::{
    id::{ChannelId, GuildId, InteractionId, UserId},
    interaction::{
        AutocompleteCall, CommandCall, ComponentPress, FieldValue, Interaction, ModalSubmit, User,
    },
};
use serde::Serialize;
use serde_json::Value;

/// Who does everything unless a test says otherwise.
pub const TEST_USER: UserId = UserId(100);

fn interaction() -> Interaction {
    Interaction {
        id: InteractionId(1_000),
        user: User { id: TEST_USER, name: "anna".to_owned(), ..User::default() },
        guild: Some(GuildId(10)),
        channel: Some(ChannelId(20)),
        locale: "en-US".to_owned(),
        ..Interaction::default()
    }
}

macro_rules! placing {
    ($builder:ident => $built:ident) => {
        impl $builder {
            /// Sets who does it.
            #[must_use]
            pub fn user(mut self, id: UserId) -> Self {
                self.0.at.user.id = id;
                self
            }

            /// Sets the user's language.
            #[must_use]
            pub fn locale(mut self, locale: &str) -> Self {
                self.0.at.locale = locale.to_owned();
                self
            }

            /// Lets it happen in the conversation with the bot.
            #[must_use]
            pub fn in_dm(mut self) -> Self {
                (self.0.at.guild, self.0.at.member) = (None, None);
                self
            }

            /// Returns what the plugin is handed.
            #[must_use]
            pub fn build(self) -> $built {
                self.0
            }
        }
    };
}

/// Builds a use of a command; see [`call`].
#[derive(Debug, Clone)]
pub struct CallBuilder(CommandCall);
placing!(CallBuilder => CommandCall);

/// Begins a use of a command: its name, or name and sub-commands separated by spaces.
///
/// ```
/// use lumina_plugin_api::testing::call;
/// let call = call("list add").option("title", "Dune").build();
/// assert_eq!((call.name.as_str(), call.path[0].as_str()), ("list", "add"));
/// ```
#[must_use]
pub fn call(command: &str) -> CallBuilder {
    let (name, path) = split(command);
    CallBuilder(CommandCall { at: interaction(), name, path, ..CommandCall::default() })
}

impl CallBuilder {
    /// Sets an option: text, number, boolean or the JSON of a user, role, channel, attachment.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.raw_options.insert(name.to_owned(), value.into());
        self
    }
}

fn split(command: &str) -> (String, Vec<String>) {
    let mut words = command.split(' ').map(str::to_owned);
    (words.next().unwrap_or_default(), words.collect())
}

/// Builds a user's typing into an option; see [`autocomplete`].
#[derive(Debug, Clone)]
pub struct AutocompleteBuilder(AutocompleteCall);
placing!(AutocompleteBuilder => AutocompleteCall);

/// Begins a user's typing of `typed` into the option `focused` of a command.
#[must_use]
pub fn autocomplete(command: &str, focused: &str, typed: &str) -> AutocompleteBuilder {
    let (name, path) = split(command);
    AutocompleteBuilder(AutocompleteCall {
        at: interaction(),
        name,
        path,
        focused: focused.to_owned(),
        typed: typed.to_owned(),
        ..AutocompleteCall::default()
    })
}

impl AutocompleteBuilder {
    /// Sets what stands in another option.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.raw_options.insert(name.to_owned(), value.into());
        self
    }
}

/// Builds a press of a component; see [`press`].
#[derive(Debug, Clone)]
pub struct PressBuilder(ComponentPress);
placing!(PressBuilder => ComponentPress);

/// Begins a press of a component that names `handler` and carries `state`.
///
/// # Panics
/// If `state` cannot be written as JSON.
#[must_use]
pub fn press(handler: &str, state: &impl Serialize) -> PressBuilder {
    let raw_state = serde_json::to_string(state).expect("a component's state is plain data");
    PressBuilder(ComponentPress {
        at: interaction(),
        handler: handler.to_owned(),
        raw_state,
        ..ComponentPress::default()
    })
}

impl PressBuilder {
    /// Chooses a value in the menu.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.0.values.push(value.to_owned());
        self
    }

    /// Sets the `state_version` under which the component was made.
    #[must_use]
    pub fn state_version(mut self, version: u8) -> Self {
        self.0.state_version = version;
        self
    }
}

/// Builds a sent form; see [`submit`].
#[derive(Debug, Clone)]
pub struct SubmitBuilder(ModalSubmit);
placing!(SubmitBuilder => ModalSubmit);

/// Begins a sent form that names `handler` and carries `state`.
///
/// # Panics
/// If `state` cannot be written as JSON.
#[must_use]
pub fn submit(handler: &str, state: &impl Serialize) -> SubmitBuilder {
    let raw_state = serde_json::to_string(state).expect("a form's state is plain data");
    SubmitBuilder(ModalSubmit {
        at: interaction(),
        handler: handler.to_owned(),
        raw_state,
        ..ModalSubmit::default()
    })
}

impl SubmitBuilder {
    /// Fills text into a field.
    #[must_use]
    pub fn text(mut self, field: &str, text: &str) -> Self {
        self.0.fields.insert(field.to_owned(), FieldValue::Text(text.to_owned()));
        self
    }
}
