//! Guesses which setting was meant by a name that is not one.

use super::{Environment, table};

/// Names shorter than this are guessed at one slip only: short names are near to too many others.
const SHORT_NAME: usize = 9;

/// Returns a name in the environment that is nearly one of those `wanted`, and that one.
pub(super) fn nearest_present(
    wanted: impl Iterator<Item = String>,
    environment: &Environment,
) -> Option<(String, String)> {
    let near = wanted.flat_map(|wanted| {
        let unknown = environment.keys().filter(|name| !is_known(name));
        let near = unknown.filter(|name| is_near(name, &wanted));
        near.map(|name| (name.clone(), wanted.clone())).collect::<Vec<_>>()
    });
    near.min_by_key(|(name, wanted)| slips(name, wanted))
}

/// Returns names in the environment that are nearly a setting, and the setting.
pub(super) fn misspelt(environment: &Environment) -> impl Iterator<Item = (String, String)> + '_ {
    let unknown = environment.keys().filter(|name| !is_known(name));
    unknown.filter_map(|name| {
        let near = table::names().filter(|setting| is_near(name, setting));
        let meant = near.min_by_key(|setting| slips(name, setting))?;
        Some((name.clone(), meant))
    })
}

fn is_known(name: &str) -> bool {
    table::names().any(|known| known == name)
}

fn is_near(name: &str, setting: &str) -> bool {
    let allowed = if setting.len() < SHORT_NAME { 1 } else { 2 };
    // Letters of another case cost nothing to compare and are a slip of their own kind.
    name.len().abs_diff(setting.len()) <= allowed && slips(name, setting) <= allowed
}

/// Counts the slips between two names: a letter too many, too few, wrong, or two swapped.
fn slips(name: &str, setting: &str) -> usize {
    let (a, b) = (name.to_ascii_uppercase().into_bytes(), setting.as_bytes());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let (above, left) = (rows[i - 1][j] + 1, row[j - 1] + 1);
            let mut best =
                above.min(left).min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
