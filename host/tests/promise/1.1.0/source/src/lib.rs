//! Everything that plugin-api 1.1 added, asked once: the service `lists`. What else a library is asked is
//! answered too, so that every stored request can be put to it.

use lumina_plugin_api::{
    prelude::*,
    services::{
        catalogue::MediaId,
        lists::{EpisodeId, Intent, Look, Section, SeriesId, Target, UndoId, Visibility},
    },
};

/// The plugin.
#[derive(Debug)]
pub struct Shelf;

impl Plugin for Shelf {
    fn descriptor() -> Descriptor {
        Descriptor::new(Text::key("summary"))
            .command(Command::slash("shelf", Text::key("shelf-description")))
            .service(Service::Lists)
            .texts("en", include_str!("../locales/en.ftl"))
            .texts("fr", include_str!("../locales/fr.ftl"))
    }

    async fn create(_ctx: Ctx) -> Result<Self> {
        Ok(Shelf)
    }

    async fn command(&self, ctx: Ctx, call: CommandCall) -> Result<Reply> {
        let (lists, user) = (ctx.lists().in_language("fr"), call.at.user.id);
        let (series, look) = (SeriesId(81_189), Look::new(user, user, call.at.guild));
        let id = MediaId::from(series);
        let state = lists.state(user, id).await?.map_or(0, |state| state.seen);
        let season = lists.season(user, series, 1).await?.map_or(0, |season| season.episodes.len());
        let episode = lists.episode(user, series, EpisodeId(349_232)).await?.is_some();
        let gathered = lists.gather(series, 1).await?.map_or(0, |gathered| gathered.n_episodes);
        let marked = lists.mark(user, Target::Title(id), Intent::Watched).await?;
        let undo = marked.as_ref().and_then(|marked| marked.undo).unwrap_or(UndoId(0));
        let undone = lists.undo(user, undo).await?.map_or(0, |undone| undone.n_changed);
        let profile = lists.profile(look, 15).await?.map_or(0, |profile| profile.totals.n_movies);
        let listed = lists.listed(look, Section::Watched, 0, 15).await?;
        lists.set_visibility(user, Visibility::Private, None).await?;
        let text = Text::key("shelf")
            .arg("state", state)
            .arg("season", season.to_string())
            .arg("episode", episode.to_string())
            .arg("gathered", gathered)
            .arg("marked", marked.map_or(0, |marked| marked.n_changed))
            .arg("undone", undone)
            .arg("profile", profile)
            .arg("listed", listed.map_or(0, |listed| listed.n_total));
        Ok(Reply::text(text))
    }

    async fn autocomplete(&self, _ctx: Ctx, call: AutocompleteCall) -> Result<Vec<Choice>> {
        Ok(vec![Choice::new(call.typed, "typed")])
    }

    async fn component(&self, _ctx: Ctx, press: ComponentPress) -> Result<Reply> {
        Ok(Reply::text(press.handler).private())
    }

    async fn modal(&self, _ctx: Ctx, submit: ModalSubmit) -> Result<Reply> {
        Ok(Reply::text(submit.handler).private())
    }
}

export_plugin!(Shelf);
