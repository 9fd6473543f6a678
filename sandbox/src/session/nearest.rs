//! Finds the known word that was probably meant.

/// How many letters may differ for a word to be suggested, per letter of the word.
const DIFFERENT_PER_LETTER: usize = 3;

/// Returns the known word nearest to a typed one, unless none is near.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = typed.chars().count() / DIFFERENT_PER_LETTER + 1;
    known
        .into_iter()
        .map(|word| (distance(&typed.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Counts the letters to insert, delete or change (Levenshtein), two neighbors swapped being two.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_find_their_word_and_nonsense_none() {
        let known = ["button", "select", "quit"];
        assert_eq!(nearest("buton", known), Some("button"));
        assert_eq!(nearest("SELCET", known), Some("select"));
        assert_eq!(nearest("xyzzy", known), None);
    }
}
