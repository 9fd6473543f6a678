//! Forms: labels with a text field, a menu or a place for files below each.

use super::{INVISIBLE, Object, Reader, RenderError, Rendered, Renderer};
use crate::texts::Place;
use lumina_plugin_api::{
    component::Who,
    reply::{Input, Modal, ModalField, TextInput},
};
use serde_json::{Value, json};
use std::collections::HashSet;

const TITLE_CHARS_MAX: usize = 45;
const FIELDS_MAX: usize = 5;
const NAME_CHARS_MAX: usize = 100;
const LABEL_CHARS_MAX: usize = 45;
const DESCRIPTION_CHARS_MAX: usize = 100;
const PLACEHOLDER_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: u16 = 4_000;
const FILES_MAX: u8 = 10;

const TEXT_INPUT: u8 = 4;
const LABEL: u8 = 18;
const FILE_UPLOAD: u8 = 19;

impl Reader {
    /// Writes a form.
    pub(in crate::discord) fn modal(&self, modal: &Modal) -> Result<Rendered, RenderError> {
        let mut renderer = Renderer::new(self);
        RenderError::check_max("fields of a form", modal.fields.len(), FIELDS_MAX)?;
        if modal.fields.is_empty() {
            return Err(RenderError::Empty { what: "a form" });
        }
        let mut names = HashSet::new();
        for field in &modal.fields {
            let fits =
                !field.name.trim().is_empty() && field.name.chars().count() <= NAME_CHARS_MAX;
            if !fits || !names.insert(field.name.as_str()) {
                return Err(RenderError::bad("the name of a field", &field.name));
            }
        }
        let title = renderer.text(&modal.title, Place::Plain, TITLE_CHARS_MAX, "form title");
        let fields: Vec<Value> = modal
            .fields
            .iter()
            .map(|field| renderer.field_of_form(field))
            .collect::<Result<_, _>>()?;
        // A form is shown to one person, who alone can send it.
        let custom_id = renderer.custom_id(&modal.action.clone().pressable_by(Who::Invoker))?;
        let mut body = Object::new();
        body.insert("title".to_owned(), visible(title).into());
        body.insert("custom_id".to_owned(), custom_id.into());
        body.insert("components".to_owned(), fields.into());
        Ok(Rendered { body, files: Vec::new(), views: renderer.views })
    }
}

impl Renderer<'_> {
    fn field_of_form(&mut self, field: &ModalField) -> Result<Value, RenderError> {
        let label = self.text(&field.label, Place::Plain, LABEL_CHARS_MAX, "field label");
        let mut object = Object::new();
        object.insert("type".to_owned(), LABEL.into());
        object.insert("label".to_owned(), visible(label).into());
        let (text, max) = (&field.description, DESCRIPTION_CHARS_MAX);
        if let Some(text) = self.text_if_any(text, Place::Plain, max, "field description") {
            object.insert("description".to_owned(), text.into());
        }
        object.insert("component".to_owned(), self.input(field)?);
        Ok(Value::Object(object))
    }

    fn input(&mut self, field: &ModalField) -> Result<Value, RenderError> {
        let mut object = match &field.input {
            Input::Text(text) => self.text_input(text),
            Input::Select(select) => self.menu(select)?,
            Input::Files(files) => file_upload(files.min, files.max),
            Input::Unknown(value) => return Err(RenderError::unknown("input", value)),
            _ => return Err(RenderError::unknown("input", &Value::Null)),
        };
        object.insert("custom_id".to_owned(), field.name.clone().into());
        object.insert("required".to_owned(), field.required.into());
        fit_required(&mut object, field.required);
        Ok(Value::Object(object))
    }

    fn text_input(&self, input: &TextInput) -> Object {
        let mut object = Object::new();
        object.insert("type".to_owned(), TEXT_INPUT.into());
        object.insert("style".to_owned(), if input.paragraph { 2 } else { 1 }.into());
        let max = input.max_length.map(|max| max.clamp(1, TEXT_CHARS_MAX));
        if let Some(max) = max {
            object.insert("max_length".to_owned(), max.into());
        }
        if let Some(min) = input.min_length {
            object.insert("min_length".to_owned(), min.min(max.unwrap_or(TEXT_CHARS_MAX)).into());
        }
        let place = if input.paragraph { Place::PlainLines } else { Place::Plain };
        let most = usize::from(max.unwrap_or(TEXT_CHARS_MAX));
        let value = self.text_if_any(&input.value, place, most, "field value");
        let (text, most) = (&input.placeholder, PLACEHOLDER_CHARS_MAX);
        let placeholder = self.text_if_any(text, Place::Plain, most, "placeholder");
        for (name, text) in [("value", value), ("placeholder", placeholder)] {
            if let Some(text) = text {
                object.insert(name.to_owned(), text.into());
            }
        }
        object
    }
}

fn file_upload(min: u8, max: u8) -> Object {
    let max = max.clamp(1, FILES_MAX);
    let mut object = Object::new();
    object.insert("type".to_owned(), FILE_UPLOAD.into());
    object.insert("min_values".to_owned(), min.min(max).into());
    object.insert("max_values".to_owned(), max.into());
    object
}

/// What must be filled in cannot allow no value at all.
fn fit_required(object: &mut Object, required: bool) {
    if required && object.get("min_values").is_some_and(|min| *min == json!(0)) {
        object.insert("min_values".to_owned(), 1.into());
    }
}

fn visible(text: String) -> String {
    if text.trim().is_empty() { INVISIBLE.to_owned() } else { text }
}
