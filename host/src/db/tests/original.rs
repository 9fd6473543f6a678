//! The file of the original, made by its own schema: what is taken over, and that twice is
//! once.

use super::*;
use crate::tvdb::{EpisodeId, MediaKind, Movie, MovieId, SeriesId, Title};
use lists::{SERIES, series};
use sqlx::SqliteConnection;
use std::path::PathBuf;

/// The schema of the original's one migration (2024-07-27).
const SCHEMA: &str = "
    CREATE TABLE movies (tvdb_id INTEGER NOT NULL, PRIMARY KEY (tvdb_id));
    CREATE TABLE series (tvdb_id INTEGER NOT NULL, PRIMARY KEY (tvdb_id));
    CREATE TABLE users (discord_id INTEGER NOT NULL, PRIMARY KEY (discord_id));
    CREATE TABLE episodes (
        tvdb_id INTEGER NOT NULL, series_id INTEGER NOT NULL, PRIMARY KEY (tvdb_id),
        FOREIGN KEY(series_id) REFERENCES series (tvdb_id));
    CREATE TABLE user_lists (
        id INTEGER NOT NULL, user_id INTEGER NOT NULL, name VARCHAR NOT NULL,
        item_kind VARCHAR(7) NOT NULL, PRIMARY KEY (id),
        FOREIGN KEY(user_id) REFERENCES users (discord_id),
        CONSTRAINT unique_user_list_name UNIQUE (user_id, name));
    CREATE UNIQUE INDEX ix_user_lists_user_id_name ON user_lists (user_id, name);
    CREATE TABLE user_list_items (
        list_id INTEGER NOT NULL, tvdb_id INTEGER NOT NULL, kind VARCHAR(7) NOT NULL,
        PRIMARY KEY (list_id, tvdb_id, kind), FOREIGN KEY(list_id) REFERENCES user_lists (id));
    CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
    INSERT INTO alembic_version VALUES ('eeef1b453205');";

/// Two people: movies, a watched series, episodes of it and of another, favorites; and rows of no use.
const ROWS: &str = "
    INSERT INTO users VALUES (7), (8), (9);
    INSERT INTO movies VALUES (50), (51);
    INSERT INTO series VALUES (1), (2);
    INSERT INTO episodes VALUES (3, 1), (4, 1), (21, 2);
    INSERT INTO user_lists VALUES (1, 7, 'watched', 'MEDIA'), (2, 7, 'favorite', 'MEDIA'),
        (3, 8, 'watched', 'MEDIA'), (4, 8, 'later', 'MEDIA'), (5, 9, 'watched', 'MEDIA');
    INSERT INTO user_list_items VALUES
        (1, 50, 'MOVIE'), (1, 51, 'MOVIE'), (1, 3, 'EPISODE'), (1, 21, 'EPISODE'),
        (2, 50, 'MOVIE'), (2, 1, 'SERIES'), (3, 1, 'SERIES'), (4, 50, 'MOVIE'),
        (3, 99, 'EPISODE');";

async fn original_file(directory: &TempDir) -> PathBuf {
    let path = directory.path().join("database.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut file = SqliteConnection::connect_with(&options).await.expect("a file");
    for sql in [SCHEMA, ROWS] {
        sqlx::raw_sql(sql).execute(&mut file).await.expect("the schema of the original");
    }
    file.close().await.expect("closed");
    path
}

async fn read(directory: &TempDir) -> Original {
    Original::read(&original_file(directory).await).await.expect("readable")
}

fn taken(n_found: u64, n_new: u64) -> Taken {
    Taken { n_found, n_new }
}

#[tokio::test]
async fn an_import_tells_what_it_took_over() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let original = read(&directory).await;
    assert_eq!(original.n_unusable, 2, "another list, and an episode without a series");
    let done = bench.db.import_original(&original, NOW).await.expect("imported");
    assert_eq!(done.n_users, 2);
    assert_eq!((done.movies, done.series), (taken(3, 3), taken(2, 2)));
    assert_eq!((done.episodes, done.n_titles_to_read), (taken(2, 2), 4));
}

