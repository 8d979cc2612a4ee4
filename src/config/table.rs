//! The table of all settings. The parsers for the settings file, for environment variables and for `--set` use this
//! table. The template, the output of `config show`, the documentation and the manual page are generated from the
//! table.

use super::themes;

/// The type of a setting, which determines the valid values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingKind {
    /// The value is an arbitrary string.
    Text,
    /// The value is the path of a directory; a leading `~/` is expanded to the home directory.
    Directory,
    /// The value is a Boolean: `true` or `false`.
    Bool,
    /// The value is an integer between the first and the second number, both inclusive.
    Number(i64, i64),
    /// The value is a list of host names, separated by commas or spaces.
    Hosts,
    /// The value is one of the given keywords.
    Choice(&'static [&'static str]),
}

/// A row of the settings table: the name, type, default, description and other properties of a setting.
#[derive(Debug)]
pub struct SettingSpec {
    /// Name of the setting in the settings file and in `--set`.
    pub name: &'static str,
    /// The type of the setting's value.
    pub kind: SettingKind,
    /// The default value in the syntax of the settings file; for a directory, the default on Linux.
    pub default: &'static str,
    /// Name of the environment variable for the setting.
    pub env: &'static str,
    /// The command-line option for the setting; empty if the user can set it only with `--set NAME=VALUE`.
    pub flag: &'static str,
    /// Description of the setting in the documentation.
    pub help: &'static str,
    /// If `true`, a change to the setting applies while the program is running; if `false`, only at the next start.
    pub live: bool,
}

const fn row(name: &'static str, kind: SettingKind, default: &'static str, env: &'static str) -> SettingSpec {
    SettingSpec { name, kind, default, env, flag: "", help: "", live: false }
}

impl SettingSpec {
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

/// All settings, in the order of the settings file template.
pub const TABLE: &[SettingSpec] = &[
    row("base_url", SettingKind::Text, "\"https://dropmail.me/api/graphql\"", "DROPMAIL_BASE_URL")
        .flag("--base-url")
        .help("The GraphQL address of the service, without the token."),
    row("data_dir", SettingKind::Directory, "\"~/.local/share/dropmail-tui\"", "DROPMAIL_DATA_DIR")
        .flag("--data-dir")
        .help("Directory of the archive and the log. The default is that of the platform; on Linux the one shown."),
    row("download_dir", SettingKind::Directory, "\"~/Downloads\"", "DROPMAIL_DOWNLOAD_DIR")
        .flag("--download-dir")
        .help("Directory for saved mails and attachments. The default is the downloads directory of the platform."),
    row("download_hosts", SettingKind::Hosts, "\"\"", "DROPMAIL_DOWNLOAD_HOSTS")
        .help("Hosts that mails may be downloaded from, in addition to the host of the service, such as \"cdn.example\"; separated by commas."),
    row("transport", SettingKind::Choice(TRANSPORTS), "\"auto\"", "DROPMAIL_TRANSPORT")
        .flag("--transport")
        .help("How new mail is received: the best push transport that works on this network (auto), or one of them."),
    row("token_lifetime", SettingKind::Choice(&["1h", "1d", "90d"]), "\"1d\"", "DROPMAIL_TOKEN_LIFETIME")
        .flag("--token-lifetime")
        .help("Lifetime of a free token. For 90d the service asks for a captcha."),
    row("restore", SettingKind::Choice(&["ask", "auto", "never"]), "\"ask\"", "DROPMAIL_RESTORE")
        .help("What happens to lapsed sessions: offer to restore their addresses, restore them at once, or do nothing."),
    row("keep_days", SettingKind::Number(0, 36_500), "30", "DROPMAIL_KEEP_DAYS")
        .help("Days after which stored mail is deleted; 0 never deletes mail."),
    row("on_mail", SettingKind::Text, "\"\"", "DROPMAIL_ON_MAIL")
        .help("Shell command that runs for each new mail, with the mail as JSON on standard input."),
    row("on_code", SettingKind::Text, "\"\"", "DROPMAIL_ON_CODE")
        .help("Shell command that runs for each new mail with a code, with the mail as JSON on standard input."),
    row("notify", SettingKind::Bool, "false", "DROPMAIL_NOTIFY")
        .help("Show a desktop notification for each new mail; over SSH the terminal shows it."),
    row("copy_new_address", SettingKind::Bool, "false", "DROPMAIL_COPY_NEW_ADDRESS")
        .help("Copy each new address to the clipboard.")
        .live(),
    row("clipboard", SettingKind::Choice(super::clipboard::VALUES), "\"auto\"", "DROPMAIL_CLIPBOARD")
        .flag("--clipboard")
        .help(
            "Clipboard to copy to: of the desktop (system), the same until you quit (system-until-quit), of the \
             terminal (osc52), both, or a command. auto uses the desktop, and the terminal over SSH or without a \
             desktop.",
        )
        .live(),
    row("clipboard_command", SettingKind::Text, "\"\"", "DROPMAIL_CLIPBOARD_COMMAND")
        .help("Shell command for clipboard = \"command\"; it gets the text on standard input.")
        .live(),
    row("theme", SettingKind::Choice(themes::NAMES), "\"terminal\"", "DROPMAIL_THEME")
        .flag("--theme")
        .help("Theme. `terminal` uses the sixteen colours of your terminal, `mono` none.")
        .live(),
    row("group", SettingKind::Choice(&["off", "sign-up", "address"]), "\"off\"", "DROPMAIL_GROUP")
        .help("How the list of mails is grouped: by the site of the sender (sign-up), by address, or not at all.")
        .live(),
    row("no_color", SettingKind::Bool, "false", "NO_COLOR")
        .help("Use no colours, whatever the theme.")
        .live(),
    row("reduced_motion", SettingKind::Bool, "false", "DROPMAIL_REDUCED_MOTION")
        .help("Nothing on the screen moves by itself except new mail: no countdowns, and messages stay.")
        .live(),
    row("window_title", SettingKind::Bool, "true", "DROPMAIL_WINDOW_TITLE")
        .help("Show the number of unread mails in the title of the terminal window.")
        .live(),
    row("mouse", SettingKind::Bool, "true", "DROPMAIL_MOUSE")
        .help("Use the mouse; false leaves clicks and the wheel to the terminal.")
        .live(),
    row("ambiguous_width", SettingKind::Choice(&["auto", "narrow", "wide"]), "\"auto\"", "DROPMAIL_AMBIGUOUS_WIDTH")
        .help(
            "Width of characters that some terminals draw two columns wide, such as borders and Cyrillic letters. \
             auto asks the terminal at the start; wide keeps letters and draws borders in ASCII.",
        ),
    row("keyboard", SettingKind::Choice(super::keyboards::NAMES), "\"auto\"", "DROPMAIL_KEYBOARD")
        .help(
            "Keyboard layout without Latin letters, whose keys work like the Latin letters on them. auto takes that \
             of the locale, or one that types the characters you type.",
        )
        .live(),
    row("accessible", SettingKind::Bool, "false", "DROPMAIL_ACCESSIBLE")
        .flag("--accessible")
        .help("Print plain lines for screen readers instead of drawing a screen."),
    row("log", SettingKind::Text, "\"\"", "DROPMAIL_LOG")
        .help("Log level or filter, such as \"debug\". The log is a file in the data directory."),
];

const TRANSPORTS: &[&str] = &["auto", "websocket", "multipart", "long-poll", "poll"];

/// Returns the row of the setting with the given name; `None` if there is no such setting.
pub fn find(name: &str) -> Option<&'static SettingSpec> {
    TABLE.iter().find(|row| row.name == name)
}
