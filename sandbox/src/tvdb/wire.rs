//! The JSON of TheTVDB, made from the catalogue, with the liberties the real answers take.

use crate::{
    catalogue::{Catalogue, Episode, Kind, Looseness, Title, Translation},
    loopback::Call,
};
use serde_json::{Map, Value, json};

/// The pages of a listing: `next` is `null` on the last one.
pub(super) fn links(
    call: &Call,
    base: &str,
    parameter: &str,
    at: usize,
    size: usize,
    total: usize,
) -> Value {
    let step = if parameter == "page" { 1 } else { size };
    let reached = if parameter == "page" { (at + 1) * size } else { at + size };
    let link = |at: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(call.query.iter().filter(|(key, _)| key != parameter));
        query.append_pair(parameter, &at.to_string());
        format!("{base}{}?{}", call.path, query.finish())
    };
    json!({
        "prev": (at > 0).then(|| link(at.saturating_sub(step))),
        "self": link(at),
        "next": (reached < total).then(|| link(at + step)),
        "total_items": total,
        "page_size": size,
    })
}

/// One result of a search: ids with a prefix, numbers as text, missing where nothing is known.
pub(super) fn search_result(title: &Title, base: &str) -> Value {
    let texts = |pick: fn(&Translation) -> &Option<String>| -> Map<String, Value> {
        let known = title.translations.iter();
        known
            .filter_map(|(lang, text)| Some(((*lang).to_owned(), json!(pick(text).as_ref()?))))
            .collect()
    };
    let own = title.translations.get(title.language);
    let mut result = json!({
        "objectID": title.prefixed_id(),
        "id": title.prefixed_id(),
        "tvdb_id": title.id.to_string(),
        "type": title.kind.word(),
        "name": title.name,
        "slug": title.slug,
        "status": title.status,
        "primary_language": title.language,
        "primary_type": title.kind.word(),
        "year": title.year.map(|year| year.to_string()).unwrap_or_default(),
        "first_air_time": first_aired(title),
        "image_url": picture(title, base),
        "thumbnail": picture(title, base),
        "overview": own.and_then(|text| text.overview.clone()),
        "translations": texts(|text| &text.name),
        "overviews": texts(|text| &text.overview),
        "aliases": list(title.aliases.iter().map(|alias| json!(alias)).collect()),
        "remote_ids": null,
    });
    if title.looseness == Looseness::Sparse {
        keep_only(&mut result, &["objectID", "id", "tvdb_id", "type", "name"]);
    }
    drop_nulls(&mut result, &["overview", "image_url", "thumbnail", "aliases"]);
    result
}

/// The base record of a movie or series.
pub(super) fn record(title: &Title, base: &str) -> Value {
    let languages = |pick: fn(&Translation) -> &Option<String>| {
        let known = title.translations.iter().filter(|(_, text)| pick(text).is_some());
        list(known.map(|(language, _)| json!(language)).collect())
    };
    let own = title.translations.get(title.language);
    let mut record = json!({
        "id": title.id,
        "name": title.name,
        "slug": title.slug,
        "image": picture(title, base),
        "nameTranslations": languages(|text| &text.name),
        "overviewTranslations": languages(|text| &text.overview),
        "aliases": list(title.aliases.iter().map(|alias| json!({ "language": "eng", "name": alias })).collect()),
        "score": title.id % 9_000,
        "status": { "id": 1, "name": title.status, "recordType": title.kind.word(), "keepUpdated": false },
        "lastUpdated": stamp(title.updated),
        "year": title.year.map(|year| year.to_string()).unwrap_or_default(),
        "originalLanguage": title.language,
        "originalCountry": "",
    });
    if title.kind == Kind::Series {
        let more = json!({
            "firstAired": first_aired(title),
            "lastAired": title.episodes.iter().filter_map(|e| e.aired.as_deref()).max().unwrap_or_default(),
            "nextAired": "",
            "averageRuntime": 40,
            "defaultSeasonType": 1,
            "isOrderRandomized": false,
            "country": "",
            "episodes": null,
            "overview": own.and_then(|text| text.overview.clone()),
        });
        merge(&mut record, more);
    } else {
        record["runtime"] = json!(90 + title.id % 60);
    }
    loosen(&mut record, title);
    record
}

