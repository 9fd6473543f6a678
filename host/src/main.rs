//! The program `lumina`.

use lumina_host::plugins;
use std::{env, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match arguments.as_slice() {
        [group, verb, file] if [group, verb] == plugins::PROBE_ARGUMENTS => {
            plugins::run_trial(Path::new(file))
        }
        _ => ExitCode::FAILURE,
    }
}
