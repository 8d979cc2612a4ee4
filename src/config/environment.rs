//! The environment of the process: environment variables, terminal properties and directories.

use super::proxy;
use super::table::{SettingSpec, TABLE};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The program name from which the platform-specific paths of the program's directories are derived.
const APPLICATION: &str = "dropmail-tui";

/// The environment of the process: environment variables, terminal properties and directories. An empty
/// variable counts as unset.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Value of `DROPMAIL_TOKEN`: the user's own API token.
    pub token: Option<SecretString>,
    /// Value of `DROPMAIL_BASE_URL`: the GraphQL URL of the service.
    pub base_url: Option<String>,
    /// Value of `DROPMAIL_DATA_DIR`: the path of the data directory, which contains the archive.
    pub data_dir: Option<PathBuf>,
    /// Value of `DROPMAIL_CONFIG`: the path of the settings file.
    pub config: Option<PathBuf>,
    /// Value of `DROPMAIL_DOWNLOAD_DIR`: the directory in which the program saves mails and attachments.
    pub download_dir: Option<PathBuf>,
    /// The names and values of all proxy environment variables that are set. The program displays only the names,
    /// because a value may contain a password.
    pub proxies: Vec<(&'static str, SecretString)>,
    /// Value of `DROPMAIL_LOG`: a filter that selects the events for the log file.
    pub log: Option<String>,
    /// Value of `DROPMAIL_DOMAIN_PASSWORD`: the password of a personal domain.
    pub domain_password: Option<SecretString>,
    /// Value of `DROPMAIL_SMTP_PASSWORD`: the password that the `release` command sends to the SMTP server.
    pub smtp_password: Option<SecretString>,
    /// `true` if `NO_COLOR` is set; the program then uses no colours.
    pub no_color: bool,
    /// Values of the environment variables for settings that have no field of their own, keyed by setting name.
    pub settings: BTreeMap<&'static str, String>,
    /// Value of `DROPMAIL_KEYS`: key bindings as `COMMAND=KEYS`, separated by semicolons.
    pub keys: Option<String>,
    /// Properties of the terminal and of the desktop session in which the process runs.
    pub terminal: Terminal,
    /// The platform's default directories for the user's files.
    pub folders: Folders,
}

/// Properties of the terminal and of the desktop session in which the process runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, in any combination")]
pub struct Terminal {
    /// Value of `TERM`, the type of the terminal; empty if unset.
    pub term: String,
    /// The locale that determines the character encoding: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set;
    /// empty if none is set.
    pub locale: String,
    /// `true` if the process runs in a desktop session (`DISPLAY` or `WAYLAND_DISPLAY` is set; always `true` on macOS).
    pub desktop: bool,
    /// The environment variables that a child process needs to connect to the display server, with their values. Unset
    /// variables are omitted.
    pub display: Vec<(&'static str, OsString)>,
    /// `true` if the process runs over SSH. The user then does not see the desktop of the machine on which the process
    /// runs.
    pub ssh: bool,
    /// `true` if the process runs inside GNU screen, which passes only some escape sequences on to the terminal.
    pub screen: bool,
    /// `true` if the process runs inside tmux, which passes only some escape sequences on to the terminal.
    pub tmux: bool,
    /// `true` if the terminal reports that it supports 24-bit colours (`COLORTERM`).
    pub true_colour: bool,
    /// The terminal emulator, as identified by environment variables; `TerminalProgram::Other` if they do not identify
    /// it.
    pub program: TerminalProgram,
}

/// The platform's directories for the user's files; each is `None` if the platform does not define it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folders {
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// Default path of the settings file.
    pub config_file: Option<PathBuf>,
    /// Default path of the data directory, which contains the archive.
    pub data: Option<PathBuf>,
    /// Default directory for saved mails and attachments.
    pub downloads: Option<PathBuf>,
}

impl Environment {
    /// Reads the environment of this process. The program calls this function only once.
    pub fn read() -> Self {
        let path = |name| variable(name).map(PathBuf::from);
        let there = |name| variable(name).is_some();
        Self {
            token: variable("DROPMAIL_TOKEN").map(SecretString::from),
            base_url: variable("DROPMAIL_BASE_URL"),
            data_dir: path("DROPMAIL_DATA_DIR"),
            config: path("DROPMAIL_CONFIG"),
            download_dir: path("DROPMAIL_DOWNLOAD_DIR"),
            proxies: proxy::VARIABLES
                .into_iter()
                .filter_map(|name| Some((name, SecretString::from(variable(name)?))))
                .collect(),
            log: variable("DROPMAIL_LOG"),
            domain_password: variable("DROPMAIL_DOMAIN_PASSWORD").map(SecretString::from),
            smtp_password: variable("DROPMAIL_SMTP_PASSWORD").map(SecretString::from),
            no_color: there("NO_COLOR"),
            settings: other_settings().filter_map(|row| Some((row.name, variable(row.env)?))).collect(),
            keys: variable("DROPMAIL_KEYS"),
            terminal: Terminal {
                term: variable("TERM").unwrap_or_default(),
                locale: locale(),
                desktop: cfg!(target_os = "macos") || there("DISPLAY") || there("WAYLAND_DISPLAY"),
                display: display(),
                ssh: there("SSH_CONNECTION") || there("SSH_TTY"),
                screen: there("STY"),
                tmux: there("TMUX"),
                true_colour: variable("COLORTERM").is_some_and(|word| {
                    word.eq_ignore_ascii_case("truecolor") || word.eq_ignore_ascii_case("24bit")
                }),
                program: TerminalProgram::read(),
            },
            folders: Folders::find(),
        }
    }

