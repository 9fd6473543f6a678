//! Files that were uploaded, by people and by the bot: kept whole, a bounded number of bytes, and
//! served where Discord would serve them, to whoever knows the address.

use std::collections::VecDeque;
use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use serde_json::{Value, json};

use super::id::AttachmentId;
use super::sim::Sim;
use super::violation::Violation;

/// Where the path of a file begins.
pub(crate) const PREFIX: &str = "/attachments/";

/// How many bytes are kept in all; the oldest files go first.
const KEPT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Holds an uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub id: AttachmentId,
    pub name: String,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// Keeps files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    kept: VecDeque<File>,
    n_bytes: usize,
}

impl File {
    /// Returns Discord's attachment object.
    pub(crate) fn to_json(&self, address: SocketAddr) -> Value {
        let url = format!("http://{address}{PREFIX}{}/{}", self.id, self.name);
        let mut object = json!({
            "id": self.id, "filename": self.name, "size": self.bytes.len(), "url": url,
            "proxy_url": url,
        });
        if let Some(kind) = &self.content_type {
            object["content_type"] = json!(kind);
        }
        object
    }
}

impl Files {
    pub(crate) fn insert(&mut self, file: File) {
        self.n_bytes += file.bytes.len();
        self.kept.push_back(file);
        while self.n_bytes > KEPT_BYTES_MAX {
            let gone = self.kept.pop_front().map_or(self.n_bytes, |file| file.bytes.len());
            self.n_bytes -= gone;
        }
    }

    pub(crate) fn get(&self, id: AttachmentId) -> Option<&File> {
        self.kept.iter().find(|file| file.id == id)
    }
}

/// Serves a file. Whoever sends a token along tells it to a server that must not know it.
pub(crate) fn serve(sim: &Sim, request: &Request<Body>) -> Response<Body> {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let id = path.strip_prefix(PREFIX).and_then(|rest| rest.split('/').next());
    let file = id.and_then(|id| id.parse().ok()).and_then(|id| sim.world().files.get(id).cloned());
    if request.headers().contains_key(header::AUTHORIZATION) {
        sim.violations.record(Violation::Secret { what: "a token", method, path });
    }
    match file {
        Some(file) => file.bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
