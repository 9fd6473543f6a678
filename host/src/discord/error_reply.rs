//! The one place where a failure becomes a sentence for the user and a line in the log.
//!
//! The user reads privately what happened and what to do next, and, for faults of ours, the incident id
//! that stands in the log beside the whole chain. Never the text of an exception.

use super::live::Live;
use crate::{
    discord::render::is_link,
    incident::IncidentId,
    plugins::CallError,
    texts::{Bundles, Place, Texts},
};
use lumina_plugin_api::{
    component::Button,
    error::{Error, ErrorKind},
    id::InteractionId,
    reply::{Caption, Embed, Message},
    text::Text,
};
use std::sync::Arc;
use tracing::{debug, error, warn};

/// The color of faults.
const RED: u32 = 0x00E7_4C3C;
/// The color of what the user can mend.
const AMBER: u32 = 0x00F3_9C12;

/// A failure on its way to the user.
#[derive(Debug)]
pub(super) struct Failure {
    /// What is told and logged.
    pub error: Error,
    /// The texts that its message is read with; the host's unless a plugin speaks.
    pub texts: Option<Arc<Bundles>>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, texts: None }
    }
}

impl Failure {
    /// Says why a plugin gave no answer, in the host's words or its own.
    pub(super) fn of_call(failed: CallError, texts: &Texts) -> Self {
        let detail = super::chain(&failed);
        let (kind, key) = match failed {
            CallError::Plugin { error, descriptor, .. } => {
                return Self { error: error.0, texts: Some(texts.of(&descriptor)) };
            }
            // Whether it comes back is known to who knows the plugins.
            CallError::NotServing { .. } | CallError::Ended { .. } => {
                (ErrorKind::Unavailable, "error-switched-off")
            }
            CallError::Busy { .. } => (ErrorKind::Unavailable, "error-busy"),
            CallError::Late { .. } => (ErrorKind::Internal, "error-late"),
            _ => (ErrorKind::Internal, "error-internal"),
        };
        Error::new(kind).message(Text::key(key)).detail(detail).into()
    }
}

/// Whose interaction failed, for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blame<'a> {
    /// The interaction.
    pub interaction: InteractionId,
    /// The plugin, or `sudo`, or nothing where none was found.
    pub plugin: &'a str,
    /// What was used: a command's name or a component's handler.
    pub what: &'a str,
}

/// Writes failures to the log and for users.
#[derive(Debug)]
pub(super) struct ErrorReplies {
    texts: Arc<Texts>,
    live: Live,
}

impl ErrorReplies {
    pub(super) fn new(texts: Arc<Texts>, live: Live) -> Self {
        Self { texts, live }
    }

    /// Logs a failure and returns what the user reads, in the language of `locale`.
    pub(super) fn message(&self, failure: &Failure, blame: Blame<'_>, locale: &str) -> Message {
        let incident = log(&failure.error, blame);
        let sentence = self.sentence(failure, locale);
        let color = if incident.is_some() { RED } else { AMBER };
        let mut embed = Embed::new().color(color).description(format!("❌ {sentence}"));
        let Some(incident) = incident else { return Message::new().embed(embed) };
        let say = |text: &Text| self.texts.say(text, locale);
        let id = Text::key("error-incident").arg("id", incident.to_string());
        embed = embed.title(say(&Text::key("error-title"))).footer(Caption::new(say(&id)));
        let message = Message::new().embed(embed);
        // The sentence is worth more than the button.
        match self.live.now().report_url.as_ref().filter(|url| is_link(url)) {
            Some(url) => message.row([Button::link(say(&Text::key("error-report")), url)]),
            None => message,
        }
    }

    /// Logs a failure and returns it as one line, for what is answered without embeds.
    pub(super) fn line(&self, failure: &Failure, blame: Blame<'_>, locale: &str) -> String {
        let incident = log(&failure.error, blame);
        let sentence = self.sentence(failure, locale);
        let Some(incident) = incident else { return format!("❌ {sentence}") };
        let id = Text::key("error-incident").arg("id", incident.to_string());
        let live = self.live.now();
        let link = live.report_url.as_ref().map(|url| format!(" {url}")).unwrap_or_default();
        format!("❌ {sentence} ({}){link}", self.texts.say(&id, locale))
    }

    fn sentence(&self, failure: &Failure, locale: &str) -> String {
        let Failure { error, texts } = failure;
        let texts = texts.as_ref().unwrap_or_else(|| self.texts.host());
        let own = error.message.as_ref();
        let own = own.map(|message| texts.format(message, locale, Place::Markdown));
        let when = error.retry_at_ms.map(|moment_ms| format!("<t:{}:R>", ceil_seconds(moment_ms)));
        match (own.filter(|own| !own.is_empty()), when) {
            (Some(own), Some(when)) if !own.contains("<t:") => format!("{own} ({when})"),
            (Some(own), _) => own,
            // The moment is markup of ours, not words from outside.
            (None, Some(when)) if error.kind == ErrorKind::Limited => {
                self.texts.say(&Text::key("error-limited").arg("when", Text::from(when)), locale)
            }
            (None, Some(when)) if error.kind == ErrorKind::Unavailable => {
                let text = Text::key("error-unavailable-until").arg("when", Text::from(when));
                self.texts.say(&text, locale)
            }
            (None, _) => self.texts.say(&Text::key(key(error.kind)), locale),
        }
    }
}

