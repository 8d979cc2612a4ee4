//! Determines whether a text part has visible content, so that an empty alternative is never displayed.

use super::structure::{RawPart, Structure};
use super::text::{self, TextKind};
use std::borrow::Cow;

/// Number of bytes at the start of a MIME part that are searched for visible content first. The rest is searched only
/// if these bytes contain no visible content.
const FIRST_BYTES: usize = 64 << 10;

/// Returns whether a text part has visible content: any text, or an image in HTML.
pub(super) fn has_words(structure: &Structure<'_>, part: &RawPart) -> bool {
    let body = structure.body(part);
    let is_html = text::kind(part) == Some(TextKind::Html);
    let shows = |body: &[u8]| {
        let decoded = part.fields.encoding.decode(body);
        let plain = decoded.plain.iter().any(|plain| !plain.text.trim_ascii().is_empty());
        // In a charset with two bytes per character, there are zero bytes between the characters of a tag.
        let content = if memchr::memchr(0, &decoded.content).is_some() {
            Cow::Owned(decoded.content.iter().copied().filter(|&byte| byte != 0).collect::<Vec<u8>>())
        } else {
            decoded.content
        };
        plain || if is_html { shows_html(&content) } else { !content.trim_ascii().is_empty() }
    };
    match body.get(..FIRST_BYTES) {
        Some(near) => shows(near) || shows(body),
        None => shows(body),
    }
}

/// Returns whether an HTML source contains text other than white space, or an image.
fn shows_html(html: &[u8]) -> bool {
    let mut rest = html;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'<' => {
                if after.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(b"img")) {
                    return true;
                }
                behind_tag(after)
            }
            b'&' => match blank_reference(after) {
                Some(after) => after,
                None => return true,
            },
            byte if byte.is_ascii_whitespace() => after,
            // A no-break space, a zero-width character, or a byte order mark in UTF-8.
            0xc2 if after.first() == Some(&0xa0) => after.get(1..).unwrap_or_default(),
            0xe2 | 0xef if matches!(after.get(..2), Some([0x80, 0x8b..=0x8d] | [0xbb, 0xbf])) => {
                after.get(2..).unwrap_or_default()
            }
            0xa0 => after,
            _ => return true,
        };
    }
    false
}

/// Returns the bytes after a tag, or the bytes after the whole element if its content is invisible. `tag` contains the
/// bytes after the `<` of the tag.
fn behind_tag(tag: &[u8]) -> &[u8] {
    let behind = |ending: &[u8]| {
        memchr::memmem::find(tag, ending).and_then(|at| tag.get(at + ending.len()..)).unwrap_or_default()
    };
    if tag.starts_with(b"!--") {
        return behind(b"-->");
    }
    let is = |name: &[u8]| {
        tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !tag.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    for name in ["style", "script", "title"] {
        if is(name.as_bytes()) {
            let mut rest = tag;
            while let Some(at) = memchr::memmem::find(rest, b"</") {
                rest = rest.get(at + 2..).unwrap_or_default();
                if rest.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes())) {
                    return behind_bracket(rest);
                }
            }
            return &[];
        }
    }
    behind_bracket(tag)
}

fn behind_bracket(tag: &[u8]) -> &[u8] {
    memchr::memchr(b'>', tag).and_then(|at| tag.get(at + 1..)).unwrap_or_default()
}

/// Returns the bytes after a character reference for white space or an invisible character; `None` for any other
/// character reference.
fn blank_reference(reference: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b';', reference.get(..12).unwrap_or(reference))?;
    let name = reference.get(..end)?.to_ascii_lowercase();
    let blank: [&[u8]; 9] = [b"nbsp", b"#160", b"#xa0", b"zwnj", b"zwj", b"#8203", b"#8204", b"#847", b"shy"];
    if blank.contains(&name.as_slice()) { reference.get(end + 1..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::shows_html;

    #[test]
    fn html_without_visible_text_is_recognised() {
        for blank in [
            "",
            "<html><head><title>Not shown</title></head><body> </body></html>",
            "<style>p{color:red}</style><!-- words --><p>&nbsp;</p><div><br></div>",
            "\u{feff}<p>\u{a0}&zwnj;</p>",
            "<script>words</script>",
        ] {
            assert!(!shows_html(blank.as_bytes()), "{blank}");
        }
        for page in ["word", "<p>&amp;</p>", "<img src=x>", "<style>a</style>b", "<styled>x", "é"] {
            assert!(shows_html(page.as_bytes()), "{page}");
        }
    }
}
