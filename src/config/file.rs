//! Reads the settings file, a TOML file in which every key is optional. An invalid entry is reported with its line
//! number, and all other entries apply. Only invalid TOML and an invalid service URL or data directory are fatal.

use super::ConfigError;
use super::problem::{ConfigLocation, ConfigWarning, did_you_mean};
use super::table::{self, TABLE};
use super::value::SettingValue;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Maximum size of a settings file in bytes; a larger file is rejected.
const MAX_FILE: u64 = 1 << 20;

/// Names of the settings that must be valid. If one of them is invalid, the program exits, because it must not use a
/// service or data directory other than the one that the user intended.
const MUST_BE_VALID: &[&str] = &["base_url", "data_dir"];

/// The user's key binding for a command, as unparsed text, because this module has no access to the command table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyBinding {
    /// Name of the command that is bound to the keys.
    pub command: String,
    /// The chords that are bound to the command, as text; an empty list unbinds the command.
    pub keys: Vec<String>,
    /// The location where the user specified the key binding.
    pub place: ConfigLocation,
}

/// The user's binding of a chord to a sequence of commands, or to a command with an argument, as unparsed text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SequenceBinding {
    /// The keys of the chord, as text, in the order in which the user types them.
    pub keys: String,
    /// The commands that the chord runs one after the other, each with its argument; an empty list unbinds the chord.
    pub commands: Vec<String>,
    /// The location where the user specified the key binding.
    pub place: ConfigLocation,
}

/// The parsed content of the settings file. It contains no token, because users often share their settings files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileSettings {
    /// The valid settings, keyed by name. Each value is stored with its position in the settings file.
    pub values: BTreeMap<&'static str, (SettingValue, ConfigLocation)>,
    /// The entries in the `[keys]` table of the settings file.
    pub keys: Vec<KeyBinding>,
    /// The entries in the `[bindings]` table of the settings file.
    pub bindings: Vec<SequenceBinding>,
    /// Warnings for the user about invalid entries in the settings file.
    pub problems: Vec<ConfigWarning>,
}

impl FileSettings {
    /// Reads the settings file from a path that the user has specified; returns an error if the file does not exist.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let about = std::fs::metadata(path).map_err(unreadable)?;
        // Only regular files are read: a device may never end, and opening a named pipe may block.
        if !about.is_file() {
            return Err(unreadable(std::io::Error::other("it is not a regular file")));
        }
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // The size that the operating system reports may differ from the number of bytes that are read.
        file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_FILE {
            let reason = format!("it is larger than {MAX_FILE} bytes");
            return Err(unreadable(std::io::Error::other(reason)));
        }
        Self::parse(&text, path)
    }

    /// Reads the settings file from its default path; returns empty settings if the file does not exist.
    pub fn read_if_exists(path: &Path) -> Result<Self, ConfigError> {
        match Self::read(path) {
            Err(ConfigError::Unreadable { source, .. })
                if matches!(
                    source.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Self::default())
            }
            other => other,
        }
    }

    /// Parses the text of a settings file. `path` is the path of the file, for warnings and errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let place = |byte| ConfigLocation::at(path, text, byte);
        let document = DeTable::parse(text).map_err(|error| {
            ConfigError::File(ConfigWarning {
                place: place(error.span().map_or(0, |span| span.start)),
                words: error.message().to_owned(),
            })
        })?;
        let mut settings = Self::default();
        for (key, value) in document.get_ref() {
            let name = key.get_ref().as_ref();
            if name == "keys" {
                settings.read_keys(value, &place);
            } else if name == "bindings" {
                settings.read_bindings(value, &place);
            } else if let Some(row) = table::find(name) {
                let at = place(value.span().start);
                match SettingValue::from_toml(row, value.get_ref()) {
                    Ok(value) => drop(settings.values.insert(row.name, (value, at))),
                    Err(words) => settings.add_warning(row.name, ConfigWarning { place: at, words })?,
                }
            } else {
                let words = unknown_name_message(name);
                settings.problems.push(ConfigWarning { place: place(key.span().start), words });
            }
        }
        settings.problems.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(settings)
    }

    fn add_warning(&mut self, name: &str, problem: ConfigWarning) -> Result<(), ConfigError> {
        if MUST_BE_VALID.contains(&name) {
            return Err(ConfigError::File(problem));
        }
        self.problems.push(problem);
        Ok(())
    }

    fn read_keys(&mut self, value: &Spanned<DeValue<'_>>, place: &dyn Fn(usize) -> ConfigLocation) {
        let DeValue::Table(keys) = value.get_ref() else {
            let words =
                "`keys` must be a table: write [keys], and below it a line for each command".to_owned();
            self.problems.push(ConfigWarning { place: place(value.span().start), words });
            return;
        };
        for (command, value) in keys {
            let at = place(value.span().start);
            match chords(value.get_ref()) {
                Some(keys) => {
                    let command = command.get_ref().to_string();
                    self.keys.push(KeyBinding { command, keys, place: at });
                }
                None => self.problems.push(ConfigWarning {
                    place: at,
                    words: format!("the keys of `{}` must be a text or a list of texts", command.get_ref()),
                }),
            }
        }
        self.keys.sort_by(|a, b| a.place.cmp(&b.place));
    }

    fn read_bindings(&mut self, value: &Spanned<DeValue<'_>>, place: &dyn Fn(usize) -> ConfigLocation) {
        let DeValue::Table(bindings) = value.get_ref() else {
            let words = "`bindings` must be a table: write [bindings], and below it a line for each key";
            let place = place(value.span().start);
            self.problems.push(ConfigWarning { place, words: words.to_owned() });
            return;
        };
        for (keys, value) in bindings {
            let (keys, at) = (keys.get_ref().to_string(), place(value.span().start));
            match chords(value.get_ref()) {
                Some(commands) => self.bindings.push(SequenceBinding { keys, commands, place: at }),
                None => self.problems.push(ConfigWarning {
                    place: at,
                    words: format!("the commands of `{keys}` must be a text or a list of texts"),
                }),
            }
        }
        self.bindings.sort_by(|a, b| a.place.cmp(&b.place));
    }

    /// Returns the string value of a setting; `None` if the settings file does not set it.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name) {
            Some((SettingValue::Text(text), _)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn path(&self, name: &str, home: Option<&Path>) -> Option<PathBuf> {
        self.text(name).map(|text| expand_home(Path::new(&text), home))
    }
}

fn unknown_name_message(name: &str) -> String {
    if name == "token" {
        return "a token must not be in this file, because such files are often shared; set DROPMAIL_TOKEN instead".to_owned();
    }
    let known = TABLE.iter().map(|row| row.name).chain(["keys", "bindings"]);
    format!("unknown setting `{name}`{}", did_you_mean(name, known))
}

fn chords(value: &DeValue<'_>) -> Option<Vec<String>> {
    let texts: Vec<&str> = match value {
        DeValue::String(text) => vec![text.as_ref()],
        DeValue::Array(list) => list.iter().map(|item| item.get_ref().as_str()).collect::<Option<_>>()?,
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Table(_) => return None,
    };
    Some(texts.into_iter().filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect())
}

/// Replaces `~` at the start of a path with the home directory. A shell does this for command-line options, but not for
/// paths in the settings file. Returns the path unchanged if there is no home directory.
fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
