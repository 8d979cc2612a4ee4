//! Warnings about invalid settings. After such a warning, the program continues, and all other settings apply.

use std::fmt;
use std::path::PathBuf;

/// The location where the user specified a setting.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConfigLocation {
    /// The user specified the setting in the settings file.
    File {
        /// Path of the settings file.
        path: PathBuf,
        /// Line number in the settings file, counted from 1.
        line: usize,
        /// Column number in characters, counted from 1.
        column: usize,
    },
    /// The user specified the setting in the environment variable with the given name.
    Variable(&'static str),
    /// The user specified the setting with the given command-line option.
    Flag(&'static str),
}

impl ConfigLocation {
    /// Returns the location that corresponds to the byte index `byte` in the text of the settings file.
    pub(super) fn at(path: &std::path::Path, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl fmt::Display for ConfigLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A warning about an invalid setting. The other settings still apply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigWarning {
    /// The location where the user specified the invalid setting.
    pub place: ConfigLocation,
    /// Description of the error in the setting, with advice for the user.
    pub words: String,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.words)
    }
}

/// Minimum similarity, from 0 to 1, between an unknown word and a known word. Only a known word that is at least this
/// similar is suggested as a correction.
const MIN_SIMILARITY: f64 = 0.7;

/// Returns the suggestion `; did you mean …?` with the known word that is most similar to `word`. Returns an empty
/// string if no known word is similar enough.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase().replace('-', "_");
    let score = |known: &str| strsim::jaro_winkler(&word, &known.to_lowercase().replace('-', "_"));
    let best = known.into_iter().map(|known| (score(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((alike, known)) if alike >= MIN_SIMILARITY => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}
