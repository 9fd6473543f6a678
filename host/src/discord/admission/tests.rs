//! What is refused before a plugin serves.

use super::*;
use crate::texts::english;
use lumina_plugin_api::command::{ChannelKind, Choice, Group, StringKind, Subcommand};

fn refusal(change: impl FnOnce(Descriptor) -> Descriptor) -> String {
    let mut descriptor = change(Descriptor::new("x"));
    if descriptor.name.is_empty() {
        descriptor.name = "plugin".to_owned();
    }
    let refused = admit(&descriptor, &Registry::default(), 0);
    refused.err().map(|why| english(&why)).unwrap_or_default()
}

fn command_refusal(command: Command) -> String {
    refusal(|descriptor| descriptor.command(command))
}

fn option(name: &str) -> CommandOption {
    CommandOption::string(name, "What")
}

#[test]
fn what_discord_takes_is_admitted() {
    let good = Command::slash("search", "Search")
        .option(option("query").required().autocomplete())
        .option(option("kind").choice("Movie", "movie"))
        .option(CommandOption::new("where", "Where", OptionKind::Channel(ChannelKind::default())));
    let deep = Command::slash("list", "Lists").group(
        Group::new("watch", "Watched")
            .subcommand(Subcommand::new("add", "Add").option(option("a"))),
    );
    assert_eq!(
        refusal(|d| d.command(good).command(deep).command(Command::user_menu("Look Up"))),
        ""
    );
}

