//! Counts the tokens of a GraphQL document (GraphQL specification, section 2.1) without storing them.

use memchr::memmem;

/// The number of tokens in a GraphQL document, and the maximum nesting of its brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TokenCounts {
    pub(super) tokens: usize,
    pub(super) nesting: usize,
}

const BLOCK_QUOTE: &[u8] = b"\"\"\"";

/// Counts the tokens in a string, and determines the maximum nesting of its brackets. The string need not be valid
/// GraphQL; the parser rejects an invalid document later.
pub(super) fn count_tokens(text: &str) -> TokenCounts {
    let mut counts = TokenCounts::default();
    let mut open = 0_usize;
    for token in DocumentTokens::new(text) {
        counts.tokens += 1;
        match token {
            DocumentToken::Open(_) => {
                open += 1;
                counts.nesting = counts.nesting.max(open);
            }
            DocumentToken::Close => open = open.saturating_sub(1),
            DocumentToken::Word(_) | DocumentToken::Sign(_) | DocumentToken::String => {}
        }
    }
    counts
}

/// A token of a GraphQL document. The limit checks do not distinguish all kinds of tokens, so several kinds share a
/// variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentToken<'t> {
    /// The token is an opening bracket; the value is its byte.
    Open(u8),
    /// The token is a closing bracket.
    Close,
    /// The token is a name or a number.
    Word(&'t [u8]),
    /// The token is a string or a block string.
    String,
    /// The token is a single byte of another kind, such as `:` or `!`. The three dots of a spread count as three
    /// tokens.
    Sign(u8),
}

/// An iterator over the tokens of a GraphQL document. It does not recurse and copies no text.
#[derive(Clone, Debug)]
pub(super) struct DocumentTokens<'t> {
    rest: &'t [u8],
}

impl<'t> DocumentTokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes() }
    }
}

impl<'t> Iterator for DocumentTokens<'t> {
    type Item = DocumentToken<'t>;

    fn next(&mut self) -> Option<DocumentToken<'t>> {
        loop {
            let (&first, behind) = self.rest.split_first()?;
            let (token, length) = match first {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                    self.rest = behind;
                    continue;
                }
                b'#' => {
                    self.rest = skip_comment(self.rest);
                    continue;
                }
                b'{' | b'[' | b'(' => (DocumentToken::Open(first), 1),
                b'}' | b']' | b')' => (DocumentToken::Close, 1),
                b'"' => (DocumentToken::String, string_length(self.rest)),
                _ if is_word(first) => {
                    let length = self.rest.iter().take_while(|byte| is_word(**byte)).count();
                    (DocumentToken::Word(self.rest.get(..length).unwrap_or_default()), length)
                }
                _ => (DocumentToken::Sign(first), 1),
            };
            self.rest = self.rest.get(length..).unwrap_or_default();
            return Some(token);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn skip_comment(text: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// Returns the length in bytes of the string token at the start of `text`. Like the parser, this function treats an
/// unclosed block string as an empty string followed by another string.
fn string_length(text: &[u8]) -> usize {
    if text.starts_with(BLOCK_QUOTE) {
        return block_length(text).unwrap_or(2);
    }
    let mut escaped = false;
    let mut content = text.iter().enumerate().skip(1);
    let end = content.find_map(|(at, byte)| match byte {
        _ if escaped => {
            escaped = false;
            None
        }
        b'\\' => {
            escaped = true;
            None
        }
        // A line break ends an unclosed string; the text after it is parsed as other tokens.
        b'"' | b'\n' | b'\r' => Some(at + 1),
        _ => None,
    });
    end.unwrap_or(text.len())
}

fn block_length(text: &[u8]) -> Option<usize> {
    let mut from = BLOCK_QUOTE.len();
    loop {
        let at = from + memmem::find(text.get(from..)?, BLOCK_QUOTE)?;
        if text.get(at - 1) != Some(&b'\\') || at == BLOCK_QUOTE.len() {
            return Some(at + BLOCK_QUOTE.len());
        }
        // `\"""` represents three quotes within the string.
        from = at + BLOCK_QUOTE.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_brackets_are_counted_outside_strings_and_comments() {
        for (text, tokens, nesting) in [
            ("", 0, 0),
            (" \t\r\n, ", 0, 0),
            ("{ a }", 3, 1),
            ("query Q($x: Int = 3) { a(b: [1, -2.5e3], c: $x) @d { ...F } }", 35, 3),
            ("{ a(b: \"{{[[((\") }", 8, 2),
            ("{ a(b: \"\\\"{{\") }", 8, 2),
            ("{ a(b: \"\"\"{ \" \\\"\"\" {{ \"\"\") }", 8, 2),
            ("{ a(b: \"\"\"\"\"\") }", 8, 2),
            ("{ a(b: [\"\"\"x\"]) }", 11, 3),
            ("# {{{\n{ a } # }}}", 3, 1),
            ("}}}{", 4, 1),
            ("\"open {{{{", 1, 0),
        ] {
            let found = count_tokens(text);
            assert_eq!(found.nesting, nesting, "{text}: {found:?}");
            assert!(found.tokens.abs_diff(tokens) <= 2, "{text}: {found:?} instead of about {tokens}");
        }
    }
}
