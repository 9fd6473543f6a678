//! Users that plugins ask for: fetched one by one, and kept for a while, because what shows one user
//! tends to be shown again.

use super::{
    api::{Api, ApiError},
    convert,
};
use lumina_plugin_api::{id::UserId, interaction::User};
use moka::sync::Cache;
use std::time::Duration;

/// How many are kept: half a kilobyte each.
const USERS_MAX: u64 = 1_000;
/// How long: a new name or picture is seen after it.
const FRESH_FOR: Duration = Duration::from_secs(10 * 60);

/// Knows users by their ids.
#[derive(Debug)]
pub(super) struct Users {
    api: Api,
    kept: Cache<UserId, User>,
}

impl Users {
    pub(super) fn new(api: Api) -> Self {
        let kept = Cache::builder().max_capacity(USERS_MAX).time_to_live(FRESH_FOR).build();
        Self { api, kept }
    }

    /// Returns a user; nothing if Discord knows none.
    pub(super) async fn find(&self, id: UserId) -> Result<Option<User>, ApiError> {
        if let Some(user) = self.kept.get(&id) {
            return Ok(Some(user));
        }
        let user = match self.api.get(format!("users/{id}")).await {
            Ok(body) => convert::user(&body),
            Err(ApiError::Unknown { .. }) => None,
            Err(error) => return Err(error),
        };
        if let Some(user) = &user {
            self.kept.insert(id, user.clone());
        }
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        door::{Door, DoorOptions},
        secret::Secret,
    };
    use axum::{Json, Router, routing::get};
    use serde_json::json;
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    #[tokio::test]
    async fn a_user_is_fetched_once() {
        let asked = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&asked);
        let user = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            async { Json(json!({"id": "5", "username": "ann"})) }
        };
        let router = Router::new().route("/api/v10/users/5", get(user));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api_base = format!("http://{}/api/v10", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Clock::start();
        let (token, user_agent) = (Secret::new("token"), "test".to_owned());
        let options = DoorOptions { api_base, token, clock: clock.clone(), user_agent };
        let users = Users::new(Api::new(Door::open(options).unwrap(), clock));
        for _ in 0..3 {
            let user = users.find(UserId(5)).await.unwrap().expect("she is there");
            assert_eq!(user.name, "ann");
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        server.abort();
    }
}
