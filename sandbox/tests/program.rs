//! The program `lumina-dev` as it is started by hand: a script, piped lines, and what is missing.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

#[path = "transcripts/layout.rs"]
mod layout;
#[path = "program/terminal.rs"]
mod terminal;

use terminal::Terminal;

/// How often, and how far apart, it is looked whether a host has noticed that its sandbox has gone.
const LOOKS_MAX: u32 = 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

fn started(arguments: &[&str], home: &Path) -> Child {
    let mut program = Command::new(layout::layout().join("lumina-dev"));
    program.args(arguments).env("XDG_STATE_HOME", home);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program.spawn().expect("it can be run")
}

fn lumina_dev(arguments: &[&str], typed: impl AsRef<[u8]>) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut child = started(arguments, home.path());
    let mut input = child.stdin.take().expect("it is piped");
    // A program that ends early does not read; what it wrote tells why.
    let _ = input.write_all(typed.as_ref());
    drop(input);
    child.wait_with_output().expect("it ends")
}

fn script(folder: &Path, text: &str) -> String {
    let script = folder.join("script.txt");
    std::fs::write(&script, text).expect("it can be written");
    script.to_str().expect("UTF-8").to_owned()
}

fn words(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn a_script_is_run_and_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), "# A remark.\n/ping\nquit\n/ping\n");
    let output = lumina_dev(&["--script", &script], "");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    assert!(shown.starts_with("# A remark.\nmira #general> /ping\nLumina\n  Pong!"), "{shown}");
    assert!(
        shown.trim_end().ends_with("quit\nBye. The bot, its Discord and its TheTVDB end here."),
        "{shown}"
    );
}

#[test]
fn a_script_of_another_editor_is_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script(folder.path(), "\u{feff}/ping\r\n\r\nquit\r\n");
    let output = lumina_dev(&["--script", &script], "");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    assert!(shown.contains("Pong!"), "{shown}");
}

#[test]
fn typed_lines_are_answered_below_two_lines_of_help() {
    let output = lumina_dev(&[], "/ping\n");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    assert!(shown.starts_with("Type /ping"), "{shown}");
    assert!(shown.contains("\nmira #general> /ping\nLumina\n  Pong!"), "{shown}");
}

#[test]
fn the_end_of_input_and_a_signal_are_told_what_ends_with_them() {
    const GOODBYE: &str = "Bye. The bot, its Discord and its TheTVDB end here.";
    let output = lumina_dev(&[], "/ping\n");
    let shown = words(&output.stdout);
    assert!(shown.trim_end().ends_with(GOODBYE), "{shown}");

    let home = tempfile::tempdir().expect("a folder");
    let mut sandbox = started(&[], home.path());
    let mut input = sandbox.stdin.take().expect("it is piped");
    input.write_all(b"users\n").expect("it reads");
    let mut lines = BufReader::new(sandbox.stdout.take().expect("it is piped")).lines();
    assert!(lines.any(|line| line.expect("UTF-8").contains("owns the bot")), "it never answered");
    let kill = ["-c", "kill -INT \"$0\"", &sandbox.id().to_string()];
    assert!(Command::new("sh").args(kill).status().expect("there is a shell").success());
    assert!(lines.any(|line| line.expect("UTF-8") == GOODBYE), "it ended without a word");
    assert!(sandbox.wait().expect("it was started here").success());
}

#[test]
fn a_setting_that_the_host_does_not_have_is_refused() {
    for (setting, told) in [
        ("LOG_FROMAT=json", "the host has no setting `LOG_FROMAT`; did you mean `LOG_FORMAT`?"),
        ("FOO=1", "the host has no setting `FOO`; docs/settings.md lists them"),
    ] {
        let output = lumina_dev(&["--set", setting], "/ping\n");
        assert!(!output.status.success());
        assert_eq!(words(&output.stderr), format!("lumina-dev: {told}\n"));
    }
}

