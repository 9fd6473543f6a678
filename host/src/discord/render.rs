//! Turns what a plugin answers into Discord's JSON.
//!
//! Every limit of Discord is kept here, once: text that is too long is cut on a character boundary with
//! an ellipsis and the cut is logged; a message that cannot be made right by cutting is refused with the
//! name of what is wrong. No message pings anyone unless its plugin asked for it.

mod choice;
mod component;
mod cut;
mod embed;
mod emoji;
mod message;
mod modal;
mod select;

pub(super) use choice::{CHOICE_CHARS_MAX, CHOICES_MAX, choice_value};
pub(super) use component::is_link;
pub(super) use message::{COMPONENTS_V2, Purpose};

use super::{
    backstage::View,
    custom_id::{self, CustomId, NO_HANDLER, SALTS, State},
};
use crate::texts::{Bundles, Place};
pub(super) use cut::cut;
use lumina_plugin_api::{
    component::{Action, Who},
    id::UserId,
    services::blob::BlobId,
    text::Text,
};
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::HashSet, sync::Arc};
use tracing::warn;

/// A JSON object under construction.
pub(super) type Object = Map<String, Value>;

/// Begins the address of a file of the message.
const FILE_SCHEME: &str = "attachment://";
/// The kinds of channels that there are (reference, "Channel Types").
pub(super) const CHANNEL_TYPES: [u8; 13] = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16];
/// What is shown of a wrong value: enough to know it again.
const SHOWN_CHARS_MAX: usize = 40;
/// Stands where Discord demands a character and the plugin gave none.
const INVISIBLE: &str = "\u{200b}";

/// Whose answer is written, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    /// The plugin that answers.
    pub plugin: String,
    /// Its `state_version`.
    pub state_version: u8,
    /// Its texts.
    pub texts: Arc<Bundles>,
    /// The reader's language.
    pub locale: String,
    /// To whose interaction this is the answer.
    pub invoker: UserId,
}

/// What is ready to be sent.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    /// The JSON.
    pub body: Object,
    /// Files, in the order of their numbers.
    pub files: Vec<FilePart>,
    /// States that must be kept before it is sent.
    pub views: Vec<View>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilePart {
    /// Its bytes, in the plugin's blobs.
    pub blob: BlobId,
    /// Its name.
    pub filename: String,
}

/// Why an answer cannot be made into a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RenderError {
    /// This version does not know it.
    #[error("this version does not know the {kind} `{name}`")]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Discord allows fewer.
    #[error("{n} {what}, but Discord allows {max}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        n: usize,
        /// How many there may be.
        max: usize,
    },
    /// Something must be there.
    #[error("{what} is empty")]
    Empty {
        /// What.
        what: &'static str,
    },
    /// Something is of a form that Discord refuses.
    #[error("{what} cannot be `{value}`")]
    Bad {
        /// What.
        what: &'static str,
        /// What it is, shortened.
        value: String,
    },
    /// It shows a file that the message does not bring along.
    #[error("the message shows `attachment://{name}`, but has no file of that name")]
    NoFile {
        /// The name.
        name: String,
    },
    /// An embed would take the place of a message of components.
    #[error(
        "an embed cannot take the place of a message of components, which Discord lets be nothing \
         else any more: answer with a container, or with a message of its own"
    )]
    EmbedOverComponents,
    /// It stands where it cannot stand.
    #[error("{what} cannot stand in {place}")]
    Misplaced {
        /// What.
        what: &'static str,
        /// Where.
        place: &'static str,
    },
}

impl RenderError {
    fn bad(what: &'static str, value: &str) -> Self {
        Self::Bad { what, value: cut(value, SHOWN_CHARS_MAX).into_owned() }
    }

    /// Names something of another version by the first key of its JSON.
    fn unknown(kind: &'static str, value: &Value) -> Self {
        let name = match value {
            Value::Object(object) => object.keys().next().cloned(),
            Value::String(name) => Some(name.clone()),
            _ => None,
        };
        Self::Unknown { kind, name: cut(&name.unwrap_or_default(), SHOWN_CHARS_MAX).into_owned() }
    }

    fn check_max(what: &'static str, n: usize, max: usize) -> Result<(), Self> {
        if n > max { Err(Self::TooMany { what, n, max }) } else { Ok(()) }
    }
}

/// Characters that the texts of a message have in common.
#[derive(Debug, Clone, Copy)]
struct Sum {
    what: &'static str,
    chars_max: usize,
}

/// What one message or form has used so far.
struct Renderer<'a> {
    reader: &'a Reader,
    custom_ids: HashSet<String>,
    /// The names of the files that come along.
    filenames: HashSet<String>,
    views: Vec<View>,
    /// Components so far, for the V2 limit.
    n_components: usize,
    /// Characters of V2 texts that are left.
    text_left: usize,
    /// Characters of embeds that are left.
    embeds_left: usize,
    /// The sum that had too little for all.
    exceeded: Option<Sum>,
}