#[test]
fn each_refusal_names_what_is_wrong() {
    let many = |n| (0..n).fold(Command::slash("a", "b"), |c, i| c.option(option(&format!("o{i}"))));
    let long = "x".repeat(101);
    let choices = (0..26).map(|i| Choice::new(format!("c{i}"), format!("v{i}"))).collect();
    let mut kind = StringKind::default();
    kind.choices = choices;
    let cases = [
        (
            Command::slash("Search", "x"),
            "the command `Search` has a name that Discord does not take: it takes 1 to 32 lower case",
        ),
        (Command::slash("", "x"), "1 to 32"),
        (Command::slash(&long, "x"), "1 to 32"),
        (Command::slash("a b", "x"), "`a b`"),
        (Command::slash("a", ""), "0 characters"),
        (Command::slash("a", long.as_str()), "101 characters"),
        (Command::slash("sudo", "x"), "Lumina itself"),
        (Command::slash("privacy", "x"), "Lumina itself"),
        (many(26), "26 options"),
        (Command::slash("a", "b").option(option("x")).option(option("x")), "twice"),
        (Command::slash("a", "b").option(option("x")).option(option("y").required()), "`y`"),
        (
            Command::slash("a", "b").option(option("x")).subcommand(Subcommand::new("s", "t")),
            "both",
        ),
        (Command::slash("a", "b").group(Group::new("g", "h")), "without sub-commands"),
        (
            Command::slash("a", "b").option(option("x").choice("c", "d").autocomplete()),
            "one of them",
        ),
        (Command::slash("a", "b").option(option("x").length(5, 3)), "min_length"),
        (
            Command::slash("a", "b").option(CommandOption::new("x", "y", OptionKind::String(kind))),
            "26 choices",
        ),
        (Command::slash("a", "b").localized_name("xx", "c"), "`xx`"),
        (Command::slash("a", "b").option(CommandOption::integer("x", "y").choice("c", "d")), "`c`"),
    ];
    for (command, expected) in cases {
        let refusal = command_refusal(command);
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
}

#[test]
fn a_command_with_too_many_characters_in_all_is_refused() {
    let mut command = Command::slash("a", "b");
    for index in 0..25 {
        let mut one = option(&format!("option{index}"));
        for choice in 0..25 {
            one = one.choice(format!("{choice:0>20}"), "v".repeat(10));
        }
        command = command.option(one);
    }
    assert!(command_refusal(command).contains("more than 8000"));
}

#[test]
fn what_this_version_does_not_know_is_refused_by_name() {
    let unknown = serde_json::json!({"hologram": {}});
    let command =
        Command::slash("a", "b").option(CommandOption::new("x", "y", OptionKind::Unknown(unknown)));
    assert!(command_refusal(command).contains("`hologram`"));
    assert!(refusal(|d| d.service(Service::Unknown)).contains("service"));
}

#[test]
fn a_privileged_intent_that_is_not_switched_on_is_refused_with_the_place_of_the_switch() {
    let wanting = Descriptor::new("x").event("MESSAGE_CREATE", 1 << 9 | 1 << 15);
    let refusal = refusal(|_| wanting.clone());
    assert!(refusal.contains("Message Content Intent") && refusal.contains("portal"), "{refusal}");
    let mut named = wanting;
    named.name = "plugin".to_owned();
    assert_eq!(admit(&named, &Registry::default(), 1 << 19), Ok(()));
}

#[test]
fn intents_that_discord_does_not_have_are_refused_by_their_bits() {
    for bit in [17, 18, 19, 22, 23, 26, 31, 63] {
        let refusal = refusal(|d| d.event("MESSAGE_CREATE", 1 << 9 | 1 << bit));
        assert!(refusal.contains(&format!("{:#x}", 1_u64 << bit)), "{bit}: {refusal}");
    }
    for bit in [0, 9, 16, 20, 21, 24, 25] {
        assert_eq!(refusal(|d| d.event("MESSAGE_CREATE", 1 << bit)), "", "{bit}");
    }
}

#[test]
fn a_plugin_with_a_name_that_fits_no_custom_id_is_refused() {
    for name in ["Upper", "a/b", &"x".repeat(33), "ä"] {
        let refusal = refusal(|mut descriptor| {
            descriptor.name = name.to_owned();
            descriptor
        });
        assert!(refusal.contains("no name for a plugin"), "{name}: {refusal}");
    }
}

#[test]
fn what_has_no_effect_is_told_to_who_builds_it_and_keeps_nothing_from_serving() {
    let ineffective = |descriptor: Descriptor| {
        assert_eq!(admit(&descriptor, &Registry::default(), 0), Ok(()), "it served before");
        check_effective(&descriptor).err().map(|why| english(&why)).unwrap_or_default()
    };
    let d = || {
        let mut descriptor = Descriptor::new("x");
        "plugin".clone_into(&mut descriptor.name);
        descriptor
    };
    let told = |host: &str| ineffective(d().host(host));
    for host in [
        "https://example.com/",
        "example.com/a",
        "example.com:80",
        "*.example.com",
        "",
        "127.0.0.1",
    ] {
        let told = told(host);
        assert!(told.contains(&format!("`{host}`")) && told.contains("a name alone"), "{told}");
    }
    assert_eq!(told("api.example.com"), "");
    assert_eq!(told("Bücher.example"), "");
    let hour = Command::slash("hour", "b").deadline_ms(3_600_000);
    assert!(ineffective(d().command(hour.clone())).contains("more than 900000 ms"));
    let below = Subcommand::new("s", "t").handling(hour.handling);
    let below = ineffective(d().command(Command::slash("a", "b").subcommand(below)));
    assert!(below.contains("`a`"), "{below}");
    assert_eq!(ineffective(d().command(Command::slash("a", "b").deadline_ms(900_000))), "");
    let english = ineffective(d().texts("en", "").texts("english", ""));
    assert!(english.contains("`english`"), "{english}");
    assert!(ineffective(d().texts("en", "").texts("xx", "")).contains("`xx`"));
    assert_eq!(ineffective(d().texts("ar", "").texts("en-AU", "").texts("sv", "")), "");
}

#[test]
fn all_that_has_no_effect_is_told_at_once() {
    let hour = |name: &str| Command::slash(name, "b").deadline_ms(3_600_000);
    let mut descriptor = Descriptor::new("x")
        .host("127.0.0.1")
        .host("api.example.org")
        .host("a/b")
        .command(hour("one"))
        .command(hour("two"))
        .texts("en", "")
        .texts("xx", "");
    "plugin".clone_into(&mut descriptor.name);
    let told = check_effective(&descriptor).err().map(|why| english(&why)).unwrap_or_default();
    for what in ["`127.0.0.1`", "`a/b`", "`one`", "`two`", "`xx`"] {
        assert!(told.contains(what), "{what}: {told}");
    }
    assert!(!told.contains("api.example.org"), "{told}");
}

#[test]
fn broken_texts_and_commands_declared_twice_are_refused() {
    assert!(refusal(|d| d.texts("en", "= x")).contains("cannot be read"));
    let twice =
        |d: Descriptor| d.command(Command::slash("a", "b")).command(Command::slash("a", "c"));
    assert!(refusal(twice).contains("twice"));
}
