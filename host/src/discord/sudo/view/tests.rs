//! What `/sudo` shows, word for word.

use super::*;
use lumina_plugin_api::command::CommandKind;

#[test]
fn a_long_list_is_told_in_several_messages_without_losing_a_line() {
    let line = |n: usize| format!("{n} {}", "é".repeat(150));
    let all: Vec<String> = (0..60).map(line).collect();
    let pages = pages(&all.join("\n"));
    assert!(pages.len() > 1 && pages.iter().all(|page| page.chars().count() <= 2_000));
    let told: Vec<&str> = pages.iter().flat_map(|page| page.lines()).collect();
    assert_eq!(told, all);
}

#[test]
fn what_no_answer_can_hold_is_cut() {
    let pages = pages(&"a line\n".repeat(10_000));
    assert_eq!(pages.len(), MESSAGES_MAX);
    assert!(pages[MESSAGES_MAX - 1].ends_with('…'));
    assert!(pages.iter().all(|page| page.chars().count() <= 2_000));
    assert_eq!(super::pages(&"x".repeat(9_000))[0].chars().count(), LINE_CHARS_MAX);
    assert_eq!(super::pages("short"), ["short"]);
}

fn status(zombies: usize) -> PluginStatus {
    PluginStatus {
        version: Some("1.0.0".to_owned()),
        calls: 2,
        errors: 1,
        generation: 4,
        zombies,
        ..PluginStatus::serving("ping")
    }
}

#[test]
fn zombies_are_told_where_there_are_some() {
    for (zombies, locale, first, last) in [
        (0, "en-US", " · 2 calls, 1 error · copy 4 · —", " · copy 4 · —"),
        (1, "en-US", " · copy 4 · 1 zombie · —", "to end it and to free the CPU that it may use"),
        (
            2,
            "en-US",
            " · copy 4 · 2 zombies · —",
            "to end them and to free the CPU that they may use",
        ),
        (0, "fr", " · copie 4 · —", " · copie 4 · —"),
        (1, "fr", " · copie 4 · 1 zombie · —", "de libérer le processeur qui serait occupé"),
    ] {
        let told = line(&status(zombies), &Texts::default(), locale);
        assert!(told.lines().next().is_some_and(|line| line.ends_with(first)), "{told}");
        assert!(told.ends_with(last), "{told}");
    }
}

#[test]
fn of_a_plugin_with_many_long_names_of_commands_only_names_are_cut() {
    let long = |n: usize| (CommandKind::Slash, format!("{n:02}{}", "x".repeat(30)));
    let status = PluginStatus { commands: (0..40).map(long).collect(), ..status(1) };
    for (locale, figures) in [
        ("en-US", " · 2 calls, 1 error · copy 4 · 1 zombie · /00x"),
        ("fr", " · 2 appels, 1 erreur · copie 4 · 1 zombie · /00x"),
    ] {
        let told = pages(&line(&status, &Texts::default(), locale)).concat();
        let first = told.lines().next().expect("there is one");
        assert!(first.contains(figures) && first.ends_with('…'), "{told}");
    }
}

fn told(action: Action, kept: bool) -> String {
    let unloaded = Change {
        plugin: "ping".to_owned(),
        action,
        from: Some("1.0.0".to_owned()),
        to: Some("1.0.0".to_owned()),
        generation: 1,
        took: Duration::from_millis(5),
        notes: vec![Text::from("A note.")],
    };
    change(&unloaded, kept, &Texts::default(), "en-US")
}

#[test]
fn what_holds_after_a_restart_is_promised_only_where_it_was_kept() {
    let lost =
        "\n⚠️ A note.\n⚠️ This could not be written down: after a restart it is as it was before.";
    let unloaded = "✅ Unloaded `ping` 1.0.0 (5.0 ms).";
    let kept = format!("{unloaded} It stays unloaded after a restart.\n⚠️ A note.");
    assert_eq!(told(Action::Unload, true), kept);
    assert_eq!(told(Action::Unload, false), format!("{unloaded}{lost}"));
    assert!(told(Action::Load, false).ends_with(lost), "{}", told(Action::Load, false));
    assert!(told(Action::Load, true).ends_with(").\n⚠️ A note."));
}
