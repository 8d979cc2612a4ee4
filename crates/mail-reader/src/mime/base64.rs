//! Decodes base64 as it occurs in mails (RFC 2045, section 6.8): in lines, with stray bytes, and with several
//! encoded texts one after another. Tolerates plain text that a gateway added before or after the base64.

// This file exceeds 300 lines because the fast decoder and the lenient decoder must agree.

mod spaced;

use std::ops::Range;

/// A segment of a body that is declared as base64: decoded bytes, or plain text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Base64Segment {
    /// The segment was base64. The value contains the decoded bytes.
    Decoded(Vec<u8>),
    /// The segment is plain text. The value is its byte range in the body.
    Plain(Range<usize>),
}

/// The state of the decoder between two lines. It determines whether an ambiguous line counts as plain text
/// or base64.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineState {
    /// The decoder expects base64. This is the state at the start of the body, and after a line of base64.
    Inside,
    /// The previous line ended with padding; more base64 or a footer may follow.
    BehindPadding,
    /// The previous line was plain text, so only an unmistakable line of base64 is decoded.
    InPlain,
}

/// After plain text, a line of base64 characters counts as base64 only if it has at least this many characters.
const LONG_LINE_CHARS: usize = 40;
/// An irregular line with at least this many characters is decoded as base64 without further evidence. After padding, a
/// shorter line counts as plain text.
const STRAY_LINE_CHARS: usize = 24;

/// Decodes a body that is declared as base64. A body without any base64 is returned as one plain segment.
pub(super) fn decode(body: &[u8]) -> Vec<Base64Segment> {
    if is_wholly_base64(body) {
        let mut decoder = Decoder::new(body.len());
        decoder.push(body);
        return vec![Base64Segment::Decoded(decoder.take())];
    }
    let mut out =
        Reader { stretches: Vec::new(), decoder: Decoder::new(body.len()), place: LineState::Inside };
    let mut at = 0;
    // The lines before this offset are not base64 that white space divides.
    let mut examined = 0;
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let end = at + memchr::memchr2(b'\n', b'\r', rest).map_or(rest.len(), |end| end + 1);
        if at >= examined && out.may_begin_divided(rest.get(..end - at).unwrap_or_default()) {
            match spaced::lines(body, at) {
                Ok(lines) => {
                    out.push(body.get(lines.clone()).unwrap_or_default());
                    at = lines.end;
                    continue;
                }
                Err(end) => examined = end,
            }
        }
        out.line(body, at..end);
        at = end;
    }
    out.finish(body)
}

struct Reader {
    stretches: Vec<Base64Segment>,
    decoder: Decoder,
    place: LineState,
}

impl Reader {
    /// Returns whether this line can begin base64 whose groups of four characters are divided by white space.
    fn may_begin_divided(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii();
        let is_regular = line.len().is_multiple_of(4) && !line.iter().any(u8::is_ascii_whitespace);
        self.place != LineState::InPlain && self.decoder.count == 0 && !is_regular
    }

    /// Decodes lines of base64, and adds the bytes to the current run.
    fn push(&mut self, lines: &[u8]) {
        self.decoder.push(lines);
        let ends = core(lines).ends_with(b"=");
        self.place = if ends { LineState::BehindPadding } else { LineState::Inside };
    }

    fn line(&mut self, body: &[u8], range: Range<usize>) {
        let line = body.get(range.clone()).unwrap_or_default().trim_ascii();
        if line.is_empty() {
            if self.place == LineState::InPlain {
                self.plain(range);
            }
            return;
        }
        // If a line can be decoded without any irregularity, no further test is needed.
        if self.place == LineState::Inside && self.decoder.push_clean(line) {
            return;
        }
        if is_base64(line, self.place, self.decoder.out.is_empty()) {
            self.push(line);
        } else {
            let start = range.start + self.push_padded(body.get(range.clone()).unwrap_or_default());
            self.place = LineState::InPlain;
            self.plain(start..range.end);
        }
    }

