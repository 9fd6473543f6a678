//! Buttons, menus and the newer component trees. Buttons and menus carry the numbers by which
//! `button 1` and `select 1 2` mean them.

use super::{
    super::markdown::{Names, plain, visible},
    INDENT, cut, indented, text,
};
use serde_json::Value;

/// Discord's numbers of the kinds.
mod kind {
    pub(super) const ROW: u64 = 1;
    pub(super) const BUTTON: u64 = 2;
    pub(super) const STRING_SELECT: u64 = 3;
    pub(super) const TEXT_INPUT: u64 = 4;
    pub(super) const LAST_SELECT: u64 = 8;
    pub(super) const SECTION: u64 = 9;
    pub(super) const TEXT: u64 = 10;
    pub(super) const THUMBNAIL: u64 = 11;
    pub(super) const GALLERY: u64 = 12;
    pub(super) const FILE: u64 = 13;
    pub(super) const SEPARATOR: u64 = 14;
    pub(super) const CONTAINER: u64 = 17;
    pub(super) const LABEL: u64 = 18;
    pub(super) const UPLOAD: u64 = 19;
}

/// The button style that opens an address and is not pressed.
const STYLE_LINK: u64 = 5;

/// Returns a component tree, buttons and menus numbered from 1 each.
pub(super) fn lines(components: &[Value], names: &dyn Names) -> Vec<String> {
    let mut painter = Painter { names, buttons: 0, menus: 0, fields: 0, lines: Vec::new() };
    components.iter().for_each(|component| painter.paint(component, INDENT));
    painter.lines
}

struct Painter<'a> {
    names: &'a dyn Names,
    buttons: usize,
    menus: usize,
    fields: usize,
    lines: Vec<String>,
}

impl Painter<'_> {
    fn paint(&mut self, component: &Value, indent: &str) {
        match component["type"].as_u64().unwrap_or_default() {
            kind::ROW => self.row(component, indent),
            kind::BUTTON => {
                let button = self.button(component);
                self.lines.push(format!("{indent}{button}"));
            }
            kind::TEXT_INPUT => self.input(component, indent),
            kind::STRING_SELECT..=kind::LAST_SELECT => self.menu(component, indent),
            kind::TEXT => self.text(&plain(text(&component["content"]), self.names), indent),
            kind::THUMBNAIL => self.picture("small picture", component, indent),
            kind::GALLERY => {
                children(component, "items")
                    .iter()
                    .for_each(|item| self.picture("picture", item, indent));
            }
            kind::FILE => self.line(indent, &format!("(file) {}", text(&component["file"]["url"]))),
            kind::SEPARATOR => self.line(indent, "──────"),
            kind::SECTION => {
                self.children(component, indent);
                self.paint(&component["accessory"], indent);
            }
            kind::CONTAINER => self.children(component, &format!("{indent}┃ ")),
            kind::LABEL => {
                self.line(indent, &visible(text(&component["label"])));
                self.paint(&component["component"], indent);
            }
            kind::UPLOAD => self.line(indent, "(choose files)"),
            other => self.line(indent, &format!("(a component of kind {other})")),
        }
    }

    fn children(&mut self, component: &Value, indent: &str) {
        children(component, "components").iter().for_each(|child| self.paint(child, indent));
    }

    fn row(&mut self, row: &Value, indent: &str) {
        let all = children(row, "components");
        if all.iter().all(|child| child["type"] == kind::BUTTON) {
            let buttons: Vec<String> = all.iter().map(|button| self.button(button)).collect();
            self.line(indent, &buttons.join("  "));
        } else {
            self.children(row, indent);
        }
    }

    fn button(&mut self, button: &Value) -> String {
        self.buttons += 1;
        let label = caption(button);
        let off = if button["disabled"] == true { " (off)" } else { "" };
        if button["style"] == STYLE_LINK {
            return format!("[{}] {label}{off} ({})", self.buttons, text(&button["url"]));
        }
        format!("[{}] {label}{off}", self.buttons)
    }

    fn menu(&mut self, menu: &Value, indent: &str) {
        self.menus += 1;
        let placeholder = match text(&menu["placeholder"]) {
            "" => "Make a selection",
            placeholder => placeholder,
        };
        let off = if menu["disabled"] == true { " (off)" } else { "" };
        self.line(indent, &format!("▾{} {}{off}", self.menus, visible(placeholder)));
        for (number, option) in (1..).zip(children(menu, "options")) {
            let chosen = if option["default"] == true { " (chosen)" } else { "" };
            let described = match text(&option["description"]) {
                "" => String::new(),
                description => format!(": {}", visible(&description.replace('\n', " "))),
            };
            let text = format!("{}{chosen}{described}", caption(option));
            self.line(indent, &cut(&format!("{number:>4}. {text}"), indent));
        }
        let kind = menu["type"].as_u64().unwrap_or_default();
        for (number, name) in (1..).zip(self.names.offered(kind)) {
            self.line(indent, &cut(&format!("{number:>4}. {}", visible(&name)), indent));
        }
    }

    fn input(&mut self, input: &Value, indent: &str) {
        self.fields += 1;
        let label = visible(text(&input["label"]));
        let value = visible(text(&input["value"]));
        self.line(indent, &format!("_{}_ {label} {value}", self.fields));
    }

    fn picture(&mut self, label: &str, component: &Value, indent: &str) {
        self.line(indent, &format!("({label}) {}", text(&component["media"]["url"])));
    }

    fn text(&mut self, text: &str, indent: &str) {
        self.lines.extend(indented(text, indent));
    }

    fn line(&mut self, indent: &str, text: &str) {
        self.lines.push(format!("{indent}{text}").trim_end().to_owned());
    }
}

fn children<'a>(component: &'a Value, key: &str) -> &'a [Value] {
    component[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns emoji and label of a button or an option.
fn caption(of: &Value) -> String {
    let emoji = text(&of["emoji"]["name"]);
    let label = visible(text(&of["label"]));
    format!("{emoji} {label}").trim().to_owned()
}
