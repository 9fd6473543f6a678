//! One line of TheTVDB's list of changes.

use super::{
    lenient::{line, text},
    number_of,
};
use crate::tvdb::{EpisodeId, Fate, MediaId, RecordKind, Update};
use serde::Deserialize;

/// How TheTVDB calls a record that is gone.
const DELETED: &str = "delete";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::tvdb) struct WireUpdate {
    #[serde(default, deserialize_with = "line")]
    method: Option<String>,
    #[serde(default, deserialize_with = "line")]
    entity_type: Option<String>,
    #[serde(default, deserialize_with = "line")]
    record_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    record_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    series_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    merge_to_id: Option<String>,
    #[serde(default, deserialize_with = "line")]
    merge_to_entity_type: Option<String>,
}

impl WireUpdate {
    /// The change; `None` if it is of another kind than asked for, or names no record.
    pub(in crate::tvdb) fn into_update(self, of: RecordKind) -> Option<Update> {
        let kind = of.word();
        let record_type = self.record_type.as_deref().filter(|word| !word.is_empty());
        let is_meant = record_type.or(self.entity_type.as_deref()).is_none_or(|word| word == kind);
        let number = self.record_id.as_deref().and_then(number_of).filter(|_| is_meant)?;
        Some(match of {
            RecordKind::Movies | RecordKind::Series => {
                let id = MediaId(number);
                Update::Title { id, fate: self.fate(kind, id, MediaId) }
            }
            RecordKind::Episodes => {
                let (id, series) =
                    (EpisodeId(number), self.series_id.as_deref().and_then(number_of));
                let fate = self.fate(kind, id, EpisodeId);
                Update::Episode { id, series: series.map(MediaId), fate }
            }
        })
    }

    fn fate<I: PartialEq>(&self, kind: &str, id: I, numbered: fn(u64) -> I) -> Fate<I> {
        if self.method.as_deref() != Some(DELETED) {
            return Fate::Changed;
        }
        let is_same_kind = self.merge_to_entity_type.as_deref().is_none_or(|word| word == kind);
        let into = self.merge_to_id.as_deref().and_then(number_of).map(numbered);
        match into.filter(|into| is_same_kind && *into != id) {
            Some(into) => Fate::MergedInto(into),
            None => Fate::Deleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(value: Value) -> Option<Update> {
        serde_json::from_value::<WireUpdate>(value)
            .expect("lenient")
            .into_update(RecordKind::Movies)
    }

    #[test]
    fn a_change_says_what_became_of_the_record() {
        let fate = |value| match read(value)? {
            Update::Title { fate, .. } => Some(fate),
            Update::Episode { .. } => panic!("a movie was asked for"),
        };
        let (id, delete) = (json!(5), json!("delete"));
        assert_eq!(fate(json!({ "recordId": id, "method": "update" })), Some(Fate::Changed));
        assert_eq!(fate(json!({ "recordId": id, "method": delete })), Some(Fate::Deleted));
        let merged = json!({
            "recordId": "5", "method": delete, "mergeToId": 6, "mergeToEntityType": "movies",
        });
        assert_eq!(fate(merged), Some(Fate::MergedInto(MediaId(6))));
        for odd in [json!(0), json!(5), json!(null), json!("x")] {
            let value = json!({ "recordId": id, "method": delete, "mergeToId": odd });
            assert_eq!(fate(value), Some(Fate::Deleted));
        }
        assert_eq!(fate(json!({ "recordId": id, "recordType": "artwork" })), None);
        assert_eq!(fate(json!({ "method": "update" })), None);
    }
}
