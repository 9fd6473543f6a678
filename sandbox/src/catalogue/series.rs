//! The series of the catalogue.

use super::{
    Looseness, Title,
    builder::{Builder, series},
    words,
};

/// Returns the hand-made series.
pub(super) fn plain() -> Vec<Title> {
    let builders = dunes().into_iter().chain(classics()).chain(awkward());
    builders.map(Builder::build).collect()
}

/// Returns the many series with "Harbor" in their name, for menus that need pages.
pub(super) fn harbors() -> Vec<Title> {
    const ADJECTIVES: [&str; 42] = [
        "Amber", "Autumn", "Bitter", "Blue", "Borrowed", "Broken", "Candle", "Cedar", "Cold",
        "Copper", "Distant", "Drowsy", "Early", "Ember", "Fallow", "Foggy", "Gentle", "Glass",
        "Granite", "Hidden", "Hollow", "Iron", "Ivory", "Jade", "Kindly", "Lantern", "Late",
        "Marble", "Mossy", "Narrow", "Northern", "Old", "Paper", "Quiet", "Rusty", "Second",
        "Silver", "Thistle", "Upper", "Velvet", "Winter", "Yonder",
    ];
    let harbor = |(id, adjective): (u64, &&str)| {
        series(id, &format!("{adjective} Harbor")).seasons(&[4]).build()
    };
    (430_001..).zip(&ADJECTIVES).map(harbor).collect()
}

/// What `dune` finds among the series.
fn dunes() -> [Builder; 5] {
    [
        series(310_101, "Dune Harbor")
            .year(2019)
            .status("Continuing")
            .overview(
                "A fishing town is slowly buried by a wandering dune, and the harbor master \
                 refuses to move the harbor. Every season the sand takes one street more.",
            )
            .translated(
                "deu",
                "Hafen der Düne",
                "Eine wandernde Düne begräbt langsam eine Stadt am Meer.",
            )
            .translated(
                "fra",
                "Le Port de la dune",
                "Une dune errante ensevelit lentement un port de pêche, et le maître du port refuse \
                 de déplacer le port. À chaque saison, le sable prend une rue de plus.",
            )
            .specials(2)
            .seasons(&[8, 8, 10])
            .last_unaired(3),
        // In French it has kept its name, as most do.
        series(310_102, "The Dunes of Marrow")
            .year(2004)
            .translated(
                "fra",
                "The Dunes of Marrow",
                "Deux sœurs gardent une dune que personne d’autre ne voit.",
            )
            .seasons(&[13, 13])
            .alias("Marrow Dunes"),
        series(310_103, "Dune Gardeners")
            .year(2022)
            .seasons(&[6])
            .loose(Looseness::Repeated)
            .overview("Five rivals try to grow roses where nothing ever grew. Mild language."),
        series(310_104, "Dunes at Midnight").no_overview().seasons(&[10]).patchy(3),
        series(310_105, "Singing Dune")
            .foreign("fra", "Une dune chante, et un village entier cesse de dormir.")
            .seasons(&[3, 3]),
    ]
}

/// Series without anything awkward about them.
fn classics() -> [Builder; 6] {
    [
        series(81_189, "The Salt Ledger")
            .year(2008)
            .overview(
                "A bookkeeper discovers that the town's salt company has been paying a clerk who \
                 does not exist, and decides to become him.",
            )
            .translated(
                "deu",
                "Das Salzbuch",
                "Eine Buchhalterin entdeckt einen Angestellten, den es nicht gibt.",
            )
            .translated("spa", "El libro de la sal", "Una contable descubre un empleado fantasma.")
            .alias("Salt Ledger")
            .specials(3)
            .seasons(&[7, 13, 13, 13, 16]),
        series(121_361, "Crowns of Clay").year(2011).specials(6).seasons(&[10, 10, 10, 8]),
        series(73_244, "The Understudies").year(2005).seasons(&[6, 22, 14, 14, 26]),
        series(305_288, "Odd Signals").year(2016).status("Continuing").seasons(&[8, 9, 8]),
        series(75_897, "Little Mountain").year(1997).seasons(&[13, 18, 17]),
        series(350_665, "Copper Kettle Detectives").year(2024).status("Continuing").seasons(&[12]),
    ]
}

/// Series that break naive code.
fn awkward() -> [Builder; 12] {
    [
        // Numbering with gaps, and no season 2.
        series(400_001, "Missing Pages")
            .season(1, [1, 2, 4, 7, 8])
            .season(3, [2, 3, 5])
            .specials(1),
        // An episode of number 0, and two without any.
        series(400_011, "Loose Sheets").season(1, [0, 1, 2]).unnumbered(1).specials(1),
        // Specials only: there is no season 1.
        series(400_002, "Holiday Lanterns").specials(7),
        // Announced: episodes exist, none has aired.
        series(400_003, "Tomorrow's Orchard").unreleased().seasons(&[6]).last_unaired(6),
        // Announced: nothing at all exists.
        series(400_004, "The Unwritten Show").unreleased().no_overview().no_picture(),
        // More pages of episodes than one: 500, 500 and 200.
        series(400_005, "The Everlasting Street")
            .year(1999)
            .status("Continuing")
            .seasons(&[120; 10]),
        // More seasons than a menu holds, on several pages of episodes: 30 seasons of 40.
        series(400_010, "Perennial Almanac").year(1980).seasons(&[40; 30]),
        // The original name is Japanese, and English has one too.
        series(400_006, "砂時計の街")
            .foreign("jpn", "砂時計の中にある街の物語。")
            .english("Hourglass Town")
            .seasons(&[12]),
        // No English at all.
        series(400_007, "雨音食堂").foreign("jpn", "雨の日だけ開く小さな食堂。").seasons(&[10]),
        // The id comes with a prefix, numbers come as text, lists are null.
        series(194_031, "The Prefix Hotel").loose(Looseness::PrefixedId).seasons(&[5]),
        series(400_008, "Counting Sheep").loose(Looseness::TextNumbers).seasons(&[5]),
        series(400_009, "Nothing to Declare")
            .loose(Looseness::NullLists)
            .overview(words::long_overview(400_009, 6_000))
            .seasons(&[4]),
    ]
}
