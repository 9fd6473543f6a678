//! Bounds of what texts may contain. Fluent reads and says them by recursion and writes as many digits as
//! it is told to, so a text without bounds could end the process.

mod placeables;

pub(super) use placeables::PLACEABLES_MAX;

use super::TextsError;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};

/// Opening brackets of one message: each may cost the reader's stack some hundred bytes.
const OPENINGS_MAX: usize = 200;
/// How deep placeables lie within each other: choices within choices within choices. A message that names
/// another goes on from there, a hundred times at most.
const DEPTH_MAX: usize = 5;
/// Digits after the point that are written: more are noise, and choosing by number multiplies by them.
pub(super) const DIGITS_MAX: usize = 9;
/// Signs of a number that stands in a text.
const LITERAL_CHARS_MAX: usize = 18;

/// Tells whether a resource is safe to be read.
///
/// # Errors
/// [`TextsError::Deep`] where a message opens more than any sentence needs.
pub(super) fn check_source(locale: &str, ftl: &str) -> Result<(), TextsError> {
    let mut n_openings = 0;
    for line in ftl.lines() {
        if begins_entry(line) {
            n_openings = 0;
        }
        n_openings += line.bytes().filter(|byte| matches!(byte, b'{' | b'(')).count();
        if n_openings > OPENINGS_MAX {
            return Err(deep(locale));
        }
    }
    Ok(())
}

/// No reader is inside a message any more where an identifier opens a line and `=` follows: neither a
/// placeable nor the text of a choice may go on like that.
fn begins_entry(line: &str) -> bool {
    let line = line.strip_prefix('-').unwrap_or(line);
    let is_named = line.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_of_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
    is_named && line.trim_start_matches(is_of_name).trim_start_matches(' ').starts_with('=')
}

/// Tells whether a resource that was read is safe to be said.
///
/// # Errors
/// [`TextsError::Deep`], [`TextsError::Digits`], [`TextsError::Circle`], [`TextsError::Crowded`].
pub(super) fn check(locale: &str, resource: &FluentResource) -> Result<(), TextsError> {
    let bounds = Bounds { locale };
    for entry in resource.entries() {
        let (value, attributes) = match entry {
            Entry::Message(message) => (message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (Some(&term.value), &term.attributes),
            _ => continue,
        };
        let of_attributes = attributes.iter().map(|attribute| &attribute.value);
        value
            .into_iter()
            .chain(of_attributes)
            .try_for_each(|pattern| bounds.pattern(pattern, 0))?;
    }
    placeables::check(locale, resource)
}

struct Bounds<'a> {
    locale: &'a str,
}

impl Bounds<'_> {
    fn pattern(&self, pattern: &Pattern<&str>, depth: usize) -> Result<(), TextsError> {
        pattern.elements.iter().try_for_each(|element| match element {
            PatternElement::TextElement { .. } => Ok(()),
            PatternElement::Placeable { expression } => self.expression(expression, depth + 1),
        })
    }

    fn expression(&self, expression: &Expression<&str>, depth: usize) -> Result<(), TextsError> {
        if depth > DEPTH_MAX {
            return Err(deep(self.locale));
        }
        match expression {
            Expression::Inline(inline) => self.inline(inline, depth),
            Expression::Select { selector, variants } => {
                self.inline(selector, depth)?;
                variants.iter().try_for_each(|variant| self.pattern(&variant.value, depth))
            }
        }
    }

    fn inline(&self, inline: &InlineExpression<&str>, depth: usize) -> Result<(), TextsError> {
        match inline {
            InlineExpression::NumberLiteral { value } if value.len() > LITERAL_CHARS_MAX => {
                Err(TextsError::Digits { locale: self.locale.to_owned() })
            }
            InlineExpression::FunctionReference { arguments, .. }
            | InlineExpression::TermReference { arguments: Some(arguments), .. } => {
                self.arguments(arguments, depth + 1)
            }
            InlineExpression::Placeable { expression } => self.expression(expression, depth + 1),
            _ => Ok(()),
        }
    }

    fn arguments(&self, arguments: &CallArguments<&str>, depth: usize) -> Result<(), TextsError> {
        if depth > DEPTH_MAX {
            return Err(deep(self.locale));
        }
        let named = arguments.named.iter().map(|argument| &argument.value);
        arguments.positional.iter().chain(named).try_for_each(|inline| self.inline(inline, depth))
    }
}

fn deep(locale: &str) -> TextsError {
    TextsError::Deep { locale: locale.to_owned() }
}

