//! What the process was started with.

use super::proxy;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;

/// The program's name in the folders of the platform.
const APPLICATION: &str = "dropmail-tui";

/// The facts of the process's environment that the program acts on. An unset and an empty
/// variable are the same.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `DROPMAIL_TOKEN`.
    pub token: Option<SecretString>,
    /// `DROPMAIL_BASE_URL`.
    pub base_url: Option<String>,
    /// `DROPMAIL_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `DROPMAIL_CONFIG`.
    pub config: Option<PathBuf>,
    /// `DROPMAIL_DOWNLOAD_DIR`.
    pub download_dir: Option<PathBuf>,
    /// `DROPMAIL_TRANSPORT`.
    pub transport: Option<String>,
    /// `DROPMAIL_TOKEN_LIFETIME`.
    pub token_lifetime: Option<String>,
    /// The variables that name a proxy and what they hold: their name is told, never their value,
    /// which may hold a password.
    pub proxies: Vec<(&'static str, SecretString)>,
    /// `DROPMAIL_LOG`.
    pub log: Option<String>,
    /// `DROPMAIL_DOMAIN_PASSWORD`.
    pub domain_password: Option<SecretString>,
    /// `NO_COLOR`.
    pub no_color: bool,
    /// The terminal and desktop around the process.
    pub terminal: Terminal,
    /// The platform's folders.
    pub folders: Folders,
}

/// The terminal and desktop around the process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "five facts that are independent of each other")]
pub struct Terminal {
    /// `TERM`; empty when unset.
    pub term: String,
    /// Whether a desktop session is here (`DISPLAY`, `WAYLAND_DISPLAY`; always on macOS and
    /// Windows).
    pub desktop: bool,
    /// Whether the terminal is at the far end of an SSH connection.
    pub ssh: bool,
    /// Whether the terminal is GNU screen.
    pub screen: bool,
    /// Whether the terminal is tmux.
    pub tmux: bool,
    /// Whether the terminal is one of those that draw pictures and answer when they are asked how.
    /// Others are not asked: one that stays silent would cost seconds.
    pub pictures: bool,
}

/// The platform's folders, each where the system names one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folders {
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The settings file.
    pub config_file: Option<PathBuf>,
    /// The folder of the archive.
    pub data: Option<PathBuf>,
    /// Where downloads go.
    pub downloads: Option<PathBuf>,
}

impl Environment {
    /// Reads the environment of this process. Called once, by `main`.
    pub fn read() -> Self {
        let path = |name| variable(name).map(PathBuf::from);
        let there = |name| variable(name).is_some();
        Self {
            token: variable("DROPMAIL_TOKEN").map(SecretString::from),
            base_url: variable("DROPMAIL_BASE_URL"),
            data_dir: path("DROPMAIL_DATA_DIR"),
            config: path("DROPMAIL_CONFIG"),
            download_dir: path("DROPMAIL_DOWNLOAD_DIR"),
            transport: variable("DROPMAIL_TRANSPORT"),
            token_lifetime: variable("DROPMAIL_TOKEN_LIFETIME"),
            proxies: proxy::VARIABLES
                .into_iter()
                .filter_map(|name| Some((name, SecretString::from(variable(name)?))))
                .collect(),
            log: variable("DROPMAIL_LOG"),
            domain_password: variable("DROPMAIL_DOMAIN_PASSWORD").map(SecretString::from),
            no_color: there("NO_COLOR"),
            terminal: Terminal {
                term: variable("TERM").unwrap_or_default(),
                desktop: cfg!(any(target_os = "macos", windows))
                    || there("DISPLAY")
                    || there("WAYLAND_DISPLAY"),
                ssh: there("SSH_CONNECTION") || there("SSH_TTY"),
                screen: there("STY"),
                tmux: there("TMUX"),
                pictures: draws_pictures(),
            },
            folders: Folders::find(),
        }
    }

    /// With this token, as if `DROPMAIL_TOKEN` held it.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(SecretString::from(token.into()));
        self
    }

    /// `DROPMAIL_TOKEN` as it was written.
    pub(super) fn token_text(&self) -> Option<&str> {
        self.token.as_ref().map(ExposeSecret::expose_secret)
    }
}

fn draws_pictures() -> bool {
    let says = |name: &str, words: &[&str]| {
        variable(name).is_some_and(|value| words.iter().any(|word| value.to_lowercase().contains(word)))
    };
    says("TERM", &["kitty", "ghostty", "foot", "mlterm", "contour", "wezterm", "sixel"])
        || says("TERM_PROGRAM", &["iterm", "wezterm", "ghostty", "kitty", "mintty", "contour"])
        || ["KITTY_WINDOW_ID", "WEZTERM_EXECUTABLE", "KONSOLE_VERSION"]
            .into_iter()
            .any(|name| variable(name).is_some())
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

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}
