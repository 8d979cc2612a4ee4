//! Splits an HTML document into tags and text (HTML standard, section 13.2.5).
//!
//! The tokenizer of html5ever reads character by character and copies each attribute. Both together took more than half
//! of the time spent on reading a mail. This tokenizer searches for the next delimiter and passes on slices of the
//! document. The test `tokens_are_those_of_html5ever` compares the tokens of both tokenizers.

mod references;
mod tag;

pub(super) use references::{TextContext, decode};
pub(super) use tag::{RawAttribute, StartTag};

use html5ever::LocalName;
use tag::Tag;

/// Receiver of the tokens of an HTML document. Comments and document types do not count as tokens.
pub(super) trait TokenSink {
    /// Receives a chunk of text. Consecutive chunks form one text.
    fn text(&mut self, text: &str);

    /// Receives a start tag. Returns the kind of raw text that the element contains; `None` if its content is not raw
    /// text.
    fn start(&mut self, tag: &StartTag<'_>) -> Option<RawText>;

    /// Receives the name of an end tag.
    fn end(&mut self, name: &LocalName);

    /// Reports that some attributes of a tag were dropped, because the tag has too many attributes.
    fn attributes_dropped(&mut self);
}

/// The kind of text in an element that cannot contain tags. The text ends at the end tag of the element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RawText {
    /// The text is used verbatim.
    Plain,
    /// The text contains character references.
    WithReferences,
    /// The text is a script, which may contain further scripts in comments.
    Script,
}

/// State of the tokenizer within a script (HTML standard, sections 13.2.5.4 and 13.2.5.18 to 13.2.5.31).
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScriptState {
    Plain,
    /// The script is inside a comment.
    Escaped,
    /// The script is inside a `script` element inside a comment. The end tag of that element does not end the script.
    DoubleEscaped,
}

/// Splits an HTML document into tokens.
pub(super) struct Tokenizer<'a> {
    source: &'a str,
    /// Byte offset of the next token.
    at: usize,
    /// The name of the element whose raw text comes next, and the kind of that text; `None` if tags may follow.
    raw: Option<(LocalName, RawText)>,
    /// The attributes of the current tag. The buffer is reused for the next tag.
    attributes: Vec<RawAttribute<'a>>,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let at = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { source, at, raw: None, attributes: Vec::new() }
    }

    /// Returns the number of bytes of the document that have been read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads the next token, and passes it to `sink`. Does nothing at the end of the document.
    pub(super) fn step(&mut self, sink: &mut impl TokenSink) {
        let rest = self.rest();
        if let Some((name, kind)) = self.raw.take() {
            let context = if kind == RawText::WithReferences { TextContext::Text } else { TextContext::Raw };
            let end = end_of_raw_text(rest.as_bytes(), &name, kind);
            self.text(end, context, sink);
            return;
        }
        match memchr::memchr(b'<', rest.as_bytes()) {
            Some(0) => self.markup(sink),
            Some(end) => self.text(end, TextContext::Data, sink),
            None => self.text(rest.len(), TextContext::Data, sink),
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Passes the next `length` bytes to `sink` as text.
    fn text(&mut self, length: usize, context: TextContext, sink: &mut impl TokenSink) {
        let text = self.rest().get(..length).unwrap_or_default();
        decode(text, context, |piece| sink.text(piece));
        self.at += length;
    }

    /// Reads a tag, a comment or text that begins with the `<` at the current position.
    fn markup(&mut self, sink: &mut impl TokenSink) {
        let rest = self.rest().as_bytes();
        match (rest.get(1), rest.get(2)) {
            (Some(first), _) if first.is_ascii_alphabetic() => self.tag(1, sink),
            (Some(b'/'), Some(first)) if first.is_ascii_alphabetic() => self.tag(2, sink),
            (Some(b'/'), None) => self.text(2, TextContext::Data, sink),
            (Some(b'!'), _) if rest.starts_with(b"<!--") => self.at += end_of_comment(rest),
            // Document types, CDATA sections and processing instructions end at the first `>`.
            (Some(b'/' | b'!' | b'?'), _) => {
                self.at += memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
            }
            _ => self.text(1, TextContext::Data, sink),
        }
    }

    /// Reads the tag at the current position. Its name begins after `name_offset` bytes.
    fn tag(&mut self, name_offset: usize, sink: &mut impl TokenSink) {
        let rest = self.rest();
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.clear();
        match tag::read(rest, name_offset, &mut attributes) {
            Some(Tag { name, length, self_closing, has_dropped }) => {
                self.at += length;
                if has_dropped {
                    sink.attributes_dropped();
                }
                if name_offset == 1 {
                    let tag = StartTag { name, self_closing, attributes: &attributes };
                    self.raw = sink.start(&tag).map(|kind| (tag.name, kind));
                } else {
                    sink.end(&name);
                }
            }
            // A tag that is cut off by the end of the document is dropped.
            None => self.at = self.source.len(),
        }
        self.attributes = attributes;
    }
}

/// Returns the length in bytes of the comment at the start of `rest`. An unclosed comment extends to the end of the
/// document.
fn end_of_comment(rest: &[u8]) -> usize {
    const START: usize = "<!--".len();
    let content = rest.get(START..).unwrap_or_default();
    let ends = |end: &usize| {
        let before = content.get(..*end).unwrap_or_default();
        matches!(before, b"" | b"-") || before.ends_with(b"--") || before.ends_with(b"--!")
    };
    memchr::memchr_iter(b'>', content).find(ends).map_or(rest.len(), |end| START + end + 1)
}

/// Returns the length in bytes of the raw text at the start of `rest`. The raw text is the content of an element with
/// the tag `name`, and ends before the end tag of that element.
fn end_of_raw_text(rest: &[u8], name: &str, kind: RawText) -> usize {
    let mut state = ScriptState::Plain;
    for at in memchr::memchr2_iter(b'<', b'>', rest) {
        let (before, found) = rest.split_at(at);
        if found.starts_with(b">") {
            if state != ScriptState::Plain && before.ends_with(b"--") {
                state = ScriptState::Plain;
            }
            continue;
        }
        let is_end = found.get(1) == Some(&b'/') && is_tag_name(found.get(2..), name);
        match state {
            ScriptState::Plain | ScriptState::Escaped if is_end => return at,
            ScriptState::DoubleEscaped if is_end => state = ScriptState::Escaped,
            ScriptState::Plain if kind == RawText::Script && found.starts_with(b"<!--") => {
                state = ScriptState::Escaped;
            }
            ScriptState::Escaped if is_tag_name(found.get(1..), name) => state = ScriptState::DoubleEscaped,
            ScriptState::Plain | ScriptState::Escaped | ScriptState::DoubleEscaped => {}
        }
    }
    rest.len()
}

/// Returns whether `text` starts with exactly the tag name `name`, ignoring case. White space, `/` or `>` must follow
/// the name.
fn is_tag_name(text: Option<&[u8]>, name: &str) -> bool {
    let Some((start, rest)) = text.and_then(|text| text.split_at_checked(name.len())) else { return false };
    let ends = rest.first().is_some_and(|&byte| tag::is_space(byte) || matches!(byte, b'/' | b'>'));
    ends && start.eq_ignore_ascii_case(name.as_bytes())
}

#[cfg(test)]
mod tests;
