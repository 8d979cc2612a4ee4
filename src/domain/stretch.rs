//! Text that is cut up without being copied.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A stretch of a text whose letters others share: a paragraph that is wrapped is there once.
#[derive(Clone)]
pub(crate) struct Stretch {
    whole: Arc<str>,
    from: u32,
    to: u32,
}

impl Stretch {
    /// All of a text.
    pub(crate) fn of(whole: Arc<str>) -> Self {
        let to = u32::try_from(whole.len()).unwrap_or(0);
        Self { whole, from: 0, to }
    }

    /// A stretch of this one, by bytes; empty where that cuts a character.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let shift = |at: usize| self.from.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).min(self.to);
        Self { whole: Arc::clone(&self.whole), from: shift(range.start), to: shift(range.end) }
    }

    /// From the beginning of this to the end of another, where both are of one text.
    pub(crate) fn up_to<'a>(&'a self, other: &Self) -> Option<&'a str> {
        let same = Arc::ptr_eq(&self.whole, &other.whole);
        self.whole.get(self.from as usize..other.to as usize).filter(|_| same)
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> usize {
        self.to.saturating_sub(self.from) as usize
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        self.whole.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

impl Deref for Stretch {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Default for Stretch {
    fn default() -> Self {
        Self::of(Arc::default())
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
