//! The fenced blocks of a document and what they are for.

/// What the gate does with a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Nothing: it is there to be read.
    Show,
    /// Nothing: `sandbox/tests/newcomer.rs` types it.
    Newcomer,
    /// Runs it.
    Run,
    /// Writes it to this path.
    File(String),
    /// Compares it with the file at this path, which a command has written.
    Wrote(String),
    /// Compares it with what the run before it printed.
    Output,
}

/// How lines begin that are commands, whatever the block is called that holds them.
const COMMAND_BEGINNINGS: &[&str] = &[
    "$ ",
    "./",
    "cargo ",
    "cd ",
    "cp ",
    "curl ",
    "docker ",
    "export ",
    "git ",
    "install ",
    "journalctl ",
    "lumina ",
    "mkdir ",
    "sha256sum ",
    "sudo ",
    "systemctl ",
    "tar ",
    "target/",
    "useradd ",
];

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// The line of its fence, counted from one.
    pub line: usize,
    /// The language it is written in.
    pub language: String,
    /// What the gate does with it.
    pub role: Role,
    /// What stands in it.
    pub text: String,
}

impl Block {
    /// Whether it holds commands that nobody runs.
    pub fn is_unrun_shell(&self) -> bool {
        self.language == "sh" && self.role == Role::Show
    }

    /// Returns a command that stands in it although it is called something else than `sh`, where nobody
    /// would look for it. What is written or compared by the gate is what it says it is.
    pub fn hidden_command(&self) -> Option<&str> {
        let is_command = |line: &&str| {
            COMMAND_BEGINNINGS.iter().any(|beginning| line.trim_start().starts_with(beginning))
        };
        let is_looked_at = self.language != "sh" && self.role == Role::Show;
        self.text.lines().find(is_command).filter(|_| is_looked_at)
    }
}

/// Returns the blocks of `text` in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (line, number) in text.lines().zip(1..) {
        match (line.strip_prefix("```"), open.take()) {
            (Some(marks), None) => open = Some(opened(number, marks)),
            (Some(_), Some(block)) => found.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is never closed: {open:?}");
    found
}

fn opened(line: usize, marks: &str) -> Block {
    let mut marks = marks.split_whitespace();
    let language = marks.next().unwrap_or_default().to_owned();
    let role = match marks.next() {
        Some("newcomer") => Role::Newcomer,
        Some("run") => Role::Run,
        Some("output") => Role::Output,
        Some(mark) => match mark.split_once('=') {
            Some(("file", path)) => Role::File(path.to_owned()),
            Some(("wrote", path)) => Role::Wrote(path.to_owned()),
            _ => panic!("line {line}: `{mark}` is no mark of a block"),
        },
        None => Role::Show,
    };
    Block { line, language, role, text: String::new() }
}
