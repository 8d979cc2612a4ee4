//! What is wrong with a setting that the program can go on without.

use std::fmt;
use std::path::PathBuf;

/// Where something is written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// In the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in characters.
        column: usize,
    },
    /// In an environment variable.
    Variable(&'static str),
    /// On the command line, with this flag.
    Flag(&'static str),
}

impl Place {
    /// The place of a byte of the text of a file.
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

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A fault that is told while the rest of the settings holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where it is written.
    pub place: Place,
    /// What is wrong and what to do, in words.
    pub words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.words)
    }
}

/// How alike two words must be to be offered for one another, from 0 to 1.
const ALIKE: f64 = 0.7;

/// `; did you mean ...?`, where one of the words is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase().replace('-', "_");
    let score = |known: &str| strsim::jaro_winkler(&word, &known.to_lowercase().replace('-', "_"));
    let best = known.into_iter().map(|known| (score(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((alike, known)) if alike >= ALIKE => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}