    /// Decodes base64 that ends with padding and is followed by plain text on the same line, such as a footer. Returns
    /// the number of bytes that are base64; 0 if the line does not start with such base64.
    fn push_padded(&mut self, line: &[u8]) -> usize {
        let letters = line.iter().take_while(|&&byte| value(byte).is_some()).count();
        let padding = line.iter().skip(letters).take_while(|&&byte| byte == b'=').count();
        let padded = letters + padding;
        let text = line.get(..padded).unwrap_or_default();
        // After other base64, a few characters are sufficient; without it, `key=value` would be read as
        // base64.
        let is_last = !self.decoder.out.is_empty() && letters >= 2 && padded.is_multiple_of(4);
        if self.place != LineState::Inside || padding == 0 || !(is_last || is_coded(text)) {
            return 0;
        }
        self.decoder.push(text);
        padded
    }

    fn plain(&mut self, range: Range<usize>) {
        self.flush();
        match self.stretches.last_mut() {
            Some(Base64Segment::Plain(last)) => last.end = range.end,
            Some(Base64Segment::Decoded(_)) | None => self.stretches.push(Base64Segment::Plain(range)),
        }
    }

    /// Ends the current run of base64 and stores its decoded bytes as a segment.
    fn flush(&mut self) {
        let decoded = self.decoder.take();
        if decoded.is_empty() {
            return;
        }
        // Base64 lines between plain lines become a separate segment, which continues the base64 before it.
        self.stretches.push(Base64Segment::Decoded(decoded));
    }

    fn finish(mut self, body: &[u8]) -> Vec<Base64Segment> {
        self.flush();
        if self.stretches.iter().all(|stretch| matches!(stretch, Base64Segment::Plain(_))) {
            self.stretches = if body.trim_ascii().is_empty() {
                Vec::new()
            } else {
                vec![Base64Segment::Plain(0..body.len())]
            };
        }
        self.stretches
    }
}

/// Returns whether a body consists only of base64 characters, padding at its end and white space (RFC 2045, section
/// 6.8). No line is then a footer. Words without punctuation have this form too. Therefore the body must also have a
/// minimum length, and its words must change case or contain digits.
fn is_wholly_base64(body: &[u8]) -> bool {
    let (mut letters, mut padding, mut changes) = (0_usize, 0_usize, 0_usize);
    let mut previous = b' ';
    for &byte in body {
        if value(byte).is_some() && padding == 0 {
            letters += 1;
            let is_capital_inside = previous.is_ascii_lowercase() && byte.is_ascii_uppercase();
            let is_digit_inside = previous.is_ascii_alphabetic() && byte.is_ascii_digit();
            changes += usize::from(is_capital_inside || is_digit_inside);
        } else if byte == b'=' {
            padding += 1;
        } else if !byte.is_ascii_whitespace() {
            return false;
        }
        previous = byte;
    }
    letters >= LONG_LINE_CHARS
        && padding <= 2
        && (letters + padding).is_multiple_of(4)
        && changes * 16 >= letters
}

/// Returns whether at most a few bytes of a line are neither base64 nor white space. Punctuation weighs more than bytes
/// above 0x7F, which are more often damage by a gateway.
fn is_mostly_letters(line: &[u8]) -> bool {
    let letters = line.iter().filter(|&&byte| value(byte).is_some() || byte == b'=').count();
    let blanks = line.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    let foreign = line.iter().filter(|byte| !byte.is_ascii()).count();
    (line.len() - letters - blanks - foreign) * 12 + foreign * 4 <= letters
}

/// Returns whether an irregular line is base64. An irregular line contains stray bytes, or could also be plain text.
/// `is_first` indicates whether no base64 precedes the line.
fn is_base64(line: &[u8], place: LineState, is_first: bool) -> bool {
    let letters = line.iter().filter(|&&byte| value(byte).is_some() || byte == b'=').count();
    let blanks = line.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    let foreign = line.iter().filter(|byte| !byte.is_ascii()).count();
    let stray = line.len() - letters - blanks - foreign;
    let whole = stray + foreign + blanks == 0;
    let few = is_mostly_letters(line) || blanks == 0 && is_coded(core(line));
    match place {
        LineState::InPlain => whole && line.len() >= LONG_LINE_CHARS && line.len().is_multiple_of(4),
        LineState::BehindPadding if whole => line.len().is_multiple_of(4),
        LineState::BehindPadding | LineState::Inside if blanks > 0 => {
            few && (is_in_groups(line) || stray == 0 && foreign == 0 && is_coded_in_groups(line))
        }
        LineState::BehindPadding => few && line.len() >= STRAY_LINE_CHARS,
        LineState::Inside => few && (line.len() >= STRAY_LINE_CHARS || !is_word(line, is_first)),
    }
}

