//! The registered commands as a client offers them: finding one by what was typed, and turning the
//! texts of its options into values.

use super::{nearest::nearest, parse::Typed};
use serde_json::{Value, json};

/// Discord's numbers of the kinds of options.
mod kind {
    pub(super) const SUBCOMMAND: u64 = 1;
    pub(super) const GROUP: u64 = 2;
    pub(super) const INTEGER: u64 = 4;
    pub(super) const BOOLEAN: u64 = 5;
    pub(super) const USER: u64 = 6;
    pub(super) const CHANNEL: u64 = 7;
    pub(super) const ROLE: u64 = 8;
    pub(super) const MENTIONABLE: u64 = 9;
    pub(super) const NUMBER: u64 = 10;
    pub(super) const ATTACHMENT: u64 = 11;
}

/// The kind of a command that is typed.
const SLASH: u64 = 1;

/// The kind of a command in the context menu of a person; that of a message is the next.
const ON_PERSON: u64 = 2;

/// Why a typed command cannot be sent; each is a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is its documentation")]
pub enum NotSent {
    #[error("There is no command `/{typed}`.{hint}")]
    NoCommand { typed: String, hint: String },
    #[error("`/{path}` is a group. Say which: {inside}.")]
    Group { path: String, inside: String },
    #[error("`{words}` needs the name of an option before it: `/{path} {option}:{quoted}`.")]
    NoOptionName { path: String, words: String, option: String, quoted: String },
    #[error("The option `{option}` wants its value behind a colon: `/{path} {option}:{quoted}`.")]
    NoColon { path: String, option: String, quoted: String },
    #[error("`/{path}` takes nothing behind it, and `{words}` stands there.")]
    NoOptions { path: String, words: String },
    #[error("There is no command `{typed}` in a context menu.{hint}")]
    NoContextCommand { typed: String, hint: String },
    #[error("`/{path}` has no option `{option}`.{hint}")]
    NoOption { path: String, option: String, hint: String },
    #[error("`/{path}` needs the option `{option}`.")]
    Missing { path: String, option: String },
    #[error("The option `{option}` wants {wanted}, and `{value}` is none.")]
    Value { option: String, value: String, wanted: &'static str },
    #[error("The option `{option}` has no choice `{value}`. There are: {choices}.")]
    Choice { option: String, value: String, choices: String },
    #[error("{0}")]
    NotFound(String),
    #[error("The option `{option}` offers no suggestions.")]
    NoSuggestions { option: String },
    #[error("Type an option behind the command, as in `type /search query:du`.")]
    NothingTyped,
}

/// Turns names of people and channels, and files, into ids.
pub trait Lookup {
    /// Returns the id of a user.
    ///
    /// # Errors
    /// A sentence that says who there is.
    fn user_id(&self, name: &str) -> Result<String, String>;
    /// Returns the id of a channel.
    ///
    /// # Errors
    /// A sentence that says which there are.
    fn channel_id(&self, name: &str) -> Result<String, String>;
    /// Returns the id of a role.
    ///
    /// # Errors
    /// A sentence that says which there are.
    fn role_id(&self, name: &str) -> Result<String, String>;
    /// Sends a file and returns its id.
    ///
    /// # Errors
    /// A sentence when it cannot be sent.
    fn file_id(&self, path: &str) -> Result<String, String>;
}

/// A typed command, matched with a registered one.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// The command and the subcommands.
    pub path: Vec<String>,
    /// Options with their values, in the order they were typed.
    pub options: Vec<(String, Value)>,
}

/// Finds the command that was typed.
///
/// # Errors
/// A sentence when there is none, an option is unknown or missing, or a value does not fit.
pub fn matched(commands: &[Value], typed: &Typed, lookup: &dyn Lookup) -> Result<Matched, NotSent> {
    let command = find(commands, typed)?;
    let path = typed.path.join(" ");
    let known = options(command);
    let mut matched = Matched { path: typed.path.clone(), options: Vec::new() };
    for (name, text) in &typed.options {
        let option = option(known, name, &path)?;
        matched.options.push((name.clone(), value(option, text, lookup)?));
    }
    let given = |name: &Value| typed.options.iter().any(|(given, _)| *name == **given);
    if let Some(missing) = known.iter().find(|o| o["required"] == true && !given(&o["name"])) {
        return Err(NotSent::Missing { path, option: text(&missing["name"]).to_owned() });
    }
    Ok(matched)
}

