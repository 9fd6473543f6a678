//! Titles whose texts try to do harm: mentions, markdown, direction overrides, endless names.

use super::{
    Title,
    builder::{Builder, movie, series},
};

/// The longest name TheTVDB is known to hold.
const NAME_CHARACTERS: usize = 400;

/// Returns the hostile titles; each has `hostile` among its names, so that one query finds them.
pub(super) fn titles() -> Vec<Title> {
    let all = [
        movie(30_001, "@everyone come and see <@&1> <@1> <#1>").overview(
            "Everyone is invited: @everyone, @here, <@100000000000000001>, and </sudo:1>. \
             [click](https://example.com/phish) https://example.com/raw",
        ),
        movie(30_002, "**bold** __under__ ~~strike~~ ||spoiler|| `code` [link](https://e.example)")
            .overview("# A heading\n> a quote\n- a list\n```rs\nfn code() {}\n```\n-# small"),
        movie(30_003, &long_name()),
        series(30_004, "מגדל החול \u{202e}drowkcab\u{202c} برج الرمال")
            .overview("\u{202e}This sentence is written backwards\u{202c} and this one is not.")
            .seasons(&[2]),
        movie(30_005, "Zero\u{200b}Width\u{200b}Zoo \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
        movie(30_006, "Z\u{0351}\u{036b}a\u{0321}\u{0353}l\u{032c}\u{0349}g\u{0325}o Night"),
        movie(30_007, "Tabs\tand\nnewlines\r\n\u{7}bell").overview("  \n\n  \t "),
        movie(30_008, "<script>alert(1)</script> & \"quotes\" '; DROP TABLE movies;--"),
    ];
    all.into_iter().map(|title| title.alias("hostile")).map(Builder::build).collect()
}

fn long_name() -> String {
    let unit = "The Extraordinarily Long and Unabridged Name of a Movie About Naming Movies, ";
    unit.chars().cycle().take(NAME_CHARACTERS).collect()
}
