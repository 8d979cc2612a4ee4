//! The types for sanitised foreign text: [`SafeText`] is safe for a terminal, [`SafeName`] for the file system.

pub mod name;
mod text;
pub use text::is_invisible;
pub(crate) use text::lines as raw_lines;

use super::shared_str::SharedStr;
use std::fmt;
use std::sync::Arc;

/// A single line of text that cannot control a terminal: no control character (C0, DEL, C1), no line break,
/// no bidi control, no invisible character.
///
/// Parts of a text share its memory, so a wrapped paragraph is stored once.
#[derive(Clone)]
pub struct SafeText(SharedStr);

/// A file name that is safe to create in a directory of the user.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeName(Arc<str>);

impl SafeText {
    /// Makes any text safe to show on one line; line breaks and tabs become spaces.
    pub fn new(text: &str) -> Self {
        Self(SharedStr::of(if text::is_plain(text) { text.into() } else { text::clean(text).into() }))
    }

    /// Like [`Self::new`], but shares the memory of a text that is already safe.
    pub(crate) fn sharing(text: &SharedStr) -> Self {
        if text::is_plain(text) { Self(text.clone()) } else { Self::new(text) }
    }

    /// Makes any text safe to show, and splits it into lines (at CR LF, LF, CR, and Unicode's separators). Tabs
    /// extend to the next multiple of eight columns.
    pub fn multiline(text: &str) -> Vec<Self> {
        Self::lines(text).collect()
    }

    /// Like [`Self::multiline`], but returns an iterator.
    pub fn lines(text: &str) -> impl Iterator<Item = Self> {
        text::lines(text).map(|line| Self::new(&text::expand_tabs(line)))
    }

    /// Returns a byte range of the text; empty if the range splits a character.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        Self(self.0.part(range))
    }

    /// Returns the sanitised text.
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
    /// Makes any name safe to create in a directory: one path component, no reserved name, at most
    /// [`name::MAX_BYTES`] bytes, never empty.
    pub fn new(name: &str) -> Self {
        Self(name::clean(name).into())
    }

    /// Makes a safe file name from a title, such as a subject. Slashes become `_`, because a title is no path.
    pub fn from_title(title: &str) -> Self {
        Self::new(&title.replace(['/', '\\'], "_"))
    }

    /// Returns the safe name.
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