/// The extended record: translations and episodes only where `meta` asks for them.
pub(super) fn extended(title: &Title, meta: &str, short: bool, base: &str) -> Value {
    let mut record = record(title, base);
    let translations = (meta == "translations").then(|| translations(title));
    let many = if short { Value::Null } else { json!([]) };
    let genres = json!([{ "id": 1 + title.id % 36, "name": "Drama", "slug": "drama" }]);
    let more = json!({
        "translations": translations,
        "artworks": many,
        "characters": many,
        "trailers": null,
        "genres": genres,
        "lists": null,
        "remoteIds": null,
        "tags": null,
    });
    merge(&mut record, more);
    if title.kind == Kind::Series {
        let episodes: Vec<Value> = title.episodes.iter().map(|e| episode(title, e, base)).collect();
        record["seasons"] = list(seasons(title));
        record["episodes"] = if meta == "episodes" { list(episodes) } else { Value::Null };
    }
    loosen(&mut record, title);
    record
}

/// One translation of a title.
pub(super) fn translation(title: &Title, language: &str, text: &Translation) -> Value {
    json!({
        "name": text.name,
        "overview": text.overview,
        "language": language,
        "aliases": list(title.aliases.iter().map(|alias| json!(alias)).collect()),
        "isPrimary": language == title.language,
    })
}

/// The base record of an episode; a missing date is sometimes `""` and sometimes `null`.
pub(super) fn episode(series: &Title, episode: &Episode, base: &str) -> Value {
    let no_date = if episode.id.is_multiple_of(2) { json!("") } else { Value::Null };
    let mut record = json!({
        "id": episode.id,
        "seriesId": series.id,
        "name": episode.name,
        "overview": episode.overview,
        "aired": episode.aired.as_ref().map_or(no_date, |day| json!(day)),
        "seasonNumber": episode.season,
        "number": episode.number,
        "absoluteNumber": episode.absolute,
        "image": format!("{base}/banners/v4/episode/{}/screencap/still.png", episode.id),
        "imageType": 11,
        "runtime": null,
        "isMovie": 0,
        "seasons": null,
        "finaleType": null,
        "lastUpdated": stamp(series.updated),
        "nameTranslations": null,
        "overviewTranslations": null,
        "year": episode.aired.as_ref().map(|day| day[..4].to_owned()),
    });
    match series.looseness {
        Looseness::PrefixedId => record["seriesId"] = json!(series.prefixed_id()),
        Looseness::TextNumbers => {
            as_text(&mut record, &["id", "seriesId", "seasonNumber", "number"]);
        }
        _ => {}
    }
    record
}

/// The extended record of an episode.
pub(super) fn episode_extended(
    series: &Title,
    one: &Episode,
    translations: bool,
    base: &str,
) -> Value {
    let mut record = episode(series, one, base);
    let text = episode_translation(one);
    let translated =
        json!({ "nameTranslations": [text], "overviewTranslations": [text], "alias": null });
    let more = json!({
        "awards": null, "characters": null, "companies": [], "contentRatings": null,
        "translations": if translations { translated } else { Value::Null },
    });
    merge(&mut record, more);
    record
}

/// The English translation of an episode.
pub(super) fn episode_translation(episode: &Episode) -> Value {
    json!({ "name": episode.name, "overview": episode.overview, "language": "eng", "isPrimary": true })
}

/// Everything that `/updates` knows, oldest first.
pub(super) fn updates(catalogue: &Catalogue) -> Vec<Value> {
    let plural = |kind| if kind == Kind::Movie { "movies" } else { "series" };
    let entry = |kind, id: u64, at: i64, method: &str, code: u8| {
        json!({
            "recordType": plural(kind), "entityType": plural(kind), "recordId": id, "methodInt": code,
            "method": method, "extraInfo": "", "userId": 0, "timeStamp": at,
        })
    };
    let titles = catalogue.titles().iter();
    let mut all: Vec<Value> = titles
        .filter(|title| matches!(title.kind, Kind::Movie | Kind::Series))
        .map(|title| entry(title.kind, title.id, title.updated, "update", 2))
        .collect();
    all.extend(catalogue.gone().iter().map(|gone| {
        let mut deleted = entry(gone.kind, gone.id, gone.at, "delete", 3);
        if let Some(into) = gone.merged_into {
            merge(
                &mut deleted,
                json!({ "mergeToId": into, "mergeToEntityType": plural(gone.kind) }),
            );
        }
        deleted
    }));
    all.sort_by_key(|change| change["timeStamp"].as_i64());
    all
}

