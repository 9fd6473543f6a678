//! What is checked of a descriptor before its plugin may serve: Discord's limits, and who has the names.
//!
//! Everything that Discord would refuse is refused here, with a sentence for the owner, before anything
//! is sent.

use super::wire;
use crate::texts::Bundles;
use lumina_plugin_api::{
    command::{
        Choice, ChoiceValue, Command, CommandKind, CommandOption, NumberKind, OptionKind,
        Subcommand,
    },
    descriptor::{Descriptor, Service},
    text::Text,
};
use std::collections::{HashMap, HashSet};

/// The most slash commands of an application, the host's own `/sudo` included.
pub(in crate::discord) const SLASH_COMMANDS_MAX: usize = 100;
/// The most commands of each context menu.
const MENU_COMMANDS_MAX: usize = 15;
/// The most options, sub-commands or choices in one place.
const LIST_MAX: usize = 25;
const NAME_CHARACTERS_MAX: usize = 32;
const DESCRIPTION_CHARACTERS_MAX: usize = 100;
const CHOICE_CHARACTERS_MAX: usize = 100;
const TEXT_OPTION_CHARACTERS_MAX: u16 = 6_000;
/// The most characters of names, descriptions and values of one command.
const COMMAND_CHARACTERS_MAX: usize = 8_000;
/// An interaction's token lives 15 minutes.
const DEADLINE_MS_MAX: u64 = 15 * 60 * 1_000;
/// One character of a custom id carries it.
const STATE_VERSION_MAX: u8 = 35;
/// The command that the host keeps for itself.
const OWN_COMMAND: &str = "sudo";
/// Intents that Discord gives only on request, with the names that its portal shows.
const PRIVILEGED_INTENTS: [(u64, &str); 3] = [
    (1 << 1, "Server Members Intent"),
    (1 << 8, "Presence Intent"),
    (1 << 15, "Message Content Intent"),
];

/// Why a plugin may not serve; its text is a sentence for the owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::discord) struct Refused(String);

type Checked = Result<(), Refused>;

/// Checks what `descriptor` declares against Discord's limits and against the `others` that serve.
///
/// `granted_intents` are the privileged intents that the application has.
///
/// # Errors
/// [`Refused`] names the first thing that is wrong.
pub(in crate::discord) fn check<'a>(
    descriptor: &Descriptor,
    texts: &Bundles,
    others: impl Iterator<Item = &'a Descriptor>,
    granted_intents: u64,
) -> Checked {
    known_services(descriptor)?;
    plain_hosts(descriptor)?;
    granted(descriptor, granted_intents)?;
    if descriptor.state_version > STATE_VERSION_MAX {
        return refuse(format!("its state_version is above {STATE_VERSION_MAX}"));
    }
    descriptor.commands.iter().try_for_each(|command| check_command(command, texts))?;
    free_names(descriptor, others)
}

fn refuse(sentence: impl Into<String>) -> Checked {
    Err(Refused(sentence.into()))
}

fn known_services(descriptor: &Descriptor) -> Checked {
    if descriptor.services.contains(&Service::Unknown) {
        return refuse(
            "it needs a service that this version of Lumina does not have: update Lumina",
        );
    }
    Ok(())
}

fn plain_hosts(descriptor: &Descriptor) -> Checked {
    let plain = |host: &&String| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        host.contains('.') && host.chars().all(allowed) && host.len() <= 253
    };
    match descriptor.hosts.iter().find(|host| !plain(host)) {
        Some(host) => refuse(format!("`{host}` is no host name such as `api.example.org`")),
        None => Ok(()),
    }
}

fn granted(descriptor: &Descriptor, granted: u64) -> Checked {
    let missing = PRIVILEGED_INTENTS
        .iter()
        .find(|(bit, _)| descriptor.intents & bit != 0 && granted & bit == 0);
    match missing {
        Some((_, name)) => refuse(format!(
            "it needs the {name}, which is not switched on: Discord's Developer Portal, your \
             application, Bot, Privileged Gateway Intents"
        )),
        None => Ok(()),
    }
}

