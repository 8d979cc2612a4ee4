//! Finds code candidates: the parts of a line that have the shape of a code.

// This file exceeds 300 lines because the shapes of codes exclude each other, so they are tried in one place.

mod address;
mod letters;
mod scan;

use super::words::is_unspaced;
use std::ops::Range;

/// The shape of a code candidate: the characters that it contains, and their grouping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CodeShape {
    /// The code candidate consists of digits without separators.
    Digits,
    /// The code candidate consists of digit groups, separated by spaces or dashes.
    Grouped,
    /// The code candidate consists of single digits, separated by spaces.
    Spaced,
    /// The code candidate consists of letters, a dash and digits, such as `G-482951`.
    Prefixed,
    /// The code candidate consists of letters and digits without separators.
    Mixed,
    /// The code candidate consists of groups of letters and digits, separated by dashes.
    MixedGroups,
    /// The code candidate consists of groups of uppercase letters, separated by dashes.
    LetterGroups,
    /// The code candidate consists of letters without separators. All are uppercase, or they form no word and the
    /// candidate is set off from the surrounding text.
    Letters,
    /// The code candidate consists of lowercase words, separated by dashes. Some words may contain digits.
    Words,
}

/// A code candidate: a part of a line that has the shape of a code.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) range: Range<usize>,
    /// The string that the user has to type if the code candidate is a code.
    pub(super) value: String,
    pub(super) form: CodeShape,
}

