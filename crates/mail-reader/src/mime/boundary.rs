//! Keeps the boundaries of the open multiparts, and finds the one that a line matches (RFC 2046, 5.1.1).

use std::borrow::Cow;
use std::collections::HashMap;

/// A multipart whose parts are being read.
#[derive(Debug)]
pub(super) struct OpenMultipart<'a> {
    /// Index of the multipart in the list of all parts.
    pub(super) part: usize,
    /// Count of the parts that were found in the multipart so far.
    pub(super) children: usize,
    /// Offset of a line in the preamble that looks like a boundary. The line is used as the boundary if the
    /// declared boundary never occurs.
    pub(super) candidate: Option<usize>,
    boundary: Option<Cow<'a, [u8]>>,
    /// The boundary that closed the multipart before any part began.
    closed_by: Option<Cow<'a, [u8]>>,
    /// Level of the outer multipart that has the same boundary and is inactive meanwhile.
    shadowed: Option<usize>,
}

/// Effect of a delimiter line: which open multipart it belongs to, and whether it closes that multipart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Delimiter {
    /// Index of the multipart among the open ones; 0 is the outermost.
    pub(super) level: usize,
    /// Whether the line closes the multipart (`--` after the boundary).
    pub(super) closes: bool,
}

/// All open multiparts, the outermost first. The boundary of a line is found by one lookup, however many
/// multiparts are open.
#[derive(Debug, Default)]
pub(super) struct OpenMultiparts<'a> {
    levels: Vec<OpenMultipart<'a>>,
    /// The level of the innermost open multipart with each boundary.
    by_boundary: HashMap<Cow<'a, [u8]>, usize>,
}

impl<'a> OpenMultiparts<'a> {
    /// Adds an open multipart, which is inside the innermost one.
    pub(super) fn push(&mut self, part: usize, boundary: Option<Cow<'a, [u8]>>) {
        self.levels.push(OpenMultipart {
            part,
            children: 0,
            candidate: None,
            boundary: None,
            closed_by: None,
            shadowed: None,
        });
        if let Some(boundary) = boundary {
            self.set_boundary(boundary);
        }
    }

    /// Closes the innermost multipart and returns it.
    pub(super) fn pop(&mut self) -> Option<OpenMultipart<'a>> {
        self.release(self.levels.len().checked_sub(1)?);
        self.levels.pop()
    }

    /// Replaces the boundary of the innermost multipart. If a line with its former boundary closed the
    /// multipart, that line closes it again.
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

    /// Removes the boundary of a multipart; an outer multipart with the same boundary becomes active again.
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

    /// Interprets a line as a delimiter; `None` if it is content. The boundary must fill the line, except for
    /// white space at the end: with the boundary `sep`, the line `--sepia` is content.
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
    fn a_line_is_the_boundary_as_a_whole_or_not_at_all() {
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
    fn of_two_with_one_boundary_the_inner_comes_first_until_it_ends() {
        let mut open = open(&["b", "b"]);
        assert_eq!(open.delimiter(b"--b").map(|found| found.level), Some(1));
        open.release(1);
        assert_eq!(open.delimiter(b"--b").map(|found| found.level), Some(0));
        assert_eq!(open.pop().map(|popped| popped.part), Some(1));
        assert_eq!(open.pop().map(|popped| popped.part), Some(0));
        assert_eq!(open.delimiter(b"--b"), None);
    }
}
