//! Errors in a setting that do not stop the program.

use std::fmt;
use std::path::PathBuf;

/// The place of a setting in its source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConfigLocation {
    /// A position in the settings file.
    File {
        /// The path of the file.
        path: PathBuf,
        /// Line number, starting at 1.
        line: usize,
        /// Column number in characters, starting at 1.
        column: usize,
    },
    /// An environment variable.
    Variable(&'static str),
    /// An option on the command line.
    Flag(&'static str),
}

impl ConfigLocation {
    /// The position of a byte in the text of a file.
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

/// An error in a setting, reported while the other settings still apply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigWarning {
    /// The place of the error.
    pub place: ConfigLocation,
    /// What is wrong and what to do.
    pub words: String,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.words)
    }
}

/// Minimum similarity of two words for a suggestion, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.7;

/// Returns `; did you mean …?` if one of the known words is similar, otherwise an empty text.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase().replace('-', "_");
    let score = |known: &str| strsim::jaro_winkler(&word, &known.to_lowercase().replace('-', "_"));
    let best = known.into_iter().map(|known| (score(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((alike, known)) if alike >= MIN_SIMILARITY => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}