impl<'a> Renderer<'a> {
    fn new(reader: &'a Reader) -> Self {
        Self {
            reader,
            custom_ids: HashSet::new(),
            filenames: HashSet::new(),
            views: Vec::new(),
            n_components: 0,
            text_left: component::V2_TEXTS.chars_max,
            embeds_left: embed::EMBEDS.chars_max,
            exceeded: None,
        }
    }

    /// Formats a text and cuts it to `max` characters.
    fn text(&self, text: &Text, place: Place, max: usize, what: &'static str) -> String {
        let whole = self.reader.texts.format(text, &self.reader.locale, place);
        let short = cut(&whole, max);
        if matches!(short, Cow::Owned(_)) {
            warn!(plugin.id = %self.reader.plugin, what, chars_max = max, "cut a text that was too long");
        }
        short.into_owned()
    }

    /// Cuts a text to what is left of a sum.
    fn cut_for(&mut self, sum: Sum, left: usize, text: &str) -> String {
        let short = cut(text, left);
        if matches!(short, Cow::Owned(_)) {
            self.exceeded = Some(sum);
        }
        short.into_owned()
    }

    /// Logs that a sum had too little: once, however much was cut or left out for it.
    fn tell_exceeded(&self) {
        if let Some(Sum { what, chars_max }) = self.exceeded {
            let plugin = &self.reader.plugin;
            warn!(plugin.id = %plugin, chars_max, "cut or left out text because {what} are too long together");
        }
    }

    /// As [`Renderer::text`], for what may be left out: empty is nothing.
    fn text_if_any(
        &self,
        text: &Text,
        place: Place,
        max: usize,
        what: &'static str,
    ) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        Some(self.text(text, place, max, what)).filter(|text| !text.trim().is_empty())
    }

    /// Discord refuses the whole message where a file that it shows is not there.
    fn check_file(&self, url: &str) -> Result<(), RenderError> {
        match url.strip_prefix(FILE_SCHEME) {
            Some(name) if !self.filenames.contains(name) => {
                Err(RenderError::NoFile { name: cut(name, SHOWN_CHARS_MAX).into_owned() })
            }
            Some(name) if name.contains(char::is_whitespace) => {
                Err(RenderError::bad("the name of a file that is shown", name))
            }
            _ => Ok(()),
        }
    }

    fn custom_id(&mut self, action: &Action) -> Result<String, RenderError> {
        let reader = self.reader;
        if !custom_id::is_handler(&action.handler) {
            return Err(RenderError::bad("the name of a handler", &action.handler));
        }
        let owner = match action.who {
            Who::Anyone => None,
            _ => Some(reader.invoker),
        };
        let mut id = CustomId {
            version: reader.state_version,
            owner,
            plugin: &reader.plugin,
            handler: &action.handler,
            state: State::Inline(&action.state),
        };
        if id.write(0).is_some() {
            return self.unused(&id);
        }
        let key = custom_id::key_of(&action.state, reader.invoker);
        // Most components of a message carry the same.
        if self.views.iter().all(|view| view.key != key) {
            self.views.push(View { key: key.clone(), state: action.state.clone() });
        }
        id.state = State::Kept(&key);
        self.unused(&id)
    }

    /// The custom id of what cannot be pressed.
    fn idle_custom_id(&mut self) -> Result<String, RenderError> {
        self.custom_id(&Action::new(NO_HANDLER, &()))
    }

    /// Writes an id that no other component of this message has: Discord refuses two equal ones.
    fn unused(&mut self, id: &CustomId<'_>) -> Result<String, RenderError> {
        for salt in 0..SALTS {
            let text =
                id.write(salt).ok_or_else(|| RenderError::bad("a plugin's name", id.plugin))?;
            if self.custom_ids.insert(text.clone()) {
                return Ok(text);
            }
        }
        let (what, n, max) = ("equal components", usize::from(SALTS) + 1, usize::from(SALTS));
        Err(RenderError::TooMany { what, n, max })
    }
}

/// Whether Discord takes an address: web pages, and files of the message where they may stand.
fn is_url(url: &str, files_too: bool) -> bool {
    /// Discord's limit for addresses in embeds and components.
    const URL_CHARS_MAX: usize = 2_048;
    // A parser forgives spaces and missing slashes; Discord does not.
    let is_plain = || !url.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_web = || url.starts_with("https://") || url.starts_with("http://");
    let web = || is_web() && is_plain() && url::Url::parse(url).is_ok();
    url.len() <= URL_CHARS_MAX && (web() || (files_too && url.starts_with(FILE_SCHEME)))
}

#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;
