//! The manual page: one for the program with all its commands. It points to no other page, because there is
//! none.

use clap::{Arg, Command};
use clap_mangen::{
    Man,
    roff::{Inline, Roff, bold, italic, roman},
};
use std::io::{self, Write};

/// Writes the page of a `program`, with what stands below its help.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(program: &Command, after_help: &str, out: &mut impl Write) -> io::Result<()> {
    let page = Man::new(program.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    let mut rest = Roff::new();
    rest.control("SH", ["COMMANDS"]);
    commands(program, program.get_name(), &mut rest);
    after_help.split("\n\n").for_each(|section| lines(section, &mut rest));
    rest.to_writer(out)
}

/// Tells each command that does something, by its whole name.
fn commands(parent: &Command, path: &str, page: &mut Roff) {
    for command in parent.get_subcommands() {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            commands(command, &path, page);
            continue;
        }
        let arguments = command.get_arguments();
        let usage = [bold(path)].into_iter().chain(arguments.flat_map(usage_of));
        page.control("TP", []).text(usage.collect::<Vec<_>>());
        page.text([roman(sentence(command.get_about()))]);
        for argument in command.get_arguments() {
            page.control("br", []);
            page.text([name_of(argument), roman(format!(": {}", sentence(argument.get_help())))]);
        }
    }
}

fn usage_of(argument: &Arg) -> Vec<Inline> {
    let name = name_of(argument);
    match argument.is_required_set() {
        true => vec![roman(" "), name],
        false => vec![roman(" ["), name, roman("]")],
    }
}

fn name_of(argument: &Arg) -> Inline {
    match argument.get_long() {
        Some(long) => bold(format!("--{long}")),
        None => italic(argument.get_id().as_str().to_uppercase()),
    }
}

/// What is said of it, with the full stop that is left out where it stands in a table.
fn sentence(words: Option<&clap::builder::StyledStr>) -> String {
    words.map(|words| format!("{words}.")).unwrap_or_default()
}

/// Tells a section whose first line is its heading, line by line.
fn lines(section: &str, page: &mut Roff) {
    let mut lines = section.lines();
    let heading = lines.next().unwrap_or_default().trim_end_matches(':').to_uppercase();
    page.control("SH", [heading.as_str()]).control("nf", []);
    for line in lines {
        page.text([roman(line.trim_start_matches("  "))]);
    }
    page.control("fi", []);
}