    /// Returns this environment with the given token, as if `DROPMAIL_TOKEN` were set to it.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(SecretString::from(token.into()));
        self
    }

    /// Returns the unvalidated value of `DROPMAIL_TOKEN`; `None` if the variable is not set.
    pub(super) fn token_text(&self) -> Option<&str> {
        self.token.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// Returns the settings whose environment variables are stored in [`Environment::settings`] and not in a separate
/// field.
fn other_settings() -> impl Iterator<Item = &'static SettingSpec> {
    let own = ["base_url", "data_dir", "download_dir", "no_color", "log"];
    TABLE.iter().filter(move |row| !own.contains(&row.name))
}

/// Returns the locale that determines the character encoding. The environment variables are checked in the order that
/// POSIX defines (XBD, section 8.2).
fn locale() -> String {
    ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default()
}

impl Terminal {
    /// Returns `true` if the terminal replies to queries in the order in which they were sent. GNU screen does not
    /// guarantee this: it replies to some queries itself and passes others on. The terminal's replies to the queries
    /// that were passed on may arrive late, as unexpected input.
    pub fn replies_in_order(&self) -> bool {
        !self.screen && (self.tmux || !self.term.starts_with("screen"))
    }

    /// Returns `true` if the locale specifies UTF-8 as the character encoding. The result is `false` for the `C` locale
    /// and for locales without an encoding.
    pub fn has_utf8_locale(&self) -> bool {
        let name = self.locale.split('@').next().unwrap_or_default();
        let charset = name.rsplit('.').next().unwrap_or_default();
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
    }
}

/// Names of the environment variables that a client needs to connect to an X server or a Wayland compositor.
const DISPLAY_VARIABLES: [&str; 5] = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "HOME"];

#[expect(clippy::disallowed_methods, reason = "only this file reads the environment")]
fn display() -> Vec<(&'static str, OsString)> {
    DISPLAY_VARIABLES.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).collect()
}

/// The terminal emulator. The program identifies it, because some emulators report their image protocols incorrectly.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TerminalProgram {
    /// A terminal that supports iTerm2's inline images but does not report that it does.
    InlineImages,
    /// `WezTerm`, which supports iTerm2's inline images better than the graphics protocols that it reports.
    WezTerm,
    /// Konsole, whose implementations of the graphics protocols are incomplete.
    Konsole,
    /// Any other terminal, which supports the graphics protocols that it reports.
    #[default]
    Other,
}

impl TerminalProgram {
    /// Identifies the terminal emulator by the name in an environment variable or in the reply to an XTVERSION query.
    pub fn from_name(name: &str) -> Self {
        let name = name.to_lowercase();
        let is = |word: &str| name.contains(word);
        if is("wezterm") {
            Self::WezTerm
        } else if is("konsole") {
            Self::Konsole
        } else if is("iterm") || is("mintty") {
            Self::InlineImages
        } else {
            Self::Other
        }
    }

    fn read() -> Self {
        if variable("WEZTERM_EXECUTABLE").is_some() {
            return Self::WezTerm;
        }
        if variable("KONSOLE_VERSION").is_some() {
            return Self::Konsole;
        }
        let names = ["TERM_PROGRAM", "LC_TERMINAL"].into_iter().filter_map(variable);
        names.map(|name| Self::from_name(&name)).find(|program| *program != Self::Other).unwrap_or_default()
    }
}

impl Folders {
    fn find() -> Self {
        let project = directories::ProjectDirs::from("", "", APPLICATION);
        let user = directories::UserDirs::new();
        let home = user.as_ref().map(|dirs| dirs.home_dir().to_owned());
        let downloads = user.as_ref().and_then(|dirs| dirs.download_dir()).map(ToOwned::to_owned);
        Self {
            config_file: project.as_ref().map(|dirs| dirs.config_dir().join("config.toml")),
            data: project.as_ref().map(|dirs| dirs.data_dir().to_owned()),
            downloads: downloads.or_else(|| home.as_ref().map(|home| home.join("Downloads"))),
            home,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::Terminal;

    #[test]
    fn a_locale_names_its_charset() {
        let says = |locale: &str| Terminal { locale: locale.into(), ..Terminal::default() }.has_utf8_locale();
        for name in ["C.UTF-8", "en_US.UTF-8", "de_DE.utf8", "ca_ES.UTF-8@valencia", "UTF-8"] {
            assert!(says(name), "{name}");
        }
        for name in ["", "C", "POSIX", "en_US", "de_DE@euro", "ru_RU.KOI8-R", "en_US.ISO-8859-1"] {
            assert!(!says(name), "{name}");
        }
    }
}
