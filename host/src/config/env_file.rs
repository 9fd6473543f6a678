//! The file `.env`: settings as `NAME=value`, as people and editors leave them.
//!
//! No line of it is ever repeated in a message: lines hold secrets.

use super::Environment;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The largest file read: settings are a few lines.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// What some editors put before the first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Which file the settings are read from, beside the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EnvFile {
    /// `.env` in the working directory, if there is one.
    #[default]
    Usual,
    /// This one, which must exist.
    Named(PathBuf),
}

/// Reads the file; what is wrong with it becomes sentences in `problems`.
pub(super) fn read(file: &EnvFile, problems: &mut Vec<String>) -> Environment {
    let (path, must_exist) = match file {
        EnvFile::Usual => (Path::new(".env"), false),
        EnvFile::Named(path) => (path.as_path(), true),
    };
    match text(path) {
        Ok(text) => parse(&text, &path.display().to_string(), problems),
        Err(error) if !must_exist && is_absence(&error) => Environment::new(),
        Err(error) => {
            problems.push(format!("`{}` cannot be read: {}", path.display(), in_words(&error)));
            Environment::new()
        }
    }
}

fn text(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read_to_string(path)
}

/// A folder of the usual name is somebody's virtual environment, not settings.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory)
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::IsADirectory => "it is a directory; name a file".to_owned(),
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::InvalidData => "it is no UTF-8 text; save it again as UTF-8".to_owned(),
        io::ErrorKind::FileTooLarge => "it is larger than 1 MiB, which no settings are".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "this user may not read it; `chmod` or `chown` it".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Reads the text of such a file. Of two lines of a name the last counts, as in a shell.
fn parse(text: &str, file: &str, problems: &mut Vec<String>) -> Environment {
    let text = text.trim_start_matches(BYTE_ORDER_MARK).replace("\r\n", "\n") + "\n";
    let mut settings = Environment::new();
    for line in dotenvy::from_read_iter(text.as_bytes()) {
        match line {
            Ok((name, value)) => {
                settings.insert(name, value);
            }
            Err(error) => problems.push(problem(&error, &text, file)),
        }
    }
    settings
}

/// Names the line by its number.
fn problem(error: &dotenvy::Error, text: &str, file: &str) -> String {
    let fix = "it must read NAME=value, with single quotation marks around a value that holds spaces \
               or any of \" \\ $ #";
    let dotenvy::Error::LineParse(line, _) = error else {
        return format!("`{file}` is not understood: {fix}");
    };
    // Of some lines dotenvy tells the value only.
    let first = line.lines().next().unwrap_or_default().trim_end();
    match text.lines().position(|line| line.trim_end().ends_with(first)) {
        Some(index) => format!("line {} of `{file}` is not understood: {fix}", index + 1),
        None => format!("a line of `{file}` is not understood: {fix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut problems = Vec::new();
        let settings = parse(text, ".env", &mut problems);
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((settings.as_slice(), problems.as_slice()), (expected, &[][..]), "{text:?}");
    }

    #[test]
    fn quotes_line_ends_marks_and_spaces_are_read_as_meant() {
        check("A=1\nB=2", &[("A", "1"), ("B", "2")]);
        check("\u{feff}A=1\r\n# a comment\r\n\r\nB=2\r\n", &[("A", "1"), ("B", "2")]);
        check("A = \"one two\"  \nexport B='$x # y'", &[("A", "one two"), ("B", "$x # y")]);
        check("  A=abc   # why\nB=", &[("A", "abc"), ("B", "")]);
        check("A=1   ", &[("A", "1")]);
        check("A=1\nA=2", &[("A", "2")]);
        check("A=MTA.x-_y.z=", &[("A", "MTA.x-_y.z=")]);
    }

    #[test]
    fn a_line_that_is_none_is_named_by_number_and_not_repeated() {
        for (text, line) in [
            ("A=1\nB=hidden secret\nC=3", "line 2 of `.env`"),
            ("hidden\n", "line 1 of `.env`"),
            ("A=1\r\nB='hidden\r\nC=2", "line 2 of `.env`"),
        ] {
            let mut problems = Vec::new();
            parse(text, ".env", &mut problems);
            assert_eq!(problems.len(), 1, "{text:?}: {problems:?}");
            assert!(problems[0].starts_with(line), "{problems:?}");
            assert!(!problems[0].contains("hidden"), "{problems:?}");
        }
    }

    #[test]
    fn a_missing_file_is_a_problem_only_if_it_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut problems = Vec::new();
        read(&EnvFile::Named(folder.path().join("settings")), &mut problems);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("there is no such file"), "{problems:?}");
        read(&EnvFile::Named(folder.path().to_owned()), &mut problems);
        assert!(problems[1].contains("it is a directory"), "{problems:?}");
    }
}
