//! Decodes quoted-printable as it occurs in mails (RFC 2045, section 6.7).

/// Decodes a quoted-printable body. Invalid escape sequences and raw bytes are left unchanged. Spaces between an equals
/// sign and the end of the line belong to the soft line break and are removed.
pub(super) fn decode(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(byte) = escaped(rest) {
            out.push(byte);
            rest = rest.get(2..).unwrap_or_default();
        } else if let Some(after) = soft_break(rest) {
            rest = after;
        } else {
            out.push(b'=');
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Decodes the two hexadecimal digits, in upper or lower case, at the start of `rest`; `None` if `rest` does not start
/// with two such digits.
fn escaped(rest: &[u8]) -> Option<u8> {
    let digit = |at: usize| rest.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Returns the bytes after a soft line break. `rest` is the text after an equals sign; `None` if the equals sign does
/// not start a soft line break. An equals sign at the end of the body counts as a soft line break.
fn soft_break(rest: &[u8]) -> Option<&[u8]> {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let rest = rest.get(blanks..)?;
    let after =
        rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"));
    if rest.is_empty() { Some(rest) } else { after }
}

/// Returns whether `text` is certainly quoted-printable. Such text contains an escape sequence such as `=C3`, and each
/// of its equals signs starts an escape sequence or ends a line.
pub(super) fn is_certain(text: &[u8]) -> bool {
    let mut has_escape = false;
    let is_valid = memchr::memchr_iter(b'=', text).all(|at| match text.get(at + 1..).unwrap_or_default() {
        [] | [b'\r' | b'\n', ..] => true,
        [high, low, ..] => {
            let is_escape = [high, low].iter().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'));
            has_escape |= is_escape;
            is_escape
        }
        [_] => false,
    });
    is_valid && has_escape
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_and_soft_line_breaks_are_decoded_and_the_rest_is_unchanged() {
        for (body, text) in [
            ("caf=C3=A9", "café"),
            ("caf=c3=a9", "café"),
            ("a=\r\nb=\nc=  \t\r\nd=\re", "abcde"),
            ("a = b, x=1=zz, 50=%", "a = b, x=1=zz, 50=%"),
            ("http://a.example/?q=2", "http://a.example/?q=2"),
            ("end=", "end"),
            ("end= ", "end"),
            ("==3D", "=="),
            ("café =E2=82=AC", "café €"),
            ("blanks stay  \r\nhere", "blanks stay  \r\nhere"),
        ] {
            assert_eq!(decode(body.as_bytes()), text.as_bytes(), "{body:?}");
        }
    }
}
