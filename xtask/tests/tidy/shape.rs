//! Rules about the size, place and name of files and functions.

use super::{Finding, Rule, source::Source};
use syn::{
    Attribute, Block, ImplItemFn, Item, ItemFn, ItemMod, Signature, TraitItemFn, spanned::Spanned,
    visit::Visit,
};

/// A function fits on a screen.
const FUNCTION_LINES_MAX: usize = 60;
/// A file is read in one sitting.
const FILE_LINES_MAX: usize = 400;
/// Tests inside a file may not hide what they test.
const INLINE_TESTS_LINES_MAX: usize = 100;
/// The map of the project stays a map.
const ARCHITECTURE_LINES_MAX: usize = 250;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "helpers", "helper", "common", "misc", "types"];

/// The rules of this file.
pub const RULES: &[Rule] = &[
    Rule {
        name: "function-size",
        check: functions,
        broken_by: &[(
            "a.rs",
            concat!(
                "struct A;\nimpl A { fn long() {\n",
                "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
                "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
                "} }"
            ),
        )],
        kept_by: &[("a.rs", "/// One line.\n\n\nfn short() {\n}\n")],
    },
    Rule {
        name: "file-size",
        check: file_size,
        broken_by: &[("ARCHITECTURE.md", LONG_TEXT), ("a.rs", LONG_FILE)],
        kept_by: &[("README.md", LONG_TEXT), ("host/tests/a.rs", LONG_FILE)],
    },
    Rule {
        name: "inline-tests-size",
        check: inline_tests_size,
        broken_by: &[("host/src/a.rs", LONG_INLINE_TESTS)],
        kept_by: &[
            ("host/src/a.rs", "#[cfg(test)]\nmod tests {\n}\n"),
            ("host/src/a.rs", "#[cfg(test)]\nmod tests;\n"),
            ("host/src/a/tests.rs", LONG_FILE),
        ],
    },
    Rule {
        name: "purpose",
        check: purpose,
        broken_by: &[("a.rs", "fn a() {}"), ("a.rs", "/// A function.\nfn a() {}")],
        kept_by: &[
            ("a.rs", "//! Does it.\nfn a() {}"),
            ("a.rs", "#![doc = include_str!(\"a.md\")]\nfn a() {}"),
            ("a.md", "# A"),
        ],
    },
    Rule {
        name: "module-name",
        check: module_names,
        broken_by: &[
            ("host/src/mod.rs", ""),
            ("host/src/utils.rs", ""),
            ("host/src/helpers/door.rs", ""),
            ("host/src/door.rs", "mod common { }"),
        ],
        kept_by: &[("host/src/door.rs", "mod limits;"), ("docs/common.md", "")],
    },
    Rule {
        name: "migration-name",
        check: migration_names,
        broken_by: &[
            ("migrations/1_create.sql", ""),
            ("migrations/20261121_create_guilds.sql", ""),
            ("plugins/search/migrations/20261121120000_Create.sql", ""),
        ],
        kept_by: &[
            ("migrations/20261121120000_create_guilds.sql", ""),
            ("migrations/README.md", ""),
            ("host/src/question.sql", ""),
        ],
    },
];

/// A text of one empty line more than allowed.
macro_rules! more_lines_than {
    ($most:expr) => {{
        const LINES: [u8; $most + 1] = [b'\n'; $most + 1];
        match str::from_utf8(&LINES) {
            Ok(text) => text,
            Err(_) => panic!("line ends are text"),
        }
    }};
}

/// More lines than ARCHITECTURE.md may have.
const LONG_TEXT: &str = more_lines_than!(ARCHITECTURE_LINES_MAX);
/// More lines than a file of Rust may have before its tests.
const LONG_FILE: &str = more_lines_than!(FILE_LINES_MAX);

/// Tests of more lines than they may have inside a file.
const LONG_INLINE_TESTS: &str = concat!(
    "#[cfg(test)]\nmod tests {\n",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "}\n"
);

