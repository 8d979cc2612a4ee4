//! Parses the content lines of iCalendar and vCard (RFC 5545, section 3.1; RFC 6350, section 3.3).

/// A content line of iCalendar or vCard, with its name, parameters and value.
pub(super) struct ContentLine<'a> {
    pub(super) name: String,
    parameters: &'a str,
    pub(super) value: String,
}

/// Maximum number of content lines that are parsed; further lines are ignored.
const MAX_LINES: usize = 5_000;

/// Unfolds an iCalendar or vCard document, that is, joins the parts of content lines that are folded over several
/// lines.
pub(super) fn unfold(text: &str) -> String {
    text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
}

/// Returns the content lines of an unfolded iCalendar or vCard document.
pub(super) fn read(unfolded: &str) -> impl Iterator<Item = ContentLine<'_>> {
    unfolded.lines().take(MAX_LINES).filter_map(|line| {
        let colon = value_start(line)?;
        let (front, value) = (line.get(..colon)?, line.get(colon + 1..)?);
        let (name, parameters) = front.split_once(';').unwrap_or((front, ""));
        let name = name.rsplit('.').next().unwrap_or(name);
        Some(ContentLine { name: name.trim().to_ascii_uppercase(), parameters, value: unescape(value) })
    })
}

/// Returns the byte offset of the colon that precedes the value of a content line. This is the first colon outside
/// quotation marks; `None` if the line contains no such colon.
fn value_start(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })
}

impl ContentLine<'_> {
    /// Returns the value of the parameter `name` without its quotation marks; `None` if the content line has no such
    /// parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let given = self.parameters.split(';').find_map(|one| {
            let (key, value) = one.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then_some(value)
        })?;
        Some(given.trim_matches('"'))
    }
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}
