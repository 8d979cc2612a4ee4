//! Stores the boundaries of the open multiparts, and finds the multipart to which a delimiter line belongs (RFC 2046,
//! section 5.1.1).

use std::borrow::Cow;
use std::collections::HashMap;

/// A multipart whose parts are being scanned.
#[derive(Debug)]
pub(super) struct OpenMultipart<'a> {
    /// Index of the multipart in the list of all MIME parts.
    pub(super) part: usize,
    /// Number of parts that have been found in the multipart.
    pub(super) children: usize,
    /// Byte offset of a line in the preamble that looks like a delimiter line; `None` if no such line has been found.
    /// The boundary in the line is used if the declared boundary never occurs.
    pub(super) candidate: Option<usize>,
    /// Whether the multipart is inside an attached mail that is kept whole. If so, its delimiter lines neither start
    /// nor end MIME parts.
    is_content: bool,
    boundary: Option<Cow<'a, [u8]>>,
    /// The boundary of the delimiter line that closed the multipart before any part started; `None` if there was no
    /// such delimiter line.
    closed_by: Option<Cow<'a, [u8]>>,
    /// Index of an outer multipart that has the same boundary and is inactive until this multipart ends.
    /// `None` if no outer multipart has this boundary.
    shadowed: Option<usize>,
}

/// The meaning of a delimiter line: the open multipart to which it belongs, and whether it closes that multipart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Delimiter {
    /// Index of the multipart in the list of open multiparts; the outermost one has index 0.
    pub(super) level: usize,
    /// Whether the delimiter line closes the multipart, that is, whether `--` follows the boundary.
    pub(super) closes: bool,
}

/// All open multiparts; the outermost one comes first. The multipart of a delimiter line is found by a single lookup,
/// however many multiparts are open.
#[derive(Debug, Default)]
pub(super) struct OpenMultiparts<'a> {
    levels: Vec<OpenMultipart<'a>>,
    /// For each boundary, the index of the innermost open multipart with that boundary.
    by_boundary: HashMap<Cow<'a, [u8]>, usize>,
}

impl<'a> OpenMultiparts<'a> {
    /// Opens a multipart inside the innermost open one. `part` is the index of the new multipart in the list of all
    /// MIME parts. `boundary` is `None` if the multipart declares no boundary.
    pub(super) fn push(&mut self, part: usize, boundary: Option<Cow<'a, [u8]>>) {
        self.levels.push(OpenMultipart {
            part,
            children: 0,
            candidate: None,
            is_content: false,
            boundary: None,
            closed_by: None,
            shadowed: None,
        });
        if let Some(boundary) = boundary {
            self.set_boundary(boundary);
        }
    }

    /// Opens a multipart inside an attached mail that is kept whole as the MIME part with the index `part`. The
    /// delimiter lines of the multipart neither start nor end MIME parts.
    pub(super) fn push_content(&mut self, part: usize, boundary: Cow<'a, [u8]>) {
        self.push(part, Some(boundary));
        if let Some(open) = self.levels.last_mut() {
            // The boundary is certain, so no other boundary is searched for.
            (open.is_content, open.children) = (true, 1);
        }
    }

    /// Returns whether the open multipart with the index `level` is inside an attached mail that is kept whole.
    /// Delimiter lines of such a multipart neither start nor end MIME parts.
    pub(super) fn is_content(&self, level: usize) -> bool {
        self.levels.get(level).is_some_and(|open| open.is_content)
    }

    /// Returns whether an open multipart has this boundary.
    pub(super) fn contains(&self, boundary: &[u8]) -> bool {
        self.by_boundary.contains_key(boundary)
    }