#[tokio::test]
async fn an_import_twice_is_an_import_once_even_after_its_series_became_episodes() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let original = read(&directory).await;
    bench.db.import_original(&original, NOW).await.expect("imported");
    bench.db.store_series(&series(), NOW).await.expect("read from TheTVDB");
    let marks = bench.db.everything_of(UserId(8)).await.expect("readable");
    assert_eq!(marks.len(), 6, "the aired episodes that count");
    assert!(marks.iter().all(|mark| mark.added.is_none() && mark.kind == "episode"));
    let press = Press { user: UserId(8), list: List::Watched, adds: false, at: NOW };
    bench.db.mark_episode(press, (SERIES, EpisodeId(5)), None).await.expect("taken back");
    let again = bench.db.import_original(&original, later(60)).await.expect("imported");
    assert_eq!((again.movies, again.series), (taken(3, 0), taken(2, 0)));
    assert_eq!((again.episodes, again.n_titles_to_read), (taken(2, 0), 0));
    assert_eq!(bench.db.everything_of(UserId(8)).await.expect("readable").len(), 5);
}

#[tokio::test]
async fn importing_again_brings_nothing_back_that_was_taken_off_or_deleted() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let (db, original) = (&bench.db, read(&directory).await);
    db.import_original(&original, NOW).await.expect("imported");
    let press = Press { user: UserId(7), list: List::Watched, adds: false, at: NOW };
    db.mark_movie(press, MovieId(50), &MovieData::Stored).await.expect("taken off");
    db.mark_episode(press, (SERIES, EpisodeId(3)), None).await.expect("taken off");
    let press = Press { list: List::Favorite, ..press };
    db.mark_series(press, SERIES, None).await.expect("taken off");
    let left = db.everything_of(UserId(7)).await.expect("readable");
    assert_eq!(left.len(), 3, "{left:?}");
    db.forget_user(UserId(8)).await.expect("deleted");
    let done = db.import_original(&original, later(60)).await.expect("imported");
    let news = [done.movies, done.series, done.episodes].map(|taken| taken.n_new);
    assert_eq!(news, [0; 3]);
    assert_eq!((done.n_before, done.n_kept_out), (6, 1));
    let counts = db.counts_of(UserId(8)).await.expect("counted");
    assert_eq!(counts, MarkCounts { was_imported: true, ..MarkCounts::default() });
    assert_eq!(db.everything_of(UserId(7)).await.expect("readable"), left);
    assert_eq!(db.everything_of(UserId(8)).await.expect("readable"), []);
}

#[tokio::test]
async fn what_is_kept_beside_the_lists_can_be_taken_along_and_goes_with_them() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let (db, user) = (&bench.db, UserId(7));
    db.store_series(&series(), NOW).await.expect("known");
    db.import_original(&read(&directory).await, NOW).await.expect("imported");
    let press = Press { user, list: List::Watched, adds: false, at: NOW };
    db.mark_episodes(press, (SERIES, Scope::Series), None).await.expect("taken off");
    let keep_for = Duration::from_secs(60);
    let view = NewView { key: "k", plugin: "search", user, state: b"{}", keep_for };
    db.put_view(view, NOW).await.expect("kept");
    db.remember_unloaded("search", user, NOW).await.expect("kept");

    let kept = db.kept_beside_lists(user).await.expect("readable");
    let [undo] = kept.undos.as_slice() else { panic!("one change: {:?}", kept.undos) };
    assert_eq!((undo.series, undo.added.as_slice()), (SERIES, [].as_slice()));
    assert_eq!(undo.removed, [(Some(EpisodeId(3)), None)]);
    let imported = |one: &Imported| (one.list, one.kind.clone(), one.numbers.len());
    let imported: Vec<_> = kept.imported.iter().map(imported).collect();
    let expected = [
        (List::Watched, "episode".to_owned(), 2),
        (List::Watched, "movie".to_owned(), 2),
        (List::Favorite, "movie".to_owned(), 1),
        (List::Favorite, "series".to_owned(), 1),
    ];
    assert_eq!(imported, expected);
    assert_eq!((kept.views[0].plugin.as_str(), kept.views[0].state.as_str()), ("search", "{}"));
    assert_eq!((kept.is_kept_out, kept.switched_plugins), (false, vec!["search".to_owned()]));

    db.forget_user(user).await.expect("deleted");
    let left = db.kept_beside_lists(user).await.expect("readable");
    assert_eq!(left, KeptBeside { is_kept_out: true, ..KeptBeside::default() });
    assert!(db.unwanted_plugins().await.expect("readable").contains("search"), "it stays off");
}

