//! Text cut to a number of terminal columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes on a terminal (Unicode Standard Annex 11), where each grapheme has cells of
/// its own.
pub fn columns(text: &str) -> usize {
    if is_plain(text) {
        text.len()
    } else if text.chars().any(may_join) {
        text.graphemes(true).map(UnicodeWidthStr::width).sum()
    } else {
        text.width()
    }
}

/// Letters of scripts in which two graphemes side by side are one glyph to a font, such as Arabic lam and
/// alef: the tables of widths count them as one, a terminal does not.
fn may_join(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{6ff}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{1a00}'..='\u{1a1f}'
        | '\u{2d30}'..='\u{2d7f}'
        | '\u{a4d0}'..='\u{a4ff}'
        | '\u{10c00}'..='\u{10c4f}'
        | '\u{16d40}'..='\u{16d7f}')
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

/// As many of the parts between dots as there is room for; the first is cut where it must be.
pub fn fit_parts(text: &str, most: usize) -> String {
    parts(text, most, usize::MAX)
}

/// As [`fit_parts`], with the beginning of the part that does not fit, where there is enough of it to be
/// read.
pub fn cut_parts(text: &str, most: usize) -> String {
    parts(text, most, READABLE)
}

fn parts(text: &str, most: usize, readable: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut shown = String::new();
    for part in text.split(DOT) {
        let dot = if shown.is_empty() { "" } else { DOT };
        let used = columns(&shown) + columns(dot);
        if used + columns(part) > most {
            if shown.is_empty() || most.saturating_sub(used) >= readable {
                shown = format!("{shown}{dot}{}", fit(part, most.saturating_sub(used)));
            }
            break;
        }
        shown.push_str(dot);
        shown.push_str(part);
    }
    shown
}

/// The parts between dots on as many lines as they need; a part that is wider than a line is cut.
pub fn wrap_parts(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split(DOT) {
        match lines.last_mut() {
            Some(line) if columns(line) + columns(DOT) + columns(part) <= most => {
                line.push_str(DOT);
                line.push_str(part);
            }
            _ => lines.push(fit(part, most)),
        }
    }
    lines
}

/// What stands between the parts of a title.
const DOT: &str = " · ";
/// Columns of a part that are worth being shown without the rest of it.
const READABLE: usize = 10;

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
    fn parts_are_left_out_whole_unless_enough_of_one_is_left() {
        let title = "Inbox 4 · 4 unread · 4 with “before:soon”";
        assert_eq!(fit_parts(title, 80), title);
        assert_eq!(cut_parts(title, 38), "Inbox 4 · 4 unread · 4 with “before:s…");
        assert_eq!(fit_parts(title, 38), "Inbox 4 · 4 unread");
        assert_eq!(cut_parts(title, 29), "Inbox 4 · 4 unread");
        assert_eq!(fit_parts(title, 12), "Inbox 4");
        assert_eq!(fit_parts(title, 4), "Inb…");
    }

    #[test]
    fn parts_go_on_as_many_lines_as_they_need() {
        let keys = "Enter views · s saves · S saves all · | pipes";
        assert_eq!(wrap_parts(keys, 50), [keys]);
        assert_eq!(wrap_parts(keys, 36), ["Enter views · s saves · S saves all", "| pipes"]);
        assert_eq!(wrap_parts(keys, 8), ["Enter v…", "s saves", "S saves…", "| pipes"]);
    }

    #[test]
    fn text_is_cut_by_columns_and_not_by_characters() {
        assert_eq!(fit("hello", 5), "hello");
        assert_eq!(fit("hello!", 5), "hell…");
        assert_eq!(fit("hello", 0), "");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("日本語", 0), "");
        // Lam and alef, five times: ten cells.
        let joined = "\u{644}\u{627}".repeat(5);
        assert_eq!(columns(&joined), 10);
        assert_eq!(columns(&fit(&joined, 7)), 7);
        for wide in 0..8 {
            assert_eq!(columns(&pad("日本語", wide)), wide);
            assert_eq!(columns(&pad("hello", wide)), wide);
        }
    }
}
