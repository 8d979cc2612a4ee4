//! Finds the encoded words in the value of a header field.

/// Maximum length in bytes of the charset label in an encoded word. Text with a longer label is not treated as an
/// encoded word.
const MAX_CHARSET_BYTES: usize = 60;

/// A span of a header field value: either text or an encoded word.
pub(super) enum ValueSegment<'a> {
    /// Text outside encoded words, in its original encoding.
    Text(&'a [u8]),
    /// An encoded word: its charset label without the language (RFC 2231, section 5), and its decoded bytes.
    Word { charset: &'a [u8], bytes: Vec<u8> },
}

/// Splits the value of a header field into encoded words and the text outside them.
pub(super) fn spans(value: &[u8]) -> impl Iterator<Item = ValueSegment<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = value.get(at..).filter(|rest| !rest.is_empty())?;
        let start = next_word(rest).unwrap_or(rest.len());
        if start > 0 {
            at += start;
            return rest.get(..start).map(ValueSegment::Text);
        }
        let word = EncodedWord::parse(rest)?;
        at += word.len;
        Some(ValueSegment::Word { charset: word.charset, bytes: word.decode() })
    })
}

/// Returns the byte offset of the first encoded word in the value of a header field; `None` if the value
/// contains no encoded word.
pub(in crate::mime::header) fn next_word(value: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(value, b"=?")
        .find(|&at| value.get(at..).and_then(EncodedWordStart::parse).is_some())
}

/// Returns the length in bytes of the encoded word at the start of `text`; `None` if `text` does not start with an
/// encoded word.
pub(in crate::mime::header) fn word_len(text: &[u8]) -> Option<usize> {
    EncodedWord::parse(text).map(|word| word.len)
}

/// The start of an encoded word: `=?charset?encoding?`.
struct EncodedWordStart<'a> {
    charset: &'a [u8],
    base64: bool,
    len: usize,
}

impl<'a> EncodedWordStart<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"=?")?;
        let near = rest.get(..MAX_CHARSET_BYTES).unwrap_or(rest);
        let end = memchr::memchr(b'?', near)?;
        let charset = near.get(..end)?;
        let is_label = |byte: &u8| !(byte.is_ascii_whitespace() || matches!(byte, b'=' | b'<' | b'>' | b'@'));
        if !charset.iter().all(is_label) {
            return None;
        }
        let base64 = match rest.get(end + 1)? {
            b'b' | b'B' => true,
            b'q' | b'Q' => false,
            _ => return None,
        };
        let charset = charset.split(|&byte| byte == b'*').next().unwrap_or(charset);
        (rest.get(end + 2) == Some(&b'?')).then_some(Self { charset, base64, len: end + 5 })
    }
}

struct EncodedWord<'a> {
    charset: &'a [u8],
    base64: bool,
    content: &'a [u8],
    len: usize,
}

impl<'a> EncodedWord<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        let head = EncodedWordStart::parse(text)?;
        let rest = text.get(head.len..)?;
        // The content ends before the next encoded word, even if the `?=` is missing.
        let rest = rest.get(..next_word(rest).unwrap_or(rest.len()))?;
        let (content, len) = match closing(rest, head.base64) {
            Some(end) => (rest.get(..end)?, end + 2),
            None => open(rest, head.base64),
        };
        Some(Self { charset: head.charset, base64: head.base64, content, len: head.len + len })
    }

    fn decode(&self) -> Vec<u8> {
        if self.base64 { base64_decoded(self.content) } else { q_decoded(self.content) }
    }
}

/// Returns the byte offset of the `?=` that ends an encoded word; `None` if the `?=` is missing. `base64` indicates
/// whether the word is encoded in base64.
fn closing(text: &[u8], base64: bool) -> Option<usize> {
    let end = memchr::memmem::find_iter(text, b"?=").find(|&at| {
        let next = text.get(at + 2..).unwrap_or_default();
        let hex = |at: usize| next.get(at).is_some_and(u8::is_ascii_hexdigit);
        // In `Now?=20then?=`, the first `?=` does not end the word: it is a question mark before the escape
        // `=20`.
        let escape = !base64 && hex(0) && hex(1);
        let word = next.iter().position(u8::is_ascii_whitespace).unwrap_or(next.len());
        !(escape
            && memchr::memmem::find(next.get(..word.min(MAX_AHEAD_BYTES)).unwrap_or(next), b"?=").is_some())
    })?;
    // White space is not allowed in an encoded word. If there is some, the content must not contain
    // characters that never occur in encoded content.
    let content = text.get(..end)?;
    let foreign = if base64 { b"<>@\",".as_slice() } else { b"<>" };
    let blank = content.iter().any(u8::is_ascii_whitespace);
    (!blank || !content.iter().any(|byte| foreign.contains(byte))).then_some(end)
}

/// Maximum number of bytes that are searched for the end of an encoded word after a `?=` that may instead be a question
/// mark before an escape sequence, as in `?=20`. If no other `?=` is found, the word ends at the first one.
const MAX_AHEAD_BYTES: usize = 120;

/// Returns the content and the length in bytes of an encoded word whose closing `?=` is missing. The content
/// extends to the next space, bracket or quotation mark.
fn open(text: &[u8], base64: bool) -> (&[u8], usize) {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'<' | b'>' | b'"' | b'(' | b')')
            || base64 && !(byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte))
    };
    let end = text.iter().position(ends).unwrap_or(text.len());
    let content = text.get(..end).unwrap_or_default();
    let len = end + usize::from(text.get(end) == Some(&b'?'));
    (content.strip_suffix(b"?").unwrap_or(content), len)
}

/// Decodes the `Q` encoding of an encoded word (RFC 2047, section 4.2); invalid escape sequences are left
/// unchanged.
fn q_decoded(content: &[u8]) -> Vec<u8> {
    let digit = |at: usize| content.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    // A fold inside an encoded word is removed, because the sender inserted it. If the word contains literal
    // spaces, the fold becomes a space.
    let blanks = content.contains(&b' ') && !content.iter().any(|byte| matches!(byte, b'_' | b'\r' | b'\n'));
    let (mut out, mut at) = (Vec::with_capacity(content.len()), 0);
    while let Some(&byte) = content.get(at) {
        at += 1;
        match byte {
            b'_' => out.push(b' '),
            b'=' => match digit(at).zip(digit(at + 1)) {
                Some((high, low)) => {
                    out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                    at += 2;
                }
                None => out.push(b'='),
            },
            b'\r' | b'\n' => {
                while content.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                if blanks {
                    out.push(b' ');
                }
            }
            _ => out.push(byte),
        }
    }
    out
}

/// Decodes base64 leniently: padding may be missing or in the middle, and bytes outside the alphabet are
/// ignored.
fn base64_decoded(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in content {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    out
}
