//! The database in the hands of somebody else: whoever presses is answered in time, with what was asked
//! for or with why it cannot be shown.

use crate::bed::{Bed, text_of};
use lumina_sandbox::discord::InteractionId;
use sqlx::{
    ConnectOptions as _, Connection as _,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};

/// Holds the database until it is dropped, as a backup or another program may.
async fn hold(bed: &Bed) -> SqliteConnection {
    let path = bed.folder.path().join("data/lumina.db");
    let mut holder = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut holder).await.unwrap();
    holder
}

/// All that was said in answer to an interaction.
fn said_to(bed: &Bed, interaction: InteractionId) -> String {
    let answer = bed.discord.answer_now(interaction).message().map(text_of);
    let further = bed.discord.followups(interaction);
    answer.into_iter().chain(further.iter().map(text_of)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_told_by_its_cause_and_what_was_changed_is_said_to_be_saved() {
    let bed = Bed::new().await;
    let held = hold(&bed).await;
    let asked = bed.invoke("mira", "answer", &[("how", "buttons".into())]);
    let told = "What was changed so far is saved. Please try again in a minute.";
    bed.until("it is told why", |bed| said_to(bed, asked).contains(told)).await;
    assert!(!said_to(&bed, asked).contains("Incident"));
    held.close().await.unwrap();
    assert_eq!(bed.answer("buttons").await.content(), "page 1");
    bed.is_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_whose_state_is_kept_is_answered_while_others_wait_to_write() {
    let bed = Bed::new().await;
    let message = bed.answer("buttons").await;
    let _held = hold(&bed).await;
    // One waits for who holds the database, and one for its turn.
    let waiting =
        ["mira", "noah"].map(|who| bed.invoke(who, "answer", &[("how", "buttons".into())]));
    for interaction in waiting {
        let is_deferred = |bed: &Bed| bed.discord.answer_now(interaction).message().is_some();
        bed.until("it is deferred", is_deferred).await;
    }
    let pressed = bed.press("noah", message.id, 3);
    bed.until("it is answered", |bed| said_to(bed, pressed).contains("500 letters")).await;
    bed.is_clean();
}
