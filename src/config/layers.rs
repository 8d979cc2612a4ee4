//! Merges the sources of settings. In descending order of precedence, these are command-line options, environment
//! variables, the settings file and the defaults.

use super::file::{FileSettings, KeyBinding, SequenceBinding};
use super::problem::{ConfigLocation, ConfigWarning, did_you_mean};
use super::table::{self, TABLE};
use super::value::SettingValue;
use super::{CliOptions, ConfigError, Environment, Origin, Setting, pick_setting};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The settings and key bindings that the user passed with the `--set` option.
pub(super) struct Overrides {
    values: BTreeMap<&'static str, SettingValue>,
    keys: Vec<KeyBinding>,
    bindings: Vec<SequenceBinding>,
}

/// The location that warnings about values of the `--set` option show.
const SET: ConfigLocation = ConfigLocation::Flag("--set");

impl Overrides {
    /// Parses the NAME=VALUE pairs of the `--set` option. Returns an error if a pair is invalid.
    pub(super) fn read(set: &[(String, String)]) -> Result<Self, ConfigError> {
        let mut read = Self { values: BTreeMap::new(), keys: Vec::new(), bindings: Vec::new() };
        let wrong = |words| ConfigError::Value(ConfigWarning { place: SET, words });
        for (name, word) in set {
            if let Some(command) = name.strip_prefix("keys.") {
                read.keys.push(entry(command, word, SET));
                continue;
            }
            if let Some(keys) = name.strip_prefix("bindings.") {
                let KeyBinding { command: keys, keys: commands, place } = entry(keys, word, SET);
                read.bindings.push(SequenceBinding { keys, commands, place });
                continue;
            }
            let known = TABLE.iter().map(|row| row.name);
            let row = table::find(name)
                .ok_or_else(|| wrong(format!("unknown setting `{name}`{}", did_you_mean(name, known))))?;
            read.values.insert(row.name, SettingValue::from_word(row, word).map_err(wrong)?);
        }
        Ok(read)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name) {
            Some(SettingValue::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }
}

/// Creates the key binding for a command. `word` contains the chords, separated by `, `.
fn entry(command: &str, word: &str, place: ConfigLocation) -> KeyBinding {
    let keys = word.split(", ").map(str::trim).filter(|chord| !chord.is_empty());
    KeyBinding { command: command.trim().to_owned(), keys: keys.map(ToOwned::to_owned).collect(), place }
}

/// Merges the sequence bindings from the settings file and from the `--set` option. If both bind the same chord, the
/// binding from `--set` takes precedence.
pub(super) fn bindings(file: &FileSettings, set: &Overrides) -> Vec<SequenceBinding> {
    let mut last: Vec<SequenceBinding> = Vec::new();
    for entry in file.bindings.iter().chain(&set.bindings) {
        last.retain(|known| known.keys != entry.keys);
        last.push(entry.clone());
    }
    last
}

/// Merges the key bindings from all sources. If several sources bind the same command, the binding from the source with
/// the highest precedence applies. Returns an error if `DROPMAIL_KEYS` is invalid.
pub(super) fn keys(
    environment: &Environment,
    file: &FileSettings,
    set: Overrides,
) -> Result<Vec<KeyBinding>, ConfigError> {
    let place = || ConfigLocation::Variable("DROPMAIL_KEYS");
    let mut all = file.keys.clone();
    for word in environment.keys.iter().flat_map(|all| all.split(';')).filter(|word| !word.trim().is_empty())
    {
        let (command, keys) = word.split_once('=').ok_or_else(|| {
            let words = format!(
                "`{}` is not a key binding; write COMMAND=KEYS, separated by semicolons",
                word.trim()
            );
            ConfigError::Value(ConfigWarning { place: place(), words })
        })?;
        all.push(entry(command, keys, place()));
    }
    all.extend(set.keys);
    let mut last: Vec<KeyBinding> = Vec::new();
    for entry in all {
        last.retain(|known| known.command != entry.command);
        last.push(entry);
    }
    Ok(last)
}

/// Merges the values of all settings from all sources. Returns an error if an environment variable or a command-line
/// option has an invalid value.
pub(super) fn values(
    environment: &Environment,
    file: &FileSettings,
    flags: &CliOptions,
    set: &Overrides,
) -> Result<BTreeMap<&'static str, Setting<SettingValue>>, ConfigError> {
    let mut values = BTreeMap::new();
    for row in TABLE {
        let (own, name) = match row.name {
            "clipboard" => (flags.clipboard.map(|choice| choice.as_str().to_owned()), "--clipboard"),
            "theme" => (flags.theme.clone(), "--theme"),
            _ => (None, "--set"),
        };
        let checked = |word: Option<String>, place: ConfigLocation| match word {
            None => Ok(None),
            Some(word) => SettingValue::from_word(row, &word)
                .map(Some)
                .map_err(|words| ConfigError::Value(ConfigWarning { place, words })),
        };
        let flag = checked(own, ConfigLocation::Flag(name))?.or_else(|| set.values.get(row.name).cloned());
        let variable = match row.name {
            // Any non-empty value of `NO_COLOR` disables colours (<https://no-color.org>).
            "no_color" => environment.no_color.then_some(SettingValue::Bool(true)),
            "log" => environment.log.clone().map(SettingValue::Text),
            name => checked(environment.settings.get(name).cloned(), ConfigLocation::Variable(row.env))?,
        };
        let file = file.values.get(row.name).map(|(value, _)| value.clone());
        let picked = pick_setting(flag, variable, file, Some(SettingValue::default_of(row)));
        let default = || Setting { value: SettingValue::default_of(row), origin: Origin::Default };
        values.insert(row.name, picked.unwrap_or_else(default));
    }
    Ok(values)
}