/// Returns whether a short line is a word such as `Hello`, or two words joined by an equals sign such as `key=value`.
/// `is_first` indicates whether no base64 precedes the line.
fn is_word(line: &[u8], is_first: bool) -> bool {
    let line = core(line);
    let padding = line.iter().rev().take_while(|&&byte| byte == b'=').count();
    let letters = line.get(..line.len() - padding).unwrap_or_default();
    let is_cut = memchr::memchr(b'=', letters).is_some();
    let whole = line.len().is_multiple_of(4);
    if is_cut {
        return !(whole && has_odd_case(letters));
    }
    // Four base64 characters encode three bytes; a single character after a group of four encodes nothing.
    let is_impossible = letters.len() % 4 == 1;
    let is_lower = letters.len() > 2 && letters.iter().skip(1).all(u8::is_ascii_lowercase);
    is_first && !whole && !has_odd_case(letters) && (is_impossible || is_lower)
}

/// Returns whether a string does not look like a word: it contains digits, or several uppercase letters among lowercase
/// letters.
fn has_odd_case(letters: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| letters.iter().filter(|&byte| is(byte)).count();
    count(u8::is_ascii_digit) > 0 || count(u8::is_ascii_uppercase) > 1 && count(u8::is_ascii_lowercase) > 0
}

/// Returns a line without the bytes at its start and end that are not base64 characters.
fn core(line: &[u8]) -> &[u8] {
    let is_letter = |byte: &u8| value(*byte).is_some() || *byte == b'=';
    let start = line.iter().position(is_letter).unwrap_or(line.len());
    let end = line.iter().rposition(is_letter).map_or(start, |at| at + 1);
    line.get(start..end).unwrap_or_default()
}

/// Returns whether a string consists of complete groups of base64 characters and does not look like a word.
fn is_coded(core: &[u8]) -> bool {
    let letters = core.iter().all(|&byte| value(byte).is_some() || byte == b'=');
    letters && core.len() >= 8 && core.len().is_multiple_of(4) && has_odd_case(core)
}

/// Returns whether spaces divide a line into groups of equal length; the last group may be shorter. Lines of words
/// rarely have this form. Groups of digits only are a number and do not count as base64.
fn is_in_groups(line: &[u8]) -> bool {
    let mut groups = line.split(u8::is_ascii_whitespace).filter(|group| !group.is_empty()).peekable();
    let Some(first) = groups.next() else { return false };
    while let Some(group) = groups.next() {
        let fits =
            if groups.peek().is_some() { group.len() == first.len() } else { group.len() <= first.len() };
        if !fits {
            return false;
        }
    }
    let is_number = !line.iter().any(u8::is_ascii_alphabetic);
    let mut groups = line.split(u8::is_ascii_whitespace);
    first.len() >= 4 && first.len().is_multiple_of(4) && !is_number && !groups.all(looks_like_word)
}

/// Returns whether all letters of a group are lowercase; the first letter may be uppercase.
fn looks_like_word(group: &[u8]) -> bool {
    group.first().is_none_or(u8::is_ascii_alphabetic) && group.iter().skip(1).all(u8::is_ascii_lowercase)
}

/// Returns whether a line is long and spaces divide it into groups, most of which contain digits or several uppercase
/// letters. Lines of words rarely have this form.
fn is_coded_in_groups(line: &[u8]) -> bool {
    let (mut all, mut odd) = (0, 0);
    for group in line.split(u8::is_ascii_whitespace).filter(|group| !group.is_empty()) {
        all += 1;
        odd += usize::from(has_odd_case(group));
    }
    line.len() >= STRAY_LINE_CHARS && odd * 4 >= all * 3
}

