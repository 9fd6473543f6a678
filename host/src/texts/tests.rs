//! Texts of the host and of plugins, in more than one language.

use super::*;
use crate::telemetry::written::Written;

fn bundles(texts: &[(&str, &str)]) -> Bundles {
    Bundles::of("test", texts.iter().copied()).unwrap()
}

#[test]
fn the_texts_of_the_host_can_be_read() {
    let texts = Texts::default();
    assert_ne!(texts.say(&Text::key("error-internal"), "fr"), "error-internal");
}

#[test]
fn a_key_is_said_in_the_language_of_the_reader() {
    let bundles = bundles(&[
        (
            "en",
            "found = { $n ->\n    [one] One hit\n   *[other] { $n } hits\n} for { $q }\nonly = Only",
        ),
        ("fr", "found = { $n } pour { $q }"),
    ]);
    let found = Text::key("found").arg("n", 1).arg("q", "*x*");
    let cases = [
        (&found, "en-GB", "One hit for \\*x\\*"),
        (&found, "fr", "1 pour \\*x\\*"),
        (&found, "de", "One hit for \\*x\\*"),
        (&Text::key("only"), "fr", "Only"),
        (&Text::key("nowhere"), "fr", "nowhere"),
    ];
    for (text, locale, expected) in cases {
        assert_eq!(bundles.format(text, locale, Place::Markdown), expected);
    }
}

#[test]
fn decimals_are_written_as_the_reader_does() {
    let ftl = "took = { NUMBER($ms, minimumFractionDigits: 1) } ms at <t:{ $day }:D>";
    let bundles = bundles(&[("en", ftl), ("fr", ftl)]);
    let took = Text::key("took").arg("ms", 1_204.0).arg("day", 1_767_225_600.0);
    for (locale, expected) in [
        ("en-US", "1,204.0 ms at <t:1767225600:D>"),
        ("fr", "1\u{202f}204,0 ms at <t:1767225600:D>"),
    ] {
        assert_eq!(bundles.format(&took, locale, Place::Markdown), expected);
    }
}

#[test]
fn the_guild_s_language_serves_where_there_are_no_texts_in_the_reader_s() {
    let bundles = bundles(&[("en", "a = A"), ("fr", "a = Ah")]);
    for (locale, guild, expected) in [
        ("fr", Some("en-US"), "fr"),
        ("en-GB", Some("fr"), "en-GB"),
        ("de", Some("fr"), "fr"),
        ("de", Some("it"), "de"),
        ("de", None, "de"),
    ] {
        let mut at = Interaction::default();
        (at.locale, at.guild_locale) = (locale.to_owned(), guild.map(str::to_owned));
        assert_eq!(bundles.reading(&at), expected);
    }
}

#[test]
fn a_text_in_a_text_is_made_harmless_once() {
    let bundles = bundles(&[("en", "line = <{ $name }>")]);
    let text = Text::key("line").arg("name", Text::outside("a_b"));
    assert_eq!(bundles.format(&text, "en", Place::Markdown), "<a\\_b>");
    assert_eq!(bundles.format(&text, "en", Place::Plain), "<a_b>");
}

#[test]
fn broken_texts_are_refused_with_their_language() {
    let refused =
        |locale: &str, ftl: &str| Bundles::of("test", [(locale, ftl)].into_iter()).unwrap_err();
    let broken = refused("en", "one = One\n\nmore One more\n");
    let expected =
        "the texts in `en` cannot be read from line 3 on: “Expected a token starting with \"=\"”";
    assert_eq!(english(&broken.text()), expected);
    assert!(matches!(refused("no language", "a = b"), TextsError::Locale { .. }));
    let large = "a".repeat(RESOURCE_BYTES_MAX + 1);
    assert!(matches!(refused("en", &large), TextsError::TooLarge { .. }));
}

#[test]
fn what_a_text_misses_is_told_once_for_each_key() {
    let log = Written::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone());
    let bundles = bundles(&[("en", "now = Now: { $what }\nwell = Well: { $what }")]);
    tracing::subscriber::with_default(subscriber.with_ansi(false).finish(), || {
        for _ in 0..3 {
            assert_eq!(bundles.format(&Text::key("now"), "en", Place::Plain), "Now: {$what}");
            assert_eq!(bundles.format(&Text::key("nowhere"), "en", Place::Plain), "nowhere");
            let well = Text::key("well").arg("what", "x");
            assert_eq!(bundles.format(&well, "en", Place::Plain), "Well: x");
        }
    });
    let log = log.text();
    assert_eq!(log.lines().count(), 2, "{log}");
    assert!(log.contains("key=\"now\"") && log.contains("$what"), "{log}");
    assert!(log.contains("a text is missing") && log.contains("nowhere"), "{log}");
}

#[test]
fn each_copy_speaks_with_its_own_words_and_does_so_after_its_end() {
    let texts = Texts::default();
    let copy = |words: &str| {
        let mut descriptor = Descriptor::new("x").texts("en", words);
        descriptor.name = "greeter".to_owned();
        Arc::new(descriptor)
    };
    let (old, new) = (copy("hi = Hello"), copy("hi = Hello again"));
    let say = |copy| texts.of(copy).format(&Text::key("hi"), "en", Place::Plain);
    texts.install(&old);
    texts.install(&new);
    assert_eq!([say(&old), say(&new)], ["Hello", "Hello again"]);
    let own = texts.of(&old).format(&Text::key("catalogue-slow"), "fr", Place::Plain);
    assert!(own.contains("trop lent"), "what a service says needs no text of the plugin: {own}");
    for copy in [&old, &new] {
        texts.forget(copy);
        assert_eq!([say(&old), say(&new)], ["Hello", "Hello again"]);
    }
    assert!(texts.copies.read().unwrap().is_empty(), "nothing is kept of what has ended");
}
