//! Detects the bytes that may precede the first header field of a mail, such as an mbox `From ` line.

/// Returns the byte offset of the first header field. The field may be preceded by a byte order mark, empty lines and
/// mbox `From ` lines.
pub(super) fn end(raw: &[u8]) -> usize {
    let mut at = if raw.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let rest = raw.get(at..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    // Leading spaces are part of the first line, unless the line contains nothing else.
    let ends =
        rest.get(..blank).and_then(|blank| blank.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')));
    at += ends.map_or(0, |end| end + 1);
    let rest = raw.get(at..).unwrap_or_default();
    if is_separator(rest) {
        at += memchr::memchr2(b'\n', b'\r', rest)
            .map_or(rest.len(), |end| end + 1 + usize::from(rest.get(end..end + 2) == Some(b"\r\n")));
    }
    at
}

/// Returns whether a line is an mbox `From ` line, which separates mails. A line that starts with `From :` is not such
/// a line, but a header field with a space before the colon.
pub(super) fn is_separator(line: &[u8]) -> bool {
    (line.starts_with(b"From ") || line.starts_with(b">From ")) && field_name(line).is_none()
}

/// Returns whether a line starts a header field, that is, whether it starts with a name and a colon. The name consists
/// of printable ASCII characters other than spaces (RFC 5322, section 2.2).
pub(crate) fn is_header(line: &[u8]) -> bool {
    field_name(line).is_some()
}

/// Returns the name of the header field that starts on a line; `None` if no field starts there. Spaces may precede the
/// colon (RFC 5322, section 4.5).
pub(super) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let name = line.get(..memchr::memchr(b':', line)?)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_space_before_its_colon_is_not_an_mbox_separator() {
        assert!(is_separator(b"From a@b.example Fri Mar 14 09:41:07 2025\r\n"));
        assert!(is_separator(b">From a@b.example\n"));
        assert!(!is_separator(b"From : a@b.example\r\n"));
        assert_eq!(end(b"From : a@b.example\r\n\r\ntext"), 0);
        assert_eq!(end(b"From a@b.example\r\nTo: x\r\n"), 18);
    }
}
