//! What errors of the loader say, by their keys in `locales/`.

use lumina_plugin_api::{descriptor::Descriptor, text::Text};
use std::{error::Error, path::Path};

use super::{CallError, Cause, LoadError, Step};
use crate::{
    chain::chain,
    texts::{Told, either, listed, name, quoted, said, say_in_english},
};

say_in_english!(LoadError);

impl Told for LoadError {
    fn own(&self) -> Text {
        match self {
            Self::Name(given) => Text::key("load-name").arg("name", name(given)),
            Self::Missing { name: plugin, directories } => Text::key("load-missing")
                .arg("name", name(plugin))
                .arg("directories", either(directories.iter().map(|path| quoted_path(path)))),
            Self::Crowded { copies } => Text::key("load-crowded").arg("copies", listed(copies)),
            Self::File { path, .. } => at("load-file", path),
            Self::Inspect { path, .. } => at("load-inspect", path),
            Self::Stem { path, name: plugin } => at("load-stem", path).arg("name", name(plugin)),
            Self::Second { path, first } => {
                at("load-second", path).arg("first", name(first.display()))
            }
            Self::Directory { path, .. } => at("load-directory", path),
            Self::Identity { manifest, declared } => Text::key("load-identity")
                .arg("manifest", name(manifest))
                .arg("declared", name(declared)),
            Self::Admission(why) => why.clone(),
            Self::Late { step, limit } => Text::key("load-late")
                .arg("step", step.text())
                .arg("limit", name(limit.as_millis())),
            Self::Ended { step } => Text::key("load-ended").arg("step", step.text()),
            plain => Text::key(plain.key()),
        }
    }

    fn because(&self) -> Option<Text> {
        Some(match self {
            Self::File { source, .. } => source.text(),
            Self::Inspect { source, .. } => source.text(),
            Self::Shadow(source) => source.text(),
            Self::Probe(source) => source.text(),
            Self::Library(source) => source.text(),
            Self::Hung(source) => source.text(),
            Self::Save(source) | Self::Restore(source) => source.text(),
            Self::Describe(source) | Self::Create(source) => {
                by_plugin(source, &Descriptor::default())
            }
            other => quoted(&other.source().map(chain)?),
        })
    }
}

impl LoadError {
    /// The key of what is said in the same words each time.
    fn key(&self) -> &'static str {
        match self {
            Self::Loaded => "load-loaded",
            Self::NotLoaded => "load-not-loaded",
            Self::Shadow(_) => "load-shadow",
            Self::Probe(_) => "load-probe",
            Self::Library(_) => "load-library",
            Self::Describe(_) => "load-describe",
            Self::Descriptor(_) => "load-descriptor",
            Self::Create(_) => "load-create",
            Self::Save(_) => "load-save",
            Self::Restore(_) => "load-restore",
            Self::Hung(_) => "load-hung",
            Self::LeftOut => "load-left-out",
            Self::Thread(_) => "load-thread",
            Self::Closing => "load-closing",
            _ => "load-loader",
        }
    }
}

impl Step {
    fn text(self) -> Text {
        Text::key(match self {
            Self::Read => "step-read",
            Self::Open => "step-open",
            Self::Describe => "step-describe",
            Self::Create => "step-create",
            Self::Switch => "step-switch",
        })
    }
}

say_in_english!(CallError);

impl Told for CallError {
    fn own(&self) -> Text {
        let of = |key: &str, plugin: &str| Text::key(key).arg("plugin", name(plugin));
        match self {
            Self::NotServing { plugin } => of("call-not-serving", plugin),
            Self::Ended { plugin } => of("call-ended", plugin),
            Self::Late { plugin, deadline, .. } => {
                of("call-late", plugin).arg("limit", name(deadline.as_millis()))
            }
            Self::Busy { plugin, calls } => of("call-busy", plugin).arg("calls", name(calls)),
            Self::Plugin { plugin, .. } => of("call-plugin", plugin),
            Self::Unreadable { plugin, .. } => of("call-unreadable", plugin),
            Self::TooLong { plugin, bytes, bytes_max } => {
                of("call-long", plugin).arg("bytes", name(bytes)).arg("max", name(bytes_max))
            }
            Self::Request { plugin, .. } => of("call-request", plugin),
        }
    }

    fn because(&self) -> Option<Text> {
        match self {
            Self::Plugin { error, descriptor, .. } => Some(by_plugin(error, descriptor)),
            Self::Late { stuck, .. } => stuck.as_ref().map(Told::text),
            other => other.source().map(|source| quoted(&chain(source))),
        }
    }
}

/// The words of a plugin.
fn by_plugin(error: &Cause, descriptor: &Descriptor) -> Text {
    said(error, descriptor).map_or_else(|| Text::key("plugin-silent"), |words| quoted(&words))
}

fn at(key: &str, path: &Path) -> Text {
    Text::key(key).arg("path", name(path.display()))
}

fn quoted_path(path: &Path) -> Text {
    name(format_args!("`{}`", path.display()))
}

#[cfg(test)]
mod tests;
