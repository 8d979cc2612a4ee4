//! Text cut to a number of terminal columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes on a terminal (Unicode Standard Annex 11).
pub fn columns(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// Whether each byte is a letter of ASCII and takes one column: most texts are, and no table has to be
/// asked for them.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The text, cut between two graphemes where it is wider than `most` columns, with an ellipsis
/// for what is gone.
pub fn fit(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut cut = String::with_capacity(most + '…'.len_utf8());
    if is_plain(text) {
        cut.push_str(text.get(..most.saturating_sub(1)).unwrap_or_default());
        cut.extend((most > 0).then_some('…'));
        return cut;
    }
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let width = columns(grapheme);
        if used + width + 1 > most {
            break;
        }
        used += width;
        cut.push_str(grapheme);
    }
    if most > 0 {
        cut.push('…');
    }
    cut
}

/// The text in exactly `wide` columns: cut, or filled up with spaces at the right.
pub fn pad(text: &str, wide: usize) -> String {
    let mut padded = fit(text, wide);
    let missing = wide.saturating_sub(columns(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns_and_not_by_characters() {
        assert_eq!(fit("hello", 5), "hello");
        assert_eq!(fit("hello!", 5), "hell…");
        assert_eq!(fit("hello", 0), "");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("日本語", 0), "");
        for wide in 0..8 {
            assert_eq!(columns(&pad("日本語", wide)), wide);
            assert_eq!(columns(&pad("hello", wide)), wide);
        }
    }
}
