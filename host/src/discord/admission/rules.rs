//! Every rule of the simulated Discord about registration, broken by what a plugin declares: one plugin
//! that Discord refuses would keep the commands of all from being registered.

use super::*;
use crate::texts::english;
use lumina_plugin_api::command::{ChannelKind, Choice, Group, NumberKind, StringKind, Subcommand};
use serde_json::json;

const RULES: &str = include_str!("../../../../sandbox/RULES.md");

/// How a rule stands to what a plugin can declare.
enum Rule {
    /// These break it, and each is refused with these words.
    Refused(Vec<Descriptor>, &'static str),
    /// It is about something that a plugin does not declare.
    Elsewhere,
}
use Rule::{Elsewhere, Refused};

fn one(command: Command) -> Vec<Descriptor> {
    vec![Descriptor::new("x").command(command)]
}

fn many(n: usize, command: impl Fn(usize) -> Command) -> Vec<Descriptor> {
    vec![(0..n).fold(Descriptor::new("x"), |all, index| all.command(command(index)))]
}

fn slash() -> Command {
    Command::slash("a", "b")
}

fn option(name: &str) -> CommandOption {
    CommandOption::string(name, "What")
}

fn with(option: CommandOption) -> Vec<Descriptor> {
    one(slash().option(option))
}

fn texts(choices: Vec<Choice>) -> CommandOption {
    let mut kind = StringKind::default();
    kind.choices = choices;
    CommandOption::new("x", "What", OptionKind::String(kind))
}

fn lengths(min: Option<u16>, max: Option<u16>) -> Vec<Descriptor> {
    let mut kind = StringKind::default();
    (kind.min_length, kind.max_length) = (min, max);
    with(CommandOption::new("x", "What", OptionKind::String(kind)))
}

fn whole(min: i64, max: i64) -> Vec<Descriptor> {
    with(CommandOption::integer("x", "What").range(min, max))
}

fn long(n: usize) -> String {
    "é".repeat(n)
}

/// The key of a text that is short in English, and in French too long.
const KEY: &str = "long";

fn long_in_french() -> Descriptor {
    let french = format!("{KEY} = {}", long(101));
    Descriptor::new("x").texts("en", &format!("{KEY} = Short")).texts("fr", &french)
}

/// Makes a command of 9,000 characters out of parts that are allowed each.
fn huge() -> Command {
    let choice = |n: usize| Choice::new(format!("{n:0100}"), format!("{n:0100}"));
    let option = |name: &str| {
        let mut option = texts((0..15).map(choice).collect());
        name.clone_into(&mut option.name);
        option
    };
    ["x", "y", "z"].iter().fold(slash(), |command, name| command.option(option(name)))
}

fn rule_of_commands(rule: &str) -> Option<Rule> {
    Some(match rule {
        "at_most_100_slash_commands" => {
            Refused(many(99, |n| Command::slash(&format!("c{n}"), "b")), "98")
        }
        "at_most_15_user_commands" => {
            Refused(many(16, |n| Command::user_menu(&format!("M {n}"))), "15")
        }
        "at_most_15_message_commands" => {
            Refused(many(16, |n| Command::message_menu(&format!("M {n}"))), "15")
        }
        "a_command_name_has_at_most_32_characters" => {
            let menus = one(Command::user_menu(&long(33)));
            Refused([one(Command::slash(&long(33), "b")), menus].concat(), "1 to 32")
        }
        "a_command_has_a_known_type" => {
            let mut unknown = slash();
            unknown.kind = CommandKind::Unknown;
            Refused(one(unknown), "kind")
        }
        "a_command_has_a_name" => Refused(one(Command::slash("", "b")), "1 to 32"),
        "a_context_menu_name_has_at_most_32_characters" => {
            Refused(one(Command::message_menu(&long(33))), "1 to 32")
        }
        "permissions_have_54_bits" => {
            Refused(one(slash().default_member_permissions(1 << 54)), "permissions")
        }
        "a_command_name_has_no_spaces" => Refused(one(Command::slash("two words", "b")), "name"),
        "a_command_name_is_in_small_letters" => {
            // A letter in title case, a mark that is no letter, a sign.
            let names = ["Ping", "ǆǅ", "a\u{345}", "ⓐ", "a.b"];
            Refused(names.iter().flat_map(|name| one(Command::slash(name, "b"))).collect(), "name")
        }
        "a_command_has_a_description" => {
            let empty = ["", "  "].iter().flat_map(|text| one(Command::slash("a", *text)));
            Refused(empty.collect(), "description")
        }
        "a_command_description_has_at_most_100_characters" => {
            Refused(one(Command::slash("a", long(101))), "101 characters")
        }
        "command_names_are_unique" => Refused(many(2, |_| slash()), "twice"),
        "a_command_has_at_most_8000_characters" => Refused(one(huge()), "more than 8000"),
        "subcommands_do_not_mix_with_options" => {
            let sub = Subcommand::new("s", "t");
            let menu = Command::user_menu("Menu").subcommand(sub.clone());
            let group =
                Command::message_menu("Menu").group(Group::new("g", "h").subcommand(sub.clone()));
            let mixed = slash().option(option("x")).subcommand(sub);
            let menus = [menu, group, Command::user_menu("Menu").option(option("x"))];
            let all = menus.into_iter().chain([mixed]);
            Refused(all.flat_map(one).collect(), "sub-commands")
        }
        _ => return None,
    })
}

fn rule_of_languages(rule: &str) -> Option<Rule> {
    Some(match rule {
        "a_locale_is_one_of_discords" => {
            Refused(one(slash().localized_name("tlh", "qapla")), "`tlh`")
        }
        "a_localized_name_has_at_most_32_characters" => {
            Refused(one(slash().localized_name("fr", &long(33))), "`fr`")
        }
        "a_localized_description_has_at_most_100_characters" => {
            let french = long_in_french().command(Command::slash("a", Text::key(KEY)));
            Refused(vec![french], "101 characters")
        }
        "a_localized_name_fits_the_pattern" => {
            Refused(one(slash().localized_name("fr", "Deux Mots")), "`fr`")
        }
        "a_localized_choice_has_at_most_100_characters" => {
            let choice = texts(vec![Choice::new(Text::key(KEY), "v")]);
            Refused(vec![long_in_french().command(slash().option(choice))], "choice")
        }
        _ => return None,
    })
}

fn rule_of_options(rule: &str) -> Option<Rule> {
    Some(match rule {
        "a_command_has_at_most_25_options" => {
            let many = (0..26).fold(slash(), |all, n| all.option(option(&format!("o{n}"))));
            Refused(one(many), "26 options")
        }
        "an_option_name_fits_the_pattern" => Refused(with(option("No Way")), "`No Way`"),
        "an_option_name_has_at_most_32_characters" => Refused(with(option(&long(33))), "1 to 32"),
        "an_option_of_a_command_has_a_description_of_at_most_100_characters" => {
            Refused(with(CommandOption::string("o", long(101))), "101 characters")
        }
        "a_group_has_at_most_25_subcommands" => {
            let sub = |n: usize| Subcommand::new(&format!("s{n}"), "t");
            let group = (0..26).fold(Group::new("g", "h"), |group, n| group.subcommand(sub(n)));
            Refused(one(slash().group(group)), "26 options")
        }
        "an_option_takes_at_least_1_character" => Refused(lengths(None, Some(0)), "1 to 6000"),
        "an_option_requires_at_most_6000_characters" => {
            Refused(lengths(Some(6_001), None), "0 to 6000")
        }
        "a_whole_number_has_53_bits" => Refused(whole(0, 1 << 53), "2^53"),
        "option_names_are_unique" => {
            Refused(one(slash().option(option("o")).option(option("o"))), "twice")
        }
        "an_option_has_a_description" => {
            Refused(with(CommandOption::string("o", "")), "description")
        }
        "an_option_has_a_known_type" => {
            let kind = OptionKind::Unknown(json!({"hologram": {}}));
            let mut channels = ChannelKind::default();
            channels.types = vec![0, 99];
            let channels = CommandOption::new("x", "y", OptionKind::Channel(channels));
            let all = [CommandOption::new("x", "y", kind), channels];
            Refused(all.into_iter().flat_map(with).collect(), "kind")
        }
        "required_options_stand_first" => Refused(
            one(slash().option(option("a")).option(option("b").required())),
            "must be given",
        ),
        "a_minimum_is_no_more_than_its_maximum" => {
            Refused([whole(2, 1), lengths(Some(2), Some(1))].concat(), "above its max")
        }
        "an_option_takes_at_most_6000_characters" => {
            Refused(lengths(None, Some(6_001)), "1 to 6000")
        }
        _ => return None,
    })
}

fn rule_of_choices(rule: &str) -> Option<Rule> {
    let choices = |choices: Vec<Choice>| with(texts(choices));
    Some(match rule {
        "an_option_has_at_most_25_choices" => {
            let many = (0..26).map(|n| Choice::new(format!("c{n}"), "v"));
            Refused(choices(many.collect()), "26 choices")
        }
        "a_choice_has_at_most_100_characters" => {
            let names = [long(101), String::new(), " ".to_owned()];
            let all = names.iter().flat_map(|name| choices(vec![Choice::new(name.as_str(), "v")]));
            Refused(all.collect(), "choice")
        }
        "a_choice_value_has_at_most_100_characters" => {
            let values = [long(101), String::new()];
            let all =
                values.iter().flat_map(|value| choices(vec![Choice::new("n", value.as_str())]));
            Refused(all.collect(), "choice `n`")
        }
        "choices_and_autocomplete_exclude_each_other" => {
            Refused(with(option("x").choice("c", "d").autocomplete()), "one of them")
        }
        _ => return None,
    })
}

fn rule_of(rule: &str) -> Option<Rule> {
    let elsewhere = [
        // The host counts them a day, and cannot know tomorrow's.
        "at_most_200_new_commands_a_day",
        // Neither what a plugin declares as a group nor as a sub-command can hold a group.
        "groups_do_not_nest",
        "a_subcommand_holds_no_subcommand",
        // The host writes lists and objects.
        "commands_are_a_list",
        "a_command_is_an_object",
        // Only kinds of options that take them hold choices, lengths from 0, and autocomplete.
        "a_choice_has_a_value_of_its_options_type",
        "choices_are_for_text_and_numbers",
        "only_text_and_numbers_complete",
        "an_option_requires_at_least_0_characters",
        // Not written, and written once: see `declare`.
        "a_command_is_somewhere",
        "a_command_names_a_context_once",
        "an_option_names_a_channel_type_once",
        // Not written, whatever is declared: see below.
        "a_context_menu_has_no_description",
        // Addresses, not declarations.
        "an_unknown_command_cannot_be_changed",
        "a_change_keeps_the_rules_of_commands",
        "commands_of_another_application_are_not_ours",
        "a_guild_without_the_bot_has_no_commands",
    ];
    let found = rule_of_commands(rule).or_else(|| rule_of_languages(rule));
    let found = found.or_else(|| rule_of_options(rule)).or_else(|| rule_of_choices(rule));
    found.or_else(|| elsewhere.contains(&rule).then_some(Elsewhere))
}

/// The names of the rules about registration.
fn rules() -> Vec<&'static str> {
    let (_, chapter) = RULES.split_once("## Registration").expect("the chapter is there");
    let (chapter, _) = chapter.split_once("\n## ").expect("another follows");
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    rows.collect()
}

