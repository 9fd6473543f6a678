//! The options of a command, checked against what its plugin declared.

use super::{ConvertError, Resolved};
use lumina_plugin_api::{
    command::{Choice, ChoiceValue, Command, CommandOption, NumberKind, OptionKind, StringKind},
    interaction::Mentionable,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use std::collections::BTreeMap;

/// Whole numbers that JSON of other languages holds exactly.
const INTEGER_MAX: i64 = 1 << 53;
/// The longest text that Discord takes in an option.
const STRING_CHARS_MAX: usize = 6_000;

const SUBCOMMAND: u8 = 1;
const GROUP: u8 = 2;

/// An option as it came.
#[derive(Debug, Deserialize)]
pub(in crate::discord) struct RawOption {
    name: String,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    focused: bool,
    #[serde(default)]
    options: Vec<RawOption>,
}

/// Which sub-command was used, and with what.
#[derive(Debug, Default)]
pub(in crate::discord) struct CommandPath {
    /// Group and sub-command, or sub-command, or nothing.
    pub path: Vec<String>,
    /// The options as they came.
    pub options: Vec<RawOption>,
}

/// Reads the path to the sub-command and the options below it.
pub(in crate::discord) fn path(raw: Option<&RawValue>) -> Result<CommandPath, ConvertError> {
    let Some(raw) = raw else { return Ok(CommandPath::default()) };
    let mut found = CommandPath {
        path: Vec::new(),
        options: serde_json::from_str(raw.get())
            .map_err(|_| ConvertError::unreadable("options"))?,
    };
    // A group holds a sub-command, which holds the options: two steps at most.
    for _ in 0..2 {
        match found.options.as_mut_slice() {
            [only] if matches!(only.kind, SUBCOMMAND | GROUP) => {
                found.path.push(std::mem::take(&mut only.name));
                found.options = std::mem::take(&mut only.options);
            }
            _ => break,
        }
    }
    Ok(found)
}

/// Returns the name of the option that is typed into and what stands in it; the others stay.
pub(in crate::discord) fn focused(options: Vec<RawOption>) -> Option<Focused> {
    let (mut typed, others): (Vec<_>, Vec<_>) =
        options.into_iter().partition(|option| option.focused);
    let option = typed.pop()?;
    let text = match option.value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let others = others.into_iter().map(|option| (option.name, option.value)).collect();
    Some(Focused { option: option.name, kind: option.kind, text, others })
}

/// An option that is typed into.
#[derive(Debug)]
pub(in crate::discord) struct Focused {
    /// Its name.
    pub option: String,
    /// Its type, as Discord numbers it.
    pub kind: u8,
    /// What stands in it.
    pub text: String,
    /// What stands in the others, unchecked.
    pub others: BTreeMap<String, Value>,
}

/// Returns the options that a command declares at `path`.
fn declared<'c>(command: &'c Command, path: &[String]) -> Option<&'c [CommandOption]> {
    let sub = match path {
        [] if command.subcommands.is_empty() && command.groups.is_empty() => {
            return Some(&command.options);
        }
        [name] => command.subcommands.iter().find(|sub| sub.name == *name),
        [group, name] => {
            let group = command.groups.iter().find(|candidate| candidate.name == *group)?;
            group.subcommands.iter().find(|sub| sub.name == *name)
        }
        _ => None,
    };
    sub.map(|sub| sub.options.as_slice())
}

/// Checks what came against what is declared and returns it typed.
pub(in crate::discord) fn read(
    command: &Command,
    came: CommandPath,
    resolved: &Resolved<'_>,
) -> Result<BTreeMap<String, Value>, ConvertError> {
    let declared = declared(command, &came.path).ok_or(ConvertError::UnknownPath)?;
    let mut out = BTreeMap::new();
    for option in came.options {
        let known = declared.iter().find(|known| known.name == option.name);
        let known =
            known.ok_or_else(|| ConvertError::UnknownOption { option: option.name.clone() })?;
        let value = value(&known.kind, option.value, resolved)
            .ok_or_else(|| ConvertError::Value { option: option.name.clone() })?;
        out.insert(option.name, value);
    }
    match declared.iter().find(|known| known.required && !out.contains_key(&known.name)) {
        Some(missing) => Err(ConvertError::MissingOption { option: missing.name.clone() }),
        None => Ok(out),
    }
}

/// Returns the value as the plugin gets it; nothing if it is not of the declared kind.
fn value(kind: &OptionKind, value: Value, resolved: &Resolved<'_>) -> Option<Value> {
    let id = || value.as_str();
    match kind {
        OptionKind::String(kind) => string(kind, value),
        OptionKind::Integer(kind) => integer(kind, &value),
        OptionKind::Number(kind) => number(kind, &value),
        OptionKind::Boolean => value.is_boolean().then_some(value),
        OptionKind::User => json(resolved.user(id()?)?),
        OptionKind::Role => json(resolved.role(id()?)?),
        OptionKind::Attachment => json(resolved.attachment(id()?)?),
        OptionKind::Channel(kind) => {
            let channel = resolved.channel(id()?)?;
            let fits = kind.types.is_empty() || kind.types.contains(&channel.kind);
            fits.then_some(channel).and_then(json)
        }
        OptionKind::Mentionable => {
            let user = resolved.user(id()?).map(Mentionable::User);
            json(user.or_else(|| resolved.role(id()?).map(Mentionable::Role))?)
        }
        _ => None,
    }
}

fn json(value: impl Serialize) -> Option<Value> {
    serde_json::to_value(value).ok()
}

fn string(kind: &StringKind, value: Value) -> Option<Value> {
    let n_chars = value.as_str()?.chars().count();
    let min = kind.min_length.map_or(0, usize::from);
    let max = kind.max_length.map_or(STRING_CHARS_MAX, usize::from);
    let chosen = is_choice(
        &kind.choices,
        kind.autocomplete,
        |choice| matches!(choice, ChoiceValue::String(text) if Some(text.as_str()) == value.as_str()),
    );
    ((min..=max).contains(&n_chars) && chosen).then_some(value)
}

fn integer(kind: &NumberKind<i64>, value: &Value) -> Option<Value> {
    let number = value.as_i64()?;
    let (min, max) = (kind.min.unwrap_or(-INTEGER_MAX), kind.max.unwrap_or(INTEGER_MAX));
    let chosen = is_choice(
        &kind.choices,
        kind.autocomplete,
        |choice| matches!(choice, ChoiceValue::Integer(other) if *other == number),
    );
    ((min..=max).contains(&number) && chosen).then(|| number.into())
}

fn number(kind: &NumberKind<f64>, value: &Value) -> Option<Value> {
    let number = value.as_f64()?;
    let fits = kind.min.is_none_or(|min| number >= min) && kind.max.is_none_or(|max| number <= max);
    let chosen = is_choice(&kind.choices, kind.autocomplete, |choice| match choice {
        ChoiceValue::Number(other) => *other == number,
        ChoiceValue::Integer(other) => *other as f64 == number,
        _ => false,
    });
    (fits && chosen).then(|| number.into())
}

/// Without choices everything is one; suggestions bind nobody.
fn is_choice(choices: &[Choice], autocomplete: bool, fits: impl Fn(&ChoiceValue) -> bool) -> bool {
    autocomplete || choices.is_empty() || choices.iter().any(|choice| fits(&choice.value))
}
