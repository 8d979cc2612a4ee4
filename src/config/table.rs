//! The one table of settings: the file, its template, the environment, `--set`, `config show`, the
//! documentation and the manual page all read it.

use super::themes;

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// A folder; `~/` stands for the home folder.
    Folder,
    /// Yes or no.
    Switch,
    /// A whole number between these two, both included.
    Number(i64, i64),
    /// Hosts, parted by commas or blanks.
    Hosts,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// A setting.
#[derive(Debug)]
pub struct Row {
    /// Its name in the file and for `--set`.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The default as the file would write it; for folders the one of Linux.
    pub default: &'static str,
    /// The environment variable that sets it.
    pub env: &'static str,
    /// The flag of its own, where there is one: `--set NAME=VALUE` always works.
    pub flag: &'static str,
    /// What it does, in words.
    pub help: &'static str,
    /// Whether a change of the file is taken up while the program runs.
    pub live: bool,
}

const fn row(name: &'static str, kind: Kind, default: &'static str, env: &'static str) -> Row {
    Row { name, kind, default, env, flag: "", help: "", live: false }
}

impl Row {
    const fn flag(self, flag: &'static str) -> Self {
        Self { flag, ..self }
    }

    const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    const fn live(self) -> Self {
        Self { live: true, ..self }
    }
}

/// All settings of the file, in the order of its template.
pub const TABLE: &[Row] = &[
    row("base_url", Kind::Text, "\"https://dropmail.me/api/graphql\"", "DROPMAIL_BASE_URL")
        .flag("--base-url")
        .help("The GraphQL address of the service, without the token."),
    row("data_dir", Kind::Folder, "\"~/.local/share/dropmail-tui\"", "DROPMAIL_DATA_DIR")
        .flag("--data-dir")
        .help("Folder of the archive; the default is the platform's own, on Linux the one shown."),
    row("download_dir", Kind::Folder, "\"~/Downloads\"", "DROPMAIL_DOWNLOAD_DIR")
        .flag("--download-dir")
        .help("Where saved mails and attachments go; the default is the platform's downloads folder."),
    row("download_hosts", Kind::Hosts, "\"\"", "DROPMAIL_DOWNLOAD_HOSTS")
        .help("Hosts beside the service's own that mails may be downloaded from, such as \"cdn.example\", parted by commas."),
    row("transport", Kind::Choice(TRANSPORTS), "\"auto\"", "DROPMAIL_TRANSPORT")
        .flag("--transport")
        .help("How new mail is heard of: the best that this network lets through, or one way alone."),
    row("token_lifetime", Kind::Choice(&["1h", "1d", "90d"]), "\"1d\"", "DROPMAIL_TOKEN_LIFETIME")
        .flag("--token-lifetime")
        .help("How long a free token lives; for 90d the service asks for a captcha."),
    row("restore", Kind::Choice(&["ask", "auto", "never"]), "\"ask\"", "DROPMAIL_RESTORE")
        .help("What becomes of sessions that lapsed: offered for restore, restored at once, or left alone."),
    row("keep_days", Kind::Number(0, 36_500), "30", "DROPMAIL_KEEP_DAYS")
        .help("Days that mail is kept in the archive; 0 keeps it for ever."),
    row("on_mail", Kind::Text, "\"\"", "DROPMAIL_ON_MAIL")
        .help("A command for each mail that comes, run through the shell, with the mail as JSON on its standard input."),
    row("on_code", Kind::Text, "\"\"", "DROPMAIL_ON_CODE")
        .help("The same for each mail that holds a code."),
    row("notify", Kind::Switch, "false", "DROPMAIL_NOTIFY")
        .help("Tell the desktop of each mail that comes; over SSH the terminal is asked to."),
    row("copy_new_address", Kind::Switch, "false", "DROPMAIL_COPY_NEW_ADDRESS")
        .help("Copy each new address as soon as it is there.")
        .live(),
    row("clipboard", Kind::Choice(super::clipboard::WORDS), "\"auto\"", "DROPMAIL_CLIPBOARD")
        .flag("--clipboard")
        .help(
            "Where copied text goes: the desktop's clipboard (system), the terminal's (osc52), both, a \
             command of yours, or what suits (auto: the desktop's, or the terminal's over SSH and \
             without a desktop).",
        )
        .live(),
    row("clipboard_command", Kind::Text, "\"\"", "DROPMAIL_CLIPBOARD_COMMAND")
        .help("What clipboard = \"command\" runs, through the shell, with the text on its standard input.")
        .live(),
    row("theme", Kind::Choice(themes::NAMES), "\"terminal\"", "DROPMAIL_THEME")
        .flag("--theme")
        .help("How it looks. `terminal` uses your terminal's own sixteen colours, `mono` none.")
        .live(),
    row("no_color", Kind::Switch, "false", "NO_COLOR")
        .help("No colours at all, whatever the theme.")
        .live(),
    row("reduced_motion", Kind::Switch, "false", "DROPMAIL_REDUCED_MOTION")
        .help("Nothing on the screen moves by itself but mail that comes: no seconds that count, messages stay.")
        .live(),
    row("window_title", Kind::Switch, "true", "DROPMAIL_WINDOW_TITLE")
        .help("Show the count of unread mails in the title of the terminal's window.")
        .live(),
    row("mouse", Kind::Switch, "true", "DROPMAIL_MOUSE")
        .help("Listen to the mouse; off leaves clicks and the wheel to the terminal.")
        .live(),
    row("accessible", Kind::Switch, "false", "DROPMAIL_ACCESSIBLE")
        .flag("--accessible")
        .help("Tell everything in plain lines, for screen readers, instead of a drawn screen."),
    row("log", Kind::Text, "\"\"", "DROPMAIL_LOG")
        .help("A filter such as \"debug\": log to a file in the data folder, never to the screen."),
];

const TRANSPORTS: &[&str] = &["auto", "websocket", "multipart", "long-poll", "poll"];

/// The row of a name.
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}