fn free_names<'a>(
    descriptor: &Descriptor,
    others: impl Iterator<Item = &'a Descriptor>,
) -> Checked {
    let mut taken: HashMap<(u8, &str), &str> = HashMap::new();
    taken.insert((wire::kind(CommandKind::Slash), OWN_COMMAND), "Lumina itself");
    for other in others {
        for command in &other.commands {
            taken.insert((wire::kind(command.kind), &command.name), &other.name);
        }
    }
    for command in &descriptor.commands {
        let key = (wire::kind(command.kind), command.name.as_str());
        match taken.insert(key, &descriptor.name) {
            Some(owner) if owner == descriptor.name => {
                return refuse(format!("it declares `{}` twice", command.name));
            }
            Some(owner) => {
                return refuse(format!(
                    "the command `{}` of `{}` belongs to `{owner}` already",
                    command.name, descriptor.name
                ));
            }
            None => {}
        }
    }
    few_enough(&taken)
}

fn few_enough(taken: &HashMap<(u8, &str), &str>) -> Checked {
    let count = |kind| taken.keys().filter(|(taken, _)| *taken == wire::kind(kind)).count();
    if count(CommandKind::Slash) > SLASH_COMMANDS_MAX {
        return refuse(format!("with it there would be more than {SLASH_COMMANDS_MAX} commands"));
    }
    let menus = [CommandKind::User, CommandKind::Message];
    if menus.into_iter().any(|kind| count(kind) > MENU_COMMANDS_MAX) {
        return refuse(format!(
            "with it a context menu would have more than {MENU_COMMANDS_MAX} commands"
        ));
    }
    Ok(())
}

fn check_command(command: &Command, texts: &Bundles) -> Checked {
    let at = format!("/{}", command.name);
    if command.kind == CommandKind::Unknown {
        return refuse(format!("`{at}` is of a kind that this version of Lumina does not know"));
    }
    if command.handling.deadline_ms > DEADLINE_MS_MAX {
        return refuse(format!("`{at}` has a deadline above {DEADLINE_MS_MAX} ms"));
    }
    if command.kind != CommandKind::Slash {
        return check_menu(command, &at);
    }
    let nested = command.subcommands.len() + command.groups.len();
    if nested > 0 && !command.options.is_empty() {
        return refuse(format!("`{at}` has both options and sub-commands"));
    }
    let (mut names, mut check) = (Names::in_place(&at), Check { texts, characters: 0 });
    check.head(&at, &command.name, &command.description)?;
    check.options(&at, &command.options)?;
    for subcommand in &command.subcommands {
        names.add(&subcommand.name)?;
        check.subcommand(&at, subcommand)?;
    }
    for group in &command.groups {
        names.add(&group.name)?;
        let at = format!("{at} {}", group.name);
        check.head(&at, &group.name, &group.description)?;
        let mut names = Names::in_place(&at);
        for subcommand in &group.subcommands {
            names.add(&subcommand.name)?;
            check.subcommand(&at, subcommand)?;
        }
    }
    check.end(&at)
}

fn check_menu(command: &Command, at: &str) -> Checked {
    let length = command.name.chars().count();
    if !(1..=NAME_CHARACTERS_MAX).contains(&length) {
        return refuse(format!("`{at}` must have 1 to {NAME_CHARACTERS_MAX} characters"));
    }
    if !command.options.is_empty() || !command.subcommands.is_empty() {
        return refuse(format!("`{at}` stands in a context menu and cannot have options"));
    }
    Ok(())
}

/// The names in one place: at most 25, no two alike.
struct Names<'a> {
    at: &'a str,
    seen: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn in_place(at: &'a str) -> Self {
        Self { at, seen: HashSet::new() }
    }

    fn add(&mut self, name: &'a str) -> Checked {
        if !self.seen.insert(name) {
            return refuse(format!("`{}` has two things named `{name}`", self.at));
        }
        if self.seen.len() > LIST_MAX {
            return refuse(format!("`{}` has more than {LIST_MAX} options", self.at));
        }
        Ok(())
    }
}

/// Goes through one command and counts its characters.
struct Check<'a> {
    texts: &'a Bundles,
    characters: usize,
}

