//! End to end: what was typed at the prompt, and what each person saw.
//!
//! Every file in `transcripts/` is a script. It runs against the real host with the real plugin
//! libraries, and the whole transcript is compared with the stored one. Nothing the bot must never
//! do may have happened meanwhile, and the host must end well when it is asked to.

use lumina_sandbox::{
    prompt,
    session::{Session, SessionOptions},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

#[path = "transcripts/layout.rs"]
mod layout;

/// Makes a test of every script.
macro_rules! transcripts {
    ($($name:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                transcript(stringify!($name)).await;
            }
        )*

        #[test]
        fn every_script_is_run_and_every_stored_transcript_has_one() {
            let named: BTreeSet<String> = [$(stringify!($name).to_owned()),*].into();
            assert_eq!(stems("transcripts", "txt"), named);
            assert_eq!(stems("transcripts/snapshots", "snap"), named);
        }
    };
}

transcripts! {
    a_broken_plugin_leaves_the_old_one_serving,
    a_plugin_that_fails_at_the_start_is_named,
    a_series_is_marked_and_taken_back,
    context_menus_act_on_people_and_messages,
    discord_drops_the_connection,
    discord_fails,
    episodes_of_every_shape_can_be_reached,
    files_are_sent_by_their_path,
    forms_are_filled_in,
    french_people_read_french,
    from_a_search_to_an_episode_in_five_actions,
    help_shows_what_the_caller_may_run,
    hostile_titles_stay_harmless_in_lists,
    marks_are_kept_and_said_once,
    menus_of_people_roles_and_channels,
    marks_while_tvdb_talks_nonsense,
    marks_work_while_tvdb_does_not_answer,
    messages_outlive_the_process_that_wrote_them,
    mistakes_get_a_sentence,
    nothing_is_lost_while_plugins_are_reloaded,
    ping_answers,
    presses_by_others_and_on_old_messages_do_no_harm,
    privacy_gives_a_copy_and_forgets,
    private_conversations_are_places_too,
    profile_is_shown_to_whom_its_owner_says,
    profile_of_many_titles_has_pages,
    profile_shows_what_was_marked,
    search_by_number,
    search_finds_nothing,
    search_is_limited_per_person,
    search_keeps_hostile_texts_harmless,
    search_pages_inside_its_menu,
    search_shows_a_title_and_its_rivals,
    search_shows_titles_with_parts_missing,
    search_suggests_while_one_types,
    seasons_of_a_long_series_come_by_pages,
    sudo_is_for_the_owner,
    sudo_switches_plugins,
    tvdb_answers_nonsense,
    tvdb_is_down_and_old_answers_remain,
    tvdb_is_slow_or_busy,
    tvdb_refuses_the_key,
    twelve_hundred_episodes_are_marked_at_once,
    what_is_stored_is_shown_while_tvdb_is_down,
    what_was_unloaded_stays_unloaded,
}

async fn transcript(name: &str) {
    let script = folder("transcripts").join(name).with_extension("txt");
    let script = std::fs::read_to_string(script).expect("the script is there");
    let options = SessionOptions { steady: true, ..SessionOptions::of_layout(&layout::layout()) };
    let mut session = Session::start(options).await.expect("the sandbox starts");
    let mut shown = String::new();
    for line in script.lines().filter(|line| !line.trim().is_empty()) {
        shown.push_str(&prompt::transcribed(&mut session, line).await);
        shown.push('\n');
    }
    let violations = session.discord().violations();
    assert!(violations.is_empty(), "{violations:#?}\n{shown}");
    assert!(session.stop_host().await.expect("the host ends"), "the host ended with an error");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("transcripts/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn stems(folder_name: &str, ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder(folder_name)).expect("the folder is there");
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}
