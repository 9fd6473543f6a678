//! A disk without room: what cannot be kept is refused with a sentence, nothing is lost, and with room it
//! goes on.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::{InteractionId, Message, SimDiscordOptions};
use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// Mounts a small file system on `$0`, says so, and stays until its input ends.
const HOLD: &str = "mount -t tmpfs -o size=8m none \"$0\" && echo mounted && read -r end";
/// What is written at once to use up what room there is.
const PIECE: [u8; 4_096] = [0; 4_096];
const HELLO: &str = "Hello \\*you\\*!";
/// Presses that fail: more than there are connections to the database, so that each has failed.
const PRESSES: usize = 4;

/// A small disk, there for whoever joins its holder. It is gone with this.
struct Disk {
    holder: Child,
    directory: PathBuf,
}

impl Disk {
    fn mount(bed: &Bed) -> Self {
        let directory = bed.folder.path().join("disk");
        fs::create_dir(&directory).unwrap();
        let mut holder = Command::new("unshare");
        holder.args(["--user", "--map-root-user", "--mount", "sh", "-c", HOLD]).arg(&directory);
        let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut told = String::new();
        let output = holder.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut told).unwrap();
        assert_eq!(told, "mounted\n");
        Self { holder, directory }
    }

    /// Lets the host of the bed see the disk.
    fn insert(&self, bed: &mut Bed) {
        let (program, host) = (bed.folder.path().join("start"), bed.program.display());
        let join = format!("nsenter --target {} --user --preserve-credentials", self.holder.id());
        let script = format!("#!/bin/sh\nexec {join} --mount '{host}' \"$@\"\n");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        bed.program = program;
    }

    /// The file that takes all room, as it is seen from here.
    fn filler(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.directory.strip_prefix("/").unwrap()).join("filler")
    }

    fn fill(&self) {
        let mut filler = File::create(self.filler()).unwrap();
        let full = loop {
            if let Err(error) = filler.write_all(&PIECE) {
                break error;
            }
        };
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn label(message: &Message, button: usize) -> String {
    let buttons = message.buttons();
    buttons[button]["label"].as_str().unwrap_or_default().to_owned()
}

/// All that was said in answer to an interaction.
fn said_to(bed: &Bed, interaction: InteractionId) -> String {
    let answer = bed.discord.answer_now(interaction).message().map(text_of);
    let further = bed.discord.followups(interaction);
    answer.into_iter().chain(further.iter().map(text_of)).collect()
}

async fn searched(bed: &Bed) -> Message {
    bed.shown(bed.invoke("mira", "search", &[("query", "series-400005".into())])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_nothing_is_marked_or_lost_and_with_room_it_goes_on() {
    let options = SimDiscordOptions { identify_interval_ms: 0, ..SimDiscordOptions::default() };
    let mut bed = Bed::without_host(options).await;
    bed.install_plugin("search");
    let disk = Disk::mount(&bed);
    disk.insert(&mut bed);
    let database = disk.directory.join("lumina.db");
    let settings = [("SQLITE_DATABASE_FILE", database.to_str().unwrap())];
    bed.start(&settings).await;
    let message = searched(&bed).await;
    let press = |bed: &Bed, button: usize| bed.press("mira", message.id, button);
    let now =
        |bed: &Bed, button: usize| label(&bed.discord.message(message.id).unwrap(), button - 1);
    press(&bed, 2);
    bed.until("it is a favorite", |bed| now(bed, 2) == "Unfavorite").await;

    disk.fill();
    for _ in 0..PRESSES {
        let pressed = press(&bed, 1);
        let told = "There is no room left to keep lists, so nothing was changed.";
        bed.until("it is told why", |bed| said_to(bed, pressed).contains(told)).await;
    }
    assert_eq!(now(&bed, 1), "Mark as watched");
    let failed = "cannot mark the episodes of a series in the database";
    assert!(bed.log().contains(failed), "{}", bed.log());
    assert_eq!(bed.answer("hello").await.content(), HELLO);

    disk.make_room();
    press(&bed, 1);
    bed.until("it is watched", |bed| now(bed, 1) == "Unmark as watched").await;
    assert!(bed.stop().await.success());
    bed.start(&settings).await;
    let message = searched(&bed).await;
    assert_eq!([label(&message, 0), label(&message, 1)], ["Unmark as watched", "Unfavorite"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_on_a_full_disk_loses_lines_says_so_once_and_the_host_serves_on() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    // Each write to it fails as on a disk without room.
    bed.start(&[("LOG_FILE", "/dev/full"), ("DEBUG", "1")]).await;
    for _ in 0..3 {
        assert_eq!(bed.answer("hello").await.content(), HELLO);
    }
    let told = "LOG_FILE `/dev/full` loses lines: No space left on device";
    assert_eq!(bed.log().matches(told).count(), 1, "{}", bed.log());
    assert!(bed.stop().await.success());
}
