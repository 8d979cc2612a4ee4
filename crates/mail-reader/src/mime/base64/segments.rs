//! Divides a body into base64 and plain text.
//!
//! A Viterbi algorithm with two states finds the most likely division. The body can be divided only at line ends and
//! after padding.

use super::pieces::{self, Piece};
use super::{is_letter, likelihood};
use std::ops::Range;

/// A byte range of a body that is either base64 or plain text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) range: Range<usize>,
    pub(super) is_plain: bool,
}

// Every penalty and score is a base-2 logarithm in eighths ("eighths of a bit"). The division with the smallest sum of
// penalties is selected.

/// Penalty, in eighths of a bit, for treating the start of a body as plain text. Applies if the body consists only of
/// complete groups of four base64 characters and white space, which suggests base64.
const START_WHOLE: i64 = 96;
/// Lower penalty, in eighths of a bit, for treating the start of a body as plain text. Replaces [`START_WHOLE`] if the
/// last group of four base64 characters in the body is incomplete, or if the body contains other characters. Both
/// suggest that the body contains plain text.
const START_INCOMPLETE: i64 = 50;
/// Lowest penalty, in eighths of a bit, for treating the start of a body as plain text. Replaces [`START_WHOLE`] if the
/// number of base64 characters in the body is one more than a multiple of four. A single base64 character encodes
/// nothing, so the body probably contains plain text.
const START_INVALID: i64 = 40;
/// Additional penalty, in eighths of a bit, for treating the start of a body as plain text. Added to [`START_WHOLE`],
/// [`START_INCOMPLETE`] or [`START_INVALID`] if the first line of the body consists only of complete groups of four
/// base64 characters.
const START_CLEAN: i64 = 160;
/// Penalty, in eighths of a bit, for a change from base64 to plain text within a body. Applies unless
/// [`AFTER_PADDING`], [`AFTER_LAST_LINE`] or [`AT_RULE`] applies.
const AFTER_BASE64: i64 = 160;
/// Penalty, in eighths of a bit, for a change from base64 to plain text within a body. Applies if the base64 ends with
/// padding.
const AFTER_PADDING: i64 = 32;
/// Penalty, in eighths of a bit, for a change from base64 to plain text within a body. Applies if the last line of the
/// base64 is shorter than the lines of equal length before it.
const AFTER_LAST_LINE: i64 = 40;
/// Penalty, in eighths of a bit, for a change from base64 to plain text within a body. Replaces the higher
/// [`AFTER_BASE64`] if the plain text starts with a line without letters and digits, such as `-----`.
const AT_RULE: i64 = 64;
/// Penalty, in eighths of a bit, for a change from plain text to base64 within a body. Applies if the base64 starts
/// with a long or padded line that contains no other characters.
const AFTER_TEXT: i64 = 64;
/// Penalty, in eighths of a bit, for a change from plain text to base64 within a body. Applies unless [`AFTER_TEXT`]
/// applies.
const AFTER_TEXT_UNCLEAN: i64 = 240;
/// Score, in eighths of a bit, of an equals sign between two base64 characters, as in `key=value`. It is positive, so
/// it suggests plain text rather than base64.
const JOINED: i64 = 64;
/// Penalty, in eighths of a bit, for an impossible change between base64 and plain text. It exceeds any possible sum of
/// scores.
const NEVER: i64 = 1 << 50;
/// Minimum number of base64 characters in a long line. A change from plain text to base64 has the smaller penalty
/// [`AFTER_TEXT`] at an unpadded line that is long, and the penalty [`AFTER_TEXT_UNCLEAN`] at one that is shorter.
const LONG_LINE_CHARS: usize = 40;
/// Minimum number of base64 characters in a padded line for a change from plain text to base64 at that line to have the
/// smaller penalty [`AFTER_TEXT`]. A change at a shorter line has the penalty [`AFTER_TEXT_UNCLEAN`].
const LAST_LINE_CHARS: usize = 8;
/// A shorter line counts as the last line of the base64 only if at least this many lines of equal length directly
/// precede it.
const MIN_EQUAL_LINES: usize = 2;

/// Divides a body into segments of base64 and of plain text.
pub(super) fn find(body: &[u8]) -> Vec<Segment> {
    let kinds = Divisions::new(body).most_likely();
    let mut out: Vec<Segment> = Vec::new();
    for (piece, kind) in pieces::split(body).zip(kinds) {
        let is_plain = kind == PieceKind::Plain;
        match out.last_mut() {
            Some(last) if last.is_plain == is_plain => last.range.end = piece.range.end,
            Some(_) | None => out.push(Segment { range: piece.range, is_plain }),
        }
    }
    out
}

/// The two most likely divisions of the pieces read so far: one in which the last piece is base64, and one in which the
/// last piece is plain text.
struct Divisions {
    /// Sum of the penalties, in eighths of a bit, for the division in which the most recently read piece is base64.
    base64: i64,
    /// Sum of the penalties, in eighths of a bit, for the division in which the most recently read piece is plain text.
    plain: i64,
    /// Penalty, in eighths of a bit, for a change to plain text after the most recently read base64.
    leave: i64,
    lines: EqualLines,
    /// For each piece, the kind of the piece before it in each of the two divisions.
    preceding: Vec<PrecedingKinds>,
}

