//! `lumina import-original`: takes over the lists of the bot that Lumina succeeds.

use super::places::Aside;
use crate::{
    clock::Clock,
    config::Config,
    db::{ImportCounts, Original, Taken},
};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Takes the lists in `file` over, or only tries to, and returns what to tell the operator.
///
/// # Errors
/// If the file or the database cannot be used, or a host runs on the database.
pub async fn import_original(config: &Config, file: &Path, apply: bool) -> Result<String> {
    ensure!(file.is_file(), "nothing was imported: there is no file `{}`", file.display());
    let original = Original::read(file).await.context("nothing was imported")?;
    let counts = if apply {
        let database = super::open_database(config).await?;
        let counts = database.import_original(&original, Clock::start().now()).await;
        database.close().await;
        counts.context("nothing was imported")?
    } else {
        try_out(config, &original).await?
    };
    Ok(told(counts, original.n_unusable, apply))
}

/// Tries it on a copy of the database, because opening one may already change its tables.
async fn try_out(config: &Config, original: &Original) -> Result<ImportCounts> {
    let (config, _aside) = Aside::with_copy(config, &super::database_location(config)?)?;
    let database = super::open_database(&config).await?;
    let counts = database.import_original(original, Clock::start().now()).await;
    database.close().await;
    counts.context("the import cannot be tried")
}

fn told(counts: ImportCounts, n_unusable: usize, apply: bool) -> String {
    let ImportCounts { n_users, movies, series, episodes, n_titles_to_read, n_before, n_kept_out } =
        counts;
    let line = |what: &str, Taken { n_found, n_new }: Taken| {
        format!("{what:<9} {n_found:>8} found, {n_new:>8} new\n")
    };
    let mut out = format!("people    {n_users:>8} found\n");
    out.extend([line("movies", movies), line("series", series), line("episodes", episodes)]);
    for (what, n_rows, why) in [
        ("unusable", n_unusable as u64, "of other lists or without a series"),
        ("before", n_before, "imported before: what was taken off since stays off"),
        ("kept out", n_kept_out, "of people who had everything deleted since an earlier import"),
    ] {
        if n_rows > 0 {
            out.push_str(&format!("{what:<9} {n_rows:>8} rows, {why}\n"));
        }
    }
    out.push_str(&if apply {
        format!(
            "Imported. The host reads the data of {n_titles_to_read} titles from TheTVDB while it runs.\n"
        )
    } else {
        "Nothing was changed: this was a trial. To import, add --apply.\n".to_owned()
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_says_that_it_was_one_and_an_import_what_follows() {
        let counts = ImportCounts { n_titles_to_read: 12, ..ImportCounts::default() };
        assert!(told(counts, 0, false).ends_with("add --apply.\n"));
        let told = told(ImportCounts { n_before: 4, n_kept_out: 5, ..counts }, 3, true);
        for part in
            ["3 rows, of other", "4 rows, imported before", "5 rows, of people", "12 titles"]
        {
            assert!(told.contains(part), "{told}");
        }
    }
}
