//! Parses the lexical elements of structured header fields (RFC 5322, section 3.2).

use super::encoded_word;
use super::folding::unfold;

/// Unfolds and trims the value of a header field. If the value starts with an encoded word, also decodes the value.
pub(super) fn plain(raw: &[u8]) -> Vec<u8> {
    let line = unfold(raw);
    match line.trim_ascii() {
        // Some gateways encode the whole value of a structured header field.
        whole if whole.starts_with(b"=?") => {
            encoded_word::decode_text(whole, crate::mime::charset::Charset::UTF_8).into_bytes()
        }
        line => line.to_vec(),
    }
}

/// Returns the first token of a header field value in lowercase, without surrounding quotation marks and spaces.
pub(super) fn token(text: &[u8]) -> String {
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b';' | b'/');
    let start = text.iter().position(|byte| !is_edge(byte)).unwrap_or(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let is_token = |byte: &u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(byte);
    let end = rest.iter().position(|byte| !is_token(byte)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Removes the comments from the value of a header field (RFC 5322, section 3.2.2). An unclosed comment
/// extends to the end of the value.
pub(super) fn without_comments(value: &[u8]) -> Vec<u8> {
    let (mut out, mut depth, mut escaped, mut quoted) =
        (Vec::with_capacity(value.len()), 0_usize, false, false);
    for &byte in value {
        if escaped {
            escaped = false;
        } else {
            match byte {
                b'\\' => escaped = true,
                b'"' if depth == 0 => quoted = !quoted,
                b'(' if !quoted => {
                    depth += 1;
                    continue;
                }
                b')' if !quoted && depth > 0 => {
                    depth -= 1;
                    if depth == 0 {
                        out.push(b' ');
                    }
                    continue;
                }
                _ => {}
            }
        }
        if depth == 0 {
            out.push(byte);
        }
    }
    out
}
