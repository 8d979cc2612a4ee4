//! Recognises base64 that was encoded again as quoted-printable (RFC 2045, section 6.7).

use super::is_letter;
use memchr::memmem;

/// Minimum and maximum length in bytes of a line that ends with a quoted-printable soft line break, including the
/// equals sign. A body with shorter or longer lines does not count as quoted-printable.
const DIVIDED_LINE_BYTES: std::ops::RangeInclusive<usize> = 70..=77;

/// Returns whether a base64 body is also encoded as quoted-printable. This is the case if the padding is written as
/// `=3D`, or if the lines end with soft line breaks (`=`).
pub(in crate::mime) fn is_quoted(body: &[u8]) -> bool {
    has_quoted_padding(body) || has_divided_lines(body)
}

/// Returns whether a body contains padding that is encoded as `=3D`. Such padding must follow a base64 character and
/// precede white space or the end of the body.
fn has_quoted_padding(body: &[u8]) -> bool {
    memmem::find_iter(body, b"=3D").any(|at| {
        let before = at.checked_sub(1).and_then(|at| body.get(at));
        let after = body.get(at + 3..).unwrap_or_default();
        let after = after.strip_prefix(b"=3D").unwrap_or(after);
        before.copied().is_some_and(is_letter) && after.first().is_none_or(u8::is_ascii_whitespace)
    })
}

/// Returns whether all lines but the last one have the same length and consist of base64 characters and a final `=`. In
/// at least one of these lines, the `=` cannot be padding.
fn has_divided_lines(body: &[u8]) -> bool {
    let mut lines = body.trim_ascii().split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).peekable();
    let first = lines.peek().map_or(0, |line| line.len());
    if !DIVIDED_LINE_BYTES.contains(&first) {
        return false;
    }
    let mut is_padding = true;
    while let Some(line) = lines.next() {
        if lines.peek().is_none() {
            return !is_padding;
        }
        let Some(text) = line.strip_suffix(b"=").filter(|_| line.len() == first) else { return false };
        if !text.iter().copied().all(is_letter) {
            return false;
        }
        is_padding &= is_end_of_text(text);
    }
    false
}

/// Returns whether a single padding character can follow `text`. This is the case if the last group of base64
/// characters has three characters, and its two unused bits are zero.
fn is_end_of_text(text: &[u8]) -> bool {
    let last = text.last().copied().and_then(|byte| super::Alphabet::Standard.value(byte));
    text.len() % 4 == 3 && last.is_some_and(|value| value % 4 == 0)
}

#[cfg(test)]
mod tests {
    use super::is_quoted;

    #[test]
    fn quoted_base64_is_recognised() {
        for body in ["SGVsbG8=3D\r\n", "SGVsbG8h\r\nSA=3D=3D", &format!("{}=\r\nAbc=\r\n", "Abd".repeat(25))]
        {
            assert!(is_quoted(body.as_bytes()), "{body}");
        }
        let text = format!("{}A=\r\nQUJD\r\n", "QUJD".repeat(18) + "QU");
        for body in ["SGVsbG8=\r\n", "SGVsbG8=3DQQ", "=3D", "a =3D b", "", &text] {
            assert!(!is_quoted(body.as_bytes()), "{body}");
        }
    }
}
