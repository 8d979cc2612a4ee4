//! Divides a body that is declared as base64 into pieces. Each line is a piece, but padding within a line ends a piece
//! and starts the next one.

use super::is_letter;
use std::ops::Range;

/// A line of a body with the empty lines after it. If the line contains padding followed by other characters, each part
/// up to and including such padding is a separate piece.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// Byte range of the piece in the body, including any line terminators.
    pub(super) range: Range<usize>,
    /// Whether the piece is at the start of a line.
    pub(super) starts_line: bool,
    /// Number of base64 characters in the piece, without padding.
    pub(super) letters: usize,
    /// Number of padding characters at the end of the piece.
    pub(super) padding: usize,
    /// Whether the piece contains only base64 characters, padding at its end, and white space around them.
    pub(super) is_clean: bool,
    /// Whether a base64 character follows the padding on the same line, as in `key=value`.
    pub(super) is_joined: bool,
}

impl Piece {
    /// Returns whether the piece, including its padding, consists of complete groups of four characters.
    pub(super) fn is_whole(&self) -> bool {
        (self.letters + self.padding).is_multiple_of(4)
    }

    /// Returns whether the piece contains base64 characters and ends with padding.
    pub(super) fn is_padded(&self) -> bool {
        self.padding > 0 && self.letters > 0
    }
}

/// Returns the pieces of a body in order.
pub(super) fn split(body: &[u8]) -> impl Iterator<Item = Piece> {
    let (mut at, mut starts_line) = (0, true);
    let mut line_end = 0;
    std::iter::from_fn(move || {
        let rest = body.get(at..).filter(|rest| !rest.is_empty())?;
        if starts_line {
            line_end = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        }
        let line = body.get(at..line_end)?;
        let text = start_with_padding(line).unwrap_or(line);
        let ends_line = text.len() == line.len();
        let end = at + text.len() + if ends_line { line_end_size(body.get(line_end..)?) } else { 0 };
        let is_joined = !ends_line && body.get(end).copied().is_some_and(is_letter);
        let text = text.trim_ascii();
        let letters = text.iter().filter(|&&byte| is_letter(byte)).count();
        let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
        let piece = Piece {
            range: at..end,
            starts_line,
            letters,
            padding,
            is_clean: letters + padding == text.len(),
            is_joined,
        };
        (at, starts_line) = (end, ends_line);
        Some(piece)
    })
}

/// Returns the number of white-space bytes at the start of `rest`: a line terminator and the empty lines after it.
/// Empty lines are added to the preceding piece, so that a body with many empty lines does not have too many pieces.
fn line_end_size(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Returns the start of a line up to and including the first base64 padding that is followed by other characters;
/// `None` if there is no such padding.
fn start_with_padding(line: &[u8]) -> Option<&[u8]> {
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'=', line.get(from..)?) {
        let start = from + found;
        let end = start + line.get(start..)?.iter().take_while(|&&byte| byte == b'=').count();
        let follows_letter = start.checked_sub(1).and_then(|at| line.get(at)).copied().is_some_and(is_letter);
        if follows_letter && !line.get(end..)?.trim_ascii().is_empty() {
            return line.get(..end);
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn pieces_are_the_whole_body() {
        let texts = |body: &str| -> Vec<String> {
            super::split(body.as_bytes()).map(|piece| body.get(piece.range).unwrap().to_owned()).collect()
        };
        assert_eq!(
            texts("QUI=\r\nQQ==-- by us\rb = 2\n\r\n \n c"),
            ["QUI=\r\n", "QQ==", "-- by us\r", "b = 2\n\r\n \n ", "c"]
        );
        assert!(texts("").is_empty());
        let padded = super::split(b"QUI=QQ").next().unwrap();
        assert!(padded.is_padded() && padded.is_whole() && padded.is_clean && padded.is_joined);
    }
}