fn functions(source: &Source) -> Vec<Finding> {
    struct Functions(Vec<Finding>);
    impl Functions {
        fn measure(&mut self, signature: &Signature, body: &Block) {
            let first = signature.span().start().line;
            let n_lines = body.span().end().line - first + 1;
            if n_lines > FUNCTION_LINES_MAX {
                let name = &signature.ident;
                let what = format!("`{name}` has {n_lines} lines, at most {FUNCTION_LINES_MAX}");
                self.0.push(Finding { line: first, what });
            }
        }
    }
    impl<'ast> Visit<'ast> for Functions {
        fn visit_item_fn(&mut self, function: &'ast ItemFn) {
            self.measure(&function.sig, &function.block);
            syn::visit::visit_item_fn(self, function);
        }
        fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
            self.measure(&function.sig, &function.block);
            syn::visit::visit_impl_item_fn(self, function);
        }
        fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
            if let Some(body) = &function.default {
                self.measure(&function.sig, body);
            }
            syn::visit::visit_trait_item_fn(self, function);
        }
    }
    let mut functions = Functions(Vec::new());
    if let Some(tree) = &source.tree {
        functions.visit_file(tree);
    }
    functions.0
}

fn file_size(source: &Source) -> Vec<Finding> {
    let n_lines = lines_before_tests(source);
    let most = match source.path.as_str() {
        "ARCHITECTURE.md" => ARCHITECTURE_LINES_MAX,
        _ if source.is_rust() && !source.is_tests() => FILE_LINES_MAX,
        _ => return vec![],
    };
    if n_lines <= most {
        return vec![];
    }
    vec![Finding { line: most, what: format!("{n_lines} lines before its tests, at most {most}") }]
}

fn lines_before_tests(source: &Source) -> usize {
    match inline_tests(source) {
        Some(tests) => tests.span().start().line - 1,
        None => source.text.lines().count(),
    }
}

fn inline_tests_size(source: &Source) -> Vec<Finding> {
    let Some(tests) = inline_tests(source) else { return vec![] };
    let (first, last) = (tests.span().start().line, tests.span().end().line);
    // The attribute stands above the module's first line.
    let n_lines = last - first;
    if n_lines <= INLINE_TESTS_LINES_MAX {
        return vec![];
    }
    let what = format!(
        "{n_lines} lines of tests, at most {INLINE_TESTS_LINES_MAX}: put them in a `tests.rs` below"
    );
    vec![Finding { line: first, what }]
}

fn inline_tests(source: &Source) -> Option<&ItemMod> {
    let mut items = source.tree.iter().flat_map(|tree| &tree.items);
    items.find_map(|item| match item {
        Item::Mod(module) if module.attrs.iter().any(is_test_attribute) => Some(module),
        _ => None,
    })
}

fn is_test_attribute(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
}

fn purpose(source: &Source) -> Vec<Finding> {
    let opens = ["//!", "#![doc = include_str!("].iter().any(|it| source.text.starts_with(it));
    if !source.is_rust() || opens {
        return vec![];
    }
    vec![Finding { line: 1, what: "open with `//!`: what the file is for".to_owned() }]
}

fn module_names(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return vec![];
    }
    let mut findings = Vec::new();
    let mut judge = |line: usize, name: &str| {
        if name == "mod" {
            findings.push(Finding { line, what: "put `foo.rs` beside `foo/`".to_owned() });
        } else if EMPTY_NAMES.contains(&name) {
            findings.push(Finding { line, what: format!("`{name}` says nothing: name the noun") });
        }
    };
    for part in source.path.trim_end_matches(".rs").split('/') {
        judge(1, part);
    }
    struct Modules(Vec<(usize, String)>);
    impl<'ast> Visit<'ast> for Modules {
        fn visit_item_mod(&mut self, module: &'ast ItemMod) {
            self.0.push((module.span().start().line, module.ident.to_string()));
            syn::visit::visit_item_mod(self, module);
        }
    }
    let mut modules = Modules(Vec::new());
    source.tree.iter().for_each(|tree| modules.visit_file(tree));
    for (line, name) in &modules.0 {
        judge(*line, name);
    }
    findings
}

fn migration_names(source: &Source) -> Vec<Finding> {
    let Some((folder, name)) = source.path.rsplit_once('/') else { return vec![] };
    if !folder.ends_with("migrations") || name == "README.md" || is_migration_name(name) {
        return vec![];
    }
    vec![Finding { line: 1, what: "call it YYYYMMDDhhmmss_what_it_does.sql".to_owned() }]
}

fn is_migration_name(name: &str) -> bool {
    let Some((stamp, words)) = name.strip_suffix(".sql").and_then(|stem| stem.split_once('_'))
    else {
        return false;
    };
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    stamp.len() == 14
        && stamp.chars().all(|c| c.is_ascii_digit())
        && !words.is_empty()
        && words.chars().all(is_word)
}

#[test]
fn lines_are_counted_before_the_tests_only() {
    let text = "//! It.\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\n";
    assert_eq!(lines_before_tests(&Source::new("a.rs", text)), 3);
}
