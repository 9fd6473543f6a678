//! A command as it is typed: its path, then options written `name:value`.

use super::{NotUnderstood, Typed};

/// Splits a command into its path and its options. A value with spaces stands in quotation marks.
pub(super) fn typed(text: &str) -> Result<Typed, NotUnderstood> {
    let mut typed = Typed::default();
    let mut stray: Vec<String> = Vec::new();
    for word in words(text)? {
        match word.split_once(':') {
            Some(_) if !stray.is_empty() => break,
            Some((name, value)) if is_option_name(name) => {
                typed.options.push((name.to_owned(), value.to_owned()));
            }
            _ if typed.options.is_empty() => typed.path.push(word),
            _ => stray.push(word),
        }
    }
    for (index, (name, _)) in typed.options.iter().enumerate() {
        if typed.options[..index].iter().any(|(before, _)| before == name) {
            return Err(NotUnderstood::Twice { name: name.clone() });
        }
    }
    match typed.options.last() {
        Some((name, value)) if !stray.is_empty() => {
            let words = stray.join(" ");
            let quoted = format!("{name}:\"{value} {words}\"");
            Err(NotUnderstood::StrayWords { words, quoted })
        }
        _ => Ok(typed),
    }
}

/// Whether `name:` can name an option or a field.
pub(in crate::session) fn is_option_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
}

/// Splits at spaces outside of quotation marks; `\"` and `\\` mean themselves, `\n` a new line.
pub(super) fn words(text: &str) -> Result<Vec<String>, NotUnderstood> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => (quoted, any) = (!quoted, true),
            '\\' if quoted => match letters.next() {
                Some('n') => word.push('\n'),
                Some(next) => word.push(next),
                None => return Err(NotUnderstood::OpenQuote),
            },
            letter if letter.is_whitespace() && !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            letter => {
                word.push(letter);
                any = true;
            }
        }
    }
    if quoted {
        return Err(NotUnderstood::OpenQuote);
    }
    if any {
        words.push(word);
    }
    Ok(words)
}
