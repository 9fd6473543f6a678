//! Answers about episodes: one of them, and the pages of a series.

use super::{
    answer::{failure, number, success},
    wire,
};
use crate::{
    catalogue::{Catalogue, Episode, Looseness, Title, picture},
    loopback::{Answer, Call},
};
use serde_json::{Value, json};

/// Episodes on one page.
const EPISODES_PER_PAGE: usize = 500;

/// The orders in which a series can be listed.
const ORDERS: [&str; 6] = ["default", "official", "dvd", "absolute", "alternate", "regional"];

/// Answers `/episodes/{id}`, `/episodes/{id}/extended` and `/episodes/{id}/translations/{lang}`.
pub(super) fn one(
    catalogue: &Catalogue,
    id: &str,
    rest: &[&str],
    call: &Call,
    base: &str,
) -> Answer {
    let Ok(id) = id.parse::<u64>() else {
        return failure(400, "InvalidValueType: episode id is not a number");
    };
    let Some((series, episode)) = catalogue.episode(id) else {
        return failure(404, &format!("NotFoundException: episode {id} not found"));
    };
    match rest {
        [] => success(wire::episode(series, episode, base)),
        ["extended"] => {
            let translations = call.parameter("meta") == Some("translations");
            success(wire::episode_extended(series, episode, translations, base))
        }
        ["translations", "eng"] => success(wire::episode_translation(episode)),
        ["translations", _] => failure(404, "NotFoundException: translation not found"),
        _ => failure(404, "Not Found"),
    }
}

/// Answers `/series/{id}/episodes/{order}` and `…/{lang}`: a page of 500, and `null` behind the last one.
pub(super) fn page(
    series: &Title,
    order: &str,
    language: Option<&str>,
    call: &Call,
    base: &str,
) -> Answer {
    if !ORDERS.contains(&order) {
        return failure(400, "InvalidValueType: season type");
    }
    let Some(page) = call.parameter("page").and_then(|page| page.parse::<usize>().ok()) else {
        return failure(400, "InvalidValueType: page required");
    };
    let only_season = call.parameter("season").and_then(|season| season.parse::<u32>().ok());
    if call.parameter("episodeNumber").is_some() && only_season.is_none() {
        return failure(400, "InvalidValueType: season required");
    }
    let wanted = |episode: &&Episode| {
        only_season.is_none_or(|season| episode.season == season)
            && (order != "absolute" || episode.absolute > 0)
            && number(call, "episodeNumber", 0)
                .is_none_or(|n| n == 0 || episode.number.is_some_and(|number| n == number as usize))
    };
    let all: Vec<&Episode> = series.episodes.iter().filter(wanted).collect();
    let shown: Vec<Value> = all
        .iter()
        .skip(page * EPISODES_PER_PAGE)
        .take(EPISODES_PER_PAGE)
        .map(|episode| in_order(wire::episode(series, episode, base), episode, order))
        .map(|record| in_language(record, series, language))
        .collect();
    let null = shown.is_empty() || series.looseness == Looseness::NullLists;
    let episodes = if null { Value::Null } else { Value::Array(shown) };
    let links = wire::links(call, base, "page", page, EPISODES_PER_PAGE, all.len());
    let data = json!({ "series": wire::record(series, base), "episodes": episodes });
    Answer::json(200, &json!({ "status": "success", "data": data, "links": links }))
}

/// The absolute order has one season, counted through.
fn in_order(mut record: Value, episode: &Episode, order: &str) -> Value {
    if order == "absolute" {
        record["seasonNumber"] = json!(1);
        record["number"] = json!(episode.absolute);
    }
    record
}

/// Without a translation of the series there is none of its episodes either.
fn in_language(mut record: Value, series: &Title, language: Option<&str>) -> Value {
    let number = record["number"].clone();
    let (name, overview) = match language.filter(|one| *one != series.language) {
        None => return record,
        Some("fra") if series.translations.contains_key("fra") => (
            json!(format!("Épisode numéro {number}")),
            json!(format!("Ce qui arrive dans l’épisode {number}, en français.")),
        ),
        Some("eng") if series.translations.contains_key("eng") => {
            (json!(format!("Episode number {number}")), Value::Null)
        }
        Some(_) => (Value::Null, Value::Null),
    };
    (record["name"], record["overview"]) = (name, overview);
    record
}

/// Answers with the still of an episode.
pub(super) fn still(catalogue: &Catalogue, id: &str) -> Answer {
    let known = id.parse().ok().and_then(|id| catalogue.episode(id));
    match known {
        Some((_, episode)) => Answer::new(200, "image/png", picture::poster(episode.id)),
        None => Answer::new(404, "text/plain", "no such picture"),
    }
}
