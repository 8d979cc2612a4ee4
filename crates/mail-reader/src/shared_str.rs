//! Provides strings that can be sliced without copying their bytes.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A slice of a reference-counted string. For example, the lines of a wrapped paragraph share the memory of the whole
/// paragraph.
#[derive(Clone)]
pub struct SharedStr {
    whole: Arc<str>,
    from: u32,
    to: u32,
}

impl SharedStr {
    /// Creates a slice that contains the whole string, without copying it.
    pub(crate) fn new(whole: Arc<str>) -> Self {
        let to = u32::try_from(whole.len()).unwrap_or(0);
        Self { whole, from: 0, to }
    }

    /// Returns the part of this slice in the given byte range; empty if the range starts or ends inside a character.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let shift = |at: usize| self.from.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).min(self.to);
        Self { whole: Arc::clone(&self.whole), from: shift(range.start), to: shift(range.end) }
    }

    /// Returns the text from the start of `self` to the end of `other`; `None` if the two are slices of different
    /// strings.
    pub(crate) fn up_to<'a>(&'a self, other: &Self) -> Option<&'a str> {
        let same = Arc::ptr_eq(&self.whole, &other.whole);
        self.whole.get(self.from as usize..other.to as usize).filter(|_| same)
    }

    /// Returns the length of the slice in bytes.
    pub(crate) fn size(&self) -> usize {
        self.to.saturating_sub(self.from) as usize
    }

    /// Returns the slice as `&str`.
    pub fn as_str(&self) -> &str {
        self.whole.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Default for SharedStr {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
