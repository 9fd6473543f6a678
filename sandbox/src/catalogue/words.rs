//! Makes up overviews and episode names from word lists: the same for the same number, always.

const WHO: [&str; 12] = [
    "A retired lighthouse keeper",
    "A baker who only works at night",
    "A cartographer with no sense of direction",
    "The last archivist of a drowned town",
    "A choir of apprentice welders",
    "A village doctor and her talkative goat",
    "An honest forger",
    "A ferry crew of five",
    "A family with one inheritance",
    "A radio presenter nobody listens to",
    "The youngest judge of the province",
    "A gardener on a very small moon",
];
const DOES: [&str; 10] = [
    "finds a door that was not there yesterday",
    "has until the next tide to return a borrowed crown",
    "keeps a secret that grows a little every winter",
    "must win a contest that has no rules",
    "follows a map drawn by a child",
    "answers a letter forty years too late",
    "builds a bridge that only one side wants",
    "counts the stars and comes up one short",
    "takes the wrong train on purpose",
    "wakes up famous in the wrong country",
];
const THEN: [&str; 9] = [
    "Nobody in town is surprised.",
    "What begins as a wager ends as a way of life.",
    "The neighbors have opinions.",
    "It would be easy, were it not for the weather.",
    "Every answer costs a spoon.",
    "Old friends turn out to be older than they say.",
    "Winter is patient, and so is the bank.",
    "Only the dog knows the whole story.",
    "By spring, three of them will have left.",
];
const EPISODE: [&str; 14] = [
    "The Long Way Round",
    "Paper Boats",
    "A Spoon for Every Answer",
    "Low Tide",
    "What the Goat Saw",
    "Second Breakfast Club",
    "The Wrong Train",
    "Eleven Lanterns",
    "Borrowed Weather",
    "An Honest Copy",
    "The Quiet Contest",
    "Northbound",
    "Salt and Static",
    "Nobody Home",
];

/// Returns an overview of two or three sentences.
pub(super) fn overview(seed: u64) -> String {
    let text = format!("{} {}. {}", pick(&WHO, seed), pick(&DOES, seed / 7), pick(&THEN, seed / 3));
    if seed.is_multiple_of(3) { format!("{text} {}", pick(&THEN, seed / 3 + 4)) } else { text }
}

/// Returns an overview of about `length` characters, and never fewer.
pub(super) fn long_overview(seed: u64, length: usize) -> String {
    let mut text = overview(seed);
    for more in 1.. {
        if text.chars().count() >= length {
            break;
        }
        text.push(' ');
        text.push_str(&overview(seed + more * 11));
    }
    text
}

/// Returns the name of an episode.
pub(super) fn episode_name(seed: u64) -> String {
    pick(&EPISODE, seed * 5).to_owned()
}

fn pick(words: &[&'static str], seed: u64) -> &'static str {
    words[usize::try_from(seed % words.len() as u64).unwrap_or(0)]
}
