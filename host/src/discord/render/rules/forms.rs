//! Forms, and values that are suggested.

use super::{
    Answer, Case, long, mended, refused,
    rows::{action, options},
};
use lumina_plugin_api::{
    command::Choice,
    component::{Action, SelectOption},
    reply::{FileInput, Input, Modal, ModalField, TextInput},
};
use serde_json::json;

pub(super) const ELSEWHERE: &[&str] = &[
    "a_form_has_a_custom_id",
    "a_form_has_components",
    // No row is written, only labels.
    "a_row_of_a_form_has_one_field",
    "a_row_of_a_form_holds_a_text_input",
    "a_form_text_has_at_most_4000_characters",
    "a_field_in_a_row_has_a_label",
    "a_label_in_a_row_has_at_most_45_characters",
    "a_text_input_has_a_known_style",
    "a_form_requires_at_least_0_characters",
    "a_form_holds_rows_labels_and_texts",
    "suggestions_are_a_list",
    "a_checkbox_group_has_at_most_10_options",
    "a_checkbox_group_takes_at_most_10_values",
    "a_radio_group_has_at_most_10_options",
    "a_radio_group_has_2_options",
    "a_group_label_has_at_most_100_characters",
];

const TEXT: u8 = 3;
const INTEGER: u8 = 4;
const NUMBER: u8 = 10;

fn form(fields: impl IntoIterator<Item = ModalField>) -> Modal {
    fields.into_iter().fold(Modal::new("A form", action()), Modal::field)
}

fn field(name: &str) -> ModalField {
    ModalField::text(name, "A field")
}

fn input(input: Input) -> Modal {
    form([ModalField::new("a", "A field", input)])
}

fn text(change: impl Fn(&mut TextInput)) -> Option<Vec<Case>> {
    let mut text = TextInput::default();
    change(&mut text);
    mended([input(Input::Text(text))])
}

fn upload(min: u8, max: u8) -> Option<Vec<Case>> {
    let field = || ModalField::new("a", "A field", Input::Files(FileInput::new(min, max)));
    mended([form([field()]), form([field().optional()])])
}

fn suggested(option: u8, choices: impl IntoIterator<Item = Choice>) -> Option<Vec<Case>> {
    mended([Answer::Choices(option, choices.into_iter().collect())])
}

pub(super) fn cases(rule: &str) -> Option<Vec<Case>> {
    of_forms(rule).or_else(|| of_inputs(rule)).or_else(|| of_suggestions(rule))
}

fn of_forms(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "a_form_title_has_at_most_45_characters" => {
            mended([Modal::new(long(46), action()).field(field("a"))])
        }
        "a_form_has_a_title" => {
            mended(["", " "].map(|title| Modal::new(title, action()).field(field("a"))))
        }
        "a_form_custom_id_has_at_most_100_characters" => {
            let large = Action::new(&"h".repeat(16), &long(4_000));
            mended([Modal::new("A form", large).field(field("a"))])
        }
        "a_form_has_at_most_5_fields" => {
            refused("6 fields of a form", [form((0..6).map(|n| field(&n.to_string())))])
        }
        "a_form_has_a_field" => refused("a form is empty", [form([])]),
        "fields_of_a_form_have_unique_custom_ids" => {
            let names = ["", " ", &long(101)].map(|name| form([field(name)]));
            let twice = form([field("a"), field("a")]);
            refused("the name of a field", names.into_iter().chain([twice]))
        }
        "a_form_label_has_at_most_45_characters" => {
            let labels = [long(46), String::new(), " ".to_owned()];
            mended(labels.map(|label| form([ModalField::text("a", label)])))
        }
        "a_form_description_has_at_most_100_characters" | "a_form_description_is_not_empty" => {
            let described = |text: String| {
                let mut field = field("a");
                field.description = text.into();
                form([field])
            };
            mended([described(long(101)), described(String::new()), described(" ".to_owned())])
        }
        _ => None,
    }
}

fn of_inputs(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "a_form_takes_at_most_4000_characters" => text(|input| input.max_length = Some(u16::MAX)),
        "a_form_takes_at_least_1_character" => text(|input| {
            (input.min_length, input.max_length) = (Some(0), Some(0));
        }),
        "a_form_requires_at_most_4000_characters" => {
            text(|input| input.min_length = Some(u16::MAX))
        }
        "a_form_is_filled_with_at_most_4000_characters" => {
            text(|input| input.value = long(4_001).into())
        }
        "a_form_placeholder_has_at_most_100_characters" => {
            text(|input| input.placeholder = long(101).into())
        }
        "a_form_field_is_of_a_known_type" => {
            refused("does not know the input `dial`", [input(Input::Unknown(json!({"dial": {}})))])
        }
        "a_form_menu_keeps_the_rules_of_menus" => {
            let of_one = || options([SelectOption::new(long(101), "a")]).placeholder(long(151));
            let pick = |min, max| input(Input::Select(of_one().values(min, max)));
            let mut all = mended([pick(0, 0), pick(9, 9)])?;
            all.extend(refused("a menu is empty", [input(Input::Select(options([])))])?);
            Some(all)
        }
        "an_upload_takes_at_most_10_files" | "an_upload_requires_at_most_10_files" => {
            upload(255, 255)
        }
        "an_upload_takes_a_file" => upload(0, 0),
        _ => None,
    }
}

fn of_suggestions(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "at_most_25_suggestions" => {
            suggested(TEXT, (0..26).map(|n| Choice::new(n.to_string(), n.to_string())))
        }
        "a_suggestion_has_at_most_100_characters" => suggested(TEXT, [Choice::new(long(101), "a")]),
        "a_suggested_value_has_at_most_100_characters" => {
            suggested(TEXT, [Choice::new("a", long(101))])
        }
        "a_suggestion_is_not_empty" => {
            let none = [Choice::new("", "a"), Choice::new(" ", "a"), Choice::new("a", "")];
            suggested(TEXT, none.into_iter().chain([Choice::new("a", " "), Choice::new("a", 2)]))
        }
        "a_suggested_number_is_a_number" => {
            let wrong = [Choice::new("a", "1"), Choice::new("b", 1.5), Choice::new("c", i64::MAX)];
            suggested(INTEGER, wrong.into_iter().chain([Choice::new("d", 2)]))
        }
        "a_suggested_decimal_is_a_number" => {
            suggested(NUMBER, [Choice::new("a", "1"), Choice::new("b", 1.5), Choice::new("c", 2)])
        }
        _ => None,
    }
}
