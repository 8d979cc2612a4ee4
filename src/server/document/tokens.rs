//! The tokens of a GraphQL document (GraphQL, 2.1), counted and not kept.

use memchr::memmem;

/// How many tokens a document has, and how deep its brackets nest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::server) struct Outline {
    pub(in crate::server) tokens: usize,
    pub(in crate::server) nesting: usize,
}

const BLOCK_QUOTE: &[u8] = b"\"\"\"";

/// Counts. Text that is no GraphQL gives some count too; the parser refuses it afterwards.
pub(super) fn outline(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut open = 0_usize;
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let length = match first {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = behind;
                continue;
            }
            b'#' => {
                rest = skip_comment(rest);
                continue;
            }
            b'{' | b'[' | b'(' => {
                open += 1;
                outline.nesting = outline.nesting.max(open);
                1
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                1
            }
            b'"' => string_length(rest),
            _ if is_word(first) => rest.iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        outline.tokens += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
    outline
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn skip_comment(text: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// The length of the string that the text begins with. A block string that is not closed is an empty
/// string to the parser, and the next one begins at once.
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
        // A line break ends no string: what follows is parsed as something else, if at all.
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
        // `\"""` stands for three quotes.
        from = at + BLOCK_QUOTE.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_brackets_are_counted_outside_of_strings_and_comments() {
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
            let found = outline(text);
            assert_eq!(found.nesting, nesting, "{text}: {found:?}");
            assert!(found.tokens.abs_diff(tokens) <= 2, "{text}: {found:?}, about {tokens}");
        }
    }
}
