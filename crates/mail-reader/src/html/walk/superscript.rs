//! Converts superscript and subscript to plain text, such as `10⁶`, `H₂O` or `x^(12/b)`.

use crate::html::css::ScriptPosition;
use std::borrow::Cow;

/// Maximum length in characters of text that is converted to superscript or subscript characters. Longer text is not
/// converted, but separated from the preceding text by a space.
const MAX_RAISED_CHARS: usize = 12;
/// A single superscript letter can be the ending of an ordinal number only after at most this many digits. After more
/// digits, it counts as a footnote mark.
const MAX_ORDINAL_DIGITS: usize = 3;

/// Converts superscript or subscript text to plain text that is distinguishable from the preceding text.
///
/// `before` is the preceding text in the same block.
pub(super) fn to_plain_text<'t>(text: &'t str, position: ScriptPosition, before: &str) -> Cow<'t, str> {
    let words = text.trim();
    if words.is_empty() {
        return text.into();
    }
    let digits = before.bytes().rev().take(MAX_ORDINAL_DIGITS + 1).take_while(u8::is_ascii_digit).count();
    let before = before.chars().next_back();
    let long = words.chars().nth(MAX_RAISED_CHARS).is_some() || words.contains(char::is_whitespace);
    if position == ScriptPosition::Superscript && is_ordinal(words, digits) {
        // An ordinal number such as `21st` stays one word, so that a search finds it.
        return text.into();
    }
    if long || before.is_none_or(char::is_whitespace) && !is_small(words) {
        return set_apart(text, before);
    }
    // Symbols such as `®`, `*`, `[1]` and `(2)` are recognisable without a separator. A sign before a number is part of
    // the number.
    let unsigned = words.strip_prefix(['-', '−', '–', '+']).unwrap_or(words);
    if !unsigned.starts_with(char::is_alphanumeric) {
        return text.into();
    }
    let place = |c: char| match position {
        ScriptPosition::Superscript => superscript(c),
        ScriptPosition::Subscript => subscript(c),
    };
    let to_plain_text = match words {
        "TM" | "tm" if position == ScriptPosition::Superscript => "™".to_owned(),
        "SM" | "sm" if position == ScriptPosition::Superscript => "℠".to_owned(),
        _ => words.chars().map(place).collect::<Option<String>>().unwrap_or_else(|| {
            let mark = if position == ScriptPosition::Superscript { '^' } else { '_' };
            format!("{mark}({words})")
        }),
    };
    text.replacen(words, &to_plain_text, 1).into()
}

/// Returns whether a string is short enough to be a footnote mark.
fn is_small(words: &str) -> bool {
    words.chars().nth(3).is_none()
}

/// Returns whether a string is the ending of an ordinal number, as in `1st`, `2nd`, French `1er` or Italian `1o`.
/// `digits` is the number of digits directly before the string. A single letter after many digits counts as a footnote
/// mark instead.
fn is_ordinal(words: &str, digits: usize) -> bool {
    const ENDINGS: [&str; 18] = [
        "st", "nd", "rd", "th", "er", "re", "e", "è", "ère", "ème", "nde", "o", "a", "ο", "η", "го", "й", "º",
    ];
    let longest = if words.chars().nth(1).is_none() { MAX_ORDINAL_DIGITS } else { usize::MAX };
    (1..=longest).contains(&digits) && ENDINGS.contains(&words.to_lowercase().as_str())
}

fn set_apart(text: &str, before: Option<char>) -> Cow<'_, str> {
    let glued = before.is_some_and(char::is_alphanumeric) && text.starts_with(char::is_alphanumeric);
    if glued { format!(" {text}").into() } else { text.into() }
}

fn superscript(c: char) -> Option<char> {
    const LETTERS: &str = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ ʳˢᵗᵘᵛʷˣʸᶻ";
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32(0x2070 + c.to_digit(10)?)?,
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        '=' => '⁼',
        '(' => '⁽',
        ')' => '⁾',
        'a'..='z' => {
            let place = usize::try_from(u32::from(c) - u32::from('a')).ok()?;
            LETTERS.chars().nth(place).filter(|&letter| letter != ' ')?
        }
        ',' | '.' | '*' | '†' | '‡' => c,
        _ => return None,
    })
}

fn subscript(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => char::from_u32(0x2080 + c.to_digit(10)?)?,
        '+' => '₊',
        '-' | '−' | '–' => '₋',
        '=' => '₌',
        '(' => '₍',
        ')' => '₎',
        'a' => 'ₐ',
        'e' => 'ₑ',
        'h' => 'ₕ',
        'i' => 'ᵢ',
        'j' => 'ⱼ',
        'k' => 'ₖ',
        'l' => 'ₗ',
        'm' => 'ₘ',
        'n' => 'ₙ',
        'o' => 'ₒ',
        'p' => 'ₚ',
        'r' => 'ᵣ',
        's' => 'ₛ',
        't' => 'ₜ',
        'u' => 'ᵤ',
        'v' => 'ᵥ',
        'x' => 'ₓ',
        ',' | '.' => c,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn superscript_text_is_separated() {
        let up = |text, before: &str| to_plain_text(text, ScriptPosition::Superscript, before).into_owned();
        let down = |text, before: &str| to_plain_text(text, ScriptPosition::Subscript, before).into_owned();
        for (text, before, expected) in [
            ("a", "21", "a"),
            ("a", "482913", "ᵃ"),
            ("th", "2026", "th"),
            ("1", "3", "¹"),
            ("6", "0", "⁶"),
            ("st", "1", "st"),
            ("99", "9", "⁹⁹"),
            ("n+1", "x", "ⁿ⁺¹"),
            ("-3", "0", "⁻³"),
            ("+", "a", "+"),
            ("2/3", "x", "^(2/3)"),
            ("AB", "4", "^(AB)"),
            ("TM", "x", "™"),
            ("®", "x", "®"),
            ("[1]", "3", "[1]"),
            ("1,2", "3", "¹,²"),
            ("offer ends soon", "9", " offer ends soon"),
            (" ", "9", " "),
        ] {
            assert_eq!(up(text, before), expected, "{text}");
        }
        assert_eq!(down("2", "H"), "₂");
        assert_eq!(down("max", "v"), "ₘₐₓ");
        assert_eq!(down("BC", "v"), "_(BC)");
        assert_eq!(to_plain_text("482913", ScriptPosition::Superscript, ""), "482913");
        assert_eq!(to_plain_text("1", ScriptPosition::Superscript, ""), "¹");
    }
}
