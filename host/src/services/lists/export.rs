//! Someone's lists as files: JSON for programs, CSV for spreadsheets, with the same columns. The JSON also
//! tells all else that is kept about them.

use crate::{
    clock::UnixMillis,
    db::{ExportedMark, Imported, KeptBeside, KeptUndo, KeptView, List, VisibleTo},
    tvdb::{Date, EpisodeId},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

const COLUMNS: &str =
    "list,kind,tvdb_id,name,series_tvdb_id,series_name,season,episode,added_at\r\n";

#[derive(Serialize)]
struct Line<'a> {
    list: &'static str,
    kind: &'a str,
    tvdb_id: u64,
    name: Option<&'a str>,
    series_tvdb_id: Option<u64>,
    series_name: Option<&'a str>,
    season: Option<u32>,
    episode: Option<u32>,
    added_at: Option<String>,
}

impl<'a> Line<'a> {
    fn of(mark: &'a ExportedMark) -> Self {
        Self {
            list: word(mark.list),
            kind: &mark.kind,
            tvdb_id: mark.tvdb_number,
            name: mark.name.as_deref(),
            series_tvdb_id: mark.series.map(|id| id.0),
            series_name: mark.series_name.as_deref(),
            season: mark.season,
            episode: mark.number,
            added_at: mark.added.map(written),
        }
    }
}

fn word(list: List) -> &'static str {
    match list {
        List::Watched => "watched",
        List::Favorite => "favorite",
    }
}

/// The lists, the choice of who may look, and what is kept beside, as JSON.
pub(super) fn json(marks: &[ExportedMark], visible: VisibleTo, beside: &KeptBeside) -> Value {
    let visibility = match visible {
        VisibleTo::Everyone => json!({ "who": "public" }),
        VisibleTo::Guild(guild) => json!({ "who": "guild", "guild": guild }),
        VisibleTo::Nobody => json!({ "who": "private" }),
    };
    let lines: Vec<_> = marks.iter().map(Line::of).collect();
    let component = |view: &KeptView| json!({ "plugin": view.plugin, "state": view.state, "until": written(view.until) });
    json!({
        "visibility": visibility,
        "marks": lines,
        "undoable": beside.undos.iter().map(undoable).collect::<Vec<_>>(),
        "imported": beside.imported.iter().map(imported).collect::<Vec<_>>(),
        "left_out_of_imports": beside.is_kept_out,
        "components": beside.views.iter().map(component).collect::<Vec<_>>(),
        "switched_plugins": beside.switched_plugins,
    })
}

fn undoable(undo: &KeptUndo) -> Value {
    let numbers = |ids: &[EpisodeId]| ids.iter().map(|id| id.0).collect::<Vec<_>>();
    let removed = |(id, added): &(Option<EpisodeId>, Option<UnixMillis>)| json!({ "tvdb_id": id.map(|id| id.0), "added_at": added.map(written) });
    json!({
        "list": word(undo.list), "series_tvdb_id": undo.series.0, "until": written(undo.until),
        "marked": numbers(&undo.added), "unmarked": undo.removed.iter().map(removed).collect::<Vec<_>>(),
    })
}

fn imported(Imported { list, kind, numbers }: &Imported) -> Value {
    json!({ "list": word(*list), "kind": kind, "tvdb_ids": numbers })
}

/// The lists as CSV (RFC 4180), in UTF-8.
pub(super) fn csv(marks: &[ExportedMark]) -> String {
    let mut out = COLUMNS.to_owned();
    for line in marks.iter().map(Line::of) {
        let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
        let cells = [
            line.list.to_owned(),
            line.kind.to_owned(),
            line.tvdb_id.to_string(),
            cell(line.name),
            number(line.series_tvdb_id),
            cell(line.series_name),
            number(line.season.map(u64::from)),
            number(line.episode.map(u64::from)),
            line.added_at.unwrap_or_default(),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A text as a cell. Names come from outside: one that a spreadsheet would calculate gets an apostrophe.
fn cell(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// A moment as ISO 8601 writes it, in UTC.
fn written(moment: UnixMillis) -> String {
    let mut out = Date::of_unix_ms(moment.0).to_string();
    let second = moment.seconds().rem_euclid(24 * 3_600);
    let (hours, minutes, seconds) = (second / 3_600, second / 60 % 60, second % 60);
    // Writing to a text cannot fail.
    let _ = write!(out, "T{hours:02}:{minutes:02}:{seconds:02}Z");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tvdb::SeriesId;

    #[test]
    fn names_stay_in_their_cells_and_are_never_calculated() {
        for (name, expected) in [
            ("Dune", "Dune"),
            ("Lock, Stock", "\"Lock, Stock\""),
            ("The \"Best\"", "\"The \"\"Best\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1),", "\"'@SUM(A1),\""),
        ] {
            assert_eq!(cell(Some(name)), expected);
        }
    }

    #[test]
    fn both_files_tell_the_same() {
        let mark = ExportedMark {
            list: List::Watched,
            kind: "episode".to_owned(),
            tvdb_number: 349_232,
            name: Some("Pilot".to_owned()),
            series: Some(SeriesId(81_189)),
            series_name: Some("Breaking Bad".to_owned()),
            season: Some(1),
            number: Some(1),
            added: Some(UnixMillis(1_201_435_200_000)),
        };
        let marks = [mark.clone(), ExportedMark { added: None, name: None, ..mark }];
        let line = "watched,episode,349232,Pilot,81189,Breaking Bad,1,1,2008-01-27T12:00:00Z\r\n";
        let unknown = "watched,episode,349232,,81189,Breaking Bad,1,1,\r\n";
        assert_eq!(csv(&marks), format!("{COLUMNS}{line}{unknown}"));
        let undo = KeptUndo {
            list: List::Favorite,
            series: SeriesId(81_189),
            until: UnixMillis(1_201_435_200_000),
            added: vec![EpisodeId(349_232)],
            removed: vec![(None, None), (Some(EpisodeId(2)), Some(UnixMillis(1_201_435_200_000)))],
        };
        let imported =
            Imported { list: List::Favorite, kind: "movie".to_owned(), numbers: vec![5] };
        let (undos, imported) = (vec![undo], vec![imported]);
        let beside = KeptBeside { undos, imported, is_kept_out: true, ..KeptBeside::default() };
        let json = json(&marks, VisibleTo::Nobody, &beside);
        let undo = &json["undoable"][0];
        assert_eq!((&undo["list"], &undo["marked"]), (&json!("favorite"), &json!([349_232])));
        let removed = json!([
            { "tvdb_id": null, "added_at": null },
            { "tvdb_id": 2, "added_at": "2008-01-27T12:00:00Z" },
        ]);
        assert_eq!(json["undoable"][0]["unmarked"], removed);
        let imported = json!([{ "list": "favorite", "kind": "movie", "tvdb_ids": [5] }]);
        assert_eq!((&json["imported"], &json["left_out_of_imports"]), (&imported, &json!(true)));
        assert_eq!(json["marks"][0]["added_at"], "2008-01-27T12:00:00Z");
        assert_eq!(json["marks"][1]["added_at"], Value::Null);
        assert_eq!(json["visibility"]["who"], "private");
    }
}
