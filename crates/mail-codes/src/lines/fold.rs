//! Normalises text: digits and dashes of all scripts are converted to ASCII, and terminal escape sequences are removed.

use mail_reader::sanitize::is_invisible;
use memchr::memchr2;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Maximum length of a line in characters; a longer line is truncated.
const MAX_LINE_CHARS: usize = 2_000;

/// Normalises a string for comparison. Digits of all scripts become ASCII digits, dashes become `-`, and
/// compatibility characters become plain ones. Invisible characters are removed, and a string longer than
/// [`MAX_LINE_CHARS`] is truncated.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let start = text.get(..MAX_LINE_CHARS).unwrap_or(text);
        let mut folded = start.trim().to_owned();
        if folded.bytes().any(|byte| byte < b' ') {
            folded = folded.replace(|c: char| c.is_ascii_whitespace(), " ");
        }
        return folded;
    }
    if text.len() <= MAX_LINE_CHARS && text.chars().all(is_folded) {
        return text.trim().to_owned();
    }
    normalized(text)
}

/// Returns whether a character is one of the common characters that [`normalized`] leaves unchanged in every context.
/// All other characters require a slow lookup in the Unicode tables.
pub(super) fn is_folded(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '£' | '¥' | '©' | '«' | '®' | '°' | '»' | '¿'
            | 'À'..='\u{12f}'
            | '\u{134}'..='\u{13e}'
            | '\u{141}'..='\u{148}'
            | '\u{14a}'..='\u{17e}'
            | 'Α'..='Ρ' | 'Σ'..='Ω' | 'α'..='ω'
            | '\u{400}'..='\u{481}'
            | '‘'..='‟'
            | '•'
            | '€'
            | '₽'
            | '、'..='】'
            | 'ぁ'..='ゖ'
            | 'ァ'..='ヺ'
            | '\u{4e00}'..='\u{9fff}'
            | '가'..='힣'
    )
}

pub(super) fn normalized(text: &str) -> String {
    let folded: String = text
        .chars()
        .take(MAX_LINE_CHARS)
        .filter(|&c| {
            !is_invisible(c) && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200d}')
                // A keycap such as `4️⃣` consists of the digit `4`, a variation selector and an enclosing
                // mark.
                && !matches!(c, '\u{20e3}' | '\u{fe00}'..='\u{fe0f}')
        })
        .map(|c| match c {
            // A full-width comma must not become an ASCII one, because that could be a decimal separator.
            '\u{ff0c}' => '\u{3001}',
            '\u{ff0e}' => '\u{3002}',
            // Superscript and subscript characters are marks next to a number, not part of it.
            '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{209c}' | '\u{1d2c}'..='\u{1d6a}' => ' ',
            c => c,
        })
        .nfkc()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => '-',
            'İ' => 'I',
            c if c.is_whitespace() => ' ',
            c => digit(c).unwrap_or(c),
        })
        .collect();
    folded.trim().to_owned()
}

/// Returns the ASCII digit for a decimal digit of another script; `None` if the character is not such a
/// digit.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 28] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
        0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x1a80, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa9d0,
        0x1_e950,
    ];
    let zero = ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&u32::from(c)))?;
    char::from_digit(u32::from(c) - zero, 10)
}

/// Converts a string to lowercase without changing its length in bytes, so that byte offsets remain valid. A character
/// whose lowercase form has another length is left unchanged.
pub(crate) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    lowered.extend(text.chars().map(|c| {
        if c.is_ascii() {
            return c.to_ascii_lowercase();
        }
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
            _ => c,
        }
    }));
    lowered
}

/// Replaces each terminal escape sequence (ECMA-48, section 5.4) with a space, because the printable characters of the
/// sequence could be mistaken for part of a code.
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    // Most strings contain neither byte. This search detects such strings quickly.
    if memchr2(ESCAPE_BYTES[0], ESCAPE_BYTES[1], text.as_bytes()).is_none() || !text.contains(ESCAPES) {
        return text.into();
    }
    let mut pieces = text.split(ESCAPES);
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let after = piece.strip_prefix('[').and_then(|sequence| {
            let parameters = sequence.trim_start_matches(|c: char| c.is_ascii_digit() || ";:?".contains(c));
            parameters.strip_prefix(|c: char| c.is_ascii_alphabetic())
        });
        plain.push(' ');
        plain.push_str(after.unwrap_or(piece));
    }
    plain.into()
}

/// The escape character (U+001B), and the symbol (U+241B) with which the sanitiser replaces it.
const ESCAPES: [char; 2] = ['\u{1b}', '\u{241b}'];

/// The first UTF-8 byte of each character in [`ESCAPES`], for a fast search.
const ESCAPE_BYTES: [u8; 2] = [0x1b, 0xe2];
