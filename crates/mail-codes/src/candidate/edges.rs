//! Determines where a code candidate ends, and whether it is separate from the characters around it.

use crate::words::is_unspaced;
use std::ops::Range;

/// Returns whether a code candidate is separate from the characters around it. Returns `false` if it is part of a
/// longer number or word, an amount of money or a partly masked number.
pub(super) fn edges_free(line: &str, range: &Range<usize>) -> bool {
    let before = line.get(..range.start).unwrap_or_default();
    let after = line.get(range.end..).unwrap_or_default();
    let mut left = before.chars().rev();
    let mut right = after.chars();
    let (near_left, far_left) = (left.next(), left.next());
    let (near_right, far_right) = (right.next(), right.next());
    let is_code = line.get(range.clone()).is_some_and(has_no_small_letter);
    let near_right = near_right.filter(|_| !(is_code && starts_sentence(after)));
    // Markdown puts the same marks on both sides of emphasised text.
    let is_enclosed = before.ends_with(['*', '_']) && after.starts_with(['*', '_'])
        || before.ends_with(['*', '#']) && after.starts_with('#');
    let joins = |near: Option<char>, far: Option<char>| match near {
        Some(c) if c.is_alphanumeric() => !is_unspaced(c) && !is_joining_script(c),
        Some('_' | '*') => !is_enclosed,
        Some('@' | '\\' | '%' | '°' | '=' | '&' | '|' | '•' | '·' | '…') => true,
        Some('.' | ',' | ':' | '/' | '-' | '\'' | '’') => far.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    if matches!(
        near_left,
        Some('$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴' | '₫' | '฿' | '+' | '/' | '-' | '?')
    ) {
        return false;
    }
    if matches!(
        near_right,
        Some('$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴' | '₫' | '円' | '元' | '원' | '/')
    ) || near_right == Some('-') && !far_right.is_some_and(char::is_lowercase)
    {
        return false;
    }
    if masked(before) && !is_enclosed || currency(before, true) || currency(after, false) {
        return false;
    }
    !joins(near_left, far_left) && !joins(near_right, far_right)
}

/// Returns the digits of a token with a grammatical prefix, as in Zulu `u-718204`. Returns a token without such a
/// prefix unchanged.
pub(super) fn without_prefix(token: &str) -> &str {
    let prefixed = token.split_once('-').filter(|(prefix, digits)| {
        prefix.len() == 1
            && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
            && (4..=8).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    prefixed.map_or(token, |(_, digits)| digits)
}

/// Returns the byte offset at which the digits of a token end, if a grammatical suffix follows them, as in Hungarian
/// `718204-es`; `None` if the token has no such suffix.
pub(super) fn end_before_suffix(line: &str, token: &Range<usize>) -> Option<usize> {
    let (digits, suffix) = line.get(token.clone())?.split_once('-')?;
    let is_number = (4..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_suffix = (1..=4).contains(&suffix.len()) && suffix.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_number && is_suffix).then_some(token.start + digits.len())
}

/// Minimum length in bytes of a code in a token that is split into the code and the beginning of the next sentence. A
/// token with a shorter code is not split.
const MIN_SPLIT_BYTES: usize = 4;

/// Returns the end offset of the code in a token if a sentence follows the code without a space. If there is no such
/// sentence, returns the end of the token. The space is missing if a program removed HTML tags without inserting
/// spaces.
pub(super) fn end_before_sentence(line: &str, token: &Range<usize>) -> usize {
    let text = line.get(token.clone()).unwrap_or_default();
    let small = text.bytes().position(|byte| byte.is_ascii_lowercase());
    // The sentence starts at the capital before the first lowercase letter.
    let length = small.and_then(|small| small.checked_sub(1)).unwrap_or(text.len());
    let code = text.get(..length).unwrap_or_default();
    let is_word = text.bytes().skip(length).all(|byte| byte.is_ascii_alphabetic());
    let is_code = length >= MIN_SPLIT_BYTES
        && is_word
        && !code.ends_with('-')
        && code.bytes().any(|byte| byte.is_ascii_digit());
    let end = token.start + length;
    if is_code && starts_sentence(line.get(end..).unwrap_or_default()) { end } else { token.end }
}

/// Returns whether a string has at least one digit and consists only of digits, uppercase letters, spaces and dashes.
fn has_no_small_letter(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'-' | b' '))
}

/// Returns whether a range that looks like a host name is in fact a number at the end of a sentence and the first word
/// of the next sentence, as in `482913.Do not share it`.
pub(super) fn is_sentence_border(line: &str, host: &Range<usize>) -> bool {
    let Some((number, word)) = line.get(host.clone()).and_then(|host| host.split_once('.')) else {
        return false;
    };
    number.bytes().all(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && line.get(host.start + number.len() + 1..).is_some_and(starts_sentence)
}

/// Returns whether a string starts with a capitalised word that either has at least three letters or is
/// followed by another word.
fn starts_sentence(text: &str) -> bool {
    let mut chars = text.chars();
    let is_capitalised =
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase);
    is_capitalised
        && match chars.next() {
            Some(' ') => chars.next().is_some_and(char::is_alphabetic),
            third => third.is_some_and(char::is_lowercase),
        }
}

/// Returns whether a character belongs to a script, such as Hebrew, Arabic or Devanagari, whose particles are attached
/// to numbers without a space.
fn is_joining_script(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{6ff}' | '\u{900}'..='\u{dff}')
}

fn masked(before: &str) -> bool {
    let tail = before.trim_end();
    if tail
        .bytes()
        .next_back()
        .is_none_or(|byte| byte.is_ascii() && !matches!(byte, b'*' | b'x' | b'X' | b'.'))
    {
        return false;
    }
    tail.ends_with("**")
        || tail.ends_with("••")
        || tail.ends_with("xxx")
        || tail.ends_with("XXX")
        || tail.ends_with("....")
}

/// Returns whether a currency name or sign directly precedes or follows a number. `text` is the text before the number
/// if `before` is `true`, and the text after it if `before` is `false`.
fn currency(text: &str, before: bool) -> bool {
    const NAMES: [&str; 22] = [
        "usd", "eur", "gbp", "chf", "rub", "uah", "pln", "kč", "czk", "ft", "huf", "ron", "lei", "try", "tl",
        "inr", "rs", "rp", "idr", "vnd", "kr", "руб",
    ];
    /// Maximum length in bytes of a currency name in any script; a longer word is not looked up.
    const MAX_CURRENCY_NAME_BYTES: usize = 12;
    let trimmed = if before { text.trim_end_matches(['.', ' ']) } else { text.trim_start() };
    let word = if before {
        trimmed.rsplit(|c: char| !c.is_alphabetic()).next()
    } else {
        trimmed.split(|c: char| !c.is_alphabetic()).next()
    };
    let symbol = if before { trimmed.chars().next_back() } else { trimmed.chars().next() };
    // In `482913 EUR 20`, `EUR` belongs to the number 20.
    let is_of_next = |name: usize| {
        let next = trimmed.get(name..).unwrap_or_default().trim_start();
        !before && next.starts_with(|c: char| c.is_ascii_digit())
    };
    word.is_some_and(|word| {
        (2..=MAX_CURRENCY_NAME_BYTES).contains(&word.len())
            && NAMES.contains(&word.to_lowercase().as_str())
            && !is_of_next(word.len())
    }) || symbol.is_some_and(|c| {
        matches!(c, '$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴' | '₫' | '฿')
            && !is_of_next(c.len_utf8())
    })
}
