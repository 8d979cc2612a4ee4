//! Merges the settings from command-line options, environment variables, the settings file and the defaults. Stores
//! each value together with its origin.
//!
//! Only [`Environment::read`] reads the environment of the process. [`Config::resolve`] is a pure function of the
//! sources. This module creates no files and sends no requests.

pub mod clipboard;
mod documentation;
mod environment;
mod error;
mod file;
pub mod keyboards;
mod layers;
mod problem;
mod proxy;
mod restore;
pub mod table;
pub mod themes;
mod typed;
mod value;
mod write;

pub use clipboard::{ClipboardChoice, ClipboardMethod, ClipboardRoute, Wrapping};
pub use documentation::{SettingDoc, man_section, settings_rows, template};
pub use environment::{Environment, Folders, Terminal, TerminalProgram};
pub use error::ConfigError;
pub use file::{FileSettings, KeyBinding, SequenceBinding};
pub use problem::{ConfigLocation, ConfigWarning, did_you_mean};
pub use restore::RestorePolicy;
pub use value::SettingValue;
pub use write::{WriteError, write_setting};

use dropmail_client::domain::base_url::{BaseUrl, DEFAULT_BASE_URL};
use dropmail_client::domain::secrets::Token;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The source of a setting's value, such as an environment variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// The value is the built-in default.
    Default,
    /// The value comes from the settings file.
    File,
    /// The value comes from an environment variable.
    Environment,
    /// The value comes from a command-line option.
    CommandLine,
}

impl Origin {
    /// Returns the name of the origin as printed by `config show`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::CommandLine => "flag",
        }
    }
}

/// The value of a setting, together with its origin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting<T> {
    /// The value of the setting after merging all sources.
    pub value: T,
    /// The source of the setting's value, such as an environment variable.
    pub origin: Origin,
}

/// The settings from command-line options; `None` for each option that is absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CliOptions {
    /// Value of `--base-url`: the GraphQL URL of the service.
    pub base_url: Option<String>,
    /// Value of `--data-dir`: the path of the data directory, which contains the archive.
    pub data_dir: Option<PathBuf>,
    /// Value of `--config`: the path of the settings file.
    pub config: Option<PathBuf>,
    /// Value of `--download-dir`: the directory in which the program saves mails and attachments.
    pub download_dir: Option<PathBuf>,
    /// Value of `--clipboard`: the clipboard to which the program copies text.
    pub clipboard: Option<ClipboardChoice>,
    /// Value of `--theme`: the name of the colour theme.
    pub theme: Option<String>,
    /// The arguments of the `--set NAME=VALUE` options, in the order of the command line. NAME is the name of a
    /// setting, `keys.COMMAND` or `bindings.KEYS`.
    pub set: Vec<(String, String)>,
}

/// All settings of the program, merged from their sources.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The GraphQL URL of the service, without the token.
    pub base_url: Setting<BaseUrl>,
    /// The user's own token; `None` if the program must request a free token from the service.
    pub token: Option<Setting<Token>>,
    /// The directory in which the program saves mails and attachments.
    pub download_dir: Setting<PathBuf>,
    /// The user's choice of the clipboard to which the program copies text.
    pub clipboard: Setting<ClipboardChoice>,
    /// A filter that selects the events for the log file: a level, or comma-separated `target=level` pairs, in the
    /// syntax of `Targets` from the `tracing-subscriber` crate. `None` if the program logs nothing.
    pub log: Option<Setting<String>>,
    /// If `true`, the program uses no colours (<https://no-color.org>).
    pub no_color: Setting<bool>,
    /// Properties of the terminal and of the desktop session in which the program runs.
    pub terminal: Terminal,
    /// The path of the settings file, which need not exist; `None` if neither the user nor the platform defines a path.
    pub file: Option<Setting<PathBuf>>,
    /// The user's key bindings for single commands, as unparsed text, because this module has no access to the command
    /// table.
    pub keys: Vec<KeyBinding>,
    /// The user's key bindings that each run a sequence of commands or a command with an argument, as unparsed text.
    pub bindings: Vec<SequenceBinding>,
    /// Warnings for the user about invalid entries in the settings file. All valid entries take effect.
    pub problems: Vec<ConfigWarning>,
    values: BTreeMap<&'static str, Setting<SettingValue>>,
    places: BTreeMap<&'static str, ConfigLocation>,
    data_dir: Option<Setting<PathBuf>>,
}

