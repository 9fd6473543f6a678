//! Buttons and menus, and the rows they stand in.

use super::{Case, long, mended, refused, with};
use lumina_plugin_api::{
    component::{Action, Button, Component, Select, SelectKind, SelectOption},
    reply::Message,
};

pub(super) const ELSEWHERE: &[&str] = &[
    "a_row_has_components",
    "a_button_has_a_known_style",
    "a_premium_button_names_its_sku",
    "a_menu_asks_for_at_least_0_values",
    "a_menu_has_at_most_25_default_values",
];

pub(super) fn action() -> Action {
    Action::new("go", &())
}

pub(super) fn button() -> Button {
    Button::new("Go", action())
}

fn menu(kind: SelectKind) -> Select {
    Select::new(kind, action())
}

fn option(value: &str) -> SelectOption {
    SelectOption::new("An option", value)
}

pub(super) fn options(options: impl IntoIterator<Item = SelectOption>) -> Select {
    Select::options(options.into_iter().collect(), action())
}

fn values(min: u8, max: u8) -> Option<Vec<Case>> {
    let kinds = [
        SelectKind::Options(vec![option("a"), option("b")]),
        SelectKind::Users,
        SelectKind::Channels(Vec::new()),
    ];
    mended(kinds.map(|kind| with(menu(kind).values(min, max))))
}

fn row(items: Vec<Component>) -> Message {
    Message::text("a").row(items)
}

pub(super) fn cases(rule: &str) -> Option<Vec<Case>> {
    of_rows(rule)
        .or_else(|| of_buttons(rule))
        .or_else(|| of_options(rule))
        .or_else(|| of_menus(rule))
}

fn of_rows(rule: &str) -> Option<Vec<Case>> {
    match rule {
        "a_message_has_at_most_5_rows" => {
            refused("6 rows", [(0..6).fold(Message::new(), |all, _| all.component(button()))])
        }
        "a_row_has_at_most_5_buttons" => {
            refused("6 buttons of a row", [row(vec![button().into(); 6])])
        }
        "a_row_is_not_empty" => refused("a row is empty", [row(Vec::new())]),
        "a_menu_fills_its_row" => {
            let menu = || Component::from(options([option("a")]));
            let rows = [vec![button().into(), menu()], vec![menu(), menu()]];
            refused("a menu cannot stand in a row beside others", rows.map(row))
        }
        "a_row_holds_buttons_or_a_menu" => {
            let others = [Component::Text("x".into()), Component::Row(vec![button().into()])];
            refused("what is no button cannot stand", others.map(|other| row(vec![other])))
        }
        "only_rows_stand_in_a_message_of_the_old_kind" => mended([
            with(Component::Text("b".into())),
            with(button()).component(options([option("a")])),
        ]),
        _ => None,
    }
}

fn of_buttons(rule: &str) -> Option<Vec<Case>> {
    let labeled = |label: String| Button::new(label, action());
    let links = |all: &[&str]| {
        refused("the address of a link", all.iter().map(|url| with(Button::link("x", *url))))
    };
    match rule {
        "a_button_label_has_at_most_80_characters" => mended([with(labeled(long(81)))]),
        "a_custom_id_has_at_most_100_characters" => {
            let large = Action::new(&"h".repeat(16), &long(4_000));
            mended([
                with(Button::new("Go", large.clone())),
                with(Select::new(SelectKind::Users, large)),
            ])
        }
        "a_custom_id_is_there" => {
            let mut idle = button();
            idle.action = None;
            refused("the action of a button is empty", [with(idle)])
        }
        "a_custom_id_is_not_empty" => {
            refused("the name of a handler", [with(Button::new("Go", Action::new("", &())))])
        }
        "custom_ids_are_unique" => {
            mended([row(vec![button().into(); 5]).component(options([option("a")]))])
        }
        "a_button_has_a_label_or_an_emoji" => {
            let bare = [labeled(String::new()), labeled(" ".into()), labeled(" ".into()).emoji("")];
            refused("the label of a button is empty", bare.map(with))
        }
        "a_button_has_an_emoji_that_exists" => {
            let none = ["smile", "", ":smile:", "🎬🎬", "party:0", "a b:12", "<:party:x>"];
            let named = none.map(|emoji| with(button().emoji(emoji)));
            mended(named.into_iter().chain([with(labeled(String::new()).emoji("smile"))]))
        }
        "an_emoji_name_has_at_most_32_characters" => {
            let emoji = format!("{}:12", "x".repeat(33));
            mended([with(button().emoji(&emoji)), with(options([option("a").emoji(&emoji)]))])
        }
        "a_link_has_no_custom_id" | "a_button_that_is_pressed_has_no_address" => {
            let mut both = button();
            both.url = Some("https://x.invalid".to_owned());
            mended([with(both)])
        }
        "a_link_has_an_address" => links(&[""]),
        "a_link_has_at_most_512_characters" => {
            links(&[&format!("https://x.invalid/{}", "a".repeat(500))])
        }
        "a_link_leads_to_the_web_or_into_discord" => {
            links(&["ftp://x.invalid", "https://x.invalid/a b", "https:x.invalid"])
        }
        _ => None,
    }
}

fn of_options(rule: &str) -> Option<Vec<Case>> {
    let labeled = |label: String| with(options([SelectOption::new(label, "a")]));
    match rule {
        "a_menu_has_at_most_25_options" => {
            refused("26 options", [with(options((0..26).map(|n| option(&n.to_string()))))])
        }
        "a_menu_has_an_option" | "a_menu_of_strings_has_options" => {
            refused("a menu is empty", [with(options([]))])
        }
        "an_option_has_a_label" => {
            refused("the label of an option", [labeled(String::new()), labeled(" ".to_owned())])
        }
        "an_option_has_a_value" | "an_option_value_has_at_most_100_characters" => {
            let values = [String::new(), " ".to_owned(), long(101)];
            let values = values.map(|value| with(options([option(&value)])));
            refused("the value of a menu's option", values)
        }
        "an_option_label_has_at_most_100_characters" => mended([labeled(long(101))]),
        "an_option_description_has_at_most_100_characters" => {
            mended([with(options([option("a").description(long(101))]))])
        }
        "an_option_has_an_emoji_that_exists" => {
            mended(["smile", ""].map(|emoji| with(options([option("a").emoji(emoji)]))))
        }
        "option_values_are_unique" => {
            refused("the value of a menu's option", [with(options([option("a"), option("a")]))])
        }
        _ => None,
    }
}

fn of_menus(rule: &str) -> Option<Vec<Case>> {
    let channels = |types: &[u8]| with(menu(SelectKind::Channels(types.to_vec())));
    match rule {
        "a_placeholder_has_at_most_150_characters" => {
            mended([with(menu(SelectKind::Users).placeholder(long(151)))])
        }
        "a_menu_asks_for_at_most_25_values" | "a_menu_requires_at_most_25_values" => {
            values(255, 255)
        }
        "a_menu_takes_at_least_1_value" => values(0, 0),
        "a_menu_asks_for_no_more_than_it_takes" => values(3, 2),
        "a_menu_takes_no_more_than_it_offers" => values(1, 3),
        "a_menu_names_a_channel_type_once" => {
            let mut all = mended([channels(&[0, 2, 0]), channels(&[0, 99])])?;
            all.extend(refused("the kind of channel in a menu cannot be `99`", [channels(&[99])])?);
            Some(all)
        }
        _ => None,
    }
}
