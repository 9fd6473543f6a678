//! A host whose working copies of plugins would lie where no program runs, on a real mount.

use crate::{
    bed::Bed,
    running::{said, settings_of},
};
use lumina_sandbox::discord::SimDiscordOptions;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What a program that does not end by itself is ended with, and after how long.
const NOT_ENDED: i32 = 124;
const SECONDS_MAX: &str = "60";
/// What the program ends with where no start helps before something is changed.
const WRONG_SETTINGS: i32 = 78;
/// Mounts a file system without programs on `$0`, for what it becomes then.
const MOUNT: &str = "mount -t tmpfs -o noexec none \"$0\" && exec \"$@\"";

/// A directory in which no program runs.
enum Noexec {
    /// The machine has one.
    There(PathBuf),
    /// Mounted here, for nobody but the program that is begun.
    Mounted(PathBuf),
}

impl Noexec {
    fn find(bed: &Bed) -> Self {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        let is_proc = |line: &&str| line.split(' ').nth(1) == Some("/proc");
        let options = mounts.lines().rfind(is_proc).and_then(|line| line.split(' ').nth(3));
        if options.is_some_and(|options| options.split(',').any(|option| option == "noexec")) {
            return Self::There(PathBuf::from("/proc"));
        }
        let directory = bed.folder.path().join("noexec");
        fs::create_dir(&directory).unwrap();
        Self::Mounted(directory)
    }

    fn path(&self) -> &Path {
        let (Self::There(path) | Self::Mounted(path)) = self;
        path
    }

    fn lumina(&self, bed: &Bed, command: &str, shadow_dir: &Path) -> Output {
        let mut program = Command::new("timeout");
        program.arg(SECONDS_MAX);
        if let Self::Mounted(path) = self {
            program.args(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT]);
            program.arg(path);
        }
        program.args([env!("CARGO_BIN_EXE_lumina"), command]);
        settings_of(bed, &mut program).env("SHADOW_DIR", shadow_dir).output().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_without_programs_for_the_copies_of_plugins_is_refused_with_what_to_change() {
    let bed = Bed::without_host(SimDiscordOptions::default()).await;
    let noexec = Noexec::find(&bed);
    for shadow_dir in [noexec.path().to_owned(), noexec.path().join("not/there/yet")] {
        let sentence = format!(
            "`{}` is mounted `noexec`, so that no plugin can be loaded from there: set SHADOW_DIR to a \
             directory that allows programs, or mount it with `exec`",
            shadow_dir.display()
        );
        for (command, beginning) in [("run", "lumina: "), ("check", "WRONG  SHADOW_DIR: ")] {
            let refused = noexec.lumina(&bed, command, &shadow_dir);
            assert_ne!(refused.status.code(), Some(NOT_ENDED), "{command}: {}", said(&refused));
            assert_eq!(
                refused.status.code(),
                Some(WRONG_SETTINGS),
                "{command}: {}",
                said(&refused)
            );
            let line = format!("{beginning}{sentence}\n");
            assert!(said(&refused).contains(&line), "{command}: {}", said(&refused));
        }
    }
    let unharmed = noexec.lumina(&bed, "check", &bed.folder.path().join("shadow"));
    assert!(unharmed.status.success(), "{}", said(&unharmed));
}