/// Finds the command that is being typed, whose last option wants suggestions. Values are texts
/// still: a client sends them as they are.
///
/// # Errors
/// A sentence when there is no such command or option, or it offers none.
pub fn completing(
    commands: &[Value],
    typed: &Typed,
    lookup: &dyn Lookup,
) -> Result<(Matched, String), NotSent> {
    let command = find(commands, typed)?;
    let path = typed.path.join(" ");
    let Some(((focused, begun), before)) = typed.options.split_last() else {
        return Err(NotSent::NothingTyped);
    };
    let mut matched = Matched { path: typed.path.clone(), options: Vec::new() };
    for (name, text) in before {
        let option = option(options(command), name, &path)?;
        matched.options.push((name.clone(), value(option, text, lookup)?));
    }
    if option(options(command), focused, &path)?["autocomplete"] != true {
        return Err(NotSent::NoSuggestions { option: focused.clone() });
    }
    matched.options.push((focused.clone(), json!(begun)));
    Ok((matched, focused.clone()))
}

/// Returns every command that can be typed, as `sudo reload`, with its registered object.
#[must_use]
pub fn all_paths(commands: &[Value]) -> Vec<(String, &Value)> {
    let mut paths = Vec::new();
    for command in commands.iter().filter(|command| command["type"] == SLASH) {
        collect(text(&command["name"]), command, &mut paths);
    }
    paths.sort_by(|left, right| left.0.cmp(&right.0));
    paths
}

/// Returns the names of commands in context menus, and whether each is one of people.
pub fn in_context_menus(commands: &[Value]) -> impl Iterator<Item = (&str, bool)> {
    let behind = commands.iter().filter(|command| command["type"].as_u64() >= Some(ON_PERSON));
    behind.map(|command| (text(&command["name"]), command["type"] == ON_PERSON))
}

/// Finds a command of a context menu.
///
/// # Errors
/// A sentence when there is none of that name for people, or for messages.
pub fn in_context_menu(
    commands: &[Value],
    typed: &str,
    on_person: bool,
) -> Result<String, NotSent> {
    let fits = |(_, for_people): &(&str, bool)| *for_people == on_person;
    let names: Vec<&str> = in_context_menus(commands).filter(fits).map(|(name, _)| name).collect();
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(typed)) {
        return Ok((*name).to_owned());
    }
    let near = nearest(typed, names.iter().copied());
    let hint = match near {
        Some(_) => hint(near, ""),
        None if names.is_empty() => " None is registered for that.".to_owned(),
        None => format!(" There are: {}.", names.join(", ")),
    };
    Err(NotSent::NoContextCommand { typed: typed.to_owned(), hint })
}

/// Returns the options of a command or subcommand.
#[must_use]
pub fn options(command: &Value) -> &[Value] {
    command["options"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn collect<'a>(path: &str, command: &'a Value, paths: &mut Vec<(String, &'a Value)>) {
    let inside = || options(command).iter().filter(|option| is_inner(option));
    if inside().next().is_none() {
        paths.push((path.to_owned(), command));
    }
    for inner in inside() {
        collect(&format!("{path} {}", text(&inner["name"])), inner, paths);
    }
}

fn is_inner(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(kind::SUBCOMMAND | kind::GROUP))
}

fn find<'a>(commands: &'a [Value], typed: &Typed) -> Result<&'a Value, NotSent> {
    let path = typed.path.join(" ");
    let paths = all_paths(commands);
    if let Some((_, command)) = paths.iter().find(|(known, _)| *known == path) {
        return Ok(command);
    }
    let inside: Vec<String> = paths
        .iter()
        .filter(|(known, _)| known.starts_with(&format!("{path} ")))
        .map(|(known, _)| format!("`/{known}`"))
        .collect();
    if !inside.is_empty() {
        return Err(NotSent::Group { path, inside: inside.join(", ") });
    }
    if let Some(refusal) = too_many_words(&paths, typed) {
        return Err(refusal);
    }
    let hint = hint(nearest(&path, paths.iter().map(|(known, _)| known.as_str())), "/");
    Err(NotSent::NoCommand { typed: path, hint })
}

