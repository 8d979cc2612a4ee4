//! The only doors for text from outside: [`SafeText`] for the terminal, [`SafeName`] for the
//! file system.

pub mod name;
mod text;
pub(crate) use text::is_invisible;

use std::fmt;
use std::sync::Arc;

/// Text on one line that cannot steer a terminal: no control character (C0, DEL, C1), no line
/// break, no bidi control, no invisible character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeText(Arc<str>);

/// A file name that is safe to create in a folder of the user's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeName(Arc<str>);

impl SafeText {
    /// Makes any text safe to show on one line. Line breaks and tabs become spaces.
    pub fn new(text: &str) -> Self {
        if text::is_plain(text) { Self(text.into()) } else { Self(text::clean(text).into()) }
    }

    /// Makes any text safe to show, a line of it for each of its own lines (CR LF, LF, CR, and
    /// Unicode's separators); tabs reach to the next column that is a multiple of eight.
    pub fn multiline(text: &str) -> Vec<Self> {
        text::lines(text).map(|line| Self::new(&text::expand_tabs(line))).collect()
    }

    /// A stretch of a text that is safe already, by bytes; empty where that cuts a character.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        Self(self.0.get(range).unwrap_or_default().into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl SafeName {
    /// Makes any name safe to create in a folder: one component, no reserved name, at most
    /// [`name::MAX_BYTES`] bytes, never empty.
    pub fn new(name: &str) -> Self {
        Self(name::clean(name).into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new("")
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(&text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
    };
}

shown!(SafeText);
shown!(SafeName);

#[cfg(test)]
mod tests;