impl Config {
    /// Reads the settings file if it exists, and merges all sources of settings. Returns an error if the file cannot be
    /// read or is not valid TOML, or if a value is invalid and must not be ignored (see [`ConfigError`]).
    pub fn load(environment: &Environment, flags: &CliOptions) -> Result<Self, ConfigError> {
        let path = Self::file_path(environment, flags);
        let file = match &path {
            Some(Setting { value, origin: Origin::Default }) => FileSettings::read_if_exists(value)?,
            Some(Setting { value, .. }) => FileSettings::read(value)?,
            None => FileSettings::default(),
        };
        Ok(Self { file: path, ..Self::resolve(environment, &file, flags)? })
    }

    /// Returns the path of the settings file, which need not exist; `None` if neither the user nor the platform defines
    /// it.
    pub fn file_path(environment: &Environment, flags: &CliOptions) -> Option<Setting<PathBuf>> {
        pick_setting(
            flags.config.clone(),
            environment.config.clone(),
            None,
            environment.folders.config_file.clone(),
        )
    }

    /// Merges the settings from all sources. In descending order of precedence, these are command-line options,
    /// environment variables, the settings file and the defaults.
    pub fn resolve(
        environment: &Environment,
        file: &FileSettings,
        flags: &CliOptions,
    ) -> Result<Self, ConfigError> {
        let set = layers::Overrides::read(&flags.set)?;
        let folders = &environment.folders;
        proxy::check(environment)?;
        let home = folders.home.as_deref();
        let base = pick_setting(
            flags.base_url.clone().or_else(|| set.text("base_url")),
            environment.base_url.clone(),
            file.text("base_url"),
            Some(DEFAULT_BASE_URL.to_owned()),
        );
        let data_dir = pick_setting(
            flags.data_dir.clone().or_else(|| set.path("data_dir")),
            environment.data_dir.clone(),
            file.path("data_dir", home),
            folders.data.clone(),
        );
        let download_dir = pick_setting(
            flags.download_dir.clone().or_else(|| set.path("download_dir")),
            environment.download_dir.clone(),
            file.path("download_dir", home),
            folders.downloads.clone(),
        );
        let mut values = layers::values(environment, file, flags, &set)?;
        let clipboard = Setting {
            value: values
                .get("clipboard")
                .and_then(|setting| ClipboardChoice::parse(setting_text(&setting.value)))
                .unwrap_or_default(),
            origin: values.get("clipboard").map_or(Origin::Default, |setting| setting.origin),
        };
        let log = values.remove("log").filter(|setting| !setting_text(&setting.value).is_empty());
        let no_color = values.remove("no_color");
        Ok(Self {
            base_url: base_url(base)?,
            token: token(environment)?,
            data_dir,
            download_dir: download_dir
                .unwrap_or(Setting { value: PathBuf::from("."), origin: Origin::Default }),
            clipboard,
            log: log.map(|log| Setting { value: setting_text(&log.value).to_owned(), origin: log.origin }),
            no_color: no_color.map_or(Setting { value: false, origin: Origin::Default }, |setting| Setting {
                value: setting.value == SettingValue::Bool(true),
                origin: setting.origin,
            }),
            terminal: environment.terminal.clone(),
            file: None,
            bindings: layers::bindings(file, &set),
            keys: layers::keys(environment, file, set)?,
            problems: file.problems.clone(),
            values,
            places: file.values.iter().map(|(name, (_, place))| (*name, place.clone())).collect(),
        })
    }

    /// Returns the path of the data directory, which contains the archive. Returns an error if no setting specifies the
    /// directory and there is no home directory. Commands that store nothing do not call this method.
    pub fn data_dir(&self) -> Result<&Path, ConfigError> {
        self.data_dir.as_ref().map(|setting| setting.value.as_path()).ok_or(ConfigError::NoDataDirectory)
    }

    /// Returns the origin of the data directory's path; `None` if there is no data directory.
    pub fn data_dir_origin(&self) -> Option<Origin> {
        self.data_dir.as_ref().map(|setting| setting.origin)
    }
}

fn setting_text(value: &SettingValue) -> &str {
    match value {
        SettingValue::Text(text) => text,
        SettingValue::Bool(_) | SettingValue::Number(_) => "",
    }
}

fn pick_setting<T>(
    flag: Option<T>,
    environment: Option<T>,
    file: Option<T>,
    default: Option<T>,
) -> Option<Setting<T>> {
    let with = |origin| move |value| Setting { value, origin };
    flag.map(with(Origin::CommandLine))
        .or_else(|| environment.map(with(Origin::Environment)))
        .or_else(|| file.map(with(Origin::File)))
        .or_else(|| default.map(with(Origin::Default)))
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
