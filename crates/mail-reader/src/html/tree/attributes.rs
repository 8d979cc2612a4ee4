//! Limits the number of attributes in a tag, before the tokenizer reads the tag.

/// Maximum number of attributes in a tag; further attributes are removed.
const MAX_ATTRIBUTES: usize = 100;

/// Removes the attributes beyond [`MAX_ATTRIBUTES`] from each tag. The tokenizer compares each attribute with
/// all previous ones, so many attributes would take quadratic time.
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

/// The position of the scanner within a tag (HTML standard, sections 13.2.5.8 and 13.2.5.32 to 13.2.5.39).
#[derive(Clone, Copy, PartialEq, Eq)]
enum AttributePosition {
    TagName,
    /// The scanner is before the name of an attribute.
    Between,
    Name,
    /// The scanner is in the white space after the name of an attribute; an equals sign may follow.
    AfterName,
    /// The scanner is after the equals sign of an attribute, before its value.
    BeforeValue,
    UnquotedValue,
}

/// Scans a tag whose name begins at the byte offset `start`. Returns the offset of the end of the tag. Also
/// returns the offset of the first attribute beyond the limit, or `None` if all attributes are within the
/// limit.
fn scan_tag(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return (start, None);
    }
    let (mut attributes, mut limit, mut at) = (0, None, start);
    let mut place = AttributePosition::TagName;
    while let Some(&byte) = bytes.get(at) {
        let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        place = match (place, byte) {
            (_, b'>') => return (at, limit),
            (AttributePosition::BeforeValue, b'"' | b'\'') => {
                let value = bytes.get(at + 1..).unwrap_or_default();
                at += 1 + memchr::memchr(byte, value).unwrap_or(value.len());
                AttributePosition::Between
            }
            (AttributePosition::TagName | AttributePosition::UnquotedValue, _) if blank => {
                AttributePosition::Between
            }
            (
                AttributePosition::TagName
                | AttributePosition::Between
                | AttributePosition::Name
                | AttributePosition::AfterName,
                b'/',
            ) => AttributePosition::Between,
            (AttributePosition::Name, _) if blank => AttributePosition::AfterName,
            (AttributePosition::Name | AttributePosition::AfterName, b'=') => AttributePosition::BeforeValue,
            (
                AttributePosition::Between | AttributePosition::AfterName | AttributePosition::BeforeValue,
                _,
            ) if blank => place,
            (AttributePosition::Between | AttributePosition::AfterName, _) => {
                attributes += 1;
                if attributes > MAX_ATTRIBUTES && limit.is_none() {
                    limit = Some(at);
                }
                AttributePosition::Name
            }
            (AttributePosition::BeforeValue, _) => AttributePosition::UnquotedValue,
            (AttributePosition::TagName | AttributePosition::Name | AttributePosition::UnquotedValue, _) => {
                place
            }
        };
        at += 1;
    }
    (bytes.len(), limit)
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTRIBUTES, bound};

    #[test]
    fn white_space_between_attributes_is_not_an_attribute() {
        let blanks = "\n".repeat(10) + &" ".repeat(400);
        for html in [
            format!("<a{blanks}href=\"https://a.example/\"{blanks}class='b'{blanks}>x</a>"),
            format!("<a{blanks}href{blanks}={blanks}https://a.example/{blanks}>x</a>"),
            format!("<a href=\"{}\">x</a>", "a = / b ".repeat(200)),
            format!("<a href={}>x</a>", "/a=b".repeat(200)),
            "<p title = \"a > b\" class=x>y</p>".to_owned(),
            "a < b <3 <p".to_owned(),
        ] {
            assert_eq!(bound(&html), html);
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_dropped() {
        // An attribute name may start with an equals sign (HTML standard, section 13.2.5.32).
        for attribute in [" a", "/a", " a=b", " a='b'", "a=\"b\"", " a = b", " =a", " \"a\"' "] {
            let html = format!("<p {}>x</p>", attribute.repeat(3 * MAX_ATTRIBUTES));
            let bounded = bound(&html);
            assert!(bounded.len() < html.len() && bounded.ends_with(">x</p>"), "{attribute}: {bounded}");
            assert!(bounded.len() > MAX_ATTRIBUTES, "{attribute}: {bounded}");
        }
    }
}
