//! `/privacy`: taking along and deleting what is kept, also with every plugin unloaded.

use crate::bed::{Bed, text_of};
use lumina_host::{
    clock::UnixMillis,
    db::{Database, DatabaseLocation, List, MarkCounts, MovieData, Press},
    tvdb::{MediaId, MediaKind, Movie, Title},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord::SimDiscordOptions;
use serde_json::Value;

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
            image: None,
            year: None,
        };
        let movie = Movie { title, released: None, runtime_minutes: None };
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
async fn everything_is_given_as_files_and_deleted_after_a_confirmation_with_every_plugin_unloaded() {
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
    let names: Vec<&str> = export.body()["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["filename"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["lumina.json", "lumina-lists.csv"]);
    let fetch = async |index: usize| {
        let url = export.body()["attachments"][index]["url"].as_str().unwrap().to_owned();
        reqwest::get(url).await.unwrap().text().await.unwrap()
    };
    let json: Value = serde_json::from_str(&fetch(0).await).unwrap();
    assert_eq!(json["lists"]["marks"].as_array().unwrap().len(), 3);
    assert!(fetch(1).await.contains("\r\nwatched,movie,2,\"Movie, 2\","));

    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    assert!(text_of(&question).contains("2 movies") && question.is_ephemeral());
    bed.outcome(bed.press("mira", question.id, 1)).await;
    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    assert!(text_of(&question).contains("2 movies"), "the other button kept it");
    let deleted = bed.shown(bed.press("mira", question.id, 0)).await;
    assert!(text_of(&deleted).contains("Deleted: 2 movies"), "{}", text_of(&deleted));
    bed.is_clean();
    assert!(bed.stop().await.success());
    assert_eq!(counts(&bed, mira).await, MarkCounts::default());
    assert_eq!(counts(&bed, noah).await.n_movies, 2, "another's lists are untouched");
}
