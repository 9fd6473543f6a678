//! `/privacy`: taking along and deleting what is kept, also with every plugin unloaded.

use crate::bed::{Bed, text_of};
use lumina_host::{
    clock::UnixMillis,
    db::{Database, DatabaseLocation, List, MarkCounts, MovieData, Press, VisibleTo},
    tvdb::{Movie, MovieId, Title},
};
use lumina_plugin_api::id::UserId;
use lumina_sandbox::discord::{Message, SimDiscordOptions};
use serde_json::{Value, json};

const NOW: UnixMillis = UnixMillis(1_795_000_000_000);
/// The same moment, as the files write it.
const ADDED: &str = "2026-11-18T11:06:40Z";

async fn database(bed: &Bed) -> Database {
    let location = DatabaseLocation::file(bed.folder.path().join("data/lumina.db"));
    Database::open(&location).await.unwrap()
}

/// Gives `who` two movies watched, one of them a favorite, and a profile that nobody else sees.
async fn fill(bed: &Bed, who: &str) -> UserId {
    let db = database(bed).await;
    let user = UserId(bed.person(who).0);
    for (id, list) in [(1, List::Watched), (2, List::Watched), (2, List::Favorite)] {
        let title = Title {
            id: MovieId(id).into(),
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
        assert!(db.mark_movie(press, MovieId(id), &data).await.unwrap());
    }
    db.set_visibility(user, VisibleTo::Nobody).await.unwrap();
    db.close().await;
    user
}

async fn counts(bed: &Bed, user: UserId) -> MarkCounts {
    let db = database(bed).await;
    let counts = db.counts_of(user).await.unwrap();
    db.close().await;
    counts
}

/// Both files, by their names and to their ends.
fn files_of(bed: &Bed, export: &Message) -> [String; 2] {
    let files = export.body()["attachments"].as_array().unwrap().clone();
    assert_eq!(files.len(), 2, "{files:?}");
    ["lumina.json", "lumina-lists.csv"].map(|name| {
        let file = files.iter().find(|file| file["filename"] == name).expect(name);
        let bytes = bed.discord.file(file["id"].as_str().unwrap().parse().unwrap()).expect(name);
        assert_eq!(file["size"], bytes.len());
        String::from_utf8(bytes.to_vec()).unwrap()
    })
}

/// The three marks that [`fill`] made, and that nobody else keeps anything.
fn check_json(json: &str, user: UserId) {
    let told: Value = serde_json::from_str(json).unwrap();
    let mark = |list: &str, id: u64| {
        json!({
            "list": list, "kind": "movie", "tvdb_id": id, "name": format!("Movie, {id}"),
            "series_tvdb_id": null, "series_name": null, "season": null, "episode": null,
            "added_at": ADDED,
        })
    };
    let marks = [mark("watched", 1), mark("watched", 2), mark("favorite", 2)];
    let lists = json!({
        "visibility": { "who": "private" }, "marks": marks, "undoable": [], "imported": [],
        "left_out_of_imports": false, "components": [],
        // Mira is the owner, and has unloaded it.
        "switched_plugins": ["answers"],
    });
    let expected = json!({ "user": user, "lists": lists, "plugins": {}, "not_included": [] });
    assert_eq!(told, expected);
}

fn check_csv(csv: &str) {
    let expected = [
        "list,kind,tvdb_id,name,series_tvdb_id,series_name,season,episode,added_at".to_owned(),
        format!("watched,movie,1,\"Movie, 1\",,,,,{ADDED}"),
        format!("watched,movie,2,\"Movie, 2\",,,,,{ADDED}"),
        format!("favorite,movie,2,\"Movie, 2\",,,,,{ADDED}"),
    ];
    assert_eq!(csv.split_terminator("\r\n").collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_given_as_files_and_deleted_after_a_confirmation_with_every_plugin_unloaded()
{
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    let mira = fill(&bed, "mira").await;
    let noah = fill(&bed, "noah").await;
    bed.install_bytes("broken", b"no library at all");
    bed.start(&[]).await;
    bed.shown(bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())])).await;

    let export = bed.shown(bed.invoke("mira", "privacy export", &[])).await;
    assert!(export.is_ephemeral());
    let text = text_of(&export);
    assert!(text.contains("2 movies and 0 episodes watched, 1 favorite"), "{text}");
    assert!(!text.contains("could not be asked"), "nobody else has kept anything: {text}");
    let [json, csv] = files_of(&bed, &export);
    check_json(&json, mira);
    check_csv(&csv);
    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    assert!(text_of(&question).contains("2 movies") && question.is_ephemeral());
    assert!(
        text_of(&question).contains("1 favorite, and your choice of who may see your profile.")
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_keeps_something_is_named_while_it_cannot_be_asked_even_after_a_restart() {
    let mut bed = Bed::without_host(SimDiscordOptions::default()).await;
    bed.start(&[]).await;
    let export = bed.shown(bed.invoke("mira", "privacy export", &[])).await;
    let told: Value = serde_json::from_str(&files_of(&bed, &export)[0]).unwrap();
    let mira = bed.person("mira").0.to_string();
    assert_eq!(told["plugins"], json!({ "answers": { "answered": mira } }));
    assert_eq!(told["not_included"], json!([]));
    bed.shown(bed.invoke("mira", "sudo unload", &[("plugin", "answers".into())])).await;
    bed.is_clean();
    assert!(bed.stop().await.success());
    bed.start(&[]).await;
    let export = bed.shown(bed.invoke("mira", "privacy export", &[])).await;
    assert!(text_of(&export).contains("could not be asked: `answers`"), "{}", text_of(&export));
    let told: Value = serde_json::from_str(&files_of(&bed, &export)[0]).unwrap();
    assert_eq!(told["not_included"], json!(["answers"]));
    let question = bed.shown(bed.invoke("mira", "privacy delete", &[])).await;
    let deleted = bed.shown(bed.press("mira", question.id, 1)).await;
    assert!(text_of(&deleted).contains("could not be asked: `answers`"), "{}", text_of(&deleted));
    assert!(bed.stop().await.success());
}