#[test]
fn what_is_missing_is_named() {
    let nowhere = Path::new("/nowhere/at-all").to_str().expect("UTF-8");
    for arguments in [["--script", nowhere], ["--program", nowhere], ["--plugins", nowhere]] {
        let output = lumina_dev(&arguments, "/ping\n");
        let told = words(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(told.starts_with("lumina-dev: ") && told.contains(nowhere), "{told}");
    }
}

#[test]
fn a_script_fails_when_a_line_of_it_does_and_is_run_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let script =
        script(folder.path(), "/ping\n\n/pign\nbutton 1\n/sudo unload plugin:pong\n/ping\n");
    let output = lumina_dev(&["--script", &script], "");
    let (shown, told) = (words(&output.stdout), words(&output.stderr));
    assert!(!output.status.success(), "{shown}");
    let expected = "lumina-dev: 2 lines of the script could not be done: line 3 (`/pign`), line 4 (`button 1`)\n";
    assert_eq!(told, expected);
    assert_eq!(shown.matches("inside Lumina.").count(), 2, "{shown}");
}

#[test]
fn piped_lines_that_cannot_be_done_fail_and_one_that_is_no_text_ends_nothing() {
    let output = lumina_dev(&[], b"/ping\n\n/pi\xffng\ntvdb down extra\nusers\n");
    let (shown, told) = (words(&output.stdout), words(&output.stderr));
    assert!(!output.status.success(), "{shown}");
    let expected =
        "2 lines of the input could not be done: line 3 (`no UTF-8`), line 4 (`tvdb down extra`)";
    assert_eq!(told, format!("lumina-dev: {expected}\n"));
    assert!(shown.contains("This line is no text in UTF-8. Nothing was done.\n"), "{shown}");
    assert!(shown.contains("owns the bot"), "{shown}");
}

#[test]
fn an_answer_that_names_an_incident_tells_where_more_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = layout::layout().join("fixtures/answers.so");
    let lines = ["/sudo load plugin:answers", "/answer how:fault", "log 5", "/ping"];
    let add = format!("plugin add {}\n{}\n", answers.display(), lines.join("\n"));
    let output = lumina_dev(&["--script", &script(folder.path(), &add)], "");
    let shown = words(&output.stdout);
    assert!(output.status.success(), "{shown}{}", words(&output.stderr));
    let hint = "(`log` shows what the host wrote of `";
    let id = shown.split(hint).nth(1).and_then(|rest| rest.split('`').next()).expect(&shown);
    assert!(shown.matches(id).count() > 2, "{id}: {shown}");
    assert_eq!(shown.matches(hint).count(), 1, "{shown}");
}

#[test]
fn a_file_of_an_answer_is_looked_into_and_saved_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = layout::layout().join("fixtures/answers.so");
    let saved = folder.path().join("a copy.txt");
    let save = format!("file 1 to \"{}\"", saved.display());
    let lines = ["/sudo load plugin:answers", "/answer how:file", "file 1", &save, &save];
    let text = format!("plugin add {}\n{}\n", answers.display(), lines.join("\n"));
    let output = lumina_dev(&["--script", &script(folder.path(), &text)], "");
    let (shown, told) = (words(&output.stdout), words(&output.stderr));
    assert!(shown.contains("(file 1) a.txt, 7 bytes\n"), "{shown}");
    assert!(shown.contains("> file 1\n  content\n"), "{shown}");
    assert_eq!(std::fs::read(saved).expect(&shown), b"content");
    assert!(shown.contains("is there already. Name another file."), "{shown}");
    assert!(told.starts_with("lumina-dev: line 6 ("), "{told}");
}

#[test]
fn ctrl_c_gives_up_the_line_that_was_begun_and_ends_the_sandbox_at_an_empty_one() {
    let home = tempfile::tempdir().expect("a folder");
    let (mut terminal, mut sandbox) = at_a_terminal(home.path());
    terminal.types("/pin");
    terminal.reads("/pin");
    terminal.types("\x03");
    terminal.reads("mira #general> ");
    terminal.types("users\r");
    terminal.reads("owns the bot");
    terminal.reads("mira #general> ");
    terminal.types("\x03");
    terminal.reads("Bye. The bot");
    assert!(sandbox.wait().expect("it was started here").success());
}

