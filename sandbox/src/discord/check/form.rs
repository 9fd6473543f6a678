//! Collects breaches in the tree that Discord sends back with `50035 Invalid Form Body`.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::discord::error::ApiError;

/// Collects breaches while a body is walked.
#[derive(Debug, Default)]
pub(crate) struct Form {
    path: Vec<String>,
    errors: Value,
}

impl Form {
    /// Walks into a field or an element.
    pub(crate) fn within<R>(&mut self, key: impl ToString, walk: impl FnOnce(&mut Form) -> R) -> R {
        self.path.push(key.to_string());
        let result = walk(self);
        self.path.pop();
        result
    }

    /// Names a breach at the place where the walk is.
    pub(crate) fn refuse(&mut self, code: &str, message: impl Into<String>) {
        let mut node = &mut self.errors;
        for key in &self.path {
            node = &mut as_object(node)[key.as_str()];
        }
        let entries = &mut as_object(node)["_errors"];
        let entry = json!({ "code": code, "message": message.into() });
        match entries {
            Value::Array(entries) => entries.push(entry),
            _ => *entries = json!([entry]),
        }
    }

    /// Names a breach of one field.
    pub(crate) fn refuse_at(&mut self, key: &str, code: &str, message: impl Into<String>) {
        self.within(key, |form| form.refuse(code, message));
    }

    /// Returns whether nothing is wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.is_null()
    }

    /// Ends the walk.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.is_clean() { Ok(()) } else { Err(ApiError::invalid_form(self.errors)) }
    }

    pub(crate) fn refuse_required(&mut self, key: &str) {
        self.refuse_at(key, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(crate) fn refuse_length(&mut self, range: &RangeInclusive<usize>) {
        let (min, max) = (range.start(), range.end());
        if *min == 0 {
            self.refuse("BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
        } else {
            let text = format!("Must be between {min} and {max} in length.");
            self.refuse("BASE_TYPE_BAD_LENGTH", text);
        }
    }

    /// Checks an optional text field; returns how many characters it has.
    pub(crate) fn text(
        &mut self,
        object: &Value,
        key: &str,
        range: RangeInclusive<usize>,
    ) -> usize {
        match &object[key] {
            Value::Null => 0,
            Value::String(text) => {
                let length = text.trim().chars().count();
                if !range.contains(&length) {
                    self.within(key, |form| form.refuse_length(&range));
                }
                length
            }
            _ => {
                let code = "STRING_TYPE_CONVERT";
                self.refuse_at(
                    key,
                    code,
                    format!("Could not interpret \"{}\" as string.", &object[key]),
                );
                0
            }
        }
    }

    /// Checks a text field that must be there.
    pub(crate) fn required_text(
        &mut self,
        object: &Value,
        key: &str,
        range: RangeInclusive<usize>,
    ) -> usize {
        if object[key].is_null() {
            self.refuse_required(key);
            return 0;
        }
        self.text(object, key, range)
    }

    /// Checks an optional whole number.
    pub(crate) fn integer(&mut self, object: &Value, key: &str, range: RangeInclusive<i64>) {
        let value = &object[key];
        if value.is_null() {
            return;
        }
        let (min, max) = (range.start(), range.end());
        match value.as_i64() {
            None => {
                self.refuse_at(key, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not int."))
            }
            Some(number) if number < *min => self.refuse_at(
                key,
                "NUMBER_TYPE_MIN",
                format!("int value should be greater than or equal to {min}."),
            ),
            Some(number) if number > *max => self.refuse_at(
                key,
                "NUMBER_TYPE_MAX",
                format!("int value should be less than or equal to {max}."),
            ),
            Some(_) => {}
        }
    }

    /// Returns the elements of a list of allowed length; an absent list is empty.
    pub(crate) fn list<'a>(
        &mut self,
        object: &'a Value,
        key: &str,
        range: RangeInclusive<usize>,
    ) -> &'a [Value] {
        match &object[key] {
            Value::Null => &[],
            Value::Array(list) => {
                if !range.contains(&list.len()) {
                    self.within(key, |form| form.refuse_length(&range));
                }
                list
            }
            _ => {
                self.refuse_at(
                    key,
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                );
                &[]
            }
        }
    }

    /// Checks that a field is one of some numbers.
    pub(crate) fn one_of(&mut self, object: &Value, key: &str, allowed: &[u64]) -> bool {
        let fits = object[key].as_u64().is_some_and(|number| allowed.contains(&number));
        if !fits {
            let list: Vec<String> = allowed.iter().map(u64::to_string).collect();
            let text = format!("Value must be one of {{{}}}.", list.join(", "));
            self.refuse_at(key, "BASE_TYPE_CHOICES", text);
        }
        fits
    }

    /// Checks an optional web address; `attachment://` only where a file may be named.
    pub(crate) fn url(&mut self, object: &Value, key: &str, schemes: &[&str]) {
        let Some(text) = object[key].as_str() else {
            if !object[key].is_null() {
                self.refuse_at(key, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
            }
            return;
        };
        self.text(object, key, 0..=URL_MAX);
        match text.split_once("://") {
            Some((scheme, rest)) if schemes.contains(&scheme) => {
                if rest.is_empty() || rest.contains(char::is_whitespace) {
                    self.refuse_at(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
                }
            }
            Some((scheme, _)) => {
                let text = format!("Scheme \"{scheme}\" must be one of {schemes:?}.");
                self.refuse_at(key, "URL_TYPE_INVALID_SCHEME", text);
            }
            None => self.refuse_at(key, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
        }
    }
}

/// How long an address may be.
const URL_MAX: usize = 2_048;

fn as_object(node: &mut Value) -> &mut Value {
    if !node.is_object() {
        *node = json!({});
    }
    node
}
