//! A title as it is stored, in the shape in which plugins see titles.

use super::page_url;
use crate::{db::StoredTitle, tvdb::TitleId};
use lumina_plugin_api::services::catalogue::{MediaId, MediaKind as Kind, Title};

/// The title for readers of `locale`; of one of which nothing is stored, its number.
pub(in crate::services) fn title(
    id: TitleId,
    stored: Option<&StoredTitle>,
    locale: Option<&str>,
) -> Title {
    let slug = stored.and_then(|stored| stored.slug.as_deref());
    let name = stored.and_then(|stored| stored.name.clone());
    let name = name.unwrap_or_else(|| outside(id).to_string());
    let mut title = Title::new(outside(id), name, page_url(id, slug));
    if let Some(stored) = stored {
        title.english_name.clone_from(&stored.english_name);
        title.poster_url.clone_from(&stored.poster);
        title.year = stored.year;
        title.local_name = locale.and_then(|locale| local_name(stored, locale));
    }
    title
}

/// The id as plugins see it.
pub(in crate::services) fn outside(id: TitleId) -> MediaId {
    match id {
        TitleId::Movie(movie) => MediaId::new(Kind::Movie, movie.0),
        TitleId::Series(series) => series.into(),
    }
}

/// The name for readers of `locale`; French of one country is French.
fn local_name(stored: &StoredTitle, locale: &str) -> Option<String> {
    stored.local_names.get(locale.split('-').next()?).cloned()
}
