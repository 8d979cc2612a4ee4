//! Errors in a setting that do not stop the program; the other settings still apply.

use std::fmt;
use std::path::PathBuf;

/// Where the user has written a setting.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConfigLocation {
    /// The setting is in the settings file.
    File {
        /// Path of the settings file.
        path: PathBuf,
        /// Line number in the settings file, from 1.
        line: usize,
        /// Column number in the line, in characters, from 1.
        column: usize,
    },
    /// The setting is in the environment variable with this name.
    Variable(&'static str),
    /// The setting is in the command line option with this name.
    Flag(&'static str),
}

impl ConfigLocation {
    /// Returns the location of the byte with the index `byte` in the text of a settings file.
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

/// An error in a setting, reported to the user while the other settings still apply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigWarning {
    /// Where the user has written the wrong setting.
    pub place: ConfigLocation,
    /// Description of the fault, with advice for the user.
    pub words: String,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.words)
    }
}

/// Minimum similarity of two words, from 0 to 1; a word that is less similar is not suggested.
const MIN_SIMILARITY: f64 = 0.7;

/// Returns a suggestion, `; did you mean …?`, if one of the known words is similar to `word`; otherwise an
/// empty text.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase().replace('-', "_");
    let score = |known: &str| strsim::jaro_winkler(&word, &known.to_lowercase().replace('-', "_"));
    let best = known.into_iter().map(|known| (score(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((alike, known)) if alike >= MIN_SIMILARITY => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}