impl Check<'_> {
    fn head(&mut self, at: &str, name: &str, description: &Text) -> Checked {
        if !is_name(name) {
            return refuse(format!(
                "`{at}`: a name has 1 to {NAME_CHARACTERS_MAX} lower-case letters, digits, - or _"
            ));
        }
        self.characters += name.chars().count();
        self.words(at, "description", description, DESCRIPTION_CHARACTERS_MAX)
    }

    /// Checks a text in every language, and counts the longest.
    fn words(&mut self, at: &str, what: &str, text: &Text, max: usize) -> Checked {
        let default = self.texts.format(text, wire::DEFAULT_LOCALE, crate::texts::Place::Plain);
        let localized = wire::localized(text, self.texts);
        let lengths = localized.values().chain([&default]).map(|words| words.chars().count());
        let (shortest, longest) =
            lengths.fold((usize::MAX, 0), |(low, high), n| (low.min(n), high.max(n)));
        if shortest == 0 || longest > max {
            return refuse(format!("`{at}`: the {what} must have 1 to {max} characters"));
        }
        self.characters += longest;
        Ok(())
    }

    fn subcommand(&mut self, at: &str, subcommand: &Subcommand) -> Checked {
        let at = format!("{at} {}", subcommand.name);
        self.head(&at, &subcommand.name, &subcommand.description)?;
        self.options(&at, &subcommand.options)
    }

    fn options(&mut self, at: &str, options: &[CommandOption]) -> Checked {
        let mut names = Names::in_place(at);
        options.iter().try_for_each(|option| names.add(&option.name))?;
        let optional_first = options.windows(2).any(|pair| !pair[0].required && pair[1].required);
        if optional_first {
            return refuse(format!("`{at}`: required options must stand before the others"));
        }
        for option in options {
            let at = format!("{at} {}", option.name);
            self.head(&at, &option.name, &option.description)?;
            self.kind(&at, &option.kind)?;
        }
        Ok(())
    }

    fn kind(&mut self, at: &str, kind: &OptionKind) -> Checked {
        match kind {
            OptionKind::String(kind) => {
                let lengths = [kind.min_length, kind.max_length];
                let too_long = |n: &u16| *n > TEXT_OPTION_CHARACTERS_MAX;
                if lengths.iter().flatten().any(too_long) || kind.max_length == Some(0) {
                    return refuse(format!("`{at}`: a text has at most 6,000 characters"));
                }
                self.choices(at, &kind.choices, kind.autocomplete)
            }
            OptionKind::Integer(kind) => self.numeric(at, kind),
            OptionKind::Number(kind) => self.numeric(at, kind),
            OptionKind::Unknown(kind) => {
                refuse(format!("`{at}` takes `{kind}`, which this version of Lumina does not know"))
            }
            _ => Ok(()),
        }
    }

    fn numeric<N: PartialOrd>(&mut self, at: &str, kind: &NumberKind<N>) -> Checked {
        if kind.min.as_ref().zip(kind.max.as_ref()).is_some_and(|(min, max)| min > max) {
            return refuse(format!("`{at}`: the smallest value is above the greatest"));
        }
        self.choices(at, &kind.choices, kind.autocomplete)
    }

    fn choices(&mut self, at: &str, choices: &[Choice], autocomplete: bool) -> Checked {
        if choices.len() > LIST_MAX {
            return refuse(format!("`{at}` has more than {LIST_MAX} choices"));
        }
        if autocomplete && !choices.is_empty() {
            return refuse(format!("`{at}` has both choices and autocomplete"));
        }
        for choice in choices {
            self.words(at, "name of a choice", &choice.name, CHOICE_CHARACTERS_MAX)?;
            if let ChoiceValue::String(value) = &choice.value {
                let length = value.chars().count();
                if length > CHOICE_CHARACTERS_MAX {
                    return refuse(format!(
                        "`{at}`: the value of a choice is above 100 characters"
                    ));
                }
                self.characters += length;
            }
        }
        Ok(())
    }

    fn end(&self, at: &str) -> Checked {
        if self.characters > COMMAND_CHARACTERS_MAX {
            return refuse(format!(
                "`{at}` has {} characters of names, descriptions and values; Discord takes \
                 {COMMAND_CHARACTERS_MAX}",
                self.characters
            ));
        }
        Ok(())
    }
}