    /// Closes the innermost multipart, and returns it; `None` if no multipart is open.
    pub(super) fn pop(&mut self) -> Option<OpenMultipart<'a>> {
        self.release(self.levels.len().checked_sub(1)?);
        self.levels.pop()
    }

    /// Replaces the boundary of the innermost multipart. If a delimiter line with the previous boundary has already
    /// closed the multipart, later lines with that boundary still belong to the multipart.
    pub(super) fn replace_boundary(&mut self, boundary: Cow<'a, [u8]>) {
        let Some(level) = self.levels.len().checked_sub(1) else { return };
        let former = self.levels.get_mut(level).and_then(|open| open.closed_by.take());
        self.release(level);
        self.set_boundary(boundary);
        if let Some(former) = &former {
            let _level = self.by_boundary.entry(former.clone()).or_insert(level);
        }
        if let Some(open) = self.levels.get_mut(level) {
            open.closed_by = former;
        }
    }

    fn set_boundary(&mut self, boundary: Cow<'a, [u8]>) {
        let Some(level) = self.levels.len().checked_sub(1) else { return };
        let shadowed = self.by_boundary.insert(boundary.clone(), level);
        if let Some(open) = self.levels.get_mut(level) {
            (open.boundary, open.shadowed) = (Some(boundary), shadowed);
        }
    }

    /// Deactivates the boundary of the open multipart with the index `level`. An outer multipart with the
    /// same boundary becomes active again.
    pub(super) fn release(&mut self, level: usize) {
        let Some(open) = self.levels.get_mut(level) else { return };
        if let Some(former) = open.closed_by.take()
            && self.by_boundary.get(&former) == Some(&level)
        {
            let _level = self.by_boundary.remove(&former);
        }
        let Some(boundary) = open.boundary.take() else { return };
        if open.children == 0 {
            open.closed_by = Some(boundary.clone());
        }
        match open.shadowed.take() {
            Some(outer) => drop(self.by_boundary.insert(boundary, outer)),
            None => drop(self.by_boundary.remove(&boundary)),
        }
    }

    pub(super) fn innermost(&mut self) -> Option<&mut OpenMultipart<'a>> {
        self.levels.last_mut()
    }

    pub(super) fn len(&self) -> usize {
        self.levels.len()
    }

    /// Parses a line as a delimiter line; `None` if the line is content. Apart from trailing white space, the line must
    /// consist only of the dashes and the boundary. For example, the line `--sepia` is content if the boundary is
    /// `sep`.
    pub(super) fn delimiter(&self, line: &[u8]) -> Option<Delimiter> {
        if self.by_boundary.is_empty() {
            return None;
        }
        let text = line.strip_prefix(b"--")?.trim_ascii_end();
        let level = |boundary: &[u8]| self.by_boundary.get(boundary).copied();
        if let Some(level) = level(text) {
            return Some(Delimiter { level, closes: false });
        }
        let level = level(text.strip_suffix(b"--")?)?;
        Some(Delimiter { level, closes: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(boundaries: &[&'static str]) -> OpenMultiparts<'static> {
        let mut open = OpenMultiparts::default();
        for (part, boundary) in boundaries.iter().enumerate() {
            open.push(part, Some(Cow::Borrowed(boundary.as_bytes())));
        }
        open
    }

    #[test]
    fn a_delimiter_is_a_whole_line() {
        let open = open(&["sep", "sep--", "sepia"]);
        let found = |line: &str| open.delimiter(line.as_bytes()).map(|found| (found.level, found.closes));
        for (line, means) in [
            ("--sep\r\n", Some((0, false))),
            ("--sep \t\r\n", Some((0, false))),
            ("--sep--\n", Some((1, false))),
            ("--sep----\n", Some((1, true))),
            ("--sepia", Some((2, false))),
            ("--sepia--", Some((2, true))),
            ("--sepia-", None),
            ("--se", None),
            ("--sep x", None),
            ("-- sep", None),
            ("--", None),
        ] {
            assert_eq!(found(line), means, "{line:?}");
        }
    }

    #[test]
    fn of_two_multiparts_with_one_boundary_the_inner_ends_first() {
        let mut open = open(&["b", "b"]);
        assert_eq!(open.delimiter(b"--b").map(|found| found.level), Some(1));
        open.release(1);
        assert_eq!(open.delimiter(b"--b").map(|found| found.level), Some(0));
        assert_eq!(open.pop().map(|popped| popped.part), Some(1));
        assert_eq!(open.pop().map(|popped| popped.part), Some(0));
        assert_eq!(open.delimiter(b"--b"), None);
    }
}
