//! Every setting, once: its name, what it must be, what it is for. The reader's sentences, the guesses at
//! misspelt names, `.env.example` and `docs/settings.md` come from here.

/// A part of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What nobody can leave out.
    Mandatory,
    /// Where data and plugins lie.
    Places,
    /// Who is in charge, and what people see.
    People,
    /// TheTVDB, beyond its key.
    Catalogue,
    /// Logs and figures.
    Telling,
    /// What hardly anyone changes.
    Rare,
    /// Names of the former bot that have no effect any more.
    Former,
    /// What the sandbox alone sets; stands in no document.
    Sandbox,
}

impl Section {
    /// The sections in the order of the documents.
    pub const SHOWN: [Self; 7] = [
        Self::Mandatory,
        Self::Places,
        Self::People,
        Self::Catalogue,
        Self::Telling,
        Self::Rare,
        Self::Former,
    ];

    /// Returns the title in the documents.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Mandatory => "Needed",
            Self::Places => "Places",
            Self::People => "People",
            Self::Catalogue => "TheTVDB",
            Self::Telling => "Logs and metrics",
            Self::Rare => "Hardly ever needed",
            Self::Former => "Accepted, without effect",
            Self::Sandbox => "Sandbox",
        }
    }
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Where it stands in the documents.
    pub section: Section,
    /// What it must be, to end the sentence “NAME is not understood: it must be …”.
    pub must_be: &'static str,
    /// What holds where it is not set; empty where nothing does.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether it may be read from a file that `NAME_FILE` names.
    pub is_secret: bool,
    /// Whether SIGHUP applies it to the running host.
    pub is_live: bool,
}

