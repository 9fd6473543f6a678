//! How many placeables a text says, with those of the texts that it names. Fluent says [`PLACEABLES_MAX`];
//! beyond that it panics where others would have a text without an end.

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{
    Attribute, CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use std::collections::HashMap;

use crate::texts::TextsError;

/// What Fluent says of one text.
pub(in crate::texts) const PLACEABLES_MAX: usize = 100;

/// Tells whether all texts of a resource can be said, whatever is chosen in them.
///
/// # Errors
/// [`TextsError::Circle`], [`TextsError::Crowded`].
pub(super) fn check(locale: &str, resource: &FluentResource) -> Result<(), TextsError> {
    let texts: Vec<_> = resource.entries().flat_map(texts_of).collect();
    let mut count = Count::of(texts.iter().copied().collect());
    let crowded = texts.iter().find(|(name, _)| count.named(*name, 0) > PLACEABLES_MAX);
    match (count.circle, crowded) {
        (None, None) => Ok(()),
        (Some(name), _) => {
            Err(TextsError::Circle { locale: locale.to_owned(), key: name.to_string() })
        }
        (None, Some((name, _))) => {
            Err(TextsError::Crowded { locale: locale.to_owned(), key: name.to_string() })
        }
    }
}

/// What a text is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Name<'a> {
    is_term: bool,
    id: &'a str,
    attribute: Option<&'a str>,
}

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_term { "-" } else { "" })?;
        f.write_str(self.id)?;
        self.attribute.map_or(Ok(()), |attribute| write!(f, ".{attribute}"))
    }
}

fn texts_of<'a>(entry: &'a Entry<&'a str>) -> Vec<(Name<'a>, &'a Pattern<&'a str>)> {
    let (is_term, id, value, attributes) = match entry {
        Entry::Message(message) => {
            (false, message.id.name, message.value.as_ref(), &message.attributes)
        }
        Entry::Term(term) => (true, term.id.name, Some(&term.value), &term.attributes),
        _ => return Vec::new(),
    };
    let name = |attribute| Name { is_term, id, attribute };
    let of = |attribute: &'a Attribute<&'a str>| (name(Some(attribute.id.name)), &attribute.value);
    value.map(|value| (name(None), value)).into_iter().chain(attributes.iter().map(of)).collect()
}

/// What was counted so far. Each text is counted once; `hops` is how many texts led to it.
struct Count<'a> {
    texts: HashMap<Name<'a>, &'a Pattern<&'a str>>,
    /// `None` while a text is being counted.
    counted: HashMap<Name<'a>, Option<usize>>,
    /// A text that leads to itself: what was counted within it is too little.
    circle: Option<Name<'a>>,
}

impl<'a> Count<'a> {
    fn of(texts: HashMap<Name<'a>, &'a Pattern<&'a str>>) -> Self {
        Self { texts, counted: HashMap::new(), circle: None }
    }

    /// At most one more than [`PLACEABLES_MAX`].
    fn named(&mut self, name: Name<'a>, hops: usize) -> usize {
        let Some(pattern) = self.texts.get(&name).copied() else { return 0 };
        if let Some(counted) = self.counted.get(&name).copied() {
            return counted.unwrap_or_else(|| self.leads_to_itself(name));
        }
        if hops > PLACEABLES_MAX {
            // Each of them was named in a placeable.
            return hops;
        }
        self.counted.insert(name, None);
        let counted = self.pattern(pattern, hops).min(PLACEABLES_MAX + 1);
        self.counted.insert(name, Some(counted));
        counted
    }

    /// Fluent says no text within itself.
    fn leads_to_itself(&mut self, name: Name<'a>) -> usize {
        self.circle.get_or_insert(name);
        0
    }

    fn pattern(&mut self, pattern: &'a Pattern<&'a str>, hops: usize) -> usize {
        let elements = pattern.elements.iter();
        elements.fold(0, |counted, element| match element {
            PatternElement::TextElement { .. } => counted,
            PatternElement::Placeable { expression } => {
                counted + 1 + self.expression(expression, hops)
            }
        })
    }

    fn expression(&mut self, expression: &'a Expression<&'a str>, hops: usize) -> usize {
        match expression {
            Expression::Inline(inline) => self.inline(inline, hops),
            Expression::Select { selector, variants } => {
                let chosen = variants.iter().map(|variant| self.pattern(&variant.value, hops));
                let longest = chosen.max().unwrap_or_default();
                longest + self.inline(selector, hops)
            }
        }
    }

