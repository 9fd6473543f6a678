//! Components: rows of buttons and menus, and what the V2 way adds (reference, "Component Reference").

use super::{FILE_SCHEME, Object, RenderError, Renderer, Sum, is_url};
use crate::texts::Place;
use lumina_plugin_api::{
    component::{
        Button, ButtonStyle, Component, Container, Picture, Section, Separator, ShownFile,
    },
    text::Text,
};
use serde_json::{Value, json};

/// Rows of a classic message.
const ROWS_MAX: usize = 5;
/// Buttons of a row.
const BUTTONS_MAX: usize = 5;
/// Components of a V2 message, those inside others counted.
const V2_COMPONENTS_MAX: usize = 40;
/// Characters of all texts of a V2 message together.
const V2_TEXT_CHARS_MAX: usize = 4_000;
pub(super) const V2_TEXTS: Sum =
    Sum { what: "the texts of a message of components", chars_max: V2_TEXT_CHARS_MAX };
const LABEL_CHARS_MAX: usize = 80;
const LINK_CHARS_MAX: usize = 512;
const SECTION_TEXTS_MAX: usize = 3;
const PICTURES_MAX: usize = 10;
const PICTURE_DESCRIPTION_CHARS_MAX: usize = 1_024;
const COLOR_MAX: u32 = 0x00FF_FFFF;

const ROW: u8 = 1;
const BUTTON: u8 = 2;
const SECTION: u8 = 9;
const TEXT: u8 = 10;
const THUMBNAIL: u8 = 11;
const GALLERY: u8 = 12;
const FILE: u8 = 13;
const SEPARATOR: u8 = 14;
const CONTAINER: u8 = 17;

/// Whether a component makes its message one of components.
pub(super) fn is_v2(component: &Component) -> bool {
    !matches!(component, Component::Row(_) | Component::Button(_) | Component::Select(_))
        && !matches!(component, Component::Unknown(_))
}

