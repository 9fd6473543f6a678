//! The movies of the catalogue, and the people and companies that search finds beside them.

use super::{
    Kind, Looseness, Title,
    builder::{Builder, begin, movie},
    words,
};

/// A record that was a double and is gone.
pub(super) const MERGED_AWAY: u64 = 10_999;
/// The record it was merged into.
pub(super) const MERGED_INTO: u64 = 10_104;

/// Returns the hand-made movies.
pub(super) fn plain() -> Vec<Title> {
    dunes().into_iter().chain(others()).map(Builder::build).collect()
}

/// Returns people and companies; a client that asked for no type meets them.
pub(super) fn people() -> Vec<Title> {
    [
        begin(Kind::Person, 900_001, "Dune Whitlock"),
        begin(Kind::Person, 900_002, "Harbor Quinn"),
        begin(Kind::Company, 900_101, "Dune Lantern Pictures"),
    ]
    .into_iter()
    .map(|person| person.no_overview().build())
    .collect()
}

/// What `dune` finds among the movies.
fn dunes() -> [Builder; 5] {
    [
        movie(10_101, "Dune Runner")
            .year(2021)
            .overview(
                "A courier who has never lost a parcel must carry a single grain of sand across \
                 a desert made of nothing else.",
            )
            .translated(
                "deu",
                "Dünenläuferin",
                "Eine Botin trägt ein einziges Sandkorn durch die Wüste.",
            ),
        movie(10_102, "Beyond the Last Dune").year(1987),
        movie(10_103, "Dune and Daughter").year(2015).no_picture(),
        movie(10_104, "A Dune of One's Own").year(2023).loose(Looseness::RelativePicture),
        movie(10_105, "Dune Season").unreleased(),
    ]
}

fn others() -> [Builder; 9] {
    [
        movie(20_001, "The Lantern Makers").year(2012),
        movie(20_002, "Seven Spoons").year(1994).alias("7 Spoons"),
        movie(20_003, "Goat on the Roof").year(2020).no_overview(),
        movie(20_004, "A Very Long Evening").overview(words::long_overview(20_004, 6_000)),
        movie(20_005, "Café der Möwen")
            .foreign("deu", "Ein Café am Meer, das nur Möwen bewirtet.")
            .english("The Seagull Café"),
        movie(20_006, "Пароход").foreign("rus", "Старый пароход отправляется в последний рейс."),
        movie(20_007, "Plain Facts").loose(Looseness::Sparse).no_overview().no_picture(),
        movie(20_008, "Numbers as Words").loose(Looseness::TextNumbers),
        movie(20_009, "The Empty List").loose(Looseness::NullLists),
    ]
}
