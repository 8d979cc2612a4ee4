//! Settings: flags over environment over file over defaults, each value knowing where it came
//! from.
//!
//! [`Environment::read`] is the only place of the program that looks at the process's
//! environment; [`Config::resolve`] is a pure function of what was read. Nothing is created or
//! contacted here.

pub mod clipboard;
mod environment;
mod error;
mod file;
mod proxy;
mod restore;
mod rows;

pub use clipboard::{ClipboardChoice, ClipboardRoute};
pub use environment::{Environment, Folders, Terminal};
pub use error::ConfigError;
pub use file::FileSettings;
pub use restore::Restore;
pub use rows::{SettingRow, TEMPLATE};

use crate::domain::base_url::{BaseUrl, DEFAULT_BASE_URL};
use crate::domain::channel::ChannelChoice;
use crate::domain::lifetime::Lifetime;
use crate::domain::secrets::Token;
use std::path::{Path, PathBuf};

/// For how many days mail is kept unless told otherwise.
const KEEP_DAYS: u32 = 30;

/// Where a value came from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// The settings file.
    File,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl Origin {
    /// The word for it in `config show`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        }
    }
}

/// A value and where it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// What the command line set; `None` where it was silent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flags {
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--download-dir`.
    pub download_dir: Option<PathBuf>,
    /// `--clipboard`.
    pub clipboard: Option<ClipboardChoice>,
    /// `--transport`.
    pub transport: Option<String>,
    /// `--token-lifetime`.
    pub token_lifetime: Option<String>,
}

/// All settings, resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The service's GraphQL address, without the token.
    pub base_url: Setting<BaseUrl>,
    /// The user's own token; without one the program fetches one.
    pub token: Option<Setting<Token>>,
    /// Where saved mails and attachments go.
    pub download_dir: Setting<PathBuf>,
    /// Which clipboard is used.
    pub clipboard: Setting<ClipboardChoice>,
    /// A command for each mail that comes.
    pub on_mail: Option<Setting<String>>,
    /// A command for each mail that comes and holds a code.
    pub on_code: Option<Setting<String>>,
    /// Whether the desktop is told of mail.
    pub notify: Setting<bool>,
    /// What happens to lapsed sessions.
    pub restore: Setting<Restore>,
    /// For how many days mail is kept; 0 is forever.
    pub keep_days: Setting<u32>,
    /// How new mail is heard of.
    pub transport: Setting<ChannelChoice>,
    /// How long a free token lives.
    pub token_lifetime: Setting<Lifetime>,
    /// The filter of the log file (`tracing`'s `EnvFilter`); no log without one.
    pub log: Option<Setting<String>>,
    /// Whether colours are left out (<https://no-color.org>).
    pub no_color: Setting<bool>,
    /// The terminal and desktop that the program runs in.
    pub terminal: Terminal,
    data_dir: Option<Setting<PathBuf>>,
}

impl Config {
    /// Reads the settings file, where there is one, and puts all sources together.
    pub fn load(environment: &Environment, flags: &Flags) -> Result<Self, ConfigError> {
        let file = match Self::file_path(environment, flags) {
            Some(Setting { value, origin: Origin::Default }) => FileSettings::read_if_there(&value)?,
            Some(Setting { value, .. }) => FileSettings::read(&value)?,
            None => FileSettings::default(),
        };
        Self::resolve(environment, &file, flags)
    }

    /// The settings file that applies, whether or not it exists.
    pub fn file_path(environment: &Environment, flags: &Flags) -> Option<Setting<PathBuf>> {
        pick(flags.config.clone(), environment.config.clone(), None, environment.folders.config_file.clone())
    }

    /// Puts all sources together.
    pub fn resolve(
        environment: &Environment,
        file: &FileSettings,
        flags: &Flags,
    ) -> Result<Self, ConfigError> {
        let default_base = || Some(DEFAULT_BASE_URL.to_owned());
        let base =
            pick(flags.base_url.clone(), environment.base_url.clone(), file.base_url.clone(), default_base());
        let home = environment.folders.home.as_deref();
        let in_file = |path: &Option<PathBuf>| path.as_deref().map(|path| file::expand_home(path, home));
        let folders = &environment.folders;
        proxy::check(environment)?;
        Ok(Self {
            transport: word(
                "transport",
                "auto, websocket, multipart, long-poll and poll",
                pick(flags.transport.clone(), environment.transport.clone(), file.transport.clone(), None),
                ChannelChoice::parse,
            )?,
            token_lifetime: word(
                "token_lifetime",
                "1h, 1d and 90d",
                pick(
                    flags.token_lifetime.clone(),
                    environment.token_lifetime.clone(),
                    file.token_lifetime.clone(),
                    None,
                ),
                Lifetime::parse,
            )?,
            base_url: base_url(base)?,
            token: token(environment)?,
            data_dir: pick(
                flags.data_dir.clone(),
                environment.data_dir.clone(),
                in_file(&file.data_dir),
                folders.data.clone(),
            ),
            download_dir: pick(
                flags.download_dir.clone(),
                environment.download_dir.clone(),
                in_file(&file.download_dir),
                folders.downloads.clone(),
            )
            .unwrap_or(Setting { value: PathBuf::from("."), origin: Origin::Default }),
            clipboard: pick(flags.clipboard, None, file.clipboard, None)
                .unwrap_or(Setting { value: ClipboardChoice::Auto, origin: Origin::Default }),
            on_mail: pick(None, None, file.on_mail.clone(), None),
            on_code: pick(None, None, file.on_code.clone(), None),
            notify: pick(None, None, file.notify, None)
                .unwrap_or(Setting { value: false, origin: Origin::Default }),
            restore: pick(None, None, file.restore, None)
                .unwrap_or(Setting { value: Restore::Ask, origin: Origin::Default }),
            keep_days: pick(None, None, file.keep_days, None)
                .unwrap_or(Setting { value: KEEP_DAYS, origin: Origin::Default }),
            log: pick(None, environment.log.clone(), None, None),
            no_color: pick(None, environment.no_color.then_some(true), None, None)
                .unwrap_or(Setting { value: false, origin: Origin::Default }),
            terminal: environment.terminal.clone(),
        })
    }

    /// The folder of the archive. Fails only where the system names no home folder and nothing
    /// else was set: commands that keep nothing never ask.
    pub fn data_dir(&self) -> Result<&Path, ConfigError> {
        self.data_dir.as_ref().map(|setting| setting.value.as_path()).ok_or(ConfigError::NoDataFolder)
    }

    /// Where the folder of the archive was set.
    pub fn data_dir_origin(&self) -> Option<Origin> {
        self.data_dir.as_ref().map(|setting| setting.origin)
    }

    /// Where copied text goes by the settings and by what is here.
    pub fn clipboard_route(&self) -> ClipboardRoute {
        clipboard::route(self.clipboard.value, &self.terminal)
    }
}

fn pick<T>(
    flag: Option<T>,
    environment: Option<T>,
    file: Option<T>,
    default: Option<T>,
) -> Option<Setting<T>> {
    let with = |origin| move |value| Setting { value, origin };
    flag.map(with(Origin::Flag))
        .or_else(|| environment.map(with(Origin::Environment)))
        .or_else(|| file.map(with(Origin::File)))
        .or_else(|| default.map(with(Origin::Default)))
}

/// A setting that is one of a few words.
fn word<T: Default>(
    setting: &'static str,
    words: &'static str,
    given: Option<Setting<String>>,
    parse: fn(&str) -> Option<T>,
) -> Result<Setting<T>, ConfigError> {
    let Some(Setting { value, origin }) = given else {
        return Ok(Setting { value: T::default(), origin: Origin::Default });
    };
    let known = parse(value.trim()).map(|value| Setting { value, origin });
    known.ok_or(ConfigError::Word { setting, origin, words })
}

fn base_url(setting: Option<Setting<String>>) -> Result<Setting<BaseUrl>, ConfigError> {
    let Setting { value, origin } =
        setting.unwrap_or(Setting { value: DEFAULT_BASE_URL.to_owned(), origin: Origin::Default });
    match BaseUrl::parse(&value) {
        Ok(value) => Ok(Setting { value, origin }),
        Err(source) => Err(ConfigError::BaseUrl { origin, source }),
    }
}

fn token(environment: &Environment) -> Result<Option<Setting<Token>>, ConfigError> {
    let Some(text) = environment.token_text() else { return Ok(None) };
    match Token::parse(text) {
        Ok(value) => Ok(Some(Setting { value, origin: Origin::Environment })),
        Err(source) => Err(ConfigError::Token { source }),
    }
}

#[cfg(test)]
mod tests;
