//! Converts text to ASCII for terminals that do not support UTF-8.
//!
//! A terminal that uses an 8-bit encoding interprets the bytes 0x80 to 0x9F as C1 control characters (ECMA-48), and
//! UTF-8 characters contain such bytes. A mail could thus control the terminal, so only ASCII is written to such a
//! terminal. Symbols and borders are replaced by similar ASCII characters, letters are transliterated, and all other
//! characters become `?`. In an e-mail address or a host name, each non-ASCII letter becomes `?`, because a
//! transliterated name would be a different name.

mod letters;

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The ASCII character that replaces a character without an ASCII equivalent.
const UNKNOWN: &str = "?";

/// Converts a string to ASCII. The width of the string may change, so do not use this function for text that is aligned
/// in columns.
pub fn line(text: &str) -> Cow<'_, str> {
    convert(text, Width::Any)
}

/// Converts a string to ASCII without changing its width in columns. Characters of ambiguous width count as one
/// column.
pub fn cells(text: &str) -> Cow<'_, str> {
    convert(text, Width::Same)
}

/// Converts a row of screen cells to ASCII without changing the width of any cell. Recognises host names and
/// e-mail addresses across cell boundaries, because their non-ASCII letters must become `?`.
pub fn symbols<'a>(row: &[&'a str]) -> Vec<Cow<'a, str>> {
    row.split_inclusive(|symbol| ends_word(symbol)).flat_map(|word| spelled(word, Width::Same)).collect()
}

/// Replaces each non-ASCII character of a JSON document with a `\u` escape sequence (RFC 8259, section 7).
/// The result is an equivalent JSON document.
pub fn json(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len());
    for c in document.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            let mut units = [0; 2];
            escaped.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

/// Whether an ASCII replacement must have the same width as the original text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    /// The replacement is as wide as the original, because the text may be aligned in columns.
    Same,
    /// The replacement may be wider or narrower than the original.
    Any,
}

fn convert(text: &str, width: Width) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let clusters: Vec<&str> = text.graphemes(true).collect();
    let words = clusters.split_inclusive(|cluster| ends_word(cluster));
    Cow::Owned(words.flat_map(|word| spelled(word, width)).collect())
}

/// Returns whether a grapheme cluster separates words. Such a cluster consists of white space, box-drawing or block
/// characters, certain punctuation marks, or the start or end of a terminal escape sequence.
fn ends_word(cluster: &str) -> bool {
    cluster.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{2500}'..='\u{259f}')
            || matches!(c, '<' | '>' | '(' | ')' | '"' | ',' | '…' | '·' | '\u{1b}' | '\\')
    })
}

/// Converts the grapheme clusters of one word to ASCII. Each non-ASCII letter of an e-mail address or a host
/// name becomes `?`.
fn spelled<'a>(word: &[&'a str], width: Width) -> Vec<Cow<'a, str>> {
    let stand_in = |cluster: &str| cluster.chars().map(letter).collect::<String>();
    let is_plain = word.iter().all(|cluster| cluster.is_ascii());
    let is_name = !is_plain && is_name(&word.iter().map(|cluster| stand_in(cluster)).collect::<String>());
    let one = |cluster: &&'a str| match *cluster {
        ascii if ascii.is_ascii() => Cow::Borrowed(ascii),
        foreign if is_name && !ends_word(foreign) => Cow::Owned(UNKNOWN.repeat(foreign.width())),
        foreign => Cow::Owned(match width {
            Width::Same => truncate(stand_in(foreign), foreign),
            Width::Any => stand_in(foreign),
        }),
    };
    word.iter().map(one).collect()
}

