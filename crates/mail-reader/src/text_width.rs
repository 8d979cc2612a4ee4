//! Measures, truncates, wraps and pads text by its width in terminal columns.

use crate::ambiguous_width;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the width of a string in terminal columns (Unicode Standard Annex 11). Each grapheme cluster is measured
/// separately, because terminals draw the clusters one by one. Characters of ambiguous width count as one or two
/// columns, depending on [`ambiguous_width::set_wide`].
pub fn display_width(text: &str) -> usize {
    if is_plain(text) {
        text.len()
    } else if ambiguous_width::is_wide() {
        text.graphemes(true).map(ambiguous_width::wide_width).sum()
    } else if text.chars().any(may_join) {
        text.graphemes(true).map(UnicodeWidthStr::width).sum()
    } else {
        text.width()
    }
}

/// Splits text into its grapheme clusters (Unicode Standard Annex 29), which a terminal draws one by one.
pub fn clusters(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true)
}

/// Returns whether a letter belongs to a script in which two neighbouring grapheme clusters can form one glyph, such as
/// Arabic lam and alef. Unicode width tables measure such a pair as one glyph, but terminals measure each cluster
/// separately.
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

/// Returns whether a string consists only of printable ASCII characters, each of which is one column wide. Such a
/// string needs no lookup in the width tables.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Character that replaces the removed end of truncated text.
const ELLIPSIS: &str = "…";

/// Truncates a string to at most `most` columns, at a grapheme cluster boundary. If an ellipsis fits, it replaces the
/// removed text.
pub fn truncate(text: &str, most: usize) -> String {
    if display_width(text) <= most {
        return text.to_owned();
    }
    let mark = display_width(ELLIPSIS);
    let ellipsis = if mark <= most { ELLIPSIS } else { "" };
    let room = most.saturating_sub(mark);
    let mut cut = String::with_capacity(most + ELLIPSIS.len());
    if is_plain(text) {
        cut.push_str(text.get(..room).unwrap_or_default());
        cut.push_str(ellipsis);
        return cut;
    }
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let width = display_width(grapheme);
        if used + width > room {
            break;
        }
        used += width;
        cut.push_str(grapheme);
    }
    cut.push_str(ellipsis);
    cut
}

/// Shortens a string of segments separated by ` · `. Keeps as many leading segments as fit into `most` columns. If even
/// the first segment is too wide, it is truncated.
pub fn truncate_segments(text: &str, most: usize) -> String {
    parts(text, most, usize::MAX)
}

/// Like [`truncate_segments`], but also includes a truncated version of the first segment that does not fit, if enough
/// columns remain to make it readable.
pub fn truncate_segments_partial(text: &str, most: usize) -> String {
    parts(text, most, MIN_PART_COLUMNS)
}

fn parts(text: &str, most: usize, readable: usize) -> String {
    if display_width(text) <= most {
        return text.to_owned();
    }
    let mut shown = String::new();
    for part in text.split(SEPARATOR) {
        let dot = if shown.is_empty() { "" } else { SEPARATOR };
        let used = display_width(&shown) + display_width(dot);
        if used + display_width(part) > most {
            if shown.is_empty() || most.saturating_sub(used) >= readable {
                shown = format!("{shown}{dot}{}", truncate(part, most.saturating_sub(used)));
            }
            break;
        }
        shown.push_str(dot);
        shown.push_str(part);
    }
    shown
}

/// Distributes the segments of a string, which are separated by ` · `, over lines of at most `most` columns each. A
/// segment wider than `most` columns is truncated.
pub fn wrap_parts(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split(SEPARATOR) {
        match lines.last_mut() {
            Some(line) if display_width(line) + display_width(SEPARATOR) + display_width(part) <= most => {
                line.push_str(SEPARATOR);
                line.push_str(part);
            }
            _ => lines.push(truncate(part, most)),
        }
    }
    lines
}

/// Separator between segments in a string such as the title of a pane.
const SEPARATOR: &str = " · ";
/// Minimum width in columns of a truncated segment. If fewer columns remain, the segment is omitted.
const MIN_PART_COLUMNS: usize = 10;

/// Truncates or pads a string to exactly `wide` columns. Padding spaces are added on the right.
pub fn pad(text: &str, wide: usize) -> String {
    let mut padded = truncate(text, wide);
    let missing = wide.saturating_sub(display_width(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_dropped_unless_a_readable_rest_fits() {
        let title = "Inbox 4 · 4 unread · 4 with “before:soon”";
        assert_eq!(truncate_segments(title, 80), title);
        assert_eq!(truncate_segments_partial(title, 38), "Inbox 4 · 4 unread · 4 with “before:s…");
        assert_eq!(truncate_segments(title, 38), "Inbox 4 · 4 unread");
        assert_eq!(truncate_segments_partial(title, 29), "Inbox 4 · 4 unread");
        assert_eq!(truncate_segments(title, 12), "Inbox 4");
        assert_eq!(truncate_segments(title, 4), "Inb…");
    }

    #[test]
    fn items_wrap_to_as_many_lines_as_needed() {
        let keys = "Enter views · s saves · S saves all · | pipes";
        assert_eq!(wrap_parts(keys, 50), [keys]);
        assert_eq!(wrap_parts(keys, 36), ["Enter views · s saves · S saves all", "| pipes"]);
        assert_eq!(wrap_parts(keys, 8), ["Enter v…", "s saves", "S saves…", "| pipes"]);
    }

    #[test]
    fn text_is_truncated_by_columns_and_not_by_characters() {
        assert_eq!(truncate("hello", 5), "hello");
        assert_eq!(truncate("hello!", 5), "hell…");
        assert_eq!(truncate("hello", 0), "");
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("日本語", 4), "日…");
        assert_eq!(truncate("日本語", 0), "");
        // The pair of lam and alef, repeated five times, needs ten columns.
        let joined = "\u{644}\u{627}".repeat(5);
        assert_eq!(display_width(&joined), 10);
        assert_eq!(display_width(&truncate(&joined, 7)), 7);
        for wide in 0..8 {
            assert_eq!(display_width(&pad("日本語", wide)), wide);
            assert_eq!(display_width(&pad("hello", wide)), wide);
        }
    }
}
