//! Settings as an operator may write them.

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<(Config, Vec<String>), ConfigError> {
    let environment =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::read(&environment, Path::new("/opt/lumina"))
}

const MANDATORY: [(&str, &str); 2] = [("BOT_TOKEN", "token-of-mine"), ("TVDB_API_KEY", "key")];

fn with(more: &[(&str, &str)]) -> Result<(Config, Vec<String>), ConfigError> {
    read(&[&MANDATORY, more].concat())
}

#[test]
fn token_and_key_are_enough() {
    let (config, warnings) = with(&[]).unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(config.database_url, None);
    assert_eq!(config.data_dir, Path::new("./data"));
    assert_eq!(config.plugin_dirs, [Path::new("/opt/lumina/plugins")]);
    assert_eq!(config.shadow_dir, Path::new("./data/shadow"));
    assert_eq!(config.tvdb_rate_limit_period, Duration::from_secs(5));
    assert!(config.sandbox().is_none());
}

#[test]
fn the_longer_name_of_the_token_is_understood() {
    let (config, _) = read(&[("DISCORD_BOT_TOKEN", "abc"), ("TVDB_API_KEY", "key")]).unwrap();
    assert_eq!(config.bot_token.expose(), "abc");
}

#[test]
fn a_token_with_something_beside_it_is_refused_without_being_shown() {
    for token in ["Bot abc.def", "abc\ndef", "abc\u{a0}def"] {
        for name in ["BOT_TOKEN", "DISCORD_BOT_TOKEN"] {
            let error = read(&[(name, token), ("TVDB_API_KEY", "key")]).unwrap_err();
            assert!(error.problems[0].starts_with(name), "{error}");
            assert!(!error.to_string().contains("def"), "{error}");
        }
    }
}

#[test]
fn all_problems_are_told_at_once_and_name_their_setting() {
    let wrong = [
        ("OWNER_IDS", "ann"),
        ("DATABASE_URL", "postgres://x"),
        ("REPORT_URL", "here"),
        ("DEBUG", "maybe"),
        ("TVDB_RATE_LIMIT_PERIOD", "-1"),
        ("LOG_FORMAT", "xml"),
        ("DISCORD_API_BASE", "discord"),
    ];
    let problems = read(&wrong).unwrap_err().problems;
    let names = wrong.map(|(name, _)| name);
    for name in names.iter().chain(&["BOT_TOKEN", "TVDB_API_KEY"]) {
        assert!(problems.iter().any(|problem| problem.starts_with(name)), "{name}: {problems:?}");
    }
}

#[test]
fn a_misspelt_setting_is_a_warning_and_explains_a_missing_one() {
    let (_, warnings) = with(&[("REPORT_ULR", "https://a"), ("PATH", "/bin")]).unwrap();
    assert_eq!(warnings, ["the setting REPORT_ULR is unknown; was REPORT_URL meant?"]);
    let problems = read(&[("BOT_TOKN", "x"), ("TVDB_API_KEY", "k")]).unwrap_err().problems;
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("BOT_TOKN is set"), "{problems:?}");
}

#[test]
fn no_secret_is_printed() {
    let (config, _) = with(&[("TVDB_API_PIN", "1234pin")]).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("token-of-mine") && !printed.contains("1234pin"), "{printed}");
}

#[test]
fn the_sandbox_drives_the_clock_only_where_both_bases_are_on_loopback() {
    let (clock, http) = (("SANDBOX_CLOCK", "/tmp/c"), ("SANDBOX_HTTP", "127.0.0.1:1"));
    let discord = ("DISCORD_API_BASE", "http://127.0.0.1:4100");
    let tvdb = ("TVDB_API_BASE", "http://127.0.0.1:4200/v4");
    let sandbox = |more: &[(&str, &str)]| with(more).unwrap().0.sandbox().cloned();
    assert_eq!(sandbox(&[clock, http]), None);
    assert_eq!(sandbox(&[clock, http, discord]), None);
    assert_eq!(sandbox(&[clock, http, tvdb, ("DISCORD_API_BASE", "http://10.0.0.1")]), None);
    let moments = ("SANDBOX_MOMENTS", "/tmp/m");
    let expected = Sandbox {
        clock: Some("/tmp/c".into()),
        http: Some("127.0.0.1:1".parse().unwrap()),
        moments: Some("/tmp/m".into()),
    };
    assert_eq!(sandbox(&[clock, http, moments, tvdb, discord]), Some(expected));
}

#[test]
fn the_originals_setting_names_the_file_of_the_database() {
    let short = ("SQLITE_DATABASE_FILE", "/data/database.db");
    let (config, warnings) = with(&[short]).unwrap();
    assert_eq!(config.database_url.as_deref(), Some("sqlite:/data/database.db"));
    assert_eq!(warnings, Vec::<String>::new());
    let problems = with(&[short, ("DATABASE_URL", "sqlite:x")]).unwrap_err().problems;
    assert!(problems[0].starts_with("SQLITE_DATABASE_FILE"), "{problems:?}");
}
