//! Bounds the attributes of tags before the tokenizer sees them.

/// How many attributes of a tag are looked at.
const MAX_ATTRIBUTES: usize = 100;

/// Leaves out attributes beyond [`MAX_ATTRIBUTES`] of a tag: the tokenizer compares each with
/// all before it.
pub(super) fn bound(html: &str) -> std::borrow::Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    let bytes = html.as_bytes();
    while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = from + at + 1;
        let (end, limit) = scan_tag(bytes, start);
        if let Some(limit) = limit {
            out.push_str(html.get(copied..limit).unwrap_or_default());
            copied = end;
        }
        from = end;
    }
    if copied == 0 {
        return html.into();
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    out.into()
}

/// The end of a tag that begins before `start`, and where its attributes become too many.
fn scan_tag(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return (start, None);
    }
    let (mut attributes, mut limit, mut at) = (0, None, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return (at, limit),
            b'"' | b'\'' if bytes.get(at - 1) == Some(&b'=') => {
                let value = bytes.get(at + 1..).unwrap_or_default();
                at += 1 + memchr::memchr(byte, value).unwrap_or(value.len());
            }
            b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'=' => {
                attributes += 1;
                if attributes > 2 * MAX_ATTRIBUTES && limit.is_none() {
                    limit = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), limit)
}