#[tokio::test]
async fn a_watched_series_whose_episodes_are_known_becomes_them_at_once() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    bench.db.store_series(&series(), NOW).await.expect("known");
    bench.db.import_original(&read(&directory).await, NOW).await.expect("imported");
    let episodes = bench.db.episodes_for(UserId(8), SERIES).await.expect("readable");
    let watched = episodes.iter().filter(|one| one.watched == Some(None)).count();
    assert_eq!(watched, 6);
}

#[tokio::test]
async fn a_watched_series_waits_until_there_is_an_episode_that_has_aired() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    bench.db.import_original(&read(&directory).await, NOW).await.expect("imported");
    let mut empty = series();
    empty.episodes.clear();
    bench.db.store_series(&empty, NOW).await.expect("read from TheTVDB");
    let kinds = async || {
        let marks = bench.db.everything_of(UserId(8)).await.expect("readable");
        marks.into_iter().map(|mark| mark.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, ["series"]);
    bench.db.store_series(&series(), NOW).await.expect("read from TheTVDB");
    assert_eq!(kinds().await, ["episode"; 6]);
    bench.db.store_series(&empty, NOW).await.expect("read from TheTVDB");
    assert_eq!(bench.db.episodes_for(UserId(8), SERIES).await.expect("readable").len(), 9);
}

#[tokio::test]
async fn imported_titles_wait_for_their_data_and_a_date_that_is_known_is_kept() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let press = Press { user: UserId(7), list: List::Watched, adds: true, at: NOW };
    bench.db.mark_movie(press, MovieId(50), &MovieData::Stored).await.expect("marked");
    bench.db.import_original(&read(&directory).await, NOW).await.expect("imported");
    let movies = bench.db.to_read(MediaKind::Movie, 10, NOW).await.expect("readable");
    let series = bench.db.to_read(MediaKind::Series, 10, NOW).await.expect("readable");
    assert_eq!((movies.len(), series.len()), (2, 2));
    let marked = bench.db.marked_titles(UserId(7), List::Watched, MediaKind::Movie).await;
    let dates: Vec<_> = marked.expect("readable").iter().map(|one| one.added).collect();
    assert_eq!(dates, [Some(NOW), None]);
}

#[tokio::test]
async fn what_was_merged_before_it_is_imported_goes_along_too() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let (db, original) = (&bench.db, read(&directory).await);
    let press = Press { user: OWNER, list: List::Watched, adds: true, at: NOW };
    db.mark_movie(press, MovieId(50), &MovieData::Stored).await.expect("marked");
    let title = Title { id: MovieId(60).into(), ..series().title };
    let movie = Movie { title, released: None, runtime_minutes: None };
    db.merge_movie(MovieId(50), &movie, NOW).await.expect("merged");
    assert_eq!(db.current_title(MovieId(50).into()).await.expect("read"), MovieId(60).into());
    db.import_original(&original, NOW).await.expect("imported");
    let into = db.merging_into(MovieId(50).into()).await.expect("readable");
    assert_eq!(into, Some(MovieId(60).into()));
    let next = db.to_read(MediaKind::Movie, 1, NOW).await.expect("readable");
    assert_eq!(next, [MovieId(50).into()], "before others are read");
}

