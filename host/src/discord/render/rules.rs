//! Every rule of the simulated Discord about answers, broken by what a plugin answers: what cannot be
//! mended is refused by name, and all else is written so that the simulated Discord takes it.

mod forms;
mod frames;
mod messages;
mod rows;

use super::*;
use lumina_plugin_api::{
    command::Choice,
    component::Component,
    descriptor::Descriptor,
    reply::{Message, Modal},
};
use lumina_sandbox::discord::refusal;
use serde_json::json;

const RULES: &str = include_str!("../../../../sandbox/RULES.md");
/// Where the rules about answers stand.
const CHAPTERS: [&str; 6] = [
    "Answers to interactions",
    "Messages",
    "Rows, buttons, menus",
    "Components of the second kind (flag 32768)",
    "Forms and suggestions",
    "What the OpenAPI document says alone",
];

/// What a plugin answers.
#[derive(Debug)]
enum Answer {
    Message(Box<Message>),
    Form(Modal),
    /// For an option of a type.
    Choices(u8, Vec<Choice>),
}

impl From<Message> for Answer {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<Modal> for Answer {
    fn from(modal: Modal) -> Self {
        Self::Form(modal)
    }
}

/// An answer that would break a rule, and the words that refuse it; without, it is written otherwise.
type Case = (Answer, Option<&'static str>);

/// Refused with these words.
fn refused<T: Into<Answer>>(
    words: &'static str,
    all: impl IntoIterator<Item = T>,
) -> Option<Vec<Case>> {
    Some(all.into_iter().map(|answer| (answer.into(), Some(words))).collect())
}

/// Written so that Discord takes it.
fn mended<T: Into<Answer>>(all: impl IntoIterator<Item = T>) -> Option<Vec<Case>> {
    Some(all.into_iter().map(|answer| (answer.into(), None)).collect())
}

fn long(n: usize) -> String {
    "é".repeat(n)
}

/// Broken by what plugins cannot say: the host writes the form of all JSON, gives ids of its own, answers
/// in turns (`answer.rs`), and knows neither polls, stickers nor groups of choices.
fn elsewhere() -> impl Iterator<Item = &'static str> {
    let lists = [messages::ELSEWHERE, rows::ELSEWHERE, frames::ELSEWHERE, forms::ELSEWHERE];
    lists.into_iter().flatten().copied()
}

fn broken_here(rule: &str) -> Option<Vec<Case>> {
    let found = messages::cases(rule).or_else(|| rows::cases(rule));
    found.or_else(|| frames::cases(rule)).or_else(|| forms::cases(rule))
}

fn cases(rule: &str) -> Option<Vec<Case>> {
    broken_here(rule).or_else(|| elsewhere().any(|name| name == rule).then(Vec::new))
}

/// The names of the rules about answers.
fn rules() -> Vec<&'static str> {
    let chapter = |title: &&str| {
        let (_, chapter) = RULES.split_once(&format!("\n## {title}\n")).expect("a chapter");
        chapter.split("\n## ").next().unwrap_or_default()
    };
    let rows = CHAPTERS.iter().map(chapter).flat_map(str::lines);
    rows.filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

/// Writes an answer in every way in which it is sent first, each with the names of its files.
fn written(answer: &Answer) -> Result<Vec<(Value, Vec<String>, u64)>, RenderError> {
    let mut descriptor = Descriptor::new("x");
    descriptor.name = "x".to_owned();
    let reader = Reader {
        plugin: "x".to_owned(),
        state_version: 0,
        texts: Arc::new(Bundles::read(&descriptor).unwrap()),
        locale: "en-US".to_owned(),
        invoker: UserId(42),
    };
    match answer {
        Answer::Message(message) => {
            let ways = [
                (4, Purpose::New { private: false }),
                (7, Purpose::Replacement { of_components: false }),
            ];
            let write = |(kind, purpose)| {
                let Rendered { body, files, .. } = reader.message(message, purpose)?;
                let files = files.into_iter().map(|file| file.filename).collect();
                Ok((json!({ "type": kind, "data": body }), files, 0))
            };
            ways.into_iter().map(write).collect()
        }
        Answer::Form(modal) => {
            let body = reader.modal(modal)?.body;
            Ok(vec![(json!({ "type": 9, "data": body }), Vec::new(), 0)])
        }
        Answer::Choices(option, choices) => {
            let body = json!({ "choices": reader.choices(choices, *option) });
            Ok(vec![(json!({ "type": 8, "data": body }), Vec::new(), u64::from(*option))])
        }
    }
}

/// What is wrong with how an answer is treated.
fn fault((answer, expected): &Case) -> Option<String> {
    let written = match (written(answer), expected) {
        (Ok(written), None) => written,
        (Ok(_), Some(words)) => return Some(format!("is not refused with `{words}`")),
        (Err(error), Some(words)) if error.to_string().contains(words) => return None,
        (Err(error), _) => return Some(format!("is refused: {error}")),
    };
    written.iter().find_map(|(body, files, option)| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        refusal(body, &files, *option).map(|refusal| format!("{refusal} to {body}"))
    })
}

#[test]
fn no_answer_of_a_plugin_breaks_a_rule_of_discords() {
    let rules = rules();
    assert!(rules.len() > 150, "{rules:?}");
    let mut faults = Vec::new();
    for rule in rules {
        let Some(cases) = cases(rule) else {
            faults.push(format!("`{rule}` is broken by no answer here"));
            continue;
        };
        let broken = cases.iter().filter_map(|case| Some((fault(case)?, &case.0)));
        faults.extend(broken.map(|(fault, answer)| format!("{rule}: {fault}: {answer:.300?}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_left_to_others_are_rules_that_no_answer_here_breaks() {
    let rules = rules();
    for rule in elsewhere() {
        assert!(rules.contains(&rule), "`{rule}` is no rule about answers");
        assert_eq!(elsewhere().filter(|name| *name == rule).count(), 1, "`{rule}` stands twice");
        assert!(broken_here(rule).is_none(), "`{rule}` is broken by an answer here");
    }
}

/// Returns a message with a component.
fn with(component: impl Into<Component>) -> Message {
    Message::text("a").component(component)
}
