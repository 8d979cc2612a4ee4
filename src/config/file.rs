//! The settings file: TOML, every key optional. What is wrong in it is told with its line, and the
//! rest holds; only what decides where mail comes from and goes to must be right.

use super::ConfigError;
use super::problem::{Place, Problem, did_you_mean};
use super::table::{self, TABLE};
use super::value::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest settings file that is read, in bytes: it is written by hand.
const MAX_FILE: u64 = 1 << 20;

/// Settings that must be right: without them the program would talk to another service or keep
/// mail in another place than the user meant.
const MUST_BE_RIGHT: &[&str] = &["base_url", "data_dir"];

/// A key binding as it is written, not looked into: the commands are not known here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyEntry {
    /// The name of the command.
    pub command: String,
    /// The keys, each in words; none unbinds.
    pub keys: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// What the settings file says. It holds no token: a file that people share is no place for one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileSettings {
    /// The values that are right, by their names, with their places.
    pub values: BTreeMap<&'static str, (Value, Place)>,
    /// The table `[keys]`.
    pub keys: Vec<KeyEntry>,
    /// What is wrong in the file.
    pub problems: Vec<Problem>,
}

impl FileSettings {
    /// Reads a file that the user named.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let about = std::fs::metadata(path).map_err(unreadable)?;
        // A device has no end, and a pipe may have no beginning.
        if !about.is_file() {
            return Err(unreadable(std::io::Error::other("it is no regular file")));
        }
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // The size that the system tells need not be what comes.
        file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_FILE {
            let told = format!("it holds more than {MAX_FILE} bytes, no settings file is that large");
            return Err(unreadable(std::io::Error::other(told)));
        }
        Self::parse(&text, path)
    }

    /// Reads a file that need not exist.
    pub fn read_if_there(path: &Path) -> Result<Self, ConfigError> {
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

    /// Takes the text of a settings file; `path` is for the words of an error.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let place = |byte| Place::at(path, text, byte);
        let document = DeTable::parse(text).map_err(|error| {
            ConfigError::File(Problem {
                place: place(error.span().map_or(0, |span| span.start)),
                words: error.message().to_owned(),
            })
        })?;
        let mut settings = Self::default();
        for (key, value) in document.get_ref() {
            let name = key.get_ref().as_ref();
            if name == "keys" {
                settings.take_keys(value, &place);
            } else if let Some(row) = table::find(name) {
                let at = place(value.span().start);
                match Value::from_toml(row, value.get_ref()) {
                    Ok(value) => drop(settings.values.insert(row.name, (value, at))),
                    Err(words) => settings.wrong(row.name, Problem { place: at, words })?,
                }
            } else {
                let words = unknown(name);
                settings.problems.push(Problem { place: place(key.span().start), words });
            }
        }
        settings.problems.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(settings)
    }

    fn wrong(&mut self, name: &str, problem: Problem) -> Result<(), ConfigError> {
        if MUST_BE_RIGHT.contains(&name) {
            return Err(ConfigError::File(problem));
        }
        self.problems.push(problem);
        Ok(())
    }

    fn take_keys(&mut self, value: &Spanned<DeValue<'_>>, place: &dyn Fn(usize) -> Place) {
        let DeValue::Table(keys) = value.get_ref() else {
            let words = "`keys` is a table: write [keys] and a line for each command below it".to_owned();
            self.problems.push(Problem { place: place(value.span().start), words });
            return;
        };
        for (command, value) in keys {
            let at = place(value.span().start);
            match chords(value.get_ref()) {
                Some(keys) => {
                    let command = command.get_ref().to_string();
                    self.keys.push(KeyEntry { command, keys, place: at });
                }
                None => self.problems.push(Problem {
                    place: at,
                    words: format!("the keys of `{}` must be a text or a list of texts", command.get_ref()),
                }),
            }
        }
        self.keys.sort_by(|a, b| a.place.cmp(&b.place));
    }

    /// The text of a setting, where the file says one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name) {
            Some((Value::Text(text), _)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn path(&self, name: &str, home: Option<&Path>) -> Option<PathBuf> {
        self.text(name).map(|text| expand_home(Path::new(&text), home))
    }
}

fn unknown(name: &str) -> String {
    if name == "token" {
        return "a token has no place in a file that people share; set DROPMAIL_TOKEN instead".to_owned();
    }
    let known = TABLE.iter().map(|row| row.name).chain(["keys"]);
    format!("`{name}` is no setting{}", did_you_mean(name, known))
}

fn chords(value: &DeValue<'_>) -> Option<Vec<String>> {
    let texts: Vec<&str> = match value {
        DeValue::String(text) => vec![text.as_ref()],
        DeValue::Array(list) => list.iter().map(|item| item.get_ref().as_str()).collect::<Option<_>>()?,
        _ => return None,
    };
    Some(texts.into_iter().filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect())
}

/// `~/x` as a path in the home folder; the shell does this for flags, nobody for a file.
fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
