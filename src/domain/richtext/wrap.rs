//! Wraps by columns, at the places where Unicode allows a break (UAX 14).

use super::{Line, Role, Span};
use crate::domain::sanitize::SafeText;
use std::ops::Range;
use textwrap::WordSeparator;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text in one role, before it is wrapped.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: SafeText,
    pub(super) role: Role,
    pub(super) link: Option<u16>,
}

/// Wraps a line; no line of the result is wider than `width` but where a single character is.
pub(super) fn wrap(pieces: &[Piece], width: usize) -> Vec<Line> {
    let joined: String;
    let whole = if let [one] = pieces {
        one.text.as_str()
    } else {
        joined = pieces.iter().map(|piece| piece.text.as_str()).collect();
        &joined
    };
    let whole_text = whole.trim_end();
    if whole_text.is_empty() {
        return vec![Line::default()];
    }
    let mut cutter = Cutter { pieces, piece: 0, start: 0 };
    if fits(whole_text, width) {
        return vec![cutter.cut(0..whole_text.len())];
    }
    breaks(whole_text, width).into_iter().map(|range| cutter.cut(range)).collect()
}

/// Wraps at the width alone, as the source of a mail is shown.
pub(super) fn chop(text: &SafeText, width: usize) -> Vec<Line> {
    let line = |text: SafeText| Line { spans: vec![Span { text, role: Role::Plain, link: None }] };
    if fits(text, width) {
        return vec![line(text.clone())];
    }
    let mut fitter = Fitter { width, lines: Vec::new(), start: 0, end: 0, columns: 0 };
    if text.is_ascii() {
        let ends = (0..text.len()).step_by(width).map(|from| from..text.len().min(from + width));
        fitter.lines.extend(ends);
    } else {
        fitter.break_word(text, 0);
    }
    let ranges = fitter.finish();
    ranges.into_iter().map(|range| line(text.part(range))).collect()
}

fn fits(text: &str, width: usize) -> bool {
    if text.is_ascii() { text.len() <= width } else { text.width() <= width }
}

/// The stretches of the text that make a line each.
fn breaks(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut fitter = Fitter { width, lines: Vec::new(), start: 0, end: 0, columns: 0 };
    let mut at = 0;
    // In ASCII, spaces are where one breaks; no tables are needed to know that.
    let separator =
        if text.is_ascii() { WordSeparator::AsciiSpace } else { WordSeparator::UnicodeBreakProperties };
    for word in separator.find_words(text) {
        let end = at + word.word.len();
        fitter.word(word.word, at..end);
        fitter.columns += word.whitespace.width();
        at = end + word.whitespace.len();
    }
    fitter.finish()
}

struct Fitter {
    width: usize,
    lines: Vec<Range<usize>>,
    start: usize,
    end: usize,
    columns: usize,
}

impl Fitter {
    fn word(&mut self, word: &str, range: Range<usize>) {
        let columns = if word.is_ascii() { word.len() } else { word.width() };
        if self.columns + columns <= self.width {
            self.end = range.end;
            self.columns += columns;
            return;
        }
        if self.end > self.start {
            self.lines.push(self.start..self.end);
        }
        (self.start, self.end, self.columns) = (range.start, range.start, 0);
        if columns <= self.width {
            (self.end, self.columns) = (range.end, columns);
            return;
        }
        self.break_word(word, range.start);
    }

    /// Breaks a word that is wider than a line between its graphemes.
    fn break_word(&mut self, word: &str, start: usize) {
        for (offset, grapheme) in word.grapheme_indices(true) {
            let columns = grapheme.width();
            if self.columns + columns > self.width && self.end > self.start {
                self.lines.push(self.start..self.end);
                (self.start, self.columns) = (self.end, 0);
            }
            self.columns += columns;
            self.end = start + offset + grapheme.len();
        }
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        if self.end > self.start {
            self.lines.push(self.start..self.end);
        }
        self.lines
    }
}

/// Cuts the pieces at the line ends; called with ranges in rising order.
struct Cutter<'a> {
    pieces: &'a [Piece],
    piece: usize,
    start: usize,
}

impl Cutter<'_> {
    fn cut(&mut self, range: Range<usize>) -> Line {
        let mut spans: Vec<Span> = Vec::new();
        while let Some(piece) = self.pieces.get(self.piece) {
            let end = self.start + piece.text.len();
            let from = range.start.max(self.start);
            let to = range.end.min(end);
            if from < to {
                let text = if to - from == piece.text.len() {
                    piece.text.clone()
                } else {
                    piece.text.part(from - self.start..to - self.start)
                };
                spans.push(Span { text, role: piece.role, link: piece.link });
            }
            if end > range.end {
                break;
            }
            self.piece += 1;
            self.start = end;
        }
        Line { spans }
    }
}
