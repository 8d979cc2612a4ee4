//! Splits the parameters of a header field into `name=value` sections.

/// A parameter of a header field, or one section of a continued parameter. Its value is not decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ParameterSection {
    /// The name of the parameter in lowercase, without the `*` suffixes of RFC 2231.
    pub(super) name: String,
    /// The number of the section in a continued parameter (`name*2=`); `None` if the parameter is not divided
    /// into sections.
    pub(super) number: Option<u32>,
    /// Whether the value is marked as extended (`name*=`, `name*2*=`), that is, as percent-encoded.
    pub(super) extended: bool,
    /// The value of the parameter or section, with quotation marks removed and escape sequences resolved.
    pub(super) value: Vec<u8>,
}

/// Iterator over the parameters of a header field and the sections of its continued parameters.
pub(super) struct Pieces<'a> {
    value: &'a [u8],
    at: usize,
    /// Whether the rest of the header field is known to contain no `"`, so that the search for a closing quotation mark
    /// need not be repeated.
    quotes_ended: bool,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(value: &'a [u8]) -> Self {
        Self { value, at: 0, quotes_ended: false }
    }

    fn rest(&self) -> &'a [u8] {
        self.value.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    /// Skips the separators between two parameters: `;`, `,`, white space and comments.
    fn skip_separators(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b';' | b',' => self.at += 1,
                b'(' => self.at += comment_len(self.rest()),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => self.at += comment_len(self.rest()),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    fn quoted(&mut self) -> Option<Vec<u8>> {
        if self.quotes_ended {
            return None;
        }
        let mut out = Vec::new();
        let mut at = self.at + 1;
        while let Some(&byte) = self.value.get(at) {
            match byte {
                b'\\' if matches!(self.value.get(at + 1), Some(b'"' | b'\\')) => {
                    // In `"C:\dir\"`, the last `\"` is a backslash and the closing quote, unless another
                    // quote follows that closes the value.
                    at += 1;
                    out.push(self.value.get(at).copied().unwrap_or_default());
                }
                b'"' if closes(self.value.get(at + 1..).unwrap_or_default()) => {
                    self.at = at + 1;
                    return Some(out);
                }
                _ => out.push(byte),
            }
            at += 1;
        }
        self.quotes_ended = true;
        None
    }

    /// Reads an unquoted parameter value. The value ends at a `;` or a comment, or at the next parameter if the `;` is
    /// missing.
    fn bare(&mut self) -> Vec<u8> {
        let rest = self.rest();
        let mut end = memchr::memchr(b';', rest).unwrap_or(rest.len());
        let value = rest.get(..end).unwrap_or_default();
        let mut from = 0;
        while let Some(blank) =
            value.get(from..).and_then(|tail| tail.iter().position(u8::is_ascii_whitespace))
        {
            let at = from + blank;
            let tail = value.get(at..).unwrap_or_default().trim_ascii_start();
            if is_comment(tail) || starts_parameter(tail) {
                end = at;
                break;
            }
            from = value.len() - tail.len();
            if tail.is_empty() {
                break;
            }
        }
        self.at += end;
        let value = rest.get(..end).unwrap_or_default().trim_ascii();
        value.strip_prefix(b"\"").unwrap_or(value).to_vec()
    }
}

impl Iterator for Pieces<'_> {
    type Item = ParameterSection;

    fn next(&mut self) -> Option<ParameterSection> {
        loop {
            self.skip_separators();
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            let end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
            self.at += end + 1;
            if rest.get(end) != Some(&b'=') {
                continue;
            }
            let name = rest.get(..end).unwrap_or_default();
            self.skip_blanks();
            let value = if self.peek() == Some(b'"') { self.quoted() } else { None };
            let value = value.unwrap_or_else(|| self.bare());
            if let Some(section) = section(name, value) {
                return Some(section);
            }
        }
    }
}

/// Returns whether `tail`, the rest of a parameter value, starts with a comment. A comment must be followed by another
/// parameter or by nothing, so `(1).pdf` in the value `report (1).pdf` is not a comment.
fn is_comment(tail: &[u8]) -> bool {
    if !tail.starts_with(b"(") {
        return false;
    }
    let after = tail.get(comment_len(tail)..).unwrap_or_default().trim_ascii_start();
    after.is_empty() || starts_parameter(after)
}

/// Creates a section from a value and a parameter name with the suffixes of RFC 2231 (`name*2*`); `None` if
/// the name is invalid.
fn section(name: &[u8], value: Vec<u8>) -> Option<ParameterSection> {
    let name = name.trim_ascii();
    let name = name.rsplit(|byte| byte.is_ascii_whitespace() || *byte == b'"').next().unwrap_or(name);
    let mut marks = name.split(|&byte| byte == b'*');
    let base = marks.next().unwrap_or_default();
    if base.is_empty() || base.len() > 64 {
        return None;
    }
    let name = base.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let mut section = ParameterSection { name, number: None, extended: false, value };
    for mark in marks {
        match std::str::from_utf8(mark).ok().and_then(|digits| digits.parse().ok()) {
            Some(number) if section.number.is_none() => section.number = Some(number),
            _ => section.extended = true,
        }
    }
    Some(section)
}

/// Returns whether a `"` closes a quoted parameter value, that is, whether it is followed by a `;`, a comment, a
/// parameter or nothing. Any other `"` is part of the value. `tail` is the text after the `"`.
fn closes(tail: &[u8]) -> bool {
    let near = tail.get(..MAX_NAME_BYTES).unwrap_or(tail);
    let after = near.trim_ascii_start();
    after.is_empty() || matches!(after.first(), Some(b';' | b'(' | b',')) || starts_parameter(after)
}

/// Maximum number of bytes that are searched for the `=` after the name of a MIME parameter. A longer name does not
/// count as a parameter name.
const MAX_NAME_BYTES: usize = 80;

/// Returns whether `text` starts with the name of a MIME parameter followed by `=`.
fn starts_parameter(text: &[u8]) -> bool {
    let near = text.get(..MAX_NAME_BYTES).unwrap_or(text);
    let end =
        near.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*')));
    let Some(end) = end.filter(|&end| end > 1) else { return false };
    let rest = near.get(end..).unwrap_or_default().trim_ascii_start();
    rest.starts_with(b"=") && !rest.starts_with(b"=?")
}

/// Returns the length in bytes of the comment at the start of `text`, including its parentheses; 1 if the closing
/// parenthesis is missing.
fn comment_len(text: &[u8]) -> usize {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
