//! Decodes character references such as `&amp;` (HTML standard, sections 13.2.5.72 to 13.2.5.80), and normalises line
//! endings.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The context of text in an HTML document, which determines how the text is decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::html::tree) enum TextContext {
    /// The text is between tags. NUL characters are dropped.
    Data,
    /// The text is the content of an element that cannot contain tags, such as `title`.
    Text,
    /// The text is the content of an element that cannot contain tags or character references, such as `style`.
    Raw,
    /// The text is the value of an attribute. A named reference that lacks its semicolon is not decoded before a
    /// letter, a digit or `=`, because it is probably part of a URL.
    Attribute,
}

/// A decoded character reference: its length in bytes, and the one or two characters that it represents.
type Reference = (usize, char, Option<char>);

/// Decodes the character references in `text`, and passes the decoded text to `push` in chunks. All line endings become
/// line feeds.
pub(in crate::html::tree) fn decode(text: &str, context: TextContext, mut push: impl FnMut(&str)) {
    let bytes = text.as_bytes();
    // The text from `start` to `from` needs no change.
    let (mut start, mut from) = (0, 0);
    while let Some(found) = memchr::memchr3(b'&', b'\r', b'\0', bytes.get(from..).unwrap_or_default()) {
        let at = from + found;
        let mut replace = |length: usize, with: &[char]| {
            let before = text.get(start..at).unwrap_or_default();
            if !before.is_empty() {
                push(before);
            }
            for c in with {
                push(c.encode_utf8(&mut [0; 4]));
            }
            (start, from) = (at + length, at + length);
        };
        match bytes.get(at) {
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => replace(1, &[]),
            Some(b'\r') => replace(1, &['\n']),
            Some(b'\0') if context == TextContext::Data => replace(1, &[]),
            Some(b'\0') => replace(1, &['\u{fffd}']),
            _ if context == TextContext::Raw => from = at + 1,
            _ => match reference(text.get(at + 1..).unwrap_or_default(), context) {
                Some((length, one, Some(two))) => replace(length + 1, &[one, two]),
                Some((length, one, None)) => replace(length + 1, &[one]),
                None => from = at + 1,
            },
        }
    }
    let rest = text.get(start..).unwrap_or_default();
    if !rest.is_empty() {
        push(rest);
    }
}

/// Decodes the character reference whose `&` directly precedes `text`; `None` if there is no reference.
fn reference(text: &str, context: TextContext) -> Option<Reference> {
    match text.as_bytes() {
        [b'#', b'x' | b'X', ..] => number(text, 2, 16),
        [b'#', ..] => number(text, 1, 10),
        [first, ..] if first.is_ascii_alphanumeric() => named(text, context),
        _ => None,
    }
}

/// Decodes a numeric character reference. Its digits, in the base `base`, begin at the byte offset `start`. Returns
/// `None` if there are no digits.
fn number(text: &str, start: usize, base: u32) -> Option<Reference> {
    let mut number: u32 = 0;
    let mut end = start;
    while let Some(digit) = text.as_bytes().get(end).and_then(|&byte| char::from(byte).to_digit(base)) {
        number = number.saturating_mul(base).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    end += usize::from(text.as_bytes().get(end) == Some(&b';'));
    let replacement =
        || C1_REPLACEMENTS.get(usize::try_from(number.checked_sub(0x80)?).ok()?).copied().flatten();
    let c = match number {
        0 => '\u{fffd}',
        _ => replacement().or_else(|| char::from_u32(number)).unwrap_or('\u{fffd}'),
    };
    Some((end, c, None))
}

/// Decodes a named character reference; `None` if the name is unknown. If several names match, the longest one wins.
fn named(text: &str, context: TextContext) -> Option<Reference> {
    let bytes = text.as_bytes();
    let word = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let whole = bytes.get(word) == Some(&b';');
    let known = |length: usize| text.get(..length).and_then(|name| NAMED_ENTITIES.get(name));
    // The table also contains the beginnings of all names, with zeros.
    let decoded = |length: usize, &(one, two): &(u32, u32)| {
        let one = char::from_u32(one).filter(|one| *one != '\0')?;
        Some((length, one, char::from_u32(two).filter(|two| *two != '\0')))
    };
    if let Some(found) = known(word + 1).filter(|_| whole).and_then(|found| decoded(word + 1, found)) {
        return Some(found);
    }
    let mut longest = None;
    for (length, found) in (1..=word).map_while(|length| Some((length, known(length)?))) {
        longest = decoded(length, found).or(longest);
    }
    let (length, ..) = longest?;
    let is_name = |byte: &u8| *byte == b'=' || byte.is_ascii_alphanumeric();
    longest.filter(|_| context != TextContext::Attribute || !bytes.get(length).is_some_and(is_name))
}
