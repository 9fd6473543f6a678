//! Views: given back until they end, and bounded for each person and for all.

use super::*;
use crate::db::views::{VIEW_BYTES_MIN, VIEW_BYTES_PER_PLUGIN_MAX, VIEW_BYTES_PER_USER_MAX};

const ANN: UserId = UserId(1_000_001);
const BEN: UserId = UserId(1_000_002);
/// How many of the smallest views one person may have.
const SMALL_PER_USER_MAX: u32 = VIEW_BYTES_PER_USER_MAX / VIEW_BYTES_MIN as u32;

fn of(user: UserId, key: &str) -> NewView<'_> {
    let keep_for = Duration::from_secs(60);
    NewView { key, plugin: "search", user, state: key.as_bytes(), keep_for }
}

async fn put(bench: &Bench, user: UserId, key: &str, keep_s: u64) {
    let view = NewView { keep_for: Duration::from_secs(keep_s), ..of(user, key) };
    bench.db.put_view(view, NOW).await.expect("kept");
}

/// Gives `user` views that end one after the other, from an hour on: `old-1` first.
async fn fill(bench: &Bench, user: UserId, n_views: u32, n_bytes: usize) {
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO views (plugin_name, view_key, state, expires_at_ms, user_id, counted_bytes)
         SELECT 'search', ?2 || '-' || i, zeroblob(?3), ?4 + i, ?2, max(?3, ?5) FROM n",
    )
    .bind(n_views)
    .bind(user.0.cast_signed())
    .bind(i64::try_from(n_bytes).expect("fits"))
    .bind(NOW.0 + 3_600_000)
    .bind(i64::try_from(VIEW_BYTES_MIN).expect("fits"))
    .execute(&bench.db.pool)
    .await
    .expect("filled");
}

async fn is_kept(bench: &Bench, key: &str) -> bool {
    bench.db.view(key, "search", NOW).await.expect("readable").is_some()
}

#[tokio::test]
async fn a_view_is_given_back_to_its_plugin_until_it_ends() {
    let bench = Bench::start().await;
    put(&bench, ANN, "k", 60).await;
    let view = async |plugin, now| bench.db.view("k", plugin, now).await.expect("readable");
    assert_eq!(view("search", later(59)).await.as_deref(), Some(b"k".as_slice()));
    assert_eq!(view("search", later(60)).await, None, "it has ended");
    assert_eq!(view("help", NOW).await, None, "it is another's");
}

#[tokio::test]
async fn sweeping_removes_only_what_has_ended() {
    let bench = Bench::start().await;
    put(&bench, ANN, "short", 60).await;
    put(&bench, ANN, "long", 6000).await;
    assert_eq!(bench.db.sweep_views(later(60)).await.expect("swept"), 1);
    assert!(bench.db.view("long", "search", later(60)).await.expect("readable").is_some());
}

#[tokio::test]
async fn a_view_that_is_too_large_is_refused_and_one_for_ever_is_not() {
    let bench = Bench::start().await;
    let state = vec![0; VIEW_BYTES_MAX + 1];
    let view = NewView { state: &state, keep_for: Duration::MAX, ..of(ANN, "k") };
    let error = bench.db.put_view(view, NOW).await.expect_err("too large");
    assert!(matches!(error, DbError::ViewTooLarge { .. }));
    let view = NewView { state: &state[1..], ..view };
    bench.db.put_view(view, NOW).await.expect("kept");
    let end = later(i64::try_from(VIEW_FOR_MAX.as_secs()).expect("fits"));
    assert_eq!(bench.db.view("k", "search", end).await.expect("readable"), None);
}

#[tokio::test]
async fn one_person_with_too_many_views_loses_their_own_and_nobody_elses() {
    for n_bytes in [1, VIEW_BYTES_MAX] {
        let bench = Bench::start().await;
        let n_views =
            VIEW_BYTES_PER_USER_MAX / u32::try_from(n_bytes.max(VIEW_BYTES_MIN)).expect("fits");
        put(&bench, BEN, "ben", 30).await;
        fill(&bench, ANN, n_views, n_bytes).await;
        put(&bench, ANN, "new", 60).await;
        let old = |n: u32| format!("{}-{n}", ANN.0);
        assert!(!is_kept(&bench, &old(1)).await, "what would end first");
        assert!(is_kept(&bench, &old(2)).await && is_kept(&bench, "new").await);
        assert!(is_kept(&bench, "ben").await, "it ends before all of them, and is another's");
    }
}

#[tokio::test]
async fn a_plugin_with_too_many_views_loses_those_of_whoever_has_most() {
    let bench = Bench::start().await;
    put(&bench, BEN, "ben", 30).await;
    let n_users = VIEW_BYTES_PER_PLUGIN_MAX / VIEW_BYTES_PER_USER_MAX;
    for user in 1..=n_users {
        fill(&bench, UserId(user.into()), SMALL_PER_USER_MAX, 1).await;
    }
    put(&bench, ANN, "new", 60).await;
    assert!(is_kept(&bench, "ben").await && is_kept(&bench, "new").await);
    let left: Vec<i64> = sqlx::query_scalar(
        "SELECT count(*) FROM views WHERE user_id <= ? GROUP BY user_id ORDER BY 1",
    )
    .bind(n_users)
    .fetch_all(&bench.db.pool)
    .await
    .expect("readable");
    let (least, most) = (left.first().expect("some"), left.last().expect("some"));
    assert!(*most < SMALL_PER_USER_MAX.into() && most - least <= 1, "{left:?}");
}
