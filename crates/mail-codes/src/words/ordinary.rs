//! Ordinary words and abbreviations, which are not codes even if they are written in capitals.

use memchr::{memchr, memrchr};
use std::cmp::Ordering;

/// The words in `assets/words/ordinary.txt`, in lowercase and sorted, one word per line.
static ORDINARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ordinary.txt"));

/// Returns whether a string consists of ordinary words only, ignoring case. Dashes separate the words.
pub(crate) fn is_ordinary(text: &str) -> bool {
    text.split('-').all(|word| contains(ORDINARY, word.to_ascii_lowercase().as_bytes()))
}

/// Returns whether the sorted lines contain a word. Each line ends with a line feed.
fn contains(mut lines: &[u8], word: &[u8]) -> bool {
    while let Some((before, line, after)) = split_at_middle(lines) {
        match word.cmp(line) {
            Ordering::Less => lines = before,
            Ordering::Equal => return true,
            Ordering::Greater => lines = after,
        }
    }
    false
}

/// Returns the lines before the middle line, the middle line without its line feed, and the lines after it; `None` if
/// there are no lines.
fn split_at_middle(lines: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (left, right) = lines.split_at_checked(lines.len() / 2)?;
    let start = memrchr(b'\n', left).map_or(0, |end| end + 1);
    let end = left.len() + memchr(b'\n', right)?;
    Some((lines.get(..start)?, lines.get(start..end)?, lines.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::{ORDINARY, is_ordinary};

    #[test]
    fn words_and_abbreviations_are_ordinary() {
        for text in ["HTML", "Thank", "password", "MORE-INFORMATION"] {
            assert!(is_ordinary(text), "{text}");
        }
        for text in ["KDWMQZ", "HTML5", "", "MORE-KDWM"] {
            assert!(!is_ordinary(text), "{text}");
        }
    }

    #[test]
    fn each_word_of_the_list_is_found() {
        let words = std::str::from_utf8(ORDINARY).unwrap();
        assert!(words.lines().count() > 1000 && words.lines().is_sorted());
        for word in words.lines() {
            assert!(is_ordinary(word), "{word}");
            assert!(!is_ordinary(&format!("{word}~")), "{word}");
        }
    }
}
