//! Defines types for sanitised text from mails and the network: [`SafeText`] is safe for a terminal, and [`SafeName`]
//! for the file system.

pub mod name;
mod text;
pub use text::is_invisible;
pub(crate) use text::lines as raw_lines;

use super::shared_str::SharedStr;
use std::fmt;
use std::sync::Arc;

/// A single line of text that is safe for a terminal. It contains no control characters (C0, DEL, C1), no line breaks,
/// no bidi controls and no invisible characters.
///
/// Slices share the memory of the whole text, so the text of a wrapped paragraph is stored only once.
#[derive(Clone)]
pub struct SafeText(SharedStr);

/// A file name that is safe to create in any of the user's directories.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeName(Arc<str>);

impl SafeText {
    /// Sanitises a string for display on one line. Line breaks and tabs become spaces.
    pub fn new(text: &str) -> Self {
        Self(SharedStr::new(if text::is_plain(text) { text.into() } else { text::clean(text).into() }))
    }

    /// Like [`Self::new`], but shares the memory of `text` instead of copying it if nothing in `text` needs sanitising.
    pub(crate) fn sharing(text: &SharedStr) -> Self {
        if text::is_plain(text) { Self(text.clone()) } else { Self::new(text) }
    }

    /// Sanitises a string for display, and splits it into lines at CR LF, LF, CR and the Unicode line
    /// separators. Tabs become spaces up to the next multiple of eight columns.
    pub fn multiline(text: &str) -> Vec<Self> {
        Self::lines(text).collect()
    }

    /// Like [`Self::multiline`], but returns an iterator over the lines.
    pub fn lines(text: &str) -> impl Iterator<Item = Self> {
        text::lines(text).map(|line| Self::new(&text::expand_tabs(line)))
    }

    /// Returns the slice of the text in the given byte range; empty if the range starts or ends inside a character.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        Self(self.0.part(range))
    }

    /// Returns the sanitised text as a string slice.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns whether the sanitised text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.size() == 0
    }
}

impl PartialEq for SafeText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SafeText {}

impl PartialOrd for SafeText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SafeText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl std::hash::Hash for SafeText {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl SafeName {
    /// Converts a string to a safe file name, which is a single path component of at most [`name::MAX_BYTES`] bytes.
    /// The result is neither empty nor a reserved name.
    pub fn new(name: &str) -> Self {
        Self(name::clean(name).into())
    }

    /// Creates a safe file name from a title, such as the subject of a mail. Slashes become `_`, because they are not
    /// path separators in a title.
    pub fn from_title(title: &str) -> Self {
        Self::new(&title.replace(['/', '\\'], "_"))
    }

    /// Returns the safe file name as a string slice.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
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
                self.as_str()
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                self.as_str()
            }
        }
    };
}

shown!(SafeText);
shown!(SafeName);

#[cfg(test)]
mod tests;
