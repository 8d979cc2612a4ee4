//! Collects the lines of a view, wraps them to the width of the view, and reduces consecutive blank lines to one. A
//! view is never empty.

use super::wrap::{StyledText, hard_wrap, wrap, wrap_behind};
use super::{CellSize, Line, MAX_LINES, Quotes, Role, Span};
use crate::mail::Note;
use crate::sanitize::SafeText;
use crate::text_width::display_width;
use std::sync::Arc;

/// Minimum width in columns that a prefix must leave for the text of a line; a prefix that would leave less is omitted.
const MIN_ROOM_COLUMNS: usize = 8;

/// Builder for the lines of a view.
pub(super) struct LineBuilder {
    width: usize,
    lines: Vec<Line>,
    /// Maximum number of lines in the view; further lines are not laid out.
    max_lines: usize,
    full: bool,
    /// How quoted mails are displayed.
    quotes: Quotes,
    /// The URLs of the links that are numbered in the text.
    links: Arc<[SafeText]>,
    /// The code in the mail, such as a one-time password; `None` if the mail has no code. If the code occurs only in
    /// quoted mails, these are not collapsed.
    code: Option<SafeText>,
    /// Size of a terminal cell in pixels, which is needed to preserve the aspect ratio of images.
    cell: CellSize,
}

impl LineBuilder {
    pub(super) fn new(width: usize, max_lines: usize) -> Self {
        Self {
            width,
            lines: Vec::new(),
            max_lines: max_lines.min(MAX_LINES),
            full: false,
            quotes: Quotes::Plain,
            links: Arc::default(),
            code: None,
            cell: CellSize::default(),
        }
    }

    pub(super) fn with_cell(self, cell: CellSize) -> Self {
        Self { cell, ..self }
    }

    pub(super) fn with_findings(self, links: Arc<[SafeText]>, code: Option<SafeText>) -> Self {
        Self { links, code, ..self }
    }

    /// Disables link numbers for all text that is laid out after this call.
    pub(super) fn leave_links_unnumbered(&mut self) {
        self.links = Arc::default();
    }

    pub(super) fn links(&self) -> Arc<[SafeText]> {
        Arc::clone(&self.links)
    }

    pub(super) fn code(&self) -> Option<&SafeText> {
        self.code.as_ref()
    }

    pub(super) fn cell(&self) -> CellSize {
        self.cell
    }

    pub(super) fn quotes(&self) -> &Quotes {
        &self.quotes
    }

    pub(super) fn set_quotes(&mut self, quotes: Quotes) {
        self.quotes = quotes;
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Returns whether the view has reached its maximum number of lines, so that the layout can stop.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Returns the current position in the view, for a later call to [`Self::return_to`].
    pub(super) fn mark(&self) -> usize {
        self.lines.len()
    }

    /// Removes all lines after a position returned by [`Self::mark`].
    pub(super) fn return_to(&mut self, mark: usize) {
        self.lines.truncate(mark);
        self.full = self.lines.len() >= self.max_lines;
    }

    /// Adds the notes of a mail, followed by a blank line.
    pub(super) fn notes(&mut self, notes: &[Note]) {
        for note in notes {
            self.note(note.as_str());
        }
        if !notes.is_empty() {
            self.blank();
        }
    }

    /// Adds a note for the user.
    pub(super) fn note(&mut self, words: &str) {
        self.push(&[StyledText { text: SafeText::new(words), role: Role::Note, link: None }]);
    }

    /// Adds a blank line, unless the view is empty or its last line is blank.
    pub(super) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Adds one line of the mail, and wraps it if it is too wide.
    pub(super) fn push(&mut self, pieces: &[StyledText]) {
        self.push_prefixed(None, pieces);
    }

    /// Adds one line of the raw mail with its line number, and wraps it if it is too wide. Blank lines are
    /// preserved.
    pub(super) fn push_raw(&mut self, number: &StyledText, text: &SafeText) {
        let number_width = number.text.len();
        if self.width < number_width + MIN_ROOM_COLUMNS {
            self.push_chopped(None, text);
        } else {
            self.push_chopped(Some(number), text);
        }
    }

    fn push_chopped(&mut self, number: Option<&StyledText>, text: &SafeText) {
        let number_width = number.map_or(0, |number| number.text.len());
        let blank =
            StyledText { text: SafeText::new(&" ".repeat(number_width)), role: Role::Plain, link: None };
        let lines =
            if text.is_empty() { vec![Line::default()] } else { hard_wrap(text, self.width - number_width) };
        for (index, mut line) in lines.into_iter().enumerate() {
            if let Some(number) = number {
                line.spans.insert(0, if index == 0 { number.span() } else { blank.span() });
            }
            self.lines.push(line);
        }
        self.bound();
    }

    /// Adds lines that already fit into the width of the view.
    pub(super) fn push_lines(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.lines.extend(lines);
        self.bound();
    }

    /// Adds one line of the mail, and wraps it if it is too wide. If `prefix` is set, each resulting line starts with
    /// it.
    pub(super) fn push_prefixed(&mut self, prefix: Option<&StyledText>, pieces: &[StyledText]) {
        self.push_hanging(prefix, prefix, pieces);
    }

    /// Adds one line of the mail, and wraps it if it is too wide. The first resulting line starts with `prefix`. All
    /// further lines start with `next`, which is as wide as `prefix`.
    pub(super) fn push_hanging(
        &mut self,
        prefix: Option<&StyledText>,
        next: Option<&StyledText>,
        pieces: &[StyledText],
    ) {
        if self.full {
            return;
        }
        let prefix_width = prefix.map(|prefix| display_width(&prefix.text));
        let prefix = prefix.filter(|_| {
            prefix_width.is_some_and(|prefix_width| self.width >= prefix_width + MIN_ROOM_COLUMNS)
        });
        let width = self.width - if prefix.is_some() { prefix_width.unwrap_or_default() } else { 0 };
        let lines = self.lines.len();
        wrap_behind([prefix, prefix.and(next)], pieces, width, &mut self.lines);
        // A line without text becomes a blank line, unless the previous line is blank.
        if self.lines.get(lines).is_some_and(|line| line.spans.is_empty()) {
            self.lines.truncate(lines);
            self.blank();
        }
        self.bound();
    }

    fn bound(&mut self) {
        if self.lines.len() < self.max_lines || self.full {
            return;
        }
        self.full = true;
        if self.max_lines == MAX_LINES {
            self.lines.truncate(MAX_LINES);
            let text = SafeText::new("The rest is left out: it is too long to show.");
            self.lines.extend(wrap(&[StyledText { text, role: Role::Note, link: None }], self.width));
        }
    }

    pub(super) fn into_lines(mut self) -> Vec<Line> {
        while self.lines.last().is_some_and(|line| line.spans.is_empty()) {
            self.lines.pop();
        }
        if self.lines.is_empty() {
            self.note("This mail contains no text.");
        }
        self.lines
    }
}

impl StyledText {
    pub(super) fn span(&self) -> Span {
        Span { text: self.text.clone(), role: self.role, link: self.link }
    }
}
