//! Recognises base64 that is divided arbitrarily by spaces, tabs and line breaks. A decoder ignores these characters
//! (RFC 2045, section 6.8), but plain text contains them too.

use super::{Decoder, has_odd_case, is_mostly_letters, value};
use std::ops::Range;

/// Maximum number of bytes of a body that are decoded to distinguish base64 from plain text.
const MAX_SAMPLE_BYTES: usize = 64 << 10;
/// If at least this many base64 characters decode to text, that is unlikely to be a coincidence.
const MIN_CHARS: usize = 8;
/// In a sample of at least this many characters, the share of uppercase letters distinguishes base64 from words.
const MIN_COUNTED_CHARS: usize = 24;

/// Returns the byte range of the base64 that starts at `start` and is divided by white space. If there is none, returns
/// as `Err` the offset of the line after the examined lines.
pub(super) fn lines(body: &[u8], start: usize) -> Result<Range<usize>, usize> {
    let (mut end, mut first_end, mut is_divided) = (start, start, false);
    while end < body.len() {
        let rest = body.get(end..).unwrap_or_default();
        let len = memchr::memchr2(b'\n', b'\r', rest).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..len).unwrap_or_default().trim_ascii();
        // The line feed of CR LF looks like an empty line here.
        let is_line_feed = rest.first() == Some(&b'\n') && end > start && body.get(end - 1) == Some(&b'\r');
        if line.is_empty() && !is_line_feed || !is_mostly_letters(line) {
            break;
        }
        is_divided |= line.iter().any(u8::is_ascii_whitespace);
        end += len;
        if first_end == start {
            first_end = end;
        }
        if line.ends_with(b"=") {
            break;
        }
    }
    let is_encoded = |range: &Range<usize>| is_encoded(body.get(range.clone()).unwrap_or_default());
    match [start..end, start..first_end].into_iter().find(is_encoded) {
        Some(range) if is_divided => Ok(range),
        Some(_) | None => Err(end.max(start + 1)),
    }
}

/// Returns whether lines are base64 and not words: they decode to text or to a known kind of file, or their uppercase
/// letters are not distributed as in words.
fn is_encoded(lines: &[u8]) -> bool {
    let sample = lines.get(..MAX_SAMPLE_BYTES).unwrap_or(lines);
    let is_char = |byte: &u8| value(*byte).is_some() || *byte == b'=';
    let chars: Vec<u8> = sample.iter().copied().filter(is_char).collect();
    let padding = chars.iter().rev().take_while(|&&byte| byte == b'=').count();
    let is_whole = chars.len().is_multiple_of(4) || sample.len() < lines.len();
    if chars.len() < MIN_CHARS || padding > 2 || !has_odd_case(&chars) {
        return false;
    }
    if is_whole && (padding > 0 || is_content(&chars)) {
        return true;
    }
    chars.len() >= MIN_COUNTED_CHARS && (is_content(&chars) || has_capitals_of_no_words(sample))
}

/// Returns whether base64 decodes to text without control characters or to the start of a known kind of file.
fn is_content(chars: &[u8]) -> bool {
    let mut decoder = Decoder::new(0);
    decoder.push(chars);
    let content = decoder.take();
    let text = match std::str::from_utf8(&content) {
        Ok(text) => text,
        // The sample may end inside a character.
        Err(error) if error.error_len().is_none() => {
            content.get(..error.valid_up_to()).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
        }
        Err(_) => "",
    };
    let is_text = !text.is_empty() && text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace());
    is_text || infer::get(&content).is_some()
}

/// Returns whether uppercase and lowercase letters are as frequent as in base64. Also requires that the text has more
/// uppercase letters than words, or that its words are too short for a natural language.
fn has_capitals_of_no_words(sample: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| sample.iter().filter(|&byte| is(byte)).count();
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let words = sample.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    let chars = sample.len() - count(u8::is_ascii_whitespace);
    upper * 5 >= chars && lower * 8 >= chars && (upper > words || chars * 2 < words * 5)
}
