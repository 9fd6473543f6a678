//! Reads a request's body: JSON, or a form with `payload_json` and files.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart};
use axum::http::{HeaderMap, Request, header};
use serde_json::{Value, json};

use super::route::Route;
use crate::discord::error::{self, ApiError};
use crate::discord::files::File;
use crate::discord::id::AttachmentId;
use crate::discord::sim::Sim;
use crate::discord::spec;

/// How large a request may be.
const REQUEST_BYTES_MAX: usize = 100 * 1024 * 1024;

/// How large one file may be.
const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Holds an uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The number in the field's name, as in `files[0]`.
    pub index: u64,
    pub file: File,
}

/// Holds a request whose gates are passed.
#[derive(Debug)]
pub(crate) struct Call {
    pub route: Route,
    pub query: String,
    pub body: Value,
    /// The JSON as it came.
    pub text: String,
    pub uploads: Vec<Upload>,
}

impl Call {
    /// Returns whether the query says yes to something, as in `with_response=true`.
    pub(crate) fn asks(&self, key: &str) -> bool {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.any(|(name, value)| name == key && matches!(value, "true" | "1"))
    }

    /// Asks Discord's document for a second opinion on the body.
    pub(crate) fn fits_document(&self, sim: &Sim) -> Result<(), ApiError> {
        match sim.options.check_openapi {
            true => spec::check_request(self.route.operation(), &self.body),
            false => Ok(()),
        }
    }

    /// Returns a value of the query.
    pub(crate) fn query_value(&self, key: &str) -> Option<&str> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

/// Reads the body of a request.
pub(crate) async fn read(
    route: Route,
    query: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Call, ApiError> {
    let mut call = Call {
        route,
        query: query.to_owned(),
        body: Value::Null,
        text: String::new(),
        uploads: Vec::new(),
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type {
        Some(kind) if kind.starts_with("multipart/form-data") => {
            let mut request = Request::new(body);
            *request.headers_mut() = headers.clone();
            DefaultBodyLimit::max(REQUEST_BYTES_MAX).apply(&mut request);
            read_form(&mut call, request).await?;
        }
        kind => {
            let bytes = axum::body::to_bytes(body, REQUEST_BYTES_MAX);
            let bytes = bytes.await.map_err(|_| error::TOO_LARGE)?;
            if !bytes.is_empty() && !kind.is_some_and(|kind| kind.starts_with("application/json")) {
                return Err(wrong_content_type());
            }
            call.text = String::from_utf8(bytes.to_vec()).map_err(|_| error::BAD_JSON)?;
        }
    }
    if !call.text.is_empty() {
        call.body = serde_json::from_str(&call.text).map_err(|_| error::BAD_JSON)?;
    }
    Ok(call)
}

fn wrong_content_type() -> ApiError {
    let message = "Expected \"Content-Type\" header to be one of \
                   {'application/x-www-form-urlencoded', 'application/json', 'multipart/form-data'}.";
    let entry = json!({"code": "CONTENT_TYPE_INVALID", "message": message});
    ApiError::invalid_form(json!({"_errors": [entry]}))
}

async fn read_form(call: &mut Call, request: Request<Body>) -> Result<(), ApiError> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| error::BAD_JSON)?;
    while let Some(field) = form.next_field().await.map_err(|_| error::BAD_JSON)? {
        let field_name = field.name().unwrap_or_default().to_owned();
        let name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| error::TOO_LARGE)?;
        if field_name == "payload_json" {
            call.text = String::from_utf8(bytes.to_vec()).map_err(|_| error::BAD_JSON)?;
        } else if let Some(index) = file_index(&field_name) {
            if bytes.len() > FILE_BYTES_MAX {
                return Err(error::TOO_LARGE);
            }
            let name = name.unwrap_or_else(|| "unknown.bin".to_owned());
            let id = AttachmentId(fastrand::u64(..) >> 1);
            call.uploads.push(Upload { index, file: File { id, name, content_type, bytes } });
        }
    }
    Ok(())
}

/// Returns the number of `files[n]`, or 0 for the old name `file`.
fn file_index(field: &str) -> Option<u64> {
    if field == "file" {
        return Some(0);
    }
    field.strip_prefix("files[")?.strip_suffix(']')?.parse().ok()
}
