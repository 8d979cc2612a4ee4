//! Recognises text that is base64 although the mail does not declare it as such, and text that is base64-encoded twice.

use super::{Alphabet, Decoder, is_letter, likelihood, without_padding};

/// Text without a declared transfer encoding is decoded as base64 only if it has at least this many bytes.
const MIN_CHARS: usize = 40;
/// Maximum number of bytes at the start of a text part that are examined to determine whether it is base64; the rest is
/// ignored.
const SAMPLE_BYTES: usize = 4 << 10;
/// Text without a declared transfer encoding is decoded as base64 only if its score ([`likelihood::of_text`], in
/// eighths of a bit) is at most this value. Negative scores suggest base64 rather than plain text.
const MAX_LIKELIHOOD: i64 = -160;

/// Decodes text that consists only of base64 in lines of equal length. Returns `None` for any other text, or if the
/// decoded content is not readable UTF-8.
pub(in crate::mime) fn decode_undeclared(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    if text.len() < MIN_CHARS || !has_equal_lines(text) {
        return None;
    }
    let sample = text.get(..SAMPLE_BYTES).unwrap_or(text);
    if likelihood::of_text(sample, true) > MAX_LIKELIHOOD {
        return None;
    }
    let mut decoder = Decoder::new(Alphabet::Standard);
    decoder.push(text);
    let content = decoder.take();
    let is_words = std::str::from_utf8(&content).is_ok_and(|content| {
        content.contains(char::is_whitespace)
            && !content.contains(|c: char| c.is_control() && !c.is_whitespace())
    });
    is_words.then_some(content)
}

/// Returns whether all lines consist of base64 characters, and all but the last one have the same length. The padding
/// may be missing.
fn has_equal_lines(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).peekable();
    let first = lines.peek().map_or(0, |line| line.len());
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let letters = if is_last { without_padding(line) } else { line };
        let has_length =
            if is_last { line.len() <= first } else { line.len() == first && first.is_multiple_of(4) };
        if !has_length || letters.len() % 4 == 1 || !letters.iter().copied().all(is_letter) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::decode_undeclared;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn only_encoded_words_are_decoded() {
        let words = "Your sign-in code is 918273.\nIt works for five minutes.\n";
        let encoded = STANDARD.encode(words);
        let (first, rest) = encoded.split_at(60);
        for text in [format!("{encoded}\r\n"), format!("\r\n{first}\r\n{rest}\r\n"), encoded.replace('=', "")]
        {
            assert_eq!(decode_undeclared(text.as_bytes()).as_deref(), Some(words.as_bytes()), "{text}");
        }
        for text in [
            encoded.replace('b', " "),
            format!("{encoded} is the text"),
            STANDARD.encode("Short text"),
            STANDARD.encode([0_u8; 60]),
            STANDARD.encode("a9f0c1".repeat(20)),
            "aLongWordOfLettersThatIsNoEncodedTextAtAll".to_owned(),
            "3f786850e387550fdab836ed7e6dc881de23001b".to_owned(),
        ] {
            assert_eq!(decode_undeclared(text.as_bytes()), None, "{text}");
        }
    }
}
