//! House rules that no compiler checks.
//!
//! Every rule carries a small source that breaks it and one that keeps it, so that it is known to
//! be able to fail. A rule serves the reader: where it does not, [`exceptions`] names the file and
//! says why. An exception that nothing needs any more fails too.

#[path = "tidy/exceptions.rs"]
mod exceptions;
#[path = "tidy/homes.rs"]
mod homes;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/modules.rs"]
mod modules;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/wording.rs"]
mod wording;

use exceptions::EXCEPTIONS;
use source::Source;
use std::collections::HashSet;

/// Something in a file that breaks a rule.
#[derive(Debug)]
pub struct Finding {
    /// The line, counted from one.
    pub line: usize,
    /// What stands there.
    pub what: String,
}

/// A path and a text.
pub type Example = (&'static str, &'static str);

/// One house rule about files.
pub struct Rule {
    /// How [`exceptions`] and reports call it.
    pub name: &'static str,
    /// Returns everything in a file that breaks the rule.
    pub check: fn(&Source) -> Vec<Finding>,
    /// Files that break it.
    pub broken_by: &'static [Example],
    /// Files that keep it, close to breaking it.
    pub kept_by: &'static [Example],
}

/// All rules about files.
fn rules() -> impl Iterator<Item = &'static Rule> {
    shape::RULES.iter().chain(wording::RULES).chain(homes::RULES)
}

#[test]
fn the_repository_keeps_the_house_rules() {
    let sources = source::all();
    let mut excused = HashSet::new();
    let mut broken = Vec::new();
    for rule in rules() {
        for source in &sources {
            for finding in (rule.check)(source) {
                match exceptions::excuse(rule.name, &source.path) {
                    Some(index) => drop(excused.insert(index)),
                    None => broken.push(report(rule, source, &finding)),
                }
            }
        }
    }
    assert!(broken.is_empty(), "{} broken house rules:\n{}", broken.len(), broken.join("\n"));
    for (index, exception) in EXCEPTIONS.iter().enumerate() {
        assert!(excused.contains(&index), "nothing needs this exception any more: {exception:?}");
    }
}

#[test]
fn every_file_belongs_to_a_module() {
    let sources = source::all();
    let undeclared = modules::undeclared(&sources);
    assert!(
        undeclared.is_empty(),
        "no module declares these, so nobody compiles them: {undeclared:?}"
    );
}

#[test]
fn every_rule_finds_what_breaks_it_and_passes_what_keeps_it() {
    for rule in rules() {
        assert!(!rule.broken_by.is_empty(), "{}: nothing shows that it can fail", rule.name);
        for (path, text) in rule.broken_by {
            let findings = (rule.check)(&Source::new(path, text));
            assert!(!findings.is_empty(), "{}: missed in {path}:\n{text}", rule.name);
        }
        for (path, text) in rule.kept_by {
            let findings = (rule.check)(&Source::new(path, text));
            assert!(findings.is_empty(), "{}: {findings:?} in {path}:\n{text}", rule.name);
        }
    }
}

#[test]
fn exceptions_name_rules_that_exist_and_give_reasons() {
    let names: HashSet<&str> = rules().map(|rule| rule.name).collect();
    for exception in EXCEPTIONS {
        assert!(names.contains(exception.rule), "no such rule: {exception:?}");
        assert!(exception.reason.len() > 20, "say why: {exception:?}");
    }
}

fn report(rule: &Rule, source: &Source, finding: &Finding) -> String {
    format!("{}:{}: {}: {}", source.path, finding.line, rule.name, finding.what)
}
