//! Rules about where the outside world may be named: one world, one module.

use super::{Finding, Rule, source::Source};

/// Names, and the only places that may use them: a module with all below it, or a file.
struct Home {
    words: &'static [&'static str],
    places: &'static [&'static str],
}

const HOMES: &[Home] = &[
    Home { words: &["serenity", "poise"], places: &["host/src/discord", "bench/src"] },
    Home {
        words: &["twilight_gateway", "twilight_gateway_queue", "twilight_model"],
        places: &["host/src/door"],
    },
    Home {
        words: &["sqlx"],
        places: &[
            "host/src/db",
            "host/tests/bot/held",
            "host/tests/bot/sudo",
            "host/tests/bot/troubles",
        ],
    },
    Home { words: &["libloading"], places: &["host/src/plugins"] },
    Home {
        words: &["abi_stable", "async_ffi"],
        places: &[
            "plugin-api/src/abi",
            "plugin-api/src/adapter",
            "plugin-api/src/context",
            "plugin-api/src/testing",
            "plugin-api/tests",
            "host/src/plugins",
        ],
    },
    Home {
        words: &["anyhow"],
        places: &[
            "host/src/main",
            "host/src/app",
            "host/tests",
            "sandbox/src",
            "sandbox/tests",
            "xtask/src",
            "xtask/tests",
            "bench/src",
        ],
    },
    Home { words: &["unsafe"], places: &["plugin-api/src/abi", "host/src/plugins", "fixtures"] },
];

/// The rules of this file.
pub const RULES: &[Rule] = &[Rule {
    name: "home",
    check: away_from_home,
    broken_by: &[
        ("host/src/door.rs", "use serenity::model::id::UserId;"),
        ("sandbox/src/main.rs", "fn a() -> poise::Command { b() }"),
        ("host/src/services/list.rs", "fn a() { sqlx::query(b); }"),
        ("host/src/database.rs", "use sqlx::Row;"),
        ("host/src/main.rs", "use {std::fmt, libloading::Library};"),
        ("plugin-api/src/reply.rs", "use abi_stable::std_types::RVec;"),
        ("host/src/door.rs", "use anyhow::Result;"),
        ("plugins/ping/src/lib.rs", "fn a() { unsafe { b() } }"),
    ],
    kept_by: &[
        ("host/src/discord.rs", "use serenity::model::id::UserId;"),
        ("host/src/discord/sudo.rs", "use poise::Command;"),
        ("host/src/door.rs", "/// Unlike serenity, sqlx and anyhow.\nfn a() { \"unsafe\"; }"),
        ("host/src/plugins/library.rs", "fn a() { unsafe { b() } }"),
    ],
}];

fn away_from_home(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for token in &source.tokens {
        let away = HOMES.iter().find(|home| {
            home.words.iter().any(|word| token.is_word(word))
                && !home.places.iter().any(|place| lies_in(&source.path, place))
        });
        if let Some(home) = away {
            let what = format!("{:?} belong in {:?} only", home.words, home.places);
            findings.push(Finding { line: token.line, what });
        }
    }
    findings
}

fn lies_in(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}