/// Returns whether a word looks like an e-mail address, a host name or a URL.
fn is_name(word: &str) -> bool {
    let inner_dot = || {
        let mut pairs = word.as_bytes().windows(3);
        pairs.any(
            |three| matches!(three, [a, b'.', b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()),
        )
    };
    word.contains('@') || word.contains("//") || inner_dot()
}

/// Returns the ASCII replacement `stand_in` if it is as wide as the grapheme cluster that it replaces. If
/// not, returns one question mark for each column of the cluster.
fn truncate(stand_in: String, cluster: &str) -> String {
    let width = cluster.width();
    if stand_in.len() == width { stand_in } else { UNKNOWN.repeat(width) }
}

/// Returns the ASCII replacement for a character: `?` if there is no equivalent, and an empty string for a zero-width
/// combining mark without an equivalent.
fn letter(c: char) -> Cow<'static, str> {
    if c.is_ascii() {
        return Cow::Owned(c.to_string());
    }
    if let Some(symbol) = symbol(c) {
        return Cow::Borrowed(symbol);
    }
    if is_raised(c) || c.width().is_none() {
        // A plain digit would be misread: `10²` would become `102`.
        return Cow::Borrowed(UNKNOWN);
    }
    match letters::transliterate(c) {
        Some(letters) => Cow::Borrowed(letters),
        _ if c.width() == Some(0) => Cow::Borrowed(""),
        _ => Cow::Borrowed(UNKNOWN),
    }
}

/// Returns whether a character is a superscript or a subscript, such as `²`.
fn is_raised(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{209f}')
}

/// Returns the ASCII replacement for a typographic or box-drawing symbol; `None` for all other characters.
fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '─' | '━' | '═' | '╌' | '┄' | '┈' | '╴' | '╶' | '‐'..='―' | '−' => "-",
        '│' | '┃' | '║' | '╎' | '┆' | '┊' | '╵' | '╷' => "|",
        '\u{2500}'..='\u{257f}' | '★' => "+",
        '█' | '▓' | '▒' | '▐' => "#",
        '▄' => "_",
        '\u{2580}'..='\u{259f}' => ":",
        '·' | '…' => ".",
        '●' | '•' | '◆' | '■' | '✱' => "*",
        '○' | '◇' | '□' => "o",
        '✗' | '✘' | '×' | '☒' => "x",
        '→' | '›' | '▶' | '▸' | '►' => ">",
        '←' | '‹' | '◀' | '◂' | '◄' => "<",
        '↑' | '▲' | '▴' => "^",
        '↓' | '▼' | '▾' | '✓' | '✔' | '☑' => "v",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "'",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{2400}'..='\u{2426}' | '\u{fffd}' => UNKNOWN,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_are_transliterated_and_symbols_have_look_alikes() {
        assert_eq!(line("Grüße aus Łódź … „ja“"), "Grusse aus Lodz . \"ja\"");
        assert_eq!(line("Подтвердите"), "Podtverdite");
        assert_eq!(cells("│ Crème brûlée · 3 ● ─╮"), "| Creme brulee . 3 * -+");
        assert_eq!(cells("Straße 日本"), "Stra?e ????");
        assert_eq!(cells("a\u{200b}b"), "ab");
    }

    #[test]
    fn transliteration_never_makes_a_look_alike_of_another_name() {
        for name in [
            "billing@päypal.com",
            "https://раypal.com/login",
            "pаypal.com",
            "ｐａｙｐａｌ．ｃｏｍ",
            "paypal．com",
        ] {
            assert!(line(name).contains('?'), "{name}: {}", line(name));
            assert!(cells(name).contains('?'), "{name}: {}", cells(name));
        }
        assert_eq!(cells("<bücher@a.example> grüßt"), "<b?cher@a.example> gru?t");
    }

    #[test]
    fn a_superscript_digit_is_separated_from_its_neighbours() {
        assert_eq!(line("482¹951 10²"), "482?951 10?");
    }

    #[test]
    fn json_is_the_same_document_in_ascii() {
        let value = serde_json::json!({"é": "日\u{1f600}\u{9d}"});
        let escaped = json(&value.to_string());
        assert!(escaped.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }

    proptest! {
        #[test]
        fn the_output_is_ascii_without_added_control_characters(text in "\\PC{0,40}") {
            for shown in [line(&text), cells(&text)] {
                prop_assert!(shown.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}: {shown:?}");
            }
            prop_assert_eq!(cells(&text).len(), text.graphemes(true).map(UnicodeWidthStr::width).sum::<usize>());
        }
    }
}
