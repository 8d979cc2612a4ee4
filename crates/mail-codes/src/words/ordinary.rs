//! Ordinary words and abbreviations, which are no codes even if they are written in capitals.

/// The words of `assets/words/ordinary.txt` in lower case, sorted.
static ORDINARY: &[&str] = include!(concat!(env!("OUT_DIR"), "/ordinary.rs"));

/// Returns whether a string consists of ordinary words only, ignoring case. Dashes separate the words.
pub(crate) fn is_ordinary(text: &str) -> bool {
    let known = |word: &str| ORDINARY.binary_search(&word.to_ascii_lowercase().as_str()).is_ok();
    text.split('-').all(known)
}

#[cfg(test)]
mod tests {
    use super::is_ordinary;

    #[test]
    fn words_and_abbreviations_are_ordinary() {
        for text in ["HTML", "Thank", "password", "MORE-INFORMATION"] {
            assert!(is_ordinary(text), "{text}");
        }
        for text in ["KDWMQZ", "HTML5", "", "MORE-KDWM"] {
            assert!(!is_ordinary(text), "{text}");
        }
    }
}