/// Fluent's `NUMBER()`, with no more digits than [`DIGITS_MAX`] after the point.
pub(super) fn number<'a>(
    positional: &[FluentValue<'a>],
    named: &FluentArgs<'_>,
) -> FluentValue<'a> {
    let Some(FluentValue::Number(number)) = positional.first() else { return FluentValue::Error };
    let mut number = number.clone();
    number.options.merge(named);
    let options = &mut number.options;
    for digits in [&mut options.minimum_fraction_digits, &mut options.maximum_fraction_digits] {
        *digits = digits.map(|digits| digits.min(DIGITS_MAX));
    }
    FluentValue::Number(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Bundles, Place};
    use lumina_plugin_api::text::Text;

    fn read(ftl: &str) -> Result<Bundles, TextsError> {
        Bundles::of("test", [("de", ftl)].into_iter())
    }

    #[test]
    fn a_text_that_could_end_the_process_is_refused() {
        let deep = |open: &str, close: &str, n: usize| {
            format!("a = {}1{}", open.repeat(n), close.repeat(n))
        };
        for ftl in [
            deep("{", "}", 100_000),
            deep("{", "}", 6),
            format!("a = {}", "{".repeat(4_700)),
            format!("a = {{ {} }}", deep("NUMBER(", ")", 20_000).replacen("a = ", "", 1)),
            format!("a = {{ {} }}", deep("NUMBER(", ")", 6).replacen("a = ", "", 1)),
            format!("a = {}", "{\nb\n".repeat(40_000)),
            format!("a = {}", "{ $x ->\n *[b] ".repeat(10_000)),
            format!("a = {}", "{ $x ->\n#{\n *[b] \"{ \"}\" ->\n *[b] ".repeat(5_000)),
            format!("a = x\n .b = {}", "{".repeat(100_000)),
            format!("-a = {}", "{".repeat(100_000)),
            format!("a = {{\nb = \"{}", "{".repeat(100_000)),
        ] {
            let error = read(&ftl).unwrap_err();
            assert!(matches!(error, TextsError::Deep { .. }), "{error:?}: {:.60}", ftl);
        }
    }

    #[test]
    fn a_number_longer_than_any_is_refused() {
        for number in [format!("1.{}", "0".repeat(70_000)), "1".repeat(19)] {
            for ftl in [format!("a = {{ {number} }}"), format!("a = {{ NUMBER({number}) }}")] {
                assert!(matches!(read(&ftl).unwrap_err(), TextsError::Digits { .. }));
            }
        }
    }

    #[test]
    fn digits_that_a_text_asks_for_end_somewhere() {
        for locale in ["en", "fr", "de"] {
            for digits in ["70000", "9999999999999", "99999999999999999"] {
                let ftl = format!(
                    "a = {{ NUMBER(1, minimumFractionDigits: {digits}) }}\n\
                     b = {{ NUMBER($n, minimumFractionDigits: {digits}) ->\n [one] x\n *[other] y\n }}"
                );
                let bundles = Bundles::of("test", [(locale, ftl.as_str())].into_iter()).unwrap();
                let said = |text: Text| bundles.format(&text, locale, Place::Plain);
                let point = if locale == "fr" { ',' } else { '.' };
                assert_eq!(said(Text::key("a")), format!("1{point}{}", "0".repeat(DIGITS_MAX)));
                for n in [0.1 + 0.2, 1e-300, 1e300, f64::NAN, f64::NEG_INFINITY, f64::MIN] {
                    let chosen = said(Text::key("b").arg("n", n));
                    assert!(["x", "y"].contains(&chosen.as_str()), "{n}: {chosen}");
                }
            }
        }
    }

    #[test]
    fn a_chain_of_messages_that_is_longer_than_fluent_says_is_refused() {
        let nested = |inside: &str| format!("{}{inside}{}", "{".repeat(5), "}".repeat(5));
        let chain = |n_links: usize| {
            let link = |n: usize| format!("m{n} = {}\n", nested(&format!("m{}", n + 1)));
            let links: String = (0..n_links).map(link).collect();
            format!("{links}m{n_links} = end")
        };
        for too_many in [101, 2_000, 10_000] {
            let error = read(&chain(too_many)).unwrap_err();
            assert!(matches!(error, TextsError::Crowded { .. }), "{error:?}");
        }
        let bundles = read(&chain(100)).unwrap();
        assert_eq!(bundles.format(&Text::key("m0"), "de", Place::Plain), "end");
    }

    #[test]
    fn sentences_as_people_write_them_are_read() {
        let choices = "a = { $n ->\n  [one] { $m ->\n    [one] { NUMBER($x) }\n   *[other] (b)\n  }\n *[other] c\n}\n";
        let many: String = (0..500).map(|n| format!("k{n} = {{ $a }} (and) {{ $b }}\n")).collect();
        read(&format!("# {}\n{choices}{many}", "{ $n } ".repeat(90))).unwrap();
    }
}