/// Finds all code candidates in a normalised line.
pub(super) fn find(line: &str) -> Vec<Candidate> {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<Candidate> = letters::find(line);
    if !is_promising(line) {
        return found;
    }
    taken.extend(addresses(line));
    for range in scan::groups(line) {
        if is_taken(&taken, &range) {
            continue;
        }
        let text = line.get(range.clone()).unwrap_or_default();
        let free = edges_free(line, &range);
        match grouped(text).filter(|_| free) {
            Some((value, form)) => found.push(Candidate { range: range.clone(), value, form }),
            // Only a whole token such as `AB-12-34` is a code candidate, so its tail `12-34` is none.
            None if !free => continue,
            None if splits_into_parts(text) || is_place_and_number(text) => continue,
            None => {}
        }
        taken.push(range);
    }
    for mut range in scan::tokens(line) {
        if line.get(range.clone()).is_some_and(is_word) {
            continue;
        }
        range.end = end_before_suffix(line, &range).unwrap_or_else(|| end_before_sentence(line, &range));
        let text = without_prefix(line.get(range.clone()).unwrap_or_default());
        let Some(form) = form(text) else { continue };
        if !is_taken(&taken, &range) && edges_free(line, &range) && !is_colour(line, &range) {
            found.push(Candidate { range, value: text.to_owned(), form });
        }
    }
    found.extend(joined_token(line, &taken));
    found.extend(short_number(line));
    found.sort_by_key(|candidate| candidate.range.start);
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// Minimum and maximum length in bytes of a code with underscores. A shorter or longer string does not count as a code
/// candidate.
const JOINED_LENGTHS: std::ops::RangeInclusive<usize> = 12..=MAX_MIXED;

/// Returns the byte ranges of the URLs, host names, e-mail addresses and IPv4 addresses in a line.
pub(super) fn addresses(line: &str) -> Vec<Range<usize>> {
    if !may_hold_address(line.as_bytes()) {
        return Vec::new();
    }
    address::find(line)
}

/// Returns the code candidate around the first underscore of a line: a long token of letters, digits,
/// underscores and dashes, which the user has to copy. `None` if the token does not have this form, or if it
/// overlaps one of the ranges in `taken`.
fn joined_token(line: &str, taken: &[Range<usize>]) -> Option<Candidate> {
    let inside = line.find('_')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let (before, after) = line.split_at_checked(inside)?;
    let start = before.len() - before.chars().rev().take_while(|c| is_part(*c)).count();
    let end = inside + after.chars().take_while(|c| is_part(*c)).count();
    let value = line.get(start..end)?;
    let has = |wanted: fn(&u8) -> bool| value.bytes().any(|byte| wanted(&byte));
    let is_token = JOINED_LENGTHS.contains(&value.len())
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.ends_with(|c: char| c.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    let range = start..end;
    let is_free = !is_taken(taken, &range) && edges_free(line, &range);
    (is_token && is_free).then(|| Candidate { range, value: value.to_owned(), form: CodeShape::Mixed })
}

/// Returns the number at the end of a line if it has two or three digits and is alone on the line or follows a colon;
/// `None` for other lines. Some sign-in mails contain such a number, which the user has to tap on another device.
fn short_number(line: &str) -> Option<Candidate> {
    let end = line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
    let digits = line.get(..end)?.bytes().rev().take_while(u8::is_ascii_digit).count();
    let range = end - digits..end;
    let before = line.get(..range.start)?.trim_end();
    let is_set_off = before.is_empty() || before.ends_with([':', '：', '#', '*']);
    let value = line.get(range.clone())?.to_owned();
    ((2..=3).contains(&digits) && is_set_off).then_some(Candidate { range, value, form: CodeShape::Digits })
}

/// Returns whether a line can contain an address that [`address::find`] finds. The punctuation of nearly all lines
/// rules that out.
fn may_hold_address(line: &[u8]) -> bool {
    // The search ignores case, and some letters of other scripts are case variants of Latin letters.
    let letter = |at: usize| line.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let mut numbers = 0;
    memchr::memchr3_iter(b'.', b'@', b':', line).any(|at| match line.get(at) {
        Some(b'@') => true,
        Some(b':') => line.get(at + 1..at + 3) == Some(b"//"),
        _ if letter(at + 1) && letter(at + 2) => true,
        _ => {
            numbers += usize::from(line.get(at + 1).is_some_and(u8::is_ascii_digit));
            let before = at.checked_sub(1).and_then(|before| line.get(before));
            numbers >= 3 || before.is_some_and(|byte| matches!(byte, b'w' | b'W') || !byte.is_ascii())
        }
    })
}

/// Returns whether a token is one of at least two hexadecimal colours in a line, such as `#1a2b3c` in a style
/// sheet.
fn is_colour(line: &str, token: &Range<usize>) -> bool {
    let is_hex = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of = |text: &str| text.get(..6).is_some_and(is_hex);
    line.get(token.clone()).is_some_and(is_hex)
        && line.get(..token.start).is_some_and(|before| before.ends_with('#'))
        && line.split('#').skip(1).filter(|text| of(text)).count() > 1
}

/// Returns whether a token consists only of letters, at least one of which is lowercase. Such a token does not have the
/// shape of a code.
fn is_word(token: &str) -> bool {
    let mut is_small = false;
    token.bytes().all(|byte| {
        is_small |= byte.is_ascii_lowercase();
        byte.is_ascii_alphabetic()
    }) && is_small
}

/// Returns whether a line can contain a code because it has a digit, a dash or a run of uppercase letters. Most lines
/// have none of these and are not searched further.
fn is_promising(line: &str) -> bool {
    let mut capitals = 0;
    line.bytes().any(|byte| {
        capitals = if byte.is_ascii_uppercase() { capitals + 1 } else { 0 };
        byte.is_ascii_digit() || byte == b'-' || capitals >= 4
    })
}

fn is_taken(taken: &[Range<usize>], range: &Range<usize>) -> bool {
    taken.iter().any(|other| other.start < range.end && range.start < other.end)
}

/// Returns whether neighbouring digit groups belong to different numbers, as in `617204. 10` or `4821 - 2`.
fn splits_into_parts(text: &str) -> bool {
    text.contains(". ") || text.contains(") ") || text.contains(" (") || text.contains(" - ")
}

/// Returns whether two digit groups are a locker number and a code, as in `7 890828`. Languages whose sentences end
/// with the verb put the two numbers side by side.
fn is_place_and_number(text: &str) -> bool {
    let Some((place, number)) = text.split_once(' ') else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    place.len() <= 2 && (5..=8).contains(&number.len()) && is_number(place) && is_number(number)
}

/// Maximum number of digits of a code that consists of digit groups. A longer number does not count as a code
/// candidate, because it is probably a card number.
const MAX_GROUPED_DIGITS: usize = 12;

/// Converts digit groups into the value and the shape of one code. Returns `None` for phone numbers, dates,
/// card numbers and amounts.
fn grouped(text: &str) -> Option<(String, CodeShape)> {
    if text.contains(['+', '(', ')', '.'])
        || text.contains("  ")
        || text.contains(" -")
        || text.contains("- ")
    {
        return None;
    }
    let groups: Vec<&str> = text.split([' ', '-']).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let spaced = text.contains(' ');
    if spaced && text.contains('-') {
        return None;
    }
    if groups.iter().all(|group| group.len() == 1) {
        return (4..=10).contains(&digits).then(|| (groups.concat(), CodeShape::Spaced));
    }
    let are_even = groups.iter().all(|group| (2..=5).contains(&group.len()));
    let fits = (2..=4).contains(&groups.len())
        && (are_even || !spaced && is_pickup_number(&groups))
        && (4..=MAX_GROUPED_DIGITS).contains(&digits);
    fits.then(|| (if spaced { groups.concat() } else { text.to_owned() }, CodeShape::Grouped))
}

/// Returns whether three digit groups can be a pick-up number of a parcel station, such as `66-2-0417`.
/// Groups that end with a year are a date.
fn is_pickup_number(groups: &[&str]) -> bool {
    let [first, second, third] = groups else { return false };
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    (1..=3).contains(&first.len())
        && (1..=2).contains(&second.len())
        && (3..=5).contains(&third.len())
        && !is_year(third)
}

/// Returns whether a code candidate is separate from the characters around it. Returns `false` if it is part of a
/// longer number or word, an amount of money or a partly masked number.
fn edges_free(line: &str, range: &Range<usize>) -> bool {
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

/// Returns the digits of a token with a grammatical prefix, as in Zulu `u-718204`. Returns other tokens unchanged.
fn without_prefix(token: &str) -> &str {
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
fn end_before_suffix(line: &str, token: &Range<usize>) -> Option<usize> {
    let (digits, suffix) = line.get(token.clone())?.split_once('-')?;
    let is_number = (4..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_suffix = (1..=4).contains(&suffix.len()) && suffix.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_number && is_suffix).then_some(token.start + digits.len())
}

/// A code is split from the sentence directly after it only if the code has at least this many bytes.
const MIN_SPLIT_BYTES: usize = 4;

/// Returns the end offset of the code in a token if a sentence directly follows the code without a space; the end of
/// the token in all other cases. The space is missing if a program removed HTML tags without inserting spaces.
fn end_before_sentence(line: &str, token: &Range<usize>) -> usize {
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

/// Returns whether a character belongs to a script whose particles are written directly next to a number,
/// such as Hebrew, Arabic or Devanagari.
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
    /// Maximum length in bytes of a currency name in any script; longer words are not compared with the known
    /// names.
    const MAX_CODE_CHARS: usize = 12;
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
        (2..=MAX_CODE_CHARS).contains(&word.len())
            && NAMES.contains(&word.to_lowercase().as_str())
            && !is_of_next(word.len())
    }) || symbol.is_some_and(|c| {
        matches!(c, '$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴' | '₫' | '฿')
            && !is_of_next(c.len_utf8())
    })
}

/// Maximum number of digits of a code without separators. A longer number does not count as a code candidate.
const MAX_DIGITS: usize = 14;
/// Maximum length in bytes of a code of letters and digits without separators. A longer string does not count as a code
/// candidate.
const MAX_MIXED: usize = 44;

/// Returns the shape of a token; `None` if the token does not have the shape of a code.
fn form(token: &str) -> Option<CodeShape> {
    let length = token.len();
    let count = |wanted: fn(&char) -> bool| token.chars().filter(wanted).count();
    let digits = count(char::is_ascii_digit);
    let upper = count(char::is_ascii_uppercase);
    let lower = count(char::is_ascii_lowercase);
    if !token.contains('-') {
        return match () {
            () if digits == length => (4..=MAX_DIGITS).contains(&length).then_some(CodeShape::Digits),
            () if digits > 0 => ((4..=MAX_MIXED).contains(&length) && !is_measure(token) && !is_time(token))
                .then_some(CodeShape::Mixed),
            () if upper == length => (4..=12).contains(&length).then_some(CodeShape::Letters),
            () => None,
        };
    }
    let groups: Vec<&str> = token.split('-').collect();
    let longest = groups.iter().map(|group| group.len()).max()?;
    match groups.as_slice() {
        [prefix, number]
            if prefix.len() <= 3 && upper == prefix.len() && number.len() == digits && digits >= 4 =>
        {
            (digits <= 8).then_some(CodeShape::Prefixed)
        }
        _ if length > 40 || groups.len() > 6 => None,
        _ if digits + groups.len() - 1 == length => None,
        _ if digits > 0 && longest <= 8 && groups.len() <= 5 => {
            Some(if lower > 0 && groups.iter().any(|group| group.chars().all(|c| c.is_ascii_lowercase())) {
                CodeShape::Words
            } else {
                CodeShape::MixedGroups
            })
        }
        _ if lower == 0 && longest <= 6 && groups.iter().all(|group| group.len() >= 3) => {
            Some(CodeShape::LetterGroups)
        }
        _ if upper == 0 && digits == 0 && groups.len() >= 3 => Some(CodeShape::Words),
        _ => None,
    }
}

/// Returns whether a token is a time of day in the French or Portuguese format, such as `9h05` or `14h30`.
fn is_time(token: &str) -> bool {
    let number = |text: &str, most: u8| {
        (1..=2).contains(&text.len()) && text.parse::<u8>().is_ok_and(|number| number <= most)
    };
    token
        .split_once(['h', 'H'])
        .is_some_and(|(hours, minutes)| number(hours, 24) && minutes.len() == 2 && number(minutes, 59))
}

/// Returns whether a token is a number followed by a unit or an ordinal suffix, such as `10min`, `1st`,
/// `24h`, `2x` or `500MB`.
fn is_measure(token: &str) -> bool {
    let unit = token.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = token.len() - unit.len();
    digits > 0
        && matches!(
            unit.to_ascii_lowercase().as_str(),
            "st" | "nd"
                | "rd"
                | "th"
                | "h"
                | "hr"
                | "hrs"
                | "min"
                | "mins"
                | "sec"
                | "s"
                | "d"
                | "x"
                | "px"
                | "pt"
                | "em"
                | "kb"
                | "mb"
                | "gb"
                | "tb"
                | "k"
                | "m"
                | "km"
                | "cm"
                | "mm"
                | "kg"
                | "g"
                | "mg"
                | "ml"
                | "l"
                | "w"
                | "v"
                | "hz"
                | "ghz"
                | "mhz"
                | "am"
                | "pm"
                | "p"
        )
}

#[cfg(test)]
mod tests {
    use super::find;

    fn values(line: &str) -> Vec<String> {
        find(line).into_iter().map(|one| one.value).collect()
    }

    #[test]
    fn text_glued_to_a_code_is_not_part_of_it() {
        for line in [
            "type this code:590317Not you?",
            "code 590317Somebody else",
            "код 590317Не вы?",
            "590317The team",
        ] {
            assert_eq!(values(line), ["590317"], "{line}");
        }
        assert_eq!(values("code is 4821-9035If this was not you"), ["4821-9035"]);
        assert_eq!(values("code:KX7Q2MThis code expires"), ["KX7Q2M"]);
        assert_eq!(values("code KX7-Q2MThis code expires"), ["KX7-Q2M"]);
        // A code of digits and letters is one code candidate, not two.
        assert_eq!(values("4821aB"), ["4821aB"]);
        assert_eq!(values("4821Ab"), ["4821Ab"]);
        assert_eq!(values("QX8QIhmV7M"), ["QX8QIhmV7M"]);
        assert_eq!(values("MP30-Wolf"), ["MP30-Wolf"]);
        assert_eq!(values("Win64"), ["Win64"]);
    }

    #[test]
    fn door_and_locker_pins_are_found() {
        assert_eq!(values("凭 66-2-0417 取件"), ["66-2-0417"]);
        assert_eq!(values("Marca *4471# en el teclado"), ["4471"]);
        assert_eq!(values("Then press #2095#"), ["2095"]);
        // A date has the same groups as a pick-up number.
        assert_eq!(values("on 14-5-2026"), [""; 0]);
    }

    #[test]
    fn colours_are_not_codes() {
        assert_eq!(values("Use #482951 for headings and #ffffff for the rest."), [""; 0]);
        assert_eq!(values("@velory.example #482951"), ["482951"]);
    }

    #[test]
    fn a_token_to_paste_may_have_underscores() {
        assert_eq!(values("  qk_7ZtM4nB2xW9cL0pRsV3d"), ["qk_7ZtM4nB2xW9cL0pRsV3d"]);
        for line in
            ["set MAX_LINE_LENGTH first", "see https://x.example/a_7ZtM4nB2xW9cL0", "_7ZtM4nB2xW9cL0_"]
        {
            assert!(values(line).iter().all(|value| !value.contains('_')), "{line}");
        }
    }
}
