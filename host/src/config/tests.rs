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
fn what_the_documents_say_of_a_setting_that_is_not_set_holds() {
    let (unset, _) = with(&[]).unwrap();
    // What stands in words there is no value.
    let is_value =
        |setting: &&table::Setting| !setting.default.is_empty() && !setting.default.contains('`');
    let defaults: Vec<_> = table::SETTINGS.iter().filter(is_value).collect();
    assert!(defaults.len() > 8, "{}", defaults.len());
    for setting in defaults {
        let (set, _) = with(&[(setting.name, setting.default)]).unwrap();
        assert_eq!(format!("{set:?}"), format!("{unset:?}"), "{}", setting.name);
    }
    assert_eq!(unset.discord_api_base, "https://discord.com/api/v10");
    assert_eq!(unset.tvdb_api_base, "https://api4.thetvdb.com/v4");
    assert_eq!(unset.tvdb_rate_limit_requests, 100);
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
fn an_address_for_reports_is_no_longer_than_a_button_takes() {
    let address = |chars: usize| format!("https://example.org/{}", "a".repeat(chars - 20));
    assert!(with(&[("REPORT_URL", &address(512))]).is_ok());
    let problems = with(&[("REPORT_URL", &address(513))]).unwrap_err().problems;
    assert!(problems[0].contains("REPORT_URL") && problems[0].contains("512"), "{problems:?}");
}

#[test]
fn all_problems_are_told_at_once_and_name_their_setting() {
    let wrong = [
        ("OWNER_IDS", "ann"),
        ("DATABASE_URL", "postgres://x"),
        ("REPORT_URL", "here"),
        ("GROUP_EMOJI", "folder"),
        ("COMMAND_EMOJI", "<:play>"),
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
    for (found, meant) in [
        ("BOT_TOKN", "BOT_TOKEN"),
        ("DISCORD_BOT_TOKN", "DISCORD_BOT_TOKEN"),
        ("BOT_TOKEN_FLE", "BOT_TOKEN_FILE"),
        ("DISCORD_BOT_TOKEN_FIEL", "DISCORD_BOT_TOKEN_FILE"),
        ("TVDB_API_KYE", "TVDB_API_KEY"),
        ("TVDB_APIKEY_FILE", "TVDB_API_KEY_FILE"),
    ] {
        let others = MANDATORY.into_iter().filter(|(name, _)| !meant.contains(name));
        let set: Vec<_> = others.chain([(found, "/run/x")]).collect();
        let problems = read(&set).unwrap_err().problems;
        let told = format!("({found} is set: is that a misspelling of {meant}?)");
        assert!(matches!(problems.as_slice(), [one] if one.ends_with(&told)), "{problems:?}");
    }
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "abc.def\n").unwrap();
    let path = path.to_str().unwrap();
    let (config, _) = read(&[("BOT_TOKEN_FILE", path), ("TVDB_API_KEY_FILE", path)]).unwrap();
    assert_eq!(config.bot_token.expose(), "abc.def");
    assert_eq!(config.tvdb_api_key.expose(), "abc.def");
    let problems = |pairs: &[(&str, &str)]| read(pairs).unwrap_err().problems;
    let key = ("TVDB_API_KEY", "k");
    assert_eq!(
        problems(&[("BOT_TOKEN_FILE", path), ("BOT_TOKEN", "x"), key]),
        ["BOT_TOKEN and BOT_TOKEN_FILE are both set: remove one of them"]
    );
    for name in ["BOT_TOKEN_FILE", "DISCORD_BOT_TOKEN_FILE"] {
        let problems = problems(&[(name, "/nowhere/at/all"), key]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(name), "{problems:?}");
    }
}

#[test]
fn two_tokens_and_two_databases_are_refused() {
    let error = with(&[("DISCORD_BOT_TOKEN", "another")]).unwrap_err();
    assert!(error.problems[0].contains("both set and differ"), "{error}");
    assert!(with(&[("DISCORD_BOT_TOKEN", "token-of-mine")]).is_ok());
    let both = |file| with(&[("DATABASE_URL", "sqlite://a/b.db"), ("SQLITE_DATABASE_FILE", file)]);
    assert_eq!(both("./a/b.db").unwrap().0.database_url.as_deref(), Some("sqlite://a/b.db"));
    assert!(both("a/c/../b.db").is_ok());
    assert!(both("./b.db").unwrap_err().problems[0].contains("name two files"));
    let (config, _) = with(&[("SQLITE_DATABASE_FILE", "/data/database.db")]).unwrap();
    assert_eq!(config.database_url.as_deref(), Some("sqlite:/data/database.db"));
    assert!(with(&[("SQLITE_DATABASE_FILE", "/data/")]).is_err());
}

#[test]
fn one_file_has_many_names_and_its_scheme_may_be_written_large() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, link) = (folder.path().join("dir"), folder.path().join("link"));
    std::fs::create_dir(&dir).unwrap();
    std::os::unix::fs::symlink(&dir, &link).unwrap();
    let both = |path: &std::path::Path| {
        let url = format!("SQLite:{}", dir.join("lumina.db").display());
        let file = path.join("lumina.db").display().to_string();
        with(&[("DATABASE_URL", &url), ("SQLITE_DATABASE_FILE", &file)]).is_ok()
    };
    assert!(both(&link) && both(&dir.join("../link/.")) && both(&dir.join("none/..")));
    assert!(!both(folder.path()));
    assert!(with(&[("DATABASE_URL", "SQLITE:./d/x.db")]).is_ok());
    assert!(with(&[("DATABASE_URL", "postgres:./d/x.db")]).is_err());
}

