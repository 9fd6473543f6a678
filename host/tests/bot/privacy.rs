//! `/privacy`: taking along and deleting what is kept, also with every plugin unloaded.

use crate::bed::{Bed, text_of};
use lumina_host::{
    clock::UnixMillis,
    db::{Database, DatabaseLocation, List, MarkCounts, MovieData, Press},
    tvdb::{MediaId, MediaKind, Movie, Title},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord::SimDiscordOptions;

const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

async fn database(bed: &Bed) -> Database {
    let location = DatabaseLocation::file(bed.folder.path().join("data/lumina.db"));
    Database::open(&location).await.unwrap()
}

/// Gives `who` two movies watched, one of them a favorite.
async fn fill(bed: &Bed, who: &str) -> UserId {
    let db = database(bed).await;
    let user = UserId(bed.person(who).0);
    for (id, list) in [(1, List::Watched), (2, List::Watched), (2, List::Favorite)] {
        let title = Title {
            kind: MediaKind::Movie,
            id: MediaId(id),
            slug: None,
            name: format!("Movie, {id}"),
            english_name: None,
            overview: None,
            english_overview: None,
            translations: Vec::new(),
            image: None,
            year: None,
        };
        let movie = Box::new(Movie { title, released: None, runtime_minutes: None });
        let press = Press { user, list, adds: true, at: NOW };
        let data = MovieData::New { movie, is_outdated: false };
        assert!(db.mark_movie(press, MediaId(id), &data).await.unwrap());
    }
    db.close().await;
    user
}

async fn counts(bed: &Bed, user: UserId) -> MarkCounts {
    let db = database(bed).await;
    let counts = db.counts_of(user).await.unwrap();
    db.close().await;
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_given_as_files_and_deleted_after_a_confirmation_with_every_plugin_unloaded()
{
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let mira = fill(&bed, "mira").await;
    let noah = fill(&bed, "noah").await;
    bed.start(&[]).await;
    bed.shown(bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())])).await;

    let export = bed.shown(bed.invoke("mira", "privacy export", &[])).await;
    assert!(export.is_ephemeral());
    let text = text_of(&export);
    assert!(text.contains("2 movies and 0 episodes watched, 1 favorite"), "{text}");
    assert!(text.contains("`answers`"), "who could not be asked is named: {text}");
    let files: Vec<(&str, bool)> = export.body()["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["filename"].as_str().unwrap(), file["size"].as_u64() > Some(100)))
        .collect();
    assert_eq!(files, [("lumina.json", true), ("lumina-lists.csv", true)]);
    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    assert!(text_of(&question).contains("2 movies") && question.is_ephemeral());
    bed.outcome(bed.press("mira", question.id, 2)).await;
    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    assert!(text_of(&question).contains("2 movies"), "the other button kept it");
    let deleted = bed.shown(bed.press("mira", question.id, 1)).await;
    assert!(text_of(&deleted).contains("Deleted: 2 movies"), "{}", text_of(&deleted));
    bed.is_clean();
    assert!(bed.stop().await.success());
    assert_eq!(counts(&bed, mira).await, MarkCounts::default());
    assert_eq!(counts(&bed, noah).await.n_movies, 2, "another's lists are untouched");
}
