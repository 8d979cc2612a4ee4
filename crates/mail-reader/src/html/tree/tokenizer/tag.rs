//! Reads an HTML tag and its attributes (HTML standard, sections 13.2.5.8 and 13.2.5.32 to 13.2.5.40).

use html5ever::LocalName;
use std::borrow::Cow;

/// Maximum number of attributes in a tag; further attributes are dropped. Each attribute is compared with all previous
/// ones, so the run time is quadratic in the number of attributes.
pub(super) const MAX_ATTRIBUTES: usize = 100;

/// An attribute as written in the HTML document.
#[derive(Clone, Copy, Debug)]
pub(in crate::html::tree) struct RawAttribute<'a> {
    name: &'a str,
    /// The value without quotation marks. Character references are not decoded.
    pub(in crate::html::tree) value: &'a str,
}

/// A start tag of an HTML document.
#[derive(Debug)]
pub(in crate::html::tree) struct StartTag<'a> {
    pub(in crate::html::tree) name: LocalName,
    pub(in crate::html::tree) self_closing: bool,
    /// The attributes of the tag, with no duplicate names.
    pub(in crate::html::tree) attributes: &'a [RawAttribute<'a>],
}

/// A tag that was read, without its attributes.
pub(super) struct Tag {
    pub(super) name: LocalName,
    /// Length of the tag in bytes.
    pub(super) length: usize,
    pub(super) self_closing: bool,
    /// Whether attributes beyond [`MAX_ATTRIBUTES`] were dropped.
    pub(super) has_dropped: bool,
}

impl RawAttribute<'_> {
    /// Returns the name of the attribute in lower case.
    pub(in crate::html::tree) fn local_name(&self) -> LocalName {
        local_name(self.name)
    }

    /// Returns whether the attribute has the name `name`, ignoring ASCII case.
    pub(in crate::html::tree) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Returns whether a byte is white space between attributes.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// Reads a tag whose name begins at the byte offset `name_offset` of `text`. Appends the attributes of the tag to
/// `attributes`. Returns `None` if the document ends before the tag does.
pub(super) fn read<'a>(
    text: &'a str,
    name_offset: usize,
    attributes: &mut Vec<RawAttribute<'a>>,
) -> Option<Tag> {
    let mut scanner = Scanner { text, at: name_offset };
    let name = local_name(scanner.until(|byte| is_space(byte) || matches!(byte, b'/' | b'>')));
    let mut count = 0;
    let self_closing = loop {
        scanner.until(|byte| !is_space(byte));
        match scanner.peek()? {
            b'>' => break false,
            b'/' => {
                scanner.at += 1;
                if scanner.peek()? == b'>' {
                    break true;
                }
            }
            _ => {
                let attribute = scanner.attribute()?;
                count += 1;
                let is_new = |attributes: &[RawAttribute<'_>]| {
                    !attributes.iter().any(|other| other.name.eq_ignore_ascii_case(attribute.name))
                };
                if count <= MAX_ATTRIBUTES && is_new(attributes) {
                    attributes.push(attribute);
                }
            }
        }
    };
    Some(Tag { name, length: scanner.at + 1, self_closing, has_dropped: count > MAX_ATTRIBUTES })
}

/// Returns a tag or attribute name in lower case.
fn local_name(name: &str) -> LocalName {
    if !name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0) {
        return LocalName::from(name);
    }
    LocalName::from(Cow::from(name.to_ascii_lowercase().replace('\0', "\u{fffd}")))
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips the bytes before the first one for which `is_end` returns `true`. Returns the skipped text.
    fn until(&mut self, is_end: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| is_end(byte)).unwrap_or(rest.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Reads an attribute at the current position; `None` if the document ends before the attribute does.
    fn attribute(&mut self) -> Option<RawAttribute<'a>> {
        let start = self.at;
        // The first character belongs to the name, even if it is an equals sign.
        self.at += 1;
        self.until(|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
        let name = self.text.get(start..self.at)?;
        self.until(|byte| !is_space(byte));
        if self.peek()? != b'=' {
            return Some(RawAttribute { name, value: "" });
        }
        self.at += 1;
        self.until(|byte| !is_space(byte));
        let value = match self.peek()? {
            b'>' => "",
            quote @ (b'"' | b'\'') => {
                let rest = self.text.get(self.at + 1..)?;
                let end = memchr::memchr(quote, rest.as_bytes())?;
                self.at += end + 2;
                rest.get(..end)?
            }
            _ => self.until(|byte| is_space(byte) || byte == b'>'),
        };
        Some(RawAttribute { name, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(tag: &str) -> (Vec<RawAttribute<'_>>, Tag) {
        let mut attributes = Vec::new();
        let read = read(tag, 1, &mut attributes).expect("the tag has an end");
        (attributes, read)
    }

    #[test]
    fn white_space_between_attributes_is_not_an_attribute() {
        let blanks = "\n".repeat(10) + &" ".repeat(400);
        for (tag, count) in [
            (format!("<a{blanks}href=\"https://a.example/\"{blanks}class='b'{blanks}>x</a>"), 2),
            (format!("<a{blanks}href{blanks}={blanks}https://a.example/{blanks}>x</a>"), 1),
            (format!("<a href=\"{}\">x</a>", "a = / b ".repeat(200)), 1),
            (format!("<a href={}>x</a>", "/a=b".repeat(200)), 1),
            ("<p title = \"a > b\" class=x>y</p>".to_owned(), 2),
        ] {
            let (attributes, read) = attributes(&tag);
            assert_eq!((attributes.len(), read.has_dropped), (count, false), "{tag}");
            assert!(tag.get(..read.length).is_some_and(|tag| tag.ends_with('>')), "{tag}");
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_dropped() {
        // An attribute name may start with an equals sign (HTML standard, section 13.2.5.33).
        for attribute in [" a", "/a", " a=b", " a='b'", "a=\"b\"", " a = b", " =a", " \"a\"' "] {
            let tag = format!("<p {}>x</p>", attribute.repeat(3 * MAX_ATTRIBUTES));
            let (attributes, read) = attributes(&tag);
            assert!(read.has_dropped && (1..=MAX_ATTRIBUTES).contains(&attributes.len()), "{attribute}");
            assert!(tag.get(read.length..).is_some_and(|rest| rest.ends_with("x</p>")), "{attribute}");
        }
    }
}