fn refusal(mut descriptor: Descriptor) -> String {
    descriptor.name = "plugin".to_owned();
    let refused = admit(&descriptor, &Registry::default(), 0);
    refused.err().map(|why| english(&why)).unwrap_or_default()
}

#[test]
fn a_plugin_that_breaks_a_rule_of_registration_is_not_admitted() {
    let rules = rules();
    assert!(rules.len() > 30, "{rules:?}");
    for rule in rules {
        match rule_of(rule).unwrap_or_else(|| panic!("`{rule}` is broken by no plugin here")) {
            Elsewhere => {}
            Refused(descriptors, expected) => {
                for descriptor in descriptors {
                    let declared = format!("{:?}", descriptor.commands.first());
                    let refusal = refusal(descriptor);
                    assert!(refusal.contains(expected), "{rule}: {refusal:?}: {declared}");
                }
            }
        }
    }
}

#[test]
fn numbers_that_no_double_holds_are_refused() {
    const BEYOND: i64 = 1 << 53;
    let number = |min: f64| {
        let mut kind = NumberKind::default();
        kind.min = Some(min);
        CommandOption::new("x", "What", OptionKind::Number(kind))
    };
    let choice = |value: i64| CommandOption::integer("x", "What").choice("n", value);
    let beyond = [
        whole(0, BEYOND),
        whole(-BEYOND, 0),
        whole(i64::MIN, i64::MAX),
        with(number(1e300)),
        with(choice(BEYOND)),
    ];
    for descriptor in beyond.concat() {
        assert!(!refusal(descriptor.clone()).is_empty(), "{descriptor:?}");
    }
    let within = [whole(1 - BEYOND, BEYOND - 1), with(number(-9_007_199_254_740_992.0))];
    for descriptor in [within.concat(), with(choice(BEYOND - 1))].concat() {
        assert_eq!(refusal(descriptor), "");
    }
}

#[test]
fn what_a_menu_command_does_is_not_written_and_names_of_all_scripts_are_taken() {
    let mut menu = Command::user_menu("Look Up");
    menu.description = "Look somebody up".into();
    let bundles = Bundles::read(&Descriptor::new("x")).unwrap();
    assert!(declare::command(&menu, &bundles).get("description").is_none());
    for name in ["durée", "検索", "खोज", "ค้นหา", "it's", "a_b-1"] {
        assert_eq!(refusal(one(Command::slash(name, "b")).remove(0)), "", "{name}");
    }
}
