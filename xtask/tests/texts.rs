//! The words for people: every language says everything that English says, with the same arguments, and
//! nothing is kept that no code shows.

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The language in which everything is said first.
const FIRST: &str = "en";
/// The languages that everything is said in as well.
const OTHERS: [&str; 1] = ["fr"];

/// Texts that read the same in another language, and why.
const ALIKE: &[(&str, &str, &str)] = &[
    ("host", "error-incident", "the word is the same in French"),
    ("host", "sudo-took-ms", "the unit is the same in French"),
    ("host", "sudo-took-s", "the unit is the same in French"),
    ("host", "state-zombie", "the word is the same in French"),
    ("help", "group", "a name and nothing else"),
    ("help", "button-first", "a sign, not a word"),
    ("help", "button-previous", "a sign, not a word"),
    ("help", "button-here", "figures alone"),
    ("help", "button-next", "a sign, not a word"),
    ("help", "button-last", "a sign, not a word"),
    ("profile", "progress", "figures alone"),
    ("profile", "time", "the abbreviations of hours and minutes are the same in French"),
    ("profile", "button-first", "a sign, not a word"),
    ("profile", "button-previous", "a sign, not a word"),
    ("profile", "button-here", "figures alone"),
    ("profile", "button-next", "a sign, not a word"),
    ("profile", "button-last", "a sign, not a word"),
];

/// Files where words are keys, which other code makes texts of: in tables, in arms of a match, as arguments.
/// Elsewhere a word between quotation marks is something else, such as what a button does.
const KEYED: &[(&str, &[&str])] = &[
    (
        "host",
        &[
            "discord/admission.rs",
            "discord/admission/shape.rs",
            "discord/convert.rs",
            "discord/dispatch.rs",
            "discord/error_reply.rs",
            "discord/limits.rs",
            "discord/privacy.rs",
            "discord/sudo.rs",
            "discord/sudo/view.rs",
            "plugins/busy.rs",
            "plugins/elf.rs",
            "plugins/error.rs",
            "plugins/error/reason.rs",
            "plugins/finder.rs",
            "plugins/library.rs",
            "plugins/lifecycle/retire.rs",
            "plugins/shadow.rs",
            "services/catalogue.rs",
            "services/trouble.rs",
        ],
    ),
    ("help", &["views.rs"]),
    ("profile", &["commands.rs", "custom_id.rs", "views.rs"]),
    (
        "search",
        &[
            "buttons.rs",
            "commands.rs",
            "desk.rs",
            "menu.rs",
            "notices.rs",
            "presses.rs",
            "views.rs",
        ],
    ),
];

/// What one message says, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    words: String,
    arguments: BTreeSet<String>,
}

/// The messages of a resource by key.
type Texts = BTreeMap<String, Said>;

/// A package with texts: `host`, or a plugin by its folder.
struct Package {
    name: String,
    texts: BTreeMap<String, Texts>,
    /// The Rust below `src`, by path.
    code: BTreeMap<String, String>,
}

impl Package {
    fn has_code(&self, words: &str) -> bool {
        self.code.values().any(|code| code.contains(words))
    }

    /// The code of one of the files that are listed as having keys.
    fn keyed(&self) -> impl Iterator<Item = (&str, &str)> {
        let listed = KEYED.iter().filter(|(name, _)| *name == self.name);
        let paths = listed.flat_map(|(_, paths)| paths.iter().copied());
        paths.map(|path| (path, self.code.get(path).map_or("", String::as_str)))
    }
}