#[test]
fn what_was_typed_outlives_a_closed_window_and_is_there_again_with_arrow_up() {
    let home = tempfile::tempdir().expect("a folder");
    let (mut terminal, mut sandbox) = at_a_terminal(home.path());
    // TAB completes it.
    terminal.types("/pin\t\r");
    terminal.reads("Pong!");
    let kill = ["-c", "kill -HUP \"$0\"", &sandbox.id().to_string()];
    assert!(Command::new("sh").args(kill).status().expect("there is a shell").success());
    assert!(sandbox.wait().expect("it was started here").success());

    let (mut terminal, mut sandbox) = at_a_terminal(home.path());
    terminal.types("\x1b[A\r");
    terminal.reads("Pong!");
    terminal.types("quit\r");
    assert!(sandbox.wait().expect("it was started here").success());
}

#[test]
fn lines_that_cannot_be_kept_are_done_all_the_same_and_that_is_told_once() {
    let home = tempfile::tempdir().expect("a folder");
    let no_file = home.path().join("lumina/sandbox-history");
    std::fs::create_dir_all(&no_file).expect("it can be made");
    let (mut terminal, mut sandbox) = at_a_terminal(home.path());
    terminal.types("/ping\r");
    terminal.reads(&format!("is not kept: `{}` cannot be written", no_file.display()));
    terminal.reads("Pong!");
    terminal.types("quit\r");
    let until_the_end = terminal.reads("Bye. The bot");
    assert!(!until_the_end.contains("is not kept"), "{until_the_end}");
    assert!(sandbox.wait().expect("it was started here").success());
}

/// Starts a prompt at a terminal and waits for its first line.
fn at_a_terminal(home: &Path) -> (Terminal, Child) {
    let (mut terminal, sandbox) = Terminal::with(|tty| {
        let mut program = Command::new(layout::layout().join("lumina-dev"));
        program.env("XDG_STATE_HOME", home).env("TERM", "xterm");
        tty.of(&mut program).spawn().expect("it can be run")
    });
    terminal.reads("mira #general> ");
    (terminal, sandbox)
}

#[test]
fn a_plugin_that_cannot_be_loaded_is_named_before_the_first_line() {
    let plugins = tempfile::tempdir().expect("a folder");
    let built = layout::layout().join("plugins/ping.so");
    std::fs::copy(built, plugins.path().join("ping.so")).expect("it can be copied");
    std::fs::write(plugins.path().join("bad.so"), "no library").expect("it can be written");
    let plugins = plugins.path().to_str().expect("UTF-8");
    for settings in ["LOG_FORMAT=text", "LOG_FORMAT=json"] {
        let output = lumina_dev(&["--plugins", plugins, "--set", settings], "/ping\n");
        let shown = words(&output.stdout);
        let banner = shown.lines().nth(2).unwrap_or_default();
        assert!(banner.starts_with("The plugin `bad` was not loaded: "), "{shown}");
        assert!(banner.ends_with('.') && !banner.contains("plugin.id"), "{shown}");
        assert!(shown.contains("Pong!"), "{shown}");
    }
}

#[test]
fn a_killed_sandbox_leaves_no_host_behind() {
    let home = tempfile::tempdir().expect("a folder");
    let mut sandbox = started(&[], home.path());
    let mut input = sandbox.stdin.take().expect("it is piped");
    input.write_all(b"users\n").expect("it reads");
    let mut lines = BufReader::new(sandbox.stdout.take().expect("it is piped")).lines();
    assert!(lines.any(|line| line.expect("UTF-8").contains("owns the bot")), "it never answered");

    let pid = sandbox.id();
    let host = children_of(pid).pop().expect("the sandbox has started a host");
    sandbox.kill().expect("it runs");
    sandbox.wait().expect("it was started here");
    let gone = (0..LOOKS_MAX).any(|_| {
        std::thread::sleep(BETWEEN_LOOKS);
        !is_running(host)
    });
    assert!(gone, "the host goes on without its sandbox");
}

/// Returns the processes that `pid` has started, from whichever of its threads.
fn children_of(pid: u32) -> Vec<u32> {
    let mut all = String::new();
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    for task in tasks.filter_map(Result::ok) {
        all.push_str(&std::fs::read_to_string(task.path().join("children")).unwrap_or_default());
    }
    all.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// Whether a process is there and not only waits for somebody to ask how it ended.
fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
