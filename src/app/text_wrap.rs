//! Wraps the text of notices and dialogs to the width of the screen.

use mail_reader::ambiguous_width::is_wide;
use mail_reader::text_width::{clusters, display_width};
use textwrap::WordSeparator;

/// Wraps text into lines of at most `width` columns.
pub fn wrap_text(text: &str, width: usize) -> Vec<String> {
    if is_wide() {
        text.lines().flat_map(|line| wrap_by_display_width(line, width)).collect()
    } else {
        textwrap::wrap(text, width).into_iter().map(std::borrow::Cow::into_owned).collect()
    }
}

/// Wraps a line of text at word boundaries. Breaks a word only if the word is wider than `width`. This function
/// measures text with `display_width`, because the `textwrap` crate counts each character of ambiguous width as one
/// column.
fn wrap_by_display_width(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in WordSeparator::new().find_words(line) {
        let columns = display_width(word.word);
        if used + columns > width && used > 0 {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        for cluster in clusters(word.word) {
            let columns = display_width(cluster);
            if used + columns > width && used > 0 {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push_str(cluster);
            used += columns;
        }
        current.push_str(word.whitespace);
        used += word.whitespace.len();
    }
    lines.push(current);
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_unless_they_are_wider_than_a_line() {
        assert_eq!(wrap_by_display_width("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap_by_display_width("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap_by_display_width("日本語 日本", 5), ["日本", "語 日", "本"]);
        assert_eq!(wrap_by_display_width("", 5), [""]);
    }
}