/// Returns what to say when a known command is followed by words without an option's name.
fn too_many_words(paths: &[(String, &Value)], typed: &Typed) -> Option<NotSent> {
    let ends = (1..typed.path.len()).rev();
    let known = |end: usize| {
        let begin = typed.path[..end].join(" ");
        paths.iter().find(|(known, _)| *known == begin).map(|(path, command)| (path, *command, end))
    };
    let (path, command, end) = ends.into_iter().find_map(known)?;
    let (path, words) = (path.clone(), &typed.path[end..]);
    let options = options(command);
    let named = options.iter().find(|option| option["name"] == *words[0]);
    let required = options.iter().find(|option| option["required"] == true);
    Some(match (named, required.or(options.first())) {
        (Some(option), _) => {
            let option = text(&option["name"]).to_owned();
            NotSent::NoColon { path, option, quoted: quoted(&words[1..]) }
        }
        (None, Some(option)) => {
            let option = text(&option["name"]).to_owned();
            NotSent::NoOptionName { path, words: words.join(" "), option, quoted: quoted(words) }
        }
        (None, None) => NotSent::NoOptions { path, words: words.join(" ") },
    })
}

/// Returns words as the value of an option; three dots stand for those that are missing.
fn quoted(words: &[String]) -> String {
    match words {
        [] => "…".to_owned(),
        [word] => word.clone(),
        words => format!("\"{}\"", words.join(" ")),
    }
}

fn option<'a>(known: &'a [Value], name: &str, path: &str) -> Result<&'a Value, NotSent> {
    known.iter().find(|option| option["name"] == name).ok_or_else(|| NotSent::NoOption {
        path: path.to_owned(),
        option: name.to_owned(),
        hint: hint(nearest(name, known.iter().map(|option| text(&option["name"]))), ""),
    })
}

fn value(option: &Value, typed: &str, lookup: &dyn Lookup) -> Result<Value, NotSent> {
    let choices = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !choices.is_empty() {
        return chosen(option, choices, typed);
    }
    let refused = |wanted| NotSent::Value {
        option: text(&option["name"]).to_owned(),
        value: typed.to_owned(),
        wanted,
    };
    match option["type"].as_u64().unwrap_or_default() {
        kind::INTEGER => {
            typed.parse::<i64>().map(Value::from).map_err(|_| refused("a whole number"))
        }
        kind::NUMBER => typed.parse::<f64>().map(Value::from).map_err(|_| refused("a number")),
        kind::BOOLEAN => match typed {
            "true" | "yes" => Ok(json!(true)),
            "false" | "no" => Ok(json!(false)),
            _ => Err(refused("true or false")),
        },
        kind => match found(kind, typed, lookup) {
            Some(id) => id.map(Value::from).map_err(NotSent::NotFound),
            None => Ok(json!(typed)),
        },
    }
}

/// Returns the id of what was named, if the option wants one.
fn found(kind: u64, typed: &str, lookup: &dyn Lookup) -> Option<Result<String, String>> {
    Some(match kind {
        kind::USER => lookup.user_id(typed),
        kind::CHANNEL => lookup.channel_id(typed),
        kind::ROLE => lookup.role_id(typed),
        kind::MENTIONABLE => lookup.user_id(typed).or_else(|no_user| {
            lookup.role_id(typed).map_err(|no_role| format!("{no_user} {no_role}"))
        }),
        kind::ATTACHMENT => lookup.file_id(typed),
        _ => return None,
    })
}

/// Returns the value of a choice by its name in any language, in letters of any size, or by itself.
fn chosen(option: &Value, choices: &[Value], typed: &str) -> Result<Value, NotSent> {
    let is_called = |name: &Value| text(name).to_lowercase() == typed.to_lowercase();
    let is_meant = |choice: &&Value| {
        let translated = choice["name_localizations"].as_object();
        is_called(&choice["name"])
            || translated.is_some_and(|names| names.values().any(is_called))
            || choice["value"].as_str().map_or_else(|| choice["value"].to_string(), str::to_owned)
                == typed
    };
    choices.iter().find(is_meant).map(|choice| choice["value"].clone()).ok_or_else(|| {
        let names = choices.iter().map(|choice| quoted(&[text(&choice["name"]).to_owned()]));
        NotSent::Choice {
            option: text(&option["name"]).to_owned(),
            value: typed.to_owned(),
            choices: names.collect::<Vec<_>>().join(", "),
        }
    })
}

fn hint(near: Option<&str>, sign: &str) -> String {
    near.map(|near| format!(" Did you mean `{sign}{near}`?")).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests;