/// Decoder for base64 that receives its input line by line.
struct Decoder {
    out: Vec<u8>,
    bits: u32,
    count: u8,
    expected: usize,
}

impl Decoder {
    fn new(body: usize) -> Self {
        Self { out: Vec::new(), bits: 0, count: 0, expected: body / 4 * 3 }
    }

    /// Decodes a line that consists only of complete groups of four base64 characters. For any other line, returns
    /// `false` and decodes nothing.
    fn push_clean(&mut self, line: &[u8]) -> bool {
        if self.count != 0 || !line.len().is_multiple_of(4) {
            return false;
        }
        if self.out.is_empty() {
            self.out.reserve_exact(self.expected);
        }
        let before = self.out.len();
        for group in line.chunks_exact(4) {
            let mut bits = 0_u32;
            for &byte in group {
                bits = bits << 6 | u32::from(TABLE.get(usize::from(byte)).copied().unwrap_or(OTHER));
                if TABLE.get(usize::from(byte)).copied() == Some(OTHER) {
                    self.out.truncate(before);
                    return false;
                }
            }
            let [_, a, b, c] = bits.to_be_bytes();
            self.out.extend_from_slice(&[a, b, c]);
        }
        true
    }

    /// Decodes a line of base64. Bytes outside the base64 alphabet are ignored, and padding ends the current
    /// group.
    fn push(&mut self, line: &[u8]) {
        for &byte in line {
            if let Some(value) = value(byte) {
                self.bits = self.bits << 6 | u32::from(value);
                self.count += 1;
                if self.count == 4 {
                    self.end_group();
                }
            } else if byte == b'=' {
                self.end_group();
            }
        }
    }

    /// Outputs the bytes of the current group of base64 characters, even if the group has fewer than four
    /// characters.
    fn end_group(&mut self) {
        let count = usize::from(self.count);
        if count >= 2 {
            let [_, a, b, c] = (self.bits << (6 * (4 - count))).to_be_bytes();
            self.out.extend_from_slice([a, b, c].get(..count - 1).unwrap_or_default());
        }
        (self.bits, self.count) = (0, 0);
    }

    fn take(&mut self) -> Vec<u8> {
        self.end_group();
        self.expected = 0;
        std::mem::take(&mut self.out)
    }
}

const OTHER: u8 = 0xff;

/// The value of each byte as a base64 character; [`OTHER`] for bytes outside the base64 alphabet.
const TABLE: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte: u8 = 0;
    let mut entries: &mut [u8] = &mut table;
    while let Some((entry, rest)) = entries.split_first_mut() {
        *entry = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => OTHER,
        };
        byte = byte.wrapping_add(1);
        entries = rest;
    }
    table
};

