//! Lines as they come together: wrapped to the width, blank runs folded, never empty.

use super::wrap::{Piece, chop, wrap};
use super::{Line, MAX_LINES, Role, Span};
use crate::domain::mail::Note;
use crate::domain::sanitize::SafeText;

/// The narrowest room that is left beside a prefix; where there is less, the prefix goes.
const MIN_ROOM: usize = 8;

/// A view being laid out.
pub(super) struct Page {
    width: usize,
    lines: Vec<Line>,
    full: bool,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Self { width, lines: Vec::new(), full: false }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether no more lines are taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Words of the program about the mail, set off from it.
    pub(super) fn notes(&mut self, notes: &[Note]) {
        for note in notes {
            self.note(note.as_str());
        }
        if !notes.is_empty() {
            self.blank();
        }
    }

    /// One sentence of the program's own.
    pub(super) fn note(&mut self, words: &str) {
        self.push(&[Piece { text: SafeText::new(words), role: Role::Note, link: None }]);
    }

    /// A blank line, unless there is one already or nothing before it.
    pub(super) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// One line of the mail, wrapped.
    pub(super) fn push(&mut self, pieces: &[Piece]) {
        self.push_prefixed(None, pieces);
    }

    /// One line of the source, wrapped; blank lines stay as they are.
    pub(super) fn push_raw(&mut self, text: &SafeText) {
        if text.is_empty() {
            self.lines.push(Line::default());
        } else {
            self.lines.extend(chop(text, self.width));
            self.bound();
        }
    }

    /// One line of the mail, wrapped; each line that it becomes begins with the prefix.
    pub(super) fn push_prefixed(&mut self, prefix: Option<&Piece>, pieces: &[Piece]) {
        if self.full {
            return;
        }
        let room = prefix.map(|prefix| unicode_width::UnicodeWidthStr::width(prefix.text.as_str()));
        let prefix = prefix.filter(|_| room.is_some_and(|room| self.width >= room + MIN_ROOM));
        let width = self.width - if prefix.is_some() { room.unwrap_or_default() } else { 0 };
        for mut line in wrap(pieces, width) {
            if let Some(prefix) = prefix {
                line.spans.insert(0, prefix.span());
            }
            if line.spans.is_empty() {
                self.blank();
            } else {
                self.lines.push(line);
            }
        }
        self.bound();
    }

    fn bound(&mut self) {
        if self.lines.len() >= MAX_LINES {
            self.lines.truncate(MAX_LINES);
            self.full = true;
            let text = SafeText::new("The rest is left out: it is too long to show.");
            self.lines.extend(wrap(&[Piece { text, role: Role::Note, link: None }], self.width));
        }
    }

    pub(super) fn into_lines(mut self) -> Vec<Line> {
        while self.lines.last().is_some_and(|line| line.spans.is_empty()) {
            self.lines.pop();
        }
        if self.lines.is_empty() {
            self.note("This mail holds no text.");
        }
        self.lines
    }

    /// Whether nothing was laid out yet.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl Piece {
    pub(super) fn span(&self) -> Span {
        Span { text: self.text.clone(), role: self.role, link: self.link }
    }
}