/// The kind of a piece of a body in one division.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    Base64,
    Plain,
}

/// The kind of the piece before a given piece of a body, depending on the kind of the given piece.
struct PrecedingKinds {
    /// Kind of the preceding piece in the most likely division in which the given piece is base64.
    before_base64: PieceKind,
    /// Kind of the preceding piece in the most likely division in which the given piece is plain text.
    before_plain: PieceKind,
}

impl Divisions {
    fn new(body: &[u8]) -> Self {
        let mut divisions = Self {
            base64: 0,
            plain: evidence_at_start(body),
            leave: NEVER,
            lines: EqualLines::default(),
            preceding: Vec::new(),
        };
        for piece in pieces::split(body) {
            divisions.push(&piece, body.get(piece.range.clone()).unwrap_or_default());
        }
        divisions
    }

    fn push(&mut self, piece: &Piece, text: &[u8]) {
        let is_first = self.preceding.is_empty();
        // Padding that makes complete groups of four is as good a sign as a long line.
        let is_long = piece.letters >= if piece.is_padded() { LAST_LINE_CHARS } else { LONG_LINE_CHARS };
        let enter = match () {
            () if is_first => NEVER,
            () if piece.is_clean && piece.is_whole() && is_long && !piece.is_joined => AFTER_TEXT,
            () => AFTER_TEXT_UNCLEAN,
        };
        let is_padding = piece.letters == 0 && text.contains(&b'=');
        let is_rule = !is_first && piece.letters == 0 && !piece.is_clean && !is_padding;
        let is_rule = is_rule && text.trim_ascii().len() >= 2;
        let leave = if is_rule { self.leave.min(AT_RULE) } else { self.leave };
        let (to_base64, to_plain) = (self.plain + enter, self.base64 + leave);
        let kind = |is_plain| if is_plain { PieceKind::Plain } else { PieceKind::Base64 };
        self.preceding.push(PrecedingKinds {
            before_base64: kind(to_base64 < self.base64),
            before_plain: kind(self.plain <= to_plain),
        });
        let evidence = match piece.letters {
            // An empty line and padding alone have the score 0.
            0 if piece.is_clean || is_padding => 0,
            _ => likelihood::of_text(text, piece.starts_line) + if piece.is_joined { JOINED } else { 0 },
        };
        self.base64 = self.base64.min(to_base64) + evidence.max(0);
        self.plain = self.plain.min(to_plain) + (-evidence).max(0);
        if piece.letters > 0 {
            let is_last_line = self.lines.is_ended_by(piece);
            self.leave = match () {
                () if piece.is_padded() => AFTER_PADDING,
                () if is_last_line => AFTER_LAST_LINE,
                () => AFTER_BASE64,
            };
        }
    }

    /// Returns the kind of each piece of the body in the most likely division.
    fn most_likely(self) -> Vec<PieceKind> {
        let mut kind = if self.plain < self.base64 { PieceKind::Plain } else { PieceKind::Base64 };
        let mut kinds: Vec<PieceKind> = Vec::with_capacity(self.preceding.len());
        for preceding in self.preceding.into_iter().rev() {
            kinds.push(kind);
            kind = match kind {
                PieceKind::Plain => preceding.before_plain,
                PieceKind::Base64 => preceding.before_base64,
            };
        }
        kinds.reverse();
        kinds
    }
}

/// Returns the penalty, in eighths of a bit, for treating the start of a body as plain text rather than base64. The
/// start is treated as plain text only if the scores that suggest plain text exceed this penalty.
fn evidence_at_start(body: &[u8]) -> i64 {
    let is_char = |byte: u8| is_letter(byte) || byte == b'=';
    let chars = body.iter().filter(|&&byte| is_char(byte)).count();
    let is_clean = body.iter().all(|&byte| is_char(byte) || byte.is_ascii_whitespace());
    let start = match chars % 4 {
        0 if is_clean => START_WHOLE,
        1 => START_INVALID,
        _ => START_INCOMPLETE,
    };
    let first =
        pieces::split(body).next().filter(|piece| piece.is_clean && piece.is_whole() && !piece.is_joined);
    start + if first.is_some() { START_CLEAN } else { 0 }
}

/// Counts consecutive lines of equal length, which are typical of base64.
#[derive(Default)]
struct EqualLines {
    length: usize,
    count: usize,
}

impl EqualLines {
    /// Counts a line. Returns `true` if at least [`MIN_EQUAL_LINES`] lines of equal length directly precede the line,
    /// and the line is shorter.
    fn is_ended_by(&mut self, piece: &Piece) -> bool {
        let is_shorter = piece.is_clean && piece.letters < self.length;
        let is_ended = is_shorter && self.count >= MIN_EQUAL_LINES;
        if piece.is_clean && piece.letters == self.length {
            self.count += 1;
        } else {
            (self.length, self.count) = (piece.letters, usize::from(piece.is_clean));
        }
        is_ended
    }
}
