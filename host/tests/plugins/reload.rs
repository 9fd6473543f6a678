//! Replacing a plugin while it serves.

use crate::bed::{Bed, PATIENCE, failure, request, sentence, text};
use lumina_host::plugins::{CallError, State};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_loads_answers_reloads_and_unloads() {
    let bed = Bed::new().await;
    bed.install("twin", "twin-a");
    let change = bed.load("twin").await;
    assert_eq!((change.from, change.to.as_deref()), (None, Some("1.0.0")));
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin a");
    bed.install("twin", "twin-b");
    let change = bed.reload("twin").await;
    assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("1.0.0"), Some("2.0.0")));
    assert_eq!(change.notes, Vec::<String>::new());
    assert_eq!(bed.call("twin", "twin").await.unwrap(), "twin b");
    let status = bed.status("twin");
    assert_eq!((status.state, status.generation, status.calls), (State::Serving, 2, 2));
    assert_eq!((status.commands, status.errors), (vec!["twin".to_owned()], 0));
    let change = bed.unload("twin").await;
    assert_eq!((change.from.as_deref(), change.to), (Some("2.0.0"), None));
    assert_eq!(bed.status("twin").state, State::Unloaded);
    assert!(bed.plugins.registry().plugin("twin").is_none());
    bed.until_given_back().await;
    let events = ["serving twin 1", "serving twin 2", "ended twin 1", "ended twin 2"];
    let mut happened = bed.side.events();
    happened.sort_by_key(|event| event.starts_with("ended"));
    assert_eq!(happened, events);
}