#[test]
fn a_secret_in_quotation_marks_is_refused_with_what_to_do() {
    for value in ["\"token-of-mine\"", "'token-of-mine'"] {
        let error = with(&[("BOT_TOKEN", value)]).unwrap_err();
        let [problem] = error.problems.as_slice() else { panic!("{error}") };
        assert!(problem.starts_with("BOT_TOKEN stands in quotation marks"), "{problem}");
        assert!(!problem.contains("token-of-mine"), "{problem}");
    }
}

#[test]
fn settings_of_the_former_bot_are_accepted_with_one_warning() {
    let (_, warnings) = with(&[("ECHO_SQL", "1"), ("DB_ALWAYS_MIGRATE", "0")]).unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("ECHO_SQL and DB_ALWAYS_MIGRATE"), "{warnings:?}");
}

#[test]
fn what_is_told_in_full_is_read_as_the_former_bot_read_it() {
    let filter = |text| with(&[("DEBUG", "1"), ("TRACE_LEVEL_FILTER", text)]);
    let read = |text| filter(text).unwrap().0.trace_filter;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(read("*"), TraceFilter { all_others: true, named: vec![] });
    assert_eq!(read("a, b::c"), TraceFilter { all_others: false, named: names(&["a", "b::c"]) });
    assert_eq!(read("!a"), TraceFilter { all_others: true, named: names(&["a"]) });
    assert!(filter("a b").is_err() && filter("!").is_err());
    let (config, warnings) = with(&[("TRACE_LEVEL_FILTER", "*")]).unwrap();
    assert_eq!(config.trace_filter, TraceFilter::default());
    assert!(warnings[0].contains("DEBUG=1"), "{warnings:?}");
}

#[test]
fn the_environment_comes_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings");
    std::fs::write(&file, "BOT_TOKEN=filed\nTVDB_API_KEY=filed\nOWNER_IDS=7\n").unwrap();
    let set = [("BOT_TOKEN", "set"), ("TVDB_API_KEY", " ")];
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sources = Sources {
        environment: set.into(),
        file: EnvFile::Named(file.clone()),
        program_dir: PathBuf::from("/opt/lumina"),
    };
    let (config, _) = sources.read().unwrap();
    assert_eq!(config.bot_token.expose(), "set");
    assert_eq!(config.tvdb_api_key.expose(), "filed");
    assert_eq!(config.owner_ids, [UserId(7)]);
    std::fs::write(&file, "BOT_TOKEN='filed\nOWNER_IDS=ann\n").unwrap();
    let problems = sources.read().unwrap_err().problems;
    assert_eq!(problems.len(), 2, "the line of the file and the key: {problems:?}");
}

#[test]
fn places_are_known_without_a_token() {
    let environment = [("DATA_DIR".to_owned(), "/data".to_owned())].into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings");
    std::fs::write(&file, "PLUGIN_DIR=/a:/b\n").unwrap();
    let file = EnvFile::Named(file);
    let places = Sources { environment, file, program_dir: PathBuf::new() }.places().unwrap();
    assert_eq!(places.data_dir, Path::new("/data"));
    assert_eq!(places.plugin_dirs, [Path::new("/a"), Path::new("/b")]);
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
    assert_eq!(sandbox(&[clock, http, tvdb, ("DISCORD_API_BASE", "https://10.0.0.1")]), None);
    let moments = ("SANDBOX_MOMENTS", "/tmp/m");
    let expected = Sandbox {
        clock: Some("/tmp/c".into()),
        http: Some("127.0.0.1:1".parse().unwrap()),
        moments: Some("/tmp/m".into()),
    };
    assert_eq!(sandbox(&[clock, http, moments, tvdb, discord]), Some(expected));
}

#[test]
fn token_and_key_travel_unencrypted_to_this_machine_only() {
    for name in ["DISCORD_API_BASE", "TVDB_API_BASE"] {
        for (base, is_fine) in [
            ("https://example.org/v4", true),
            ("http://localhost:4200/v4", true),
            ("http://[::1]:4200", true),
            ("http://example.org/v4", false),
            ("http://127.0.0.1.example.org", false),
            ("http://0.0.0.0:4200", false),
            ("ftp://127.0.0.1", false),
        ] {
            let read = with(&[(name, base)]);
            assert_eq!(read.is_ok(), is_fine, "{name}={base}");
            let problems = read.err().map(|error| error.problems).unwrap_or_default();
            assert!(problems.iter().all(|one| one.starts_with(name) && one.contains("https")));
        }
    }
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

#[test]
fn emoji_are_those_of_the_former_bot_unless_set_and_a_wrong_one_is_told_with_the_form() {
    let (config, _) = with(&[]).unwrap();
    assert_eq!(config.emoji, Emoji::new("📁", "▶️"));
    let (config, _) =
        with(&[("GROUP_EMOJI", ":open_file_folder:"), ("COMMAND_EMOJI", "<:p:7>")]).unwrap();
    assert_eq!(config.emoji, Emoji::new(":open_file_folder:", "<:p:7>"));
    let problems = with(&[("GROUP_EMOJI", "folder")]).unwrap_err().problems;
    assert!(
        problems[0].starts_with("GROUP_EMOJI is not understood: it must be one emoji"),
        "{problems:?}"
    );
    assert!(problems[0].contains("`<:name:id>`"), "{problems:?}");
}