/// Whether Discord takes `name` for a slash command or an option.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
    (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count())
        && name.chars().all(allowed)
        && name.to_lowercase() == name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(descriptor: &Descriptor, others: &[Descriptor]) -> String {
        let texts = Bundles::read(descriptor).unwrap();
        match check(descriptor, &texts, others.iter(), 0) {
            Ok(()) => "fine".to_owned(),
            Err(refused) => refused.to_string(),
        }
    }

    fn one(command: Command) -> Descriptor {
        let mut descriptor = Descriptor::new("Test").command(command);
        descriptor.name = "test".to_owned();
        descriptor
    }

    #[test]
    fn what_discord_would_refuse_is_refused_with_a_sentence() {
        let many = |n: u8| {
            (0..n).fold(Command::slash("a", "A"), |command, n| {
                command.option(CommandOption::string(&format!("o{n}"), "O"))
            })
        };
        let choices = (0..26).fold(CommandOption::integer("o", "O"), |option, n: i64| {
            option.choice(format!("c{n}"), n)
        });
        let wordy = (0..25).fold(Command::slash("a", "A"), |command, n| {
            let option = (0..25).fold(CommandOption::string(&format!("o{n}"), "O"), |option, n| {
                option.choice(format!("{n}"), format!("{n}-{}", "v".repeat(20)))
            });
            command.option(option)
        });
        let cases = [
            (Command::slash("a", "A"), "fine"),
            (many(25), "fine"),
            (Command::slash("Upper", "A"), "lower-case"),
            (Command::slash("", "A"), "lower-case"),
            (Command::slash("a b", "A"), "lower-case"),
            (Command::slash("a", ""), "description must have 1 to 100"),
            (Command::slash("a", "x".repeat(101)), "description must have 1 to 100"),
            (many(26), "more than 25 options"),
            (Command::slash("a", "A").option(choices), "more than 25 choices"),
            (wordy, "Discord takes 8000"),
            (Command::slash("a", "A").deadline_ms(900_001), "deadline"),
            (
                Command::slash("a", "A")
                    .option(CommandOption::user("b", "B"))
                    .option(CommandOption::user("c", "C").required()),
                "required options must stand before",
            ),
            (
                Command::slash("a", "A")
                    .option(CommandOption::user("b", "B"))
                    .subcommand(Subcommand::new("c", "C")),
                "both options and sub-commands",
            ),
            (
                Command::slash("a", "A").option(CommandOption::integer("b", "B").range(2, 1)),
                "smallest value is above",
            ),
            (Command::user_menu("See Profile"), "fine"),
            (Command::slash("sudo", "A"), "belongs to `Lumina itself`"),
        ];
        for (command, expected) in cases {
            let name = command.name.clone();
            let found = checked(&one(command), &[]);
            assert!(found.contains(expected), "{name}: {found}, not {expected}");
        }
    }

    #[test]
    fn the_second_owner_of_a_name_is_refused_with_both_names() {
        let mut other = one(Command::slash("a", "A"));
        other.name = "first".to_owned();
        let found = checked(&one(Command::slash("a", "A")), &[other]);
        assert_eq!(found, "the command `a` of `test` belongs to `first` already");
    }

    #[test]
    fn a_privileged_intent_that_is_not_switched_on_is_refused_with_the_place_of_the_switch() {
        let found = checked(&Descriptor::new("T").event("MESSAGE_CREATE", 1 << 15), &[]);
        assert!(found.contains("Message Content Intent") && found.contains("Developer Portal"));
    }

    #[test]
    fn a_description_that_is_too_long_in_one_language_is_refused() {
        let long = format!("d = {}", "x".repeat(101));
        let descriptor =
            one(Command::slash("a", Text::key("d"))).texts("en", "d = D").texts("fr", &long);
        assert!(checked(&descriptor, &[]).contains("1 to 100"));
    }

    #[test]
    fn services_and_hosts_that_cannot_be_are_refused() {
        let mut descriptor = one(Command::slash("a", "A"));
        descriptor.services.push(Service::Unknown);
        assert!(checked(&descriptor, &[]).contains("update Lumina"));
        for host in ["https://a.b", "localhost", "a.b/c", "a.b:80"] {
            let descriptor = one(Command::slash("a", "A")).host(host);
            assert!(checked(&descriptor, &[]).contains("no host name"), "{host}");
        }
    }
}