fn value(byte: u8) -> Option<u8> {
    TABLE.get(usize::from(byte)).copied().filter(|&value| value != OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments_text(body: &str) -> Vec<String> {
        let stretches = decode(body.as_bytes());
        let text = |stretch| match stretch {
            Base64Segment::Decoded(bytes) => String::from_utf8(bytes).unwrap(),
            Base64Segment::Plain(range) => format!("plain: {}", body.get(range).unwrap().trim_end()),
        };
        stretches.into_iter().map(text).collect()
    }

    #[test]
    fn white_space_and_empty_lines_in_base64_lose_no_bytes() {
        let body = "eUK98iE G8IR3Y vDzy01 2Tcc\r\nf1v\r\n\r\nIPb3LbAi\r\n\r\n0k0K lt rUPB YXwam O\tAA\r\n";
        let decoded = decode(body.as_bytes());
        assert!(matches!(decoded.as_slice(), [Base64Segment::Decoded(bytes)] if bytes.len() == 39), "{body}");
        let words =
            "These Are Plain Words Without Any Punctuation In Them And\r\nThey Stay As They Are Now\r\n";
        assert!(!is_wholly_base64(words.as_bytes()));
    }

    #[test]
    fn base64_of_plain_text_is_decoded() {
        for (body, text) in [
            ("SGVsbG8=", "Hello"),
            ("SGVs\r\nbG8=\r\n", "Hello"),
            ("SGVsb\nG8=", "Hello"),
            (" SGVsbG8gdGhlcmU= ", "Hello there"),
            ("SGVs bG8g dGhl cmU=", "Hello there"),
            ("S G V s\tbG 8g d29y bGQ=", "Hello world"),
            ("S G\r\nVs bG 8\r\ng d29y bGQ=\r\n", "Hello world"),
            ("SGVsbG8gd29ybGQ sIGhlbGxv\r\nIGFn YWlu IQ=\t=\r\n", "Hello world, hello again!"),
            ("AAEC Aw =\t=\r\n", "\0\u{1}\u{2}\u{3}"),
            ("VGlja 2V0IG ZvciB 0aGUg ZmVyc nkuDQ o=", "Ticket for the ferry.\r\n"),
        ] {
            assert_eq!(segments_text(body), [text], "{body:?}");
        }
        assert!(segments_text("").is_empty() && segments_text("\r\n\r\n").is_empty());
    }

    #[test]
    fn stray_bytes_and_padding_inside_base64_lose_no_bytes() {
        for (body, text) in [
            ("SGVsbG8g\\dGhlcmU=", "Hello there"),
            ("SGVsbG8=\r\nIHRoZXJl\r\n", "Hello there"),
            ("SGVsbG8=IHRoZXJl", "Hello there"),
            ("SGVsbG8", "Hello"),
            ("SGVsbG8==", "Hello"),
            ("AAAAAA", "\0\0\0\0"),
            ("!!!SGVsbG8gdGhlcmU=!!!", "Hello there"),
            ("SGVsbG8=\r\n====\r\nIHRoZXJl", "Hello there"),
            ("SGVs\u{a0}bG8gdGhlcmU=", "Hello there"),
        ] {
            assert_eq!(segments_text(body), [text], "{body:?}");
        }
    }

    #[test]
    fn plain_text_around_base64_is_recognised() {
        let footer = "SGVsbG8=\r\n\r\n-- \r\nThis mail was checked.\r\nRegards\r\n";
        assert_eq!(segments_text(footer), ["Hello", "plain: -- \r\nThis mail was checked.\r\nRegards"]);
        assert_eq!(segments_text("SGVsbG8=-- Checked\r\nby us\r\n"), ["Hello", "plain: -- Checked\r\nby us"]);
        let unpadded = "SGVsbG8h\r\n________________________________\r\nThe list\r\n";
        assert_eq!(
            segments_text(unpadded),
            ["Hello!", "plain: ________________________________\r\nThe list"]
        );
        let long = "SGVsbG8gdGhlcmUsIHRoaXMgaXMgYSBsb25nZXIgbGluZSBvZiB0ZXh0";
        let divided = "SGV sbG 8g dGh lcm U=\r\nThe list of the house\r\n";
        assert_eq!(segments_text(divided), ["Hello there", "plain: The list of the house"]);
        let banner = format!("[Careful: from outside]\r\n\r\n{long}\r\n");
        assert_eq!(
            segments_text(&banner),
            ["plain: [Careful: from outside]", "Hello there, this is a longer line of text"]
        );
    }

    #[test]
    fn a_body_without_base64_is_plain_text() {
        for body in [
            "Hello, this is no base64.\r\n",
            "a,b\r\n1,2\r\n",
            "name;size\r\n",
            "Password!",
            "key=value",
            "Hello",
            "Words that end in four times six letters\r\n",
            "Order A12 of 2026 is on the way to you 4\r\n",
            "Dear Ann Rivera\r\nThe Old Mill House opens again on Monday at 9\r\n",
            "ORDER 12345 IS CONFIRMED FOR 2026 AND SHIPS TODAY\r\n",
            "Dear Anna Bo",
            "1234 5678 9012 3456",
            "total = 12",
        ] {
            assert_eq!(segments_text(body), [format!("plain: {}", body.trim_end())]);
        }
    }
}