    fn inline(&mut self, inline: &'a InlineExpression<&'a str>, hops: usize) -> usize {
        let name = |is_term, id, attribute| Name { is_term, id, attribute };
        match inline {
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                self.named(name(false, id.name, attribute), hops + 1)
            }
            InlineExpression::TermReference { id, attribute, arguments } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                let given = arguments.as_ref().map_or(0, |given| self.arguments(given, hops));
                given + self.named(name(true, id.name, attribute), hops + 1)
            }
            InlineExpression::FunctionReference { arguments, .. } => {
                self.arguments(arguments, hops)
            }
            InlineExpression::Placeable { expression } => self.expression(expression, hops),
            _ => 0,
        }
    }

    fn arguments(&mut self, arguments: &'a CallArguments<&'a str>, hops: usize) -> usize {
        let named = arguments.named.iter().map(|argument| &argument.value);
        let given = arguments.positional.iter().chain(named);
        given.fold(0, |counted, inline| counted + self.inline(inline, hops))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Bundles, Place};
    use lumina_plugin_api::text::Text;

    fn read(ftl: &str) -> Result<Bundles, TextsError> {
        Bundles::of("test", [("de", ftl)].into_iter())
    }

    fn many(inside: &str, n: usize) -> String {
        format!("{{ {inside} }}").repeat(n)
    }

    #[test]
    fn a_text_with_more_placeables_than_fluent_says_is_refused_by_its_name() {
        let hundred = many("$n ->\n *[b] x\n", 100);
        for (key, ftl) in [
            ("a", format!("a = {{$n}}{hundred}")),
            ("a.b", format!("a = x\n .b = {{ $n }}{hundred}")),
            ("-a", format!("-a = {{ $n }}{hundred}")),
            ("a", format!("a = {{ b }}{{ b }}\nb = {}", many("$n", 50))),
            ("a", format!("a = {{ -b }}\n-b = {}", many("$n", 100))),
            ("a", format!("a = {{ b.c }}\nb =\n .c = {}", many("$n", 100))),
            ("a", format!("a = {{ NUMBER(b) }}\nb = {}", many("$n", 100))),
            ("a", format!("a = {{ -b.c ->\n *[x] {}\n }}\n-b = x\n .c = {{ $n }}", many("$n", 99))),
            ("a", format!("a = {{ $n ->\n [x] x\n *[y] {{ b }}\n }}\nb = {}", many("$n", 99))),
            ("a0", doubled(64)),
        ] {
            let expected = TextsError::Crowded { locale: "de".to_owned(), key: key.to_owned() };
            assert_eq!(read(&ftl).unwrap_err(), expected, "{ftl:.60}");
        }
    }

    #[test]
    fn texts_that_say_each_other_without_end_are_refused_by_the_name_of_one() {
        for (key, ftl) in [
            ("a", format!("a = {}{{ b }}\nb = {{ a }}{{ a }}", many("$n", 90))),
            ("a", "a = { a }".to_owned()),
            ("c", "a = { b }\nb = { c }\nc = { d }\nd = { c }".to_owned()),
            ("-a", "-a = { -a }".to_owned()),
            ("a.b", "a = x\n .b = { a.b }".to_owned()),
            ("a", "a = { $n ->\n [x] { a }\n *[y] z\n }".to_owned()),
        ] {
            let expected = TextsError::Circle { locale: "de".to_owned(), key: key.to_owned() };
            assert_eq!(read(&ftl).unwrap_err(), expected, "{ftl:.60}");
        }
        read("a = x\n .b = { a }\n").unwrap();
    }

    /// Each text says the next one twice.
    fn doubled(n: usize) -> String {
        let twice = |n: usize| format!("a{n} = {{ a{next} }}{{ a{next} }}\n", next = n + 1);
        (0..n).map(twice).collect()
    }

    #[test]
    fn what_fluent_says_is_read() {
        for (said, ftl) in [
            (100, format!("a = {}", many("$n", 100))),
            (98, format!("a = {{ b }}{{ b }}\nb = {}", many("$n", 49))),
            (99, format!("a = {{ $n ->\n [y] {}\n *[x] {}\n }}", many("$n", 20), many("$n", 99))),
        ] {
            let bundles = read(&ftl).unwrap();
            let text = Text::key("a").arg("n", "x");
            assert_eq!(bundles.format(&text, "de", Place::Plain), "x".repeat(said));
        }
    }
}