#[tokio::test]
async fn an_episode_that_is_another_by_now_is_imported_as_that() {
    let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
    let (db, original) = (&bench.db, read(&directory).await);
    let mut listed = series();
    db.store_series(&listed, NOW).await.expect("kept");
    let renewed = listed.episodes.iter_mut().find(|one| one.id == EpisodeId(3)).expect("there");
    renewed.id = EpisodeId(30);
    db.store_series(&listed, NOW).await.expect("kept");
    db.import_original(&original, NOW).await.expect("imported");
    let episodes = db.episodes_for(UserId(7), SERIES).await.expect("readable");
    let watched: Vec<_> = episodes.iter().filter(|one| one.watched.is_some()).collect();
    assert_eq!(
        watched.iter().map(|one| (one.id, one.is_gone)).collect::<Vec<_>>(),
        [(EpisodeId(30), false)]
    );
}

/// Notes what was imported as under the number that TheTVDB has for it now, as the step does that noted what
/// earlier hosts imported.
async fn note_under_new_numbers(db: &Database) {
    for (kind, from, into) in [("movie", 50, 60), ("series", 1, 2), ("episode", 3, 103)] {
        sqlx::query("UPDATE imported_marks SET item_id = ? WHERE kind = ? AND item_id = ?")
            .bind(into)
            .bind(kind)
            .bind(from)
            .execute(&db.pool)
            .await
            .expect("noted");
    }
}

#[tokio::test]
async fn importing_again_brings_nothing_back_that_was_merged_and_then_taken_off() {
    for is_noted_anew in [false, true] {
        let (bench, directory) = (Bench::start().await, TempDir::new().expect("a place for files"));
        let (db, original) = (&bench.db, read(&directory).await);
        db.import_original(&original, NOW).await.expect("imported");
        db.store_series(&series(), NOW).await.expect("known");
        let title = Title { id: MovieId(60).into(), ..series().title };
        let movie = Movie { title, released: None, runtime_minutes: None };
        db.merge_movie(MovieId(50), &movie, NOW).await.expect("merged");
        db.merge_series(SERIES, &lists::other(), NOW).await.expect("merged");
        if is_noted_anew {
            note_under_new_numbers(db).await;
        }
        let user = UserId(7);
        let press = |list| Press { user, list, adds: false, at: NOW };
        for list in [List::Watched, List::Favorite] {
            db.mark_movie(press(list), MovieId(60), &MovieData::Stored).await.expect("off");
        }
        db.mark_series(press(List::Favorite), SeriesId(2), None).await.expect("off");
        let one = (SeriesId(2), EpisodeId(103));
        db.mark_episode(press(List::Watched), one, None).await.expect("off");
        let left = db.everything_of(user).await.expect("readable");
        assert_eq!(left.len(), 2, "{left:?}");
        let done = db.import_original(&original, later(60)).await.expect("imported");
        let news = [done.movies, done.series, done.episodes].map(|taken| taken.n_new);
        assert_eq!((news, done.n_before), ([0; 3], 7), "{is_noted_anew}");
        assert_eq!(db.everything_of(user).await.expect("readable"), left);
    }
}

#[tokio::test]
async fn a_file_that_is_not_the_originals_is_refused_with_a_sentence() {
    let directory = TempDir::new().expect("a place for files");
    let bench = Bench::start().await;
    let text = directory.path().join("notes.txt");
    std::fs::write(&text, "no database at all, and long enough for a header ".repeat(9)).expect("");
    let missing = directory.path().join("missing.db");
    for file in [&text, &missing, &bench.location.path().to_owned()] {
        let error = Original::read(file).await.expect_err("refused");
        assert!(error.to_string().contains("is not the database of the original"), "{error}");
    }
    assert!(!missing.exists(), "it is only read");
}