/// A second too late is true; a second too early is not.
fn ceil_seconds(unix_ms: i64) -> i64 {
    unix_ms.div_euclid(1_000) + i64::from(unix_ms.rem_euclid(1_000) > 0)
}

/// The host's sentence for a kind of failure.
fn key(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Invalid => "error-invalid",
        ErrorKind::NotFound => "error-not-found",
        ErrorKind::Denied => "error-denied",
        ErrorKind::Limited => "error-limited-soon",
        ErrorKind::Unavailable => "error-unavailable",
        ErrorKind::Outdated => "error-outdated",
        ErrorKind::Unsupported => "error-unsupported",
        _ => "error-internal",
    }
}

/// Logs once, with the whole chain; faults of ours get an incident id.
fn log(failure: &Error, blame: Blame<'_>) -> Option<IncidentId> {
    let Blame { interaction, plugin, what } = blame;
    let detail = &failure.detail;
    match failure.kind {
        ErrorKind::Invalid
        | ErrorKind::NotFound
        | ErrorKind::Denied
        | ErrorKind::Limited
        | ErrorKind::Outdated => {
            let kind = failure.kind;
            debug!(interaction.id = %interaction, plugin.id = plugin, what, ?kind, detail, "refused");
            None
        }
        ErrorKind::Unavailable => {
            warn!(interaction.id = %interaction, plugin.id = plugin, what, detail, "not available");
            None
        }
        kind => {
            let incident = IncidentId::random();
            error!(
                %incident, interaction.id = %interaction, plugin.id = plugin, what, ?kind, detail,
                "an interaction failed"
            );
            Some(incident)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::{
        LiveSettings,
        render::{Purpose, Reader},
    };
    use lumina_plugin_api::{id::UserId, services::discord::Emoji};

    fn shown(failure: impl Into<Failure>) -> serde_json::Value {
        shown_with("https://example.org/report", failure)
    }

    fn shown_with(url: &str, failure: impl Into<Failure>) -> serde_json::Value {
        let texts = Arc::new(Texts::default());
        let live = Live::new(LiveSettings {
            owner_ids: Vec::new(),
            report_url: Some(url.to_owned()),
            emoji: Emoji::new("📁", "▶️"),
        });
        let replies = ErrorReplies::new(Arc::clone(&texts), live);
        let blame = Blame { interaction: InteractionId(1), plugin: "p", what: "w" };
        let message = replies.message(&failure.into(), blame, "en-US");
        let reader = Reader {
            plugin: "p".to_owned(),
            state_version: 0,
            texts: Arc::clone(texts.host()),
            locale: "en-US".to_owned(),
            invoker: UserId(1),
        };
        let rendered = reader.message(&message, Purpose::New { private: true }).unwrap();
        serde_json::Value::Object(rendered.body)
    }

    #[test]
    fn a_fault_shows_an_incident_and_where_to_report_it_and_never_its_text() {
        let text = shown(Error::internal("secret stack")).to_string();
        assert!(!text.contains("secret stack"), "{text}");
        assert!(
            text.contains("Incident ") && text.contains("https://example.org/report"),
            "{text}"
        );
    }

    #[test]
    fn an_address_that_no_button_takes_hides_no_fault() {
        for url in ["nowhere", &format!("https://example.org/{}", "a".repeat(600))] {
            let text = shown_with(url, Error::internal("")).to_string();
            assert!(text.contains("Incident ") && !text.contains(url), "{text}");
        }
    }

    #[test]
    fn a_mistake_of_the_user_has_no_incident() {
        let text = shown(Error::invalid("Try a number.")).to_string();
        assert!(text.contains("❌ Try a number.") && !text.contains("Incident"), "{text}");
    }

    #[test]
    fn a_limit_shows_the_moment_it_ends() {
        let text = shown(Error::new(ErrorKind::Limited).retry_at_ms(1_001)).to_string();
        assert!(text.contains("Try again <t:2:R>."), "{text}");
    }

    #[test]
    fn a_service_that_names_its_wait_is_not_said_to_take_minutes() {
        let text = shown(Error::new(ErrorKind::Unavailable).retry_at_ms(1_001)).to_string();
        assert!(text.contains("Try again <t:2:R>.") && !text.contains("minutes"), "{text}");
    }
}
