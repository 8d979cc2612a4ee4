//! Wraps text to a given width in columns, at Unicode line break opportunities (UAX 14).

use super::{Line, Role, Span};
use crate::sanitize::SafeText;
use crate::text_width::display_width;
use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Maximum number of wrapped lines for which memory is reserved in advance. Memory for further lines is allocated as
/// needed.
const MAX_RESERVED_LINES: usize = 64;

/// Text of at most this many bytes is measured as a whole to determine whether it fits on one line. Longer text is
/// measured only until it exceeds the width of the line.
const MAX_MEASURED_BYTES: usize = 4 << 10;

/// A run of text with a single role, before the text is wrapped.
#[derive(Clone, Debug)]
pub(super) struct StyledText {
    pub(super) text: SafeText,
    pub(super) role: Role,
    pub(super) link: Option<u16>,
}

/// Wraps text into lines of at most `width` columns. A line may be wider only if it consists of a single
/// character.
pub(super) fn wrap(pieces: &[StyledText], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    wrap_behind([None, None], pieces, width, &mut lines);
    lines
}

/// Like [`wrap`], but appends the lines to `lines`. `before` contains the prefix of the first line, and the prefix of
/// the other lines. `width` does not include these prefixes.
pub(super) fn wrap_behind(
    before: [Option<&StyledText>; 2],
    pieces: &[StyledText],
    width: usize,
    lines: &mut Vec<Line>,
) {
    let [first, next] = before;
    let mut cutter = Cutter { pieces, piece: 0, start: 0, spans: Vec::with_capacity(pieces.len() + 1) };
    let end = end_of(pieces);
    // The width of text in columns is never larger than its length in bytes.
    if end <= width {
        lines.push(cutter.cut(first, 0..end));
        return;
    }
    let mut joined: String;
    let whole = if let [one] = pieces {
        one.text.as_str()
    } else {
        joined = String::with_capacity(pieces.iter().map(|piece| piece.text.len()).sum());
        joined.extend(pieces.iter().map(|piece| piece.text.as_str()));
        &joined
    };
    let whole = whole.get(..end).unwrap_or(whole);
    if fits(whole, width) {
        lines.push(cutter.cut(first, 0..end));
        return;
    }
    let ranges = breaks(whole, width).into_iter().enumerate();
    lines.extend(ranges.map(|(index, range)| cutter.cut(if index == 0 { first } else { next }, range)));
}

/// Returns the total length in bytes of the text, excluding trailing white space.
fn end_of(pieces: &[StyledText]) -> usize {
    let mut end: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    for piece in pieces.iter().rev() {
        let words = piece.text.trim_end().len();
        end -= piece.text.len() - words;
        if words > 0 {
            break;
        }
    }
    end
}

/// Wraps text at exactly `width` columns, even within words. Used for the view of the raw mail.
pub(super) fn hard_wrap(text: &SafeText, width: usize) -> Vec<Line> {
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
    // The width of text in columns is never larger than its length in bytes.
    if text.len() <= width {
        return true;
    }
    if text.len() <= MAX_MEASURED_BYTES {
        return !text.is_ascii() && display_width(text) <= width;
    }
    // Long text is measured only until the width of the line is exceeded.
    let mut columns = 0;
    text.graphemes(true).all(|grapheme| {
        columns += display_width(grapheme);
        columns <= width
    })
}

/// Returns whether all characters of a string belong to scripts with spaces between words. Such text is
/// broken only at spaces, without a lookup in the Unicode line break tables.
fn breaks_at_spaces(text: &str) -> bool {
    let spaced = |c: char| {
        matches!(c,
            '\0'..='\u{58f}'
            | '\u{1e00}'..='\u{1fff}'
            | '\u{2018}'..='\u{201f}'
            | '\u{2022}'
            | '\u{2026}'
            | '\u{20a0}'..='\u{20bf}'
            | '\u{2122}')
    };
    text.is_ascii() || text.chars().all(spaced)
}

/// Returns the byte ranges of the lines into which `text` is broken at `width` columns.
fn breaks(text: &str, width: usize) -> Vec<Range<usize>> {
    let lines = Vec::with_capacity((text.len() / width.max(1) + 2).min(MAX_RESERVED_LINES));
    let mut fitter = Fitter { width, lines, start: 0, end: 0, columns: 0 };
    if breaks_at_spaces(text) {
        at_spaces(text, &mut fitter);
        return fitter.finish();
    }
    let mut start = 0;
    for end in LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()).segment_str(text) {
        let part = text.get(start..end).unwrap_or_default();
        // A hyphen stays together with the word after it, because many dates and numbers contain hyphens.
        if part.is_empty() || end < text.len() && part.ends_with('-') {
            continue;
        }
        let word = part.trim_end_matches(' ');
        fitter.word(word, start..start + word.len());
        fitter.columns += part.len() - word.len();
        start = end;
    }
    fitter.finish()
}

fn at_spaces(text: &str, fitter: &mut Fitter) {
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let long = memchr::memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
        let (word, spaces) = rest.split_at(long);
        let blank = spaces.len() - spaces.trim_start_matches(' ').len();
        fitter.word(word, at..at + long);
        fitter.columns += blank;
        at += long + blank;
    }
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
        let columns = display_width(word);
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

    /// Breaks a word that is too wide for a line. The word is broken only between grapheme clusters. `start` is the
    /// byte offset of the word.
    fn break_word(&mut self, word: &str, start: usize) {
        for (offset, grapheme) in word.grapheme_indices(true) {
            let columns = display_width(grapheme);
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

/// Splits runs of styled text at line ends. The caller passes the byte ranges of the lines in ascending order.
struct Cutter<'a> {
    pieces: &'a [StyledText],
    piece: usize,
    start: usize,
    /// Buffer for the spans of the current line. When the line is finished, its spans are copied to a list of exactly
    /// the required size.
    spans: Vec<Span>,
}

impl Cutter<'_> {
    fn cut(&mut self, before: Option<&StyledText>, range: Range<usize>) -> Line {
        self.spans.extend(before.map(StyledText::span));
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
                self.spans.push(Span { text, role: piece.role, link: piece.link });
            }
            if end > range.end {
                break;
            }
            self.piece += 1;
            self.start = end;
        }
        Line { spans: self.spans.drain(..).collect() }
    }
}
