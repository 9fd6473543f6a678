//! One line of TheTVDB's list of changes.

use super::{
    lenient::{line, text},
    number_of,
};
use crate::tvdb::{EpisodeId, Fate, MovieId, RecordKind, SeriesId, Update};
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
        let record_type = self.record_type.as_deref().filter(|word| !word.is_empty());
        let word = record_type.or(self.entity_type.as_deref());
        let is_meant = word.is_none_or(|word| word == of.word());
        let number = self.record_id.as_deref().and_then(number_of).filter(|_| is_meant)?;
        Some(match of {
            RecordKind::Movies => {
                let fate = self.fate(of, number).map(|into| MovieId(into).into());
                Update::Title { id: MovieId(number).into(), fate }
            }
            RecordKind::Series => {
                let fate = self.fate(of, number).map(|into| SeriesId(into).into());
                Update::Title { id: SeriesId(number).into(), fate }
            }
            RecordKind::Episodes => {
                let series = self.series_id.as_deref().and_then(number_of).map(SeriesId);
                let fate = self.fate(of, number).map(EpisodeId);
                Update::Episode { id: EpisodeId(number), series, fate }
            }
        })
    }

    fn fate(&self, of: RecordKind, number: u64) -> Fate<u64> {
        if self.method.as_deref() != Some(DELETED) {
            return Fate::Changed;
        }
        let word = self.merge_to_entity_type.as_deref();
        let is_same_kind = word.is_none_or(|word| word == of.word());
        let into = self.merge_to_id.as_deref().and_then(number_of);
        match into.filter(|into| is_same_kind && *into != number) {
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
        assert_eq!(fate(merged), Some(Fate::MergedInto(MovieId(6).into())));
        for odd in [json!(0), json!(5), json!(null), json!("x")] {
            let value = json!({ "recordId": id, "method": delete, "mergeToId": odd });
            assert_eq!(fate(value), Some(Fate::Deleted));
        }
        assert_eq!(fate(json!({ "recordId": id, "recordType": "artwork" })), None);
        assert_eq!(fate(json!({ "method": "update" })), None);
    }
}
