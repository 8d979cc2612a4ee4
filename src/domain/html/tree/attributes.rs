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

/// What the scan of a tag expects next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The rest of a name.
    Rest,
    /// The name of an attribute.
    Name,
    /// A value; blanks may stand before it.
    Value,
}

/// The end of a tag that begins before `start`, and where its attributes become too many.
fn scan_tag(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return (start, None);
    }
    let (mut attributes, mut limit, mut at) = (0, None, start);
    let mut expected = Expected::Rest;
    while let Some(&byte) = bytes.get(at) {
        let rest = || bytes.get(at + 1..).unwrap_or_default();
        match (byte, expected) {
            (b'>', _) => return (at, limit),
            (b' ' | b'\t' | b'\n' | b'\r' | b'\x0c', Expected::Value) => {}
            (b'"' | b'\'', Expected::Value) => {
                at += 1 + memchr::memchr(byte, rest()).unwrap_or(rest().len());
                // The next name may follow without a blank.
                expected = Expected::Name;
            }
            (_, Expected::Value) => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                at += rest().iter().position(is_end).unwrap_or(rest().len());
                expected = Expected::Name;
            }
            (b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/', _) => expected = Expected::Name,
            (b'=', _) => expected = Expected::Value,
            (_, Expected::Name) => {
                attributes += 1;
                if attributes > MAX_ATTRIBUTES && limit.is_none() {
                    limit = Some(at);
                }
                expected = Expected::Rest;
            }
            (_, Expected::Rest) => {}
        }
        at += 1;
    }
    (bytes.len(), limit)
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTRIBUTES, bound};

    #[test]
    fn blanks_between_attributes_are_no_attributes() {
        let blanks = "\n".repeat(10) + &" ".repeat(400);
        for html in [
            format!("<a{blanks}href=\"https://a.example/\"{blanks}class='b'{blanks}>x</a>"),
            format!("<a{blanks}href{blanks}={blanks}https://a.example/{blanks}>x</a>"),
            format!("<a href=\"{}\">x</a>", "a = / b ".repeat(200)),
            format!("<a href={}>x</a>", "/a=b".repeat(200)),
            "<p title = \"a > b\" class=x>y</p>".to_owned(),
        ] {
            assert_eq!(bound(&html), html);
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_left_out() {
        for attribute in [" a", "/a", " a=b", " a='b'", "a=\"b\"", " a = b"] {
            let html = format!("<p {}>x</p>", attribute.repeat(MAX_ATTRIBUTES + 50));
            let kept = bound(&html);
            assert!(kept.len() < html.len() && kept.ends_with(">x</p>"), "{attribute}: {kept}");
        }
    }
}
