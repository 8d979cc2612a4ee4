//! Chooses the words of a mail that the explanation of a code or link quotes. Where possible, only whole words are
//! quoted.

use super::words::is_unspaced;
use std::borrow::Cow;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Maximum number of characters that are added on each side to extend a quoted keyword to a whole word. If a whole word
/// would need more characters on a side, the keyword is not extended on that side.
const MAX_ADDED_CHARS: usize = 30;

/// Returns a keyword, which may be only a part of a word, extended to whole words. `keyword` is the byte range of the
/// keyword in `text`; letters outside `limits` are not included. Returns `None` if a range is invalid.
pub(super) fn whole_words(text: &str, keyword: Range<usize>, limits: Range<usize>) -> Option<&str> {
    let before = text.get(limits.start..keyword.start).unwrap_or_default();
    let after = text.get(keyword.end..limits.end).unwrap_or_default();
    let added = |bytes: usize, chars: usize| if chars > MAX_ADDED_CHARS { 0 } else { bytes };
    let rest = before.trim_end_matches(is_of_word);
    let left = before.get(rest.len()..)?;
    let right = after.get(..after.len() - after.trim_start_matches(is_of_word).len())?;
    let start = keyword.start - added(left.len(), left.chars().count());
    text.get(start..keyword.end + added(right.len(), right.chars().count()))
}

/// Returns the first words of a string, at most `max_chars` characters. An ellipsis is appended if words are left out.
/// A first word that is longer than `max_chars` is truncated.
pub(super) fn first_words(text: &str, max_chars: usize) -> Cow<'_, str> {
    let Some((end, next)) = text.char_indices().nth(max_chars) else { return text.into() };
    let start = text.get(..end).unwrap_or_default();
    let is_of_word = |c: char| c.is_ascii_digit() || is_of_word(c);
    let whole = if is_of_word(next) { start.trim_end_matches(is_of_word) } else { start }.trim_end();
    format!("{}…", if whole.is_empty() { start } else { whole }).into()
}

/// Returns whether a character belongs to the same word as an adjacent letter. A character of a script without spaces
/// between words never does.
fn is_of_word(c: char) -> bool {
    (c.is_alphabetic() || is_combining_mark(c)) && !is_unspaced(c)
}

#[cfg(test)]
mod tests {
    use super::{first_words, whole_words};

    #[test]
    fn a_stem_is_quoted_with_the_rest_of_its_word() {
        let quoted = |text: &str, keyword: &str| {
            let start = text.find(keyword).unwrap();
            whole_words(text, start..start + keyword.len(), 0..text.len()).unwrap().to_owned()
        };
        assert_eq!(quoted("Twój kod weryfikacyjny: 482951", "kod weryfikacyjn"), "kod weryfikacyjny");
        assert_eq!(quoted("Der Anmeldecode lautet 482951", "code"), "Anmeldecode");
        assert_eq!(quoted("आपका सत्यापन कोड", "सत्यापन को"), "सत्यापन कोड");
        assert_eq!(quoted("您的验证码为482951", "验证码"), "验证码");
        assert_eq!(quoted("code482951", "code"), "code");
        let long = format!("code{}", "e".repeat(2_000));
        assert_eq!(quoted(&long, "code"), "code");
    }

    #[test]
    fn letters_beyond_the_limits_are_not_quoted() {
        assert_eq!(whole_words("codeKXQVBN", 0..4, 0..4), Some("code"));
        assert_eq!(whole_words("KXQVBNcode", 6..10, 6..10), Some("code"));
    }

    #[test]
    fn the_first_words_are_whole() {
        assert_eq!(first_words("Confirm your address", 40), "Confirm your address");
        assert_eq!(first_words("Confirm your address", 20), "Confirm your address");
        assert_eq!(first_words("Confirm your address", 19), "Confirm your…");
        assert_eq!(first_words("Confirm your address", 12), "Confirm your…");
        assert_eq!(first_words("Confirm your address", 4), "Conf…");
        assert_eq!(first_words("Order 482951", 9), "Order…");
        assert_eq!(first_words("メールアドレスを確認", 4), "メールア…");
    }
}
