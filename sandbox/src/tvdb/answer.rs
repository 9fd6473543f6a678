//! Which request gets which answer. No time passes here and nothing is sent.

use super::{Fault, Shared, State, episodes, wire};
use crate::{
    catalogue::{Catalogue, Kind, Looseness, Title, picture},
    loopback::{Answer, Call},
};
use serde_json::{Value, json};

/// Results of a search when the request names no limit.
const SEARCH_LIMIT_DEFAULT: usize = 50;

/// The last result a search can reach.
const SEARCH_RESULTS_MAX: usize = 5_000;

/// Changes on one page of `/updates`.
const UPDATES_PER_PAGE: usize = 100;

impl State {
    /// Returns the answer a healthy server gives; a wrong key is played here because it must end
    /// the tokens that were handed out before, too.
    pub(super) fn answer(&self, call: &Call, fault: Option<Fault>) -> Answer {
        let segments: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
        let locked_out = fault == Some(Fault::WrongKey);
        let mut shared = self.lock();
        match segments.as_slice() {
            ["banners", "v4", kind, id, ..] => banner(&shared.catalogue, kind, id),
            ["v4", "login"] if call.method == "POST" => {
                self.login(&mut shared, &call.body, locked_out)
            }
            ["v4", ..] if call.method != "GET" => failure(405, "Method Not Allowed"),
            ["v4", ..] if locked_out || !shared.tokens.admits(call.header("authorization")) => {
                failure(401, "Unauthorized")
            }
            ["v4", rest @ ..] => api(&shared.catalogue, rest, call),
            _ => failure(404, "Not Found"),
        }
    }

    fn login(&self, shared: &mut Shared, body: &[u8], locked_out: bool) -> Answer {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return failure(400, "InvalidValueType: body is not JSON");
        };
        if locked_out || body["apikey"].as_str() != Some(&self.options.api_key) {
            return failure(401, "InvalidAPIKey: apikey invalid");
        }
        match (&self.options.pin, body["pin"].as_str()) {
            (Some(_), None) => failure(400, "InvalidValueType: pin required"),
            (Some(pin), Some(sent)) if pin != sent => failure(401, "InvalidAPIKey: pin invalid"),
            _ => success(json!({ "token": shared.tokens.issue() })),
        }
    }
}

/// Answers with a failure in TheTVDB's shape.
pub(super) fn failure(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({ "status": "failure", "message": message, "data": null }))
}

/// Answers with data in TheTVDB's shape.
pub(super) fn success(data: Value) -> Answer {
    Answer::json(200, &json!({ "status": "success", "data": data }))
}

fn api(catalogue: &Catalogue, segments: &[&str], call: &Call) -> Answer {
    let base = format!("http://{}", call.header("host").unwrap_or("127.0.0.1"));
    match segments {
        ["search"] => search(catalogue, call, &base),
        ["updates"] => updates(catalogue, call, &base),
        ["episodes", id, rest @ ..] => episodes::one(catalogue, id, rest, call, &base),
        ["movies", id, rest @ ..] => titled(catalogue, Kind::Movie, id, rest, call, &base),
        ["series", id, rest @ ..] => titled(catalogue, Kind::Series, id, rest, call, &base),
        _ => failure(404, "Not Found"),
    }
}

fn titled(
    catalogue: &Catalogue,
    kind: Kind,
    id: &str,
    rest: &[&str],
    call: &Call,
    base: &str,
) -> Answer {
    let Ok(number) = id.parse::<u64>() else {
        return failure(400, &format!("InvalidValueType: {} id is not a number", kind.word()));
    };
    let Some(title) = catalogue.title(kind, number) else {
        return failure(404, &format!("NotFoundException: {} {number} not found", kind.word()));
    };
    match rest {
        [] => success(wire::record(title, base)),
        ["extended"] => extended(title, call, base),
        ["translations", language] => translation(title, language),
        ["episodes", order] if kind == Kind::Series => {
            episodes::page(title, order, None, call, base)
        }
        ["episodes", order, language] if kind == Kind::Series => {
            episodes::page(title, order, Some(language), call, base)
        }
        _ => failure(404, "Not Found"),
    }
}