fn translations(title: &Title) -> Value {
    let names = title.translations.iter().filter(|(_, text)| text.name.is_some());
    let overviews = title.translations.iter().filter(|(_, text)| text.overview.is_some());
    let name = |(language, text): (&&str, &Translation)| json!({ "language": language, "name": text.name, "isPrimary": *language == title.language });
    let overview = |(language, text): (&&str, &Translation)| json!({ "language": language, "overview": text.overview, "isPrimary": *language == title.language });
    json!({
        "nameTranslations": list(names.map(name).collect()),
        "overviewTranslations": list(overviews.map(overview).collect()),
        "alias": list(title.aliases.iter().map(|alias| json!(alias)).collect()),
    })
}

fn seasons(title: &Title) -> Vec<Value> {
    let mut numbers: Vec<u32> = title.episodes.iter().map(|episode| episode.season).collect();
    numbers.dedup();
    let season = |number: u32| {
        json!({
            "id": title.id * 100 + u64::from(number), "seriesId": title.id, "number": number,
            "type": { "id": 1, "name": "Aired Order", "type": "official", "alternateName": null },
            "nameTranslations": null, "overviewTranslations": null,
            "image": "", "lastUpdated": stamp(title.updated),
        })
    };
    numbers.into_iter().map(season).collect()
}

fn picture(title: &Title, base: &str) -> Option<String> {
    let path = format!("/banners/v4/{}/{}/posters/poster.png", title.kind.word(), title.id);
    match title.looseness {
        _ if !title.has_picture => None,
        Looseness::RelativePicture => Some(path),
        _ => Some(format!("{base}{path}")),
    }
}

fn first_aired(title: &Title) -> String {
    let aired = title.episodes.iter().filter_map(|episode| episode.aired.clone()).min();
    aired.or_else(|| Some(format!("{}-01-01", title.year?))).unwrap_or_default()
}

fn loosen(record: &mut Value, title: &Title) {
    match title.looseness {
        Looseness::PrefixedId => record["id"] = json!(title.prefixed_id()),
        Looseness::TextNumbers => as_text(record, &["id", "score", "runtime", "averageRuntime"]),
        Looseness::Sparse => keep_only(record, &["id", "name"]),
        Looseness::NullLists => {
            let Value::Object(fields) = record else { return };
            fields.values_mut().filter(|value| value.is_array()).for_each(|v| *v = Value::Null);
        }
        Looseness::None | Looseness::RelativePicture | Looseness::Repeated => {}
    }
}

/// A list as TheTVDB sends it: `null` when it is empty.
fn list(items: Vec<Value>) -> Value {
    if items.is_empty() { Value::Null } else { Value::Array(items) }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

fn as_text(record: &mut Value, names: &[&str]) {
    let Value::Object(fields) = record else { return };
    for name in names {
        if let Some(number @ Value::Number(_)) = fields.get_mut(*name) {
            *number = Value::String(number.to_string());
        }
    }
}

fn keep_only(record: &mut Value, names: &[&str]) {
    if let Value::Object(fields) = record {
        fields.retain(|name, _| names.contains(&name.as_str()));
    }
}

fn drop_nulls(record: &mut Value, names: &[&str]) {
    if let Value::Object(fields) = record {
        fields.retain(|name, value| !(value.is_null() && names.contains(&name.as_str())));
    }
}

/// A moment as `2026-01-01 00:00:00`; only the days of January are told apart, which is enough here.
fn stamp(seconds: i64) -> String {
    let into_day = seconds.rem_euclid(86_400);
    let (hours, minutes) = (into_day / 3600, into_day / 60 % 60);
    format!("2026-01-{:02} {hours:02}:{minutes:02}:00", 1 + seconds.rem_euclid(28))
}
