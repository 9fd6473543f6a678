//! What a reader of English sees, for the tests of the plugins. Included by path: each plugin tests
//! alone, and none of this may come into a library.
//!
//! Strict where a host is kind: a key that is missing, or an argument, is a panic.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use lumina_plugin_api::{
    descriptor::Descriptor,
    text::{Arg, Keyed, Text},
};

/// The English texts of a plugin.
pub struct English {
    bundle: FluentBundle<FluentResource>,
}

impl English {
    /// Reads the texts that a plugin declares first.
    pub fn of(descriptor: &Descriptor) -> Self {
        let texts = &descriptor.texts[0];
        let resource = FluentResource::try_new(texts.ftl.clone()).expect("the texts are Fluent");
        let mut bundle = FluentBundle::new(vec![texts.locale.parse().expect("a language")]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("no key stands twice");
        bundle.add_builtins().expect("nothing else has been added");
        Self { bundle }
    }

    /// Returns `text` as it is read; words from outside stand between `⟨` and `⟩`.
    pub fn show(&self, text: &Text) -> String {
        match text {
            Text::Literal(words) => words.clone(),
            Text::Outside(words) => format!("⟨{words}⟩"),
            Text::Parts(parts) => parts.iter().map(|part| self.show(part)).collect(),
            Text::Key(keyed) => self.show_key(keyed),
            other => panic!("{other:?} cannot be shown"),
        }
    }

    fn show_key(&self, keyed: &Keyed) -> String {
        let message = self.bundle.get_message(&keyed.id);
        let message = message.unwrap_or_else(|| panic!("there is no text `{}`", keyed.id));
        let pattern = message.value().expect("the text has a value");
        let args: FluentArgs<'_> =
            keyed.args.iter().map(|(name, arg)| (name.as_str(), self.value(arg))).collect();
        let mut errors = Vec::new();
        let shown = self.bundle.format_pattern(pattern, Some(&args), &mut errors);
        assert!(errors.is_empty(), "`{}`: {errors:?}", keyed.id);
        shown.into_owned()
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Text(words) => FluentValue::from(format!("⟨{words}⟩")),
            Arg::Nested(text) => FluentValue::from(self.show(text)),
            other => panic!("{other:?} cannot be shown"),
        }
    }
}