fn extended(title: &Title, call: &Call, base: &str) -> Answer {
    let known: &[&str] = match title.kind {
        Kind::Series => &["translations", "episodes"],
        _ => &["translations"],
    };
    let meta = call.parameter("meta").unwrap_or_default();
    if !meta.is_empty() && !known.contains(&meta) {
        return failure(400, "InvalidValueType: meta");
    }
    let short = match call.parameter("short") {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => return failure(400, "InvalidValueType: short"),
    };
    success(wire::extended(title, meta, short, base))
}

fn translation(title: &Title, language: &str) -> Answer {
    if language.len() < 2 || language.len() > 4 {
        return failure(400, "InvalidValueType: language");
    }
    match title.translations.get(language) {
        Some(text) => success(wire::translation(title, language, text)),
        None => failure(404, "NotFoundException: translation not found"),
    }
}

fn search(catalogue: &Catalogue, call: &Call, base: &str) -> Answer {
    let query = call.parameter("query").or(call.parameter("q")).unwrap_or_default();
    if query.trim().is_empty() {
        return failure(400, "InvalidValueType: query required");
    }
    let kind = match call.parameter("type") {
        None | Some("") => None,
        Some("movie") => Some(Kind::Movie),
        Some("series") => Some(Kind::Series),
        Some("person") => Some(Kind::Person),
        Some("company") => Some(Kind::Company),
        Some(_) => return failure(400, "InvalidValueType: type"),
    };
    let (Some(limit), Some(offset)) =
        (number(call, "limit", SEARCH_LIMIT_DEFAULT), number(call, "offset", 0))
    else {
        return failure(400, "InvalidValueType: limit and offset are numbers");
    };
    if offset + limit > SEARCH_RESULTS_MAX {
        return failure(400, "Max results overflow");
    }
    let found = catalogue.search(query, kind);
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|title| wire::search_result(title, base))
        .collect();
    let links = wire::links(call, base, "offset", offset, limit, found.len());
    Answer::json(200, &json!({ "status": "success", "data": page, "links": links }))
}

/// Returns a parameter as a number, the given one if it is missing, `None` if it is something else.
pub(super) fn number(call: &Call, name: &str, missing: usize) -> Option<usize> {
    match call.parameter(name) {
        None | Some("") => Some(missing),
        Some(text) => text.parse().ok(),
    }
}

fn updates(catalogue: &Catalogue, call: &Call, base: &str) -> Answer {
    let Some(since) = call.parameter("since").and_then(|since| since.parse::<i64>().ok()) else {
        return failure(400, "InvalidValueType: since required");
    };
    let Some(page) = number(call, "page", 0) else {
        return failure(400, "InvalidValueType: page");
    };
    let mut changes = wire::updates(catalogue);
    changes.retain(|change| change["timeStamp"].as_i64().is_some_and(|at| at >= since));
    for (parameter, field) in [("type", "recordType"), ("action", "method")] {
        if let Some(wanted) = call.parameter(parameter).filter(|wanted| !wanted.is_empty()) {
            changes.retain(|change| change[field] == wanted);
        }
    }
    let total = changes.len();
    let shown: Vec<Value> =
        changes.into_iter().skip(page * UPDATES_PER_PAGE).take(UPDATES_PER_PAGE).collect();
    let links = wire::links(call, base, "page", page, UPDATES_PER_PAGE, total);
    Answer::json(200, &json!({ "status": "success", "data": shown, "links": links }))
}

fn banner(catalogue: &Catalogue, kind: &str, id: &str) -> Answer {
    let kind = match kind {
        "movie" => Kind::Movie,
        "series" => Kind::Series,
        "episode" => return episodes::still(catalogue, id),
        _ => return Answer::new(404, "text/plain", "no such picture"),
    };
    let title = id.parse().ok().and_then(|id| catalogue.title(kind, id));
    match title.filter(|title| title.has_picture && title.looseness != Looseness::Sparse) {
        Some(title) => Answer::new(200, "image/png", picture::poster(title.id)),
        None => Answer::new(404, "text/plain", "no such picture"),
    }
}
