//! A database that is mounted as a single file, on a real mount: its journal would be lost.

use crate::{
    bed::Bed,
    running::{said, settings_of},
};
use lumina_sandbox::discord::SimDiscordOptions;
use std::{fs, path::Path, process::Command};

/// What a program is ended after that does not end by itself.
const SECONDS_MAX: &str = "60";
/// What the program ends with where no start helps before something is changed.
const WRONG_SETTINGS: i32 = 78;
/// Mounts `$0` on `$1`, for what it becomes then.
const MOUNT: &str = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";

/// Runs the program where a file is mounted at `place`, seen by it alone.
fn with_mounted(bed: &Bed, place: &Path, command: &str, extra: &[(&str, &str)]) -> (i32, String) {
    let theirs = bed.folder.path().join("theirs.db");
    for file in [&theirs, place] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    let mut program = Command::new("timeout");
    program.arg(SECONDS_MAX);
    program.args(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT]);
    program.args([&*theirs, place, env!("CARGO_BIN_EXE_lumina").as_ref()]).arg(command);
    let ended = settings_of(bed, &mut program).envs(extra.iter().copied()).output().unwrap();
    fs::remove_file(place).unwrap();
    (ended.status.code().expect("no signal ends it"), said(&ended))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_mounted_as_a_single_file_is_refused_with_what_to_change() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let folder = bed.folder.path();
    let named = folder.join("named/lumina.db");
    let setting = ("SQLITE_DATABASE_FILE", named.to_str().unwrap());
    let own = folder.join("data/lumina.db");
    // Where the former bot has its database by itself: seen from the folder that it is started in.
    let former = folder.join("database.db");
    for (place, told, extra) in [
        (&named, named.to_str().unwrap(), &[setting][..]),
        (&own, own.to_str().unwrap(), &[]),
        (&former, "./database.db", &[]),
    ] {
        let sentence = format!(
            "the database `{told}` is mounted as a single file, so that its journal cannot be kept beside \
             it: mount the directory that holds it instead"
        );
        for (command, beginning) in [("run", "lumina: "), ("check", "WRONG  database: ")] {
            let (code, said) = with_mounted(&bed, place, command, extra);
            assert_eq!(code, WRONG_SETTINGS, "{command}: {said}");
            assert!(said.contains(&format!("{beginning}{sentence}")), "{command}: {said}");
        }
    }
    // Who says where the database is means no other.
    let elsewhere = folder.join("elsewhere.db");
    let elsewhere = ("SQLITE_DATABASE_FILE", elsewhere.to_str().unwrap());
    let (code, said) = with_mounted(&bed, &former, "check", &[elsewhere]);
    assert_eq!(code, 0, "{said}");
}