impl Setting {
    const fn new(section: Section, name: &'static str, must_be: &'static str) -> Self {
        Self { name, section, must_be, default: "", about: "", is_secret: false, is_live: false }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    const fn live(self) -> Self {
        Self { is_live: true, ..self }
    }
}

/// What ends the name of a setting that names a file with a secret in it.
pub const FILE_SUFFIX: &str = "_FILE";

const TOKEN: &str = "the token alone, without spaces, quotation marks or the word `Bot`";
const KEY: &str = "the key alone, without spaces or quotation marks";
const ADDRESS: &str =
    "an http or https address of at most 512 bytes, as Discord takes it on a button";
const EMOJI: &str = "one emoji: the character itself, `:name:`, or `<:name:id>` for one of your own (Discord shows \
                     that form when you write `\\:name:` in a chat)";
/// Token and key go there.
const API_BASE: &str = "an https address; plain http only to this machine, as to 127.0.0.1";

/// All settings, in the order of the documents.
pub const SETTINGS: &[Setting] = &[
    Setting::new(Section::Mandatory, "BOT_TOKEN", TOKEN).secret().about(
        "The token of the bot, from the page “Bot” of the application in Discord's developer portal.",
    ),
    Setting::new(Section::Mandatory, "DISCORD_BOT_TOKEN", TOKEN)
        .secret()
        .about("Another name for `BOT_TOKEN`; one of the two is enough."),
    Setting::new(Section::Mandatory, "TVDB_API_KEY", KEY)
        .secret()
        .about("A key of TheTVDB, from the API page of thetvdb.com."),
    Setting::new(Section::Places, "DATA_DIR", "a directory that can be written to")
        .default("./data")
        .about(
            "Everything that must survive: the database with its journal and backups, the lock that \
             keeps a second host away. `/data` in the container.",
        ),
    Setting::new(
        Section::Places,
        "DATABASE_URL",
        "a `sqlite:` address; other databases are not supported",
    )
    .default("`lumina.db` in `DATA_DIR`")
    .about("The database, as `sqlite:` and a path."),
    Setting::new(Section::Places, "SQLITE_DATABASE_FILE", "the path of a file")
        .default("`lumina.db` in `DATA_DIR`")
        .about(
            "The same as a bare path. The directory of the file must be writable too, because the \
             database keeps its journal beside it.",
        ),
    Setting::new(Section::Places, "PLUGIN_DIR", "a list of directories, with `:` between them")
        .default("`plugins` beside the program")
        .about(
            "Where plugins lie, with `:` between directories; of two files of a name the first counts.",
        ),
    Setting::new(Section::Places, "SHADOW_DIR", "a directory that can be written to")
        .default("`shadow` in `DATA_DIR`")
        .about(
            "Where the working copies of plugins lie. The file system must allow programs to run: if \
             `DATA_DIR` is mounted `noexec`, name another directory.",
        ),
    Setting::new(Section::People, "OWNER_IDS", "a list of user ids, with commas between them")
        .live()
        .about(
            "Who may use `/sudo`, beside the owner of the application and its team: user ids with \
             commas between them.",
        ),
    Setting::new(Section::People, "REPORT_URL", ADDRESS)
        .live()
        .about("Where people report an error; the error messages link to it."),
    Setting::new(Section::People, "GROUP_EMOJI", EMOJI)
        .live()
        .default("📁")
        .about("The emoji before a group of commands in `/help`; `<:name:id>` is one of your own."),
    Setting::new(Section::People, "COMMAND_EMOJI", EMOJI)
        .live()
        .default("▶️")
        .about("The emoji before a command in `/help`."),
    Setting::new(Section::Catalogue, "TVDB_API_PIN", KEY)
        .secret()
        .about("The PIN of a subscriber, for keys that need one."),
    Setting::new(
        Section::Catalogue,
        "TVDB_RATE_LIMIT_REQUESTS",
        "a whole number above zero",
    )
    .default("100")
    .about("How many requests to TheTVDB fit into one period."),
    Setting::new(
        Section::Catalogue,
        "TVDB_RATE_LIMIT_PERIOD",
        "a number of seconds above zero, 3600 at most",
    )
    .default("5")
    .about("That period, in seconds."),
    Setting::new(Section::Telling, "DEBUG", "`1`, `0` or `trace`")
        .default("0")
        .live()
        .about("`1`: the log tells of each interaction too. `trace`: of everything."),
    Setting::new(
        Section::Telling,
        "TRACE_LEVEL_FILTER",
        "`*`, or names with commas between them, with `!` before the first to mean all others",
    )
    .live()
    .about(
        "With `DEBUG=1`, what is told in full: `*` everything; `a,b` these parts, by the names that \
         stand in the log; `!a,b` everything but these.",
    ),
    Setting::new(Section::Telling, "LOG_FILE", "the path of a file")
        .about(
            "Writes the log into this file too. It is renamed to `….1` at 10 MiB, and five such files \
             are kept; SIGHUP opens it anew.",
        ),
    Setting::new(Section::Telling, "LOG_FORMAT", "`text` or `json`")
        .default("text")
        .about("`text`: lines for people. `json`: an object a line."),
    Setting::new(
        Section::Telling,
        "METRICS_ADDR",
        "an address and a port, for example `127.0.0.1:9477`",
    )
    .about(
        "Where Prometheus reads figures, at `/metrics`: an address and a port, for example \
         `127.0.0.1:9477`. Off unless set; whoever reaches it may read it.",
    ),
    Setting::new(Section::Rare, "DISCORD_API_BASE", API_BASE)
        .default("https://discord.com/api/v10")
        .about("Where Discord is."),
    Setting::new(Section::Rare, "TVDB_API_BASE", API_BASE)
        .default("https://api4.thetvdb.com/v4")
        .about("Where TheTVDB is."),
    Setting::new(Section::Former, "ECHO_SQL", "left out")
        .about("Printed each statement of SQL."),
    Setting::new(Section::Former, "DB_ALWAYS_MIGRATE", "left out").about(
        "Ran the migrations on a new database. Lumina always brings its database up to date, after a \
         backup.",
    ),
    Setting::new(Section::Sandbox, "SANDBOX_CLOCK", "the path of a socket"),
    Setting::new(Section::Sandbox, "SANDBOX_HTTP", "a loopback address with a port"),
    Setting::new(Section::Sandbox, "SANDBOX_MOMENTS", "the path of a socket"),
];

/// Returns the setting `name`.
#[must_use]
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// Returns every name that the host knows, those that name files with secrets included.
pub fn names() -> impl Iterator<Item = String> {
    SETTINGS.iter().flat_map(|setting| {
        let file = setting.is_secret.then(|| format!("{}{FILE_SUFFIX}", setting.name));
        [setting.name.to_owned()].into_iter().chain(file)
    })
}
