//! Decodes encoded words (RFC 2047) and raw 8-bit text in unstructured header fields.

mod scan;

use crate::mime::charset::{self, Charset};
use scan::{ValueSegment, spans};
use std::borrow::Cow;

pub(super) use scan::word_len;

/// Decodes an unstructured header field, including its encoded words and its raw 8-bit text, whose charset is
/// `raw_charset`. Returns the value as one line.
///
/// Adjacent encoded words in the same charset are joined before they are decoded. Many programs split the bytes of a
/// character between two encoded words, although RFC 2047, section 5, forbids this.
pub(super) fn decode_text(raw: &[u8], raw_charset: Charset) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut words = AdjacentWords::default();
    let mut all = spans(raw).peekable();
    while let Some(span) = all.next() {
        match span {
            ValueSegment::Word { charset, bytes } => words.push(charset, &bytes, &mut out),
            // White space between two encoded words is ignored (RFC 2047, section 6.2).
            ValueSegment::Text(text)
                if !words.is_empty() && text.iter().all(u8::is_ascii_whitespace) && all.peek().is_some() => {}
            ValueSegment::Text(text) => {
                words.flush(&mut out);
                push_text(text, raw_charset, &mut out);
                // Folding white space between text and an encoded word is displayed as a space (RFC 2047,
                // 6.2).
                if all.peek().is_some() && ends_in_fold(text) && !(out.is_empty() || out.ends_with(' ')) {
                    out.push(' ');
                }
            }
        }
    }
    words.flush(&mut out);
    out
}

/// Converts the raw 8-bit text in the value of a header field to UTF-8, so that the structure of the value can be
/// parsed. Encoded words are not decoded.
pub(super) fn to_utf8(raw: &[u8], raw_charset: Charset) -> Cow<'_, [u8]> {
    if std::str::from_utf8(raw).is_ok() && !raw.contains(&0x1b) {
        return Cow::Borrowed(raw);
    }
    let (mut out, mut at) = (Vec::with_capacity(raw.len()), 0);
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        let text = scan::next_word(rest).unwrap_or(rest.len());
        let word = rest.get(text..).and_then(word_len).unwrap_or_default();
        let (text, tail) = rest.split_at(text.min(rest.len()));
        out.extend_from_slice(decode_raw(text, raw_charset).as_bytes());
        out.extend_from_slice(tail.get(..word).unwrap_or_default());
        at += text.len() + word;
    }
    Cow::Owned(out)
}

fn decode_raw(text: &[u8], raw_charset: Charset) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) if !text.contains('\u{1b}') => Cow::Borrowed(text),
        _ => raw_charset.decode(text).0,
    }
}

/// Appends text as a single line, replacing each folding line break with one space.
fn push_text(text: &[u8], raw_charset: Charset, out: &mut String) {
    let unfolded;
    let text = if memchr::memchr2(b'\r', b'\n', text).is_some() {
        unfolded = super::folding::unfold(text);
        &unfolded
    } else {
        text
    };
    out.push_str(&decode_raw(text, raw_charset));
}

/// Returns whether `text` ends with a line break, optionally followed by white space.
fn ends_in_fold(text: &[u8]) -> bool {
    let blanks = text.get(text.trim_ascii_end().len()..).unwrap_or_default();
    memchr::memchr2(b'\r', b'\n', blanks).is_some()
}

/// Adjacent encoded words in the same charset, which are decoded together.
#[derive(Default)]
struct AdjacentWords<'a> {
    label: &'a [u8],
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> AdjacentWords<'a> {
    fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, label: &'a [u8], bytes: &[u8], out: &mut String) {
        if !self.is_empty() && !self.label.eq_ignore_ascii_case(label) {
            self.flush(out);
        }
        self.label = label;
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    fn flush(&mut self, out: &mut String) {
        if self.is_empty() {
            return;
        }
        let label = String::from_utf8_lossy(self.label);
        let joined = charset::decode(&self.bytes, Some(&label));
        let apart = joined.has_holes || (joined.charset.is_stateful() && !self.continues());
        if self.ends.len() > 1 && apart {
            let (mut apart, mut start) = (String::new(), 0);
            for &end in &self.ends {
                let word = self.bytes.get(start..end).unwrap_or_default();
                apart.push_str(&joined.charset.decode(word).0);
                start = end;
            }
            let holes = |text: &str| text.matches('\u{fffd}').count();
            out.push_str(if holes(&apart) <= holes(&joined.text) { &apart } else { &joined.text });
        } else {
            out.push_str(&joined.text);
        }
        self.bytes.clear();
        self.ends.clear();
    }

    /// Returns whether any of these encoded words starts in the character set in which the preceding word ends,
    /// although RFC 2047 requires each encoded word to start in ASCII. The first control sequence of such a word
    /// switches back to ASCII.
    fn continues(&self) -> bool {
        self.ends.iter().any(|&start| {
            let word = self.bytes.get(start..).unwrap_or_default();
            let switch = word.iter().position(|byte| matches!(byte, 0x0e | 0x0f | 0x1b | b'~'));
            let switch = switch.and_then(|at| word.get(at..)).unwrap_or_default();
            [&b"\x0f"[..], b"\x1b(B", b"\x1b(J", b"~}"].iter().any(|back| switch.starts_with(back))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_between_text_and_an_encoded_word_is_one_space() {
        for (raw, text) in [
            ("Re: TEST\r\n =?utf-8?q?=c3=a4?=", "Re: TEST ä"),
            ("Re: TEST \r\n \r\n\t=?utf-8?q?=c3=a4?=", "Re: TEST ä"),
            ("=?utf-8?q?=c3=a4?=\r\n next\r\n =?utf-8?q?=c3=a4?=\r\n ", "ä next ä"),
            ("\r\n =?utf-8?q?=c3=a4?=", "ä"),
            ("(=?utf-8?q?=c3=a4?=)", "(ä)"),
        ] {
            assert_eq!(decode_text(raw.as_bytes(), Charset::UTF_8).trim(), text, "{raw}");
        }
    }

    #[test]
    fn encoded_words_that_split_a_character_are_joined() {
        for (raw, text) in [
            // Each encoded word starts in ASCII; the first word does not switch back to ASCII at its end.
            ("=?iso-2022-jp?B?GyRCJDRKPQ==?= =?iso-2022-jp?Q?ok?=", "ご塀ok"),
            ("=?iso-2022-jp?B?GyRCJDQzTkcn?=\r\n =?iso-2022-jp?B?JTMhPCVJGyhC?=", "ご確認コード"),
            ("=?hz-gb-2312?Q?~{VP?= =?hz-gb-2312?Q?ND~}?=", "中文"),
        ] {
            assert_eq!(decode_text(raw.as_bytes(), Charset::Standard(encoding_rs::UTF_8)), text, "{raw}");
        }
    }
}