#[test]
fn every_language_says_what_english_says() {
    let mut wrong = Vec::new();
    let mut alike = BTreeSet::new();
    for package in packages() {
        let first = &package.texts[FIRST];
        for language in OTHERS {
            let Some(other) = package.texts.get(language) else {
                wrong.push(format!("{}: there is no {language}.ftl", package.name));
                continue;
            };
            if !package.has_code(&format!("locales/{language}.ftl")) {
                wrong.push(format!("{}: nothing includes {language}.ftl", package.name));
            }
            wrong.extend(differences(&package.name, first, other, &mut alike));
        }
    }
    let needless = ALIKE
        .iter()
        .filter(|(package, key, _)| !alike.contains(&((*package).to_owned(), (*key).to_owned())));
    wrong.extend(needless.map(|entry| format!("nothing needs this entry any more: {entry:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_is_shown_somewhere_and_every_text_that_is_shown_exists() {
    let packages = packages();
    let wrong: Vec<String> =
        packages.iter().flat_map(|package| uses(package, &package.texts[FIRST])).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_alike_has_a_reason() {
    assert!(ALIKE.iter().all(|(.., reason)| reason.len() > 10));
}

#[test]
fn each_difference_is_found() {
    let first =
        texts("a = One { $n }\nb = Two\nc = Three { $x ->\n    [one] one\n   *[other] more\n}\n");
    let check = |ftl: &str, expected: &str| {
        let found = differences("x", &first, &texts(ftl), &mut BTreeSet::new());
        assert_eq!(found, [expected.to_owned()], "{ftl}");
    };
    let c = "c = Trois { $x ->\n   *[other] { $x }\n}\n";
    check(&format!("a = Un {n}\n{c}", n = "{ $n }"), "x: `b` is missing");
    check(&format!("a = Un {{ $m }}\nb = Deux\n{c}"), "x: `a` has other arguments");
    check(&format!("a = Un {{ $n }}\nb = Two\n{c}"), "x: `b` reads as in English");
    check(&format!("a = Un {{ $n }}\nb = Deux\nd = Quatre\n{c}"), "x: `d` is not English");
}

#[test]
fn every_file_that_is_listed_as_having_keys_has_some() {
    let mut needless = Vec::new();
    for package in packages() {
        let direct = directly_named(&package);
        let keys = package.texts[FIRST].keys().filter(|key| !direct.contains(key.as_str()));
        let keys: Vec<_> = keys.collect();
        let without = package.keyed().filter(|(_, code)| !keys.iter().any(|key| names(code, key)));
        needless.extend(without.map(|(path, _)| format!("{}: {path}", package.name)));
    }
    assert!(needless.is_empty(), "{needless:?}");
}

#[test]
fn what_is_unused_or_unknown_is_found() {
    let files = [
        ("views.rs", "Text::key(\"a\"); let key = \"b\"; Text::key(\"d\"); text.arg(\"e\", 1)"),
        ("custom_id.rs", "let handler = \"c\";"),
    ];
    let code = files.map(|(path, code)| (path.to_owned(), code.to_owned())).into();
    let package = Package { name: "help".to_owned(), texts: BTreeMap::new(), code };
    let found = uses(&package, &texts("a = A\nb = B\nc = C\ne = E\n"));
    let expected = [
        "help: nothing shows `c`",
        "help: nothing shows `e`",
        "help: `d` is shown and does not exist",
    ];
    assert_eq!(found, expected);
}

fn differences(
    package: &str,
    first: &Texts,
    other: &Texts,
    alike: &mut BTreeSet<(String, String)>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, said) in first {
        let is_excused = ALIKE.iter().any(|(one, known, _)| (*one, *known) == (package, key));
        match other.get(key) {
            None => wrong.push(format!("{package}: `{key}` is missing")),
            Some(other) if other.arguments != said.arguments => {
                wrong.push(format!("{package}: `{key}` has other arguments"));
            }
            Some(other) if other.words == said.words => {
                alike.insert((package.to_owned(), key.clone()));
                if !is_excused {
                    wrong.push(format!("{package}: `{key}` reads as in English"));
                }
            }
            Some(_) => {}
        }
    }
    let foreign = other.keys().filter(|key| !first.contains_key(*key));
    wrong.extend(foreign.map(|key| format!("{package}: `{key}` is not English")));
    wrong
}

/// A text counts as shown where code makes a text of its key, or where its key stands in a file that is listed
/// as having keys.
fn uses(package: &Package, first: &Texts) -> Vec<String> {
    let direct = directly_named(package);
    let is_shown = |key: &String| {
        direct.contains(key.as_str()) || package.keyed().any(|(_, code)| names(code, key))
    };
    let unused = first.keys().filter(|key| !is_shown(key));
    let unused = unused.map(|key| format!("{}: nothing shows `{key}`", package.name));
    let unknown = direct.iter().filter(|key| !first.contains_key(**key));
    let unknown =
        unknown.map(|key| format!("{}: `{key}` is shown and does not exist", package.name));
    unused.chain(unknown).collect()
}

/// The keys that stand where a text is made.
fn directly_named(package: &Package) -> BTreeSet<&str> {
    let makers = package.code.values().flat_map(|code| code.split("Text::key(").skip(1));
    makers.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// Whether a key stands in the code, and not as the name of an argument.
fn names(code: &str, key: &str) -> bool {
    let word = format!("\"{key}\"");
    let mut places = code.match_indices(&word);
    places.any(|(at, _)| !code[..at].trim_end().ends_with(".arg("))
}

fn packages() -> Vec<Package> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("host")];
    folders.extend(entries(&root.join("plugins")));
    folders.retain(|folder| folder.join("locales").is_dir());
    assert!(folders.len() > 1, "the packages are found");
    folders.iter().map(|folder| package(folder)).collect()
}

fn package(folder: &Path) -> Package {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a text can be read");
    let locales = entries(&folder.join("locales"));
    let texts = locales.iter().filter_map(|path| Some((stem(path)?, texts(&read(path)))));
    let texts = texts.collect();
    let mut code = BTreeMap::new();
    add_code(&mut code, &folder.join("src"), "");
    Package { name: stem(folder).unwrap_or_default(), texts, code }
}

/// Adds all Rust below a folder but files of tests, and but the tests at the end of a file.
fn add_code(code: &mut BTreeMap<String, String>, folder: &Path, within: &str) {
    for path in entries(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{within}{name}");
        if path.is_dir() {
            add_code(code, &path, &format!("{name}/"));
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a source can be read");
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            code.insert(name, text.to_owned());
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn texts(ftl: &str) -> Texts {
    let resource = fluent_syntax::parser::parse(ftl).expect("the texts are Fluent");
    let mut texts = Texts::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut said = Said::default();
            message.value.iter().for_each(|value| read_pattern(value, &mut said));
            for attribute in &message.attributes {
                read_pattern(&attribute.value, &mut said);
            }
            let twice = texts.insert(message.id.name.to_owned(), said);
            assert!(twice.is_none(), "`{}` stands twice", message.id.name);
        }
    }
    texts
}

fn read_pattern(pattern: &Pattern<&str>, said: &mut Said) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => said.words.push_str(value),
            PatternElement::Placeable { expression } => read_expression(expression, said),
        }
    }
}

fn read_expression(expression: &Expression<&str>, said: &mut Said) {
    match expression {
        Expression::Inline(inline) => read_inline(inline, said),
        Expression::Select { selector, variants } => {
            let mut chosen_by = Said::default();
            read_inline(selector, &mut chosen_by);
            said.arguments.extend(chosen_by.arguments);
            variants.iter().for_each(|variant| read_pattern(&variant.value, said));
        }
    }
}

fn read_inline(inline: &InlineExpression<&str>, said: &mut Said) {
    match inline {
        InlineExpression::VariableReference { id } => {
            said.arguments.insert(id.name.to_owned());
            said.words.push_str("{}");
        }
        InlineExpression::FunctionReference { arguments, .. } => read_call(arguments, said),
        InlineExpression::Placeable { expression } => read_expression(expression, said),
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            said.words.push_str(value);
        }
        _ => {}
    }
}

fn read_call(arguments: &CallArguments<&str>, said: &mut Said) {
    arguments.positional.iter().for_each(|argument| read_inline(argument, said));
}