impl Renderer<'_> {
    /// Writes the rows below a classic message.
    pub(super) fn classic(&mut self, components: &[Component]) -> Result<Vec<Value>, RenderError> {
        RenderError::check_max("rows", components.len(), ROWS_MAX)?;
        components.iter().map(|component| self.row_of(component)).collect()
    }

    /// Writes the components of a V2 message.
    pub(super) fn v2(&mut self, components: &[Component]) -> Result<Vec<Value>, RenderError> {
        let mut out = Vec::with_capacity(components.len());
        for component in components {
            out.extend(self.v2_one(component, "the message")?);
        }
        Ok(out)
    }

    /// Writes a text of a V2 message; nothing if it is empty or no characters are left.
    pub(super) fn v2_text(&mut self, text: &Text) -> Result<Option<Value>, RenderError> {
        let whole = self.text_if_any(text, Place::Markdown, V2_TEXT_CHARS_MAX, "text component");
        let text = whole.map(|whole| self.cut_for(V2_TEXTS, self.text_left, &whole));
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        self.text_left -= text.chars().count();
        self.count()?;
        Ok(Some(json!({ "type": TEXT, "content": text })))
    }

    fn count(&mut self) -> Result<(), RenderError> {
        self.n_components += 1;
        RenderError::check_max("components", self.n_components, V2_COMPONENTS_MAX)
    }

    fn v2_one(
        &mut self,
        component: &Component,
        place: &'static str,
    ) -> Result<Option<Value>, RenderError> {
        if let Component::Text(text) = component {
            return self.v2_text(text);
        }
        let value = match component {
            Component::Container(_) if place != "the message" => {
                return Err(RenderError::Misplaced { what: "a container", place });
            }
            Component::Container(container) => return self.container(container).map(Some),
            Component::Section(section) => self.section(section)?,
            Component::Gallery(pictures) => self.gallery(pictures)?,
            Component::Separator(separator) => self.separator(*separator)?,
            Component::File(file) => self.file(file)?,
            Component::Thumbnail(_) => {
                return Err(RenderError::Misplaced { what: "a thumbnail", place });
            }
            other => self.row_of(other)?,
        };
        Ok(Some(value))
    }

    fn container(&mut self, container: &Container) -> Result<Value, RenderError> {
        self.count()?;
        let mut inner = Vec::with_capacity(container.components.len());
        for component in &container.components {
            inner.extend(self.v2_one(component, "a container")?);
        }
        if inner.is_empty() {
            return Err(RenderError::Empty { what: "a container" });
        }
        let color = container.accent_color.map(|color| color & COLOR_MAX);
        Ok(json!({ "type": CONTAINER, "components": inner, "accent_color": color,
            "spoiler": container.spoiler }))
    }

    fn section(&mut self, section: &Section) -> Result<Value, RenderError> {
        self.count()?;
        RenderError::check_max("texts of a section", section.texts.len(), SECTION_TEXTS_MAX)?;
        let mut texts = Vec::with_capacity(section.texts.len());
        for text in &section.texts {
            texts.extend(self.v2_text(text)?);
        }
        if texts.is_empty() {
            return Err(RenderError::Empty { what: "a section" });
        }
        let accessory = match section.accessory.as_ref() {
            Component::Button(button) => self.button(button)?,
            Component::Thumbnail(picture) => self.thumbnail(picture)?,
            Component::Unknown(value) => return Err(RenderError::unknown("component", value)),
            _ => {
                let what = "what is neither a button nor a thumbnail";
                return Err(RenderError::Misplaced { what, place: "the side of a section" });
            }
        };
        Ok(json!({ "type": SECTION, "components": texts, "accessory": accessory }))
    }

    fn thumbnail(&mut self, picture: &Picture) -> Result<Value, RenderError> {
        self.count()?;
        let mut object = self.picture(picture)?;
        object.insert("type".to_owned(), THUMBNAIL.into());
        Ok(Value::Object(object))
    }

    fn gallery(&mut self, pictures: &[Picture]) -> Result<Value, RenderError> {
        self.count()?;
        RenderError::check_max("pictures of a gallery", pictures.len(), PICTURES_MAX)?;
        if pictures.is_empty() {
            return Err(RenderError::Empty { what: "a gallery" });
        }
        let items: Vec<Value> = pictures
            .iter()
            .map(|picture| self.picture(picture).map(Value::Object))
            .collect::<Result<_, _>>()?;
        Ok(json!({ "type": GALLERY, "items": items }))
    }

    fn picture(&self, picture: &Picture) -> Result<Object, RenderError> {
        if !is_url(&picture.url, true) {
            return Err(RenderError::bad("the address of a picture", &picture.url));
        }
        self.check_file(&picture.url)?;
        let mut object = Object::new();
        object.insert("media".to_owned(), json!({ "url": picture.url }));
        let (text, max) = (&picture.description, PICTURE_DESCRIPTION_CHARS_MAX);
        if let Some(text) = self.text_if_any(text, Place::Plain, max, "picture description") {
            object.insert("description".to_owned(), text.into());
        }
        object.insert("spoiler".to_owned(), picture.spoiler.into());
        Ok(object)
    }

    fn separator(&mut self, separator: Separator) -> Result<Value, RenderError> {
        self.count()?;
        let spacing = if separator.large { 2 } else { 1 };
        Ok(json!({ "type": SEPARATOR, "divider": separator.line, "spacing": spacing }))
    }

    fn file(&mut self, file: &ShownFile) -> Result<Value, RenderError> {
        self.count()?;
        let url = format!("{FILE_SCHEME}{}", file.filename);
        self.check_file(&url)?;
        Ok(json!({ "type": FILE, "file": { "url": url }, "spoiler": file.spoiler }))
    }

    /// A button or menu outside a row gets a row of its own.
    fn row_of(&mut self, component: &Component) -> Result<Value, RenderError> {
        let items = match component {
            Component::Row(items) => items.as_slice(),
            Component::Button(_) | Component::Select(_) => std::slice::from_ref(component),
            Component::Unknown(value) => return Err(RenderError::unknown("component", value)),
            _ => return Err(RenderError::Misplaced { what: "it", place: "a classic message" }),
        };
        self.count()?;
        Ok(json!({ "type": ROW, "components": self.row(items)? }))
    }

    fn row(&mut self, items: &[Component]) -> Result<Vec<Value>, RenderError> {
        match items {
            [] => Err(RenderError::Empty { what: "a row" }),
            [Component::Select(select)] => {
                self.count()?;
                Ok(vec![self.select(select)?])
            }
            _ => {
                RenderError::check_max("buttons of a row", items.len(), BUTTONS_MAX)?;
                items.iter().map(|item| self.row_button(item)).collect()
            }
        }
    }

    fn row_button(&mut self, item: &Component) -> Result<Value, RenderError> {
        let place = "a row beside others";
        match item {
            Component::Button(button) => self.button(button),
            Component::Select(_) => Err(RenderError::Misplaced { what: "a menu", place }),
            Component::Unknown(value) => Err(RenderError::unknown("component", value)),
            _ => Err(RenderError::Misplaced { what: "what is no button", place }),
        }
    }

    fn button(&mut self, button: &Button) -> Result<Value, RenderError> {
        self.count()?;
        let emoji = self.emoji(button.emoji.as_deref());
        let mut label = self.label(&button.label);
        if label.is_none() && emoji.is_none() {
            // It shows the words of what is no emoji, if it has any.
            let words = button.emoji.as_deref().unwrap_or_default();
            let words = self.label(&Text::outside(words));
            label = Some(words.ok_or(RenderError::Empty { what: "the label of a button" })?);
        }
        let mut object = Object::new();
        object.insert("type".to_owned(), BUTTON.into());
        object.extend(label.map(|label| ("label".to_owned(), label.into())));
        object.extend(emoji.map(|emoji| ("emoji".to_owned(), emoji)));
        self.effect(button, &mut object)?;
        object.insert("disabled".to_owned(), button.disabled.into());
        Ok(Value::Object(object))
    }

    fn label(&self, text: &Text) -> Option<String> {
        self.text_if_any(text, Place::Plain, LABEL_CHARS_MAX, "button label")
    }

    /// What a press does: a link, or an action of the plugin.
    fn effect(&mut self, button: &Button, object: &mut Object) -> Result<(), RenderError> {
        if let Some(url) = &button.url {
            if !is_link(url) {
                return Err(RenderError::bad("the address of a link", url));
            }
            object.insert("style".to_owned(), 5.into());
            object.insert("url".to_owned(), url.clone().into());
            return Ok(());
        }
        let custom_id = match &button.action {
            Some(action) => self.custom_id(action)?,
            None if button.disabled => self.idle_custom_id()?,
            None => return Err(RenderError::Empty { what: "the action of a button" }),
        };
        object.insert("style".to_owned(), style(button.style).into());
        object.insert("custom_id".to_owned(), custom_id.into());
        Ok(())
    }
}

/// Whether Discord takes an address on a button.
pub(in crate::discord) fn is_link(url: &str) -> bool {
    is_url(url, false) && url.len() <= LINK_CHARS_MAX
}

fn style(style: ButtonStyle) -> u8 {
    match style {
        ButtonStyle::Primary => 1,
        ButtonStyle::Success => 3,
        ButtonStyle::Danger => 4,
        _ => 2,
    }
}
