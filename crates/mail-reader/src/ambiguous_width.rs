//! Lists the characters whose width depends on the terminal ("ambiguous" in Unicode Standard Annex 11). Stores whether
//! the terminal of this process draws them one or two columns wide.

use std::sync::atomic::{AtomicBool, Ordering};
use unicode_width::UnicodeWidthStr;

/// Whether the terminal draws characters of ambiguous width two columns wide. The value is global, because a process
/// has only one terminal, and layouts in several threads must measure text in the same way.
static IS_WIDE: AtomicBool = AtomicBool::new(false);

/// Sets whether the terminal of this process draws characters of ambiguous width two columns wide, and therefore how
/// [`display_width`](crate::text_width::display_width) counts them. Layouts computed before a change must be
/// recomputed.
pub fn set_wide(wide: bool) {
    IS_WIDE.store(wide, Ordering::Relaxed);
}

/// Returns whether the terminal of this process draws characters of ambiguous width two columns wide.
pub fn is_wide() -> bool {
    IS_WIDE.load(Ordering::Relaxed)
}

/// Ranges of ambiguous-width characters below U+2000, mostly letters. Unicode width tables count them as one
/// column wide, but terminals such as xterm with `-cjk_width` draw them two columns wide.
const LETTERS: &[(char, char)] = &[
    ('\u{a1}', '\u{a1}'),
    ('\u{a4}', '\u{a4}'),
    ('\u{a7}', '\u{a8}'),
    ('\u{aa}', '\u{aa}'),
    ('\u{ae}', '\u{ae}'),
    ('\u{b0}', '\u{b4}'),
    ('\u{b6}', '\u{ba}'),
    ('\u{bc}', '\u{bf}'),
    ('\u{c6}', '\u{c6}'),
    ('\u{d0}', '\u{d0}'),
    ('\u{d7}', '\u{d8}'),
    ('\u{de}', '\u{e1}'),
    ('\u{e6}', '\u{e6}'),
    ('\u{e8}', '\u{ea}'),
    ('\u{ec}', '\u{ed}'),
    ('\u{f0}', '\u{f0}'),
    ('\u{f2}', '\u{f3}'),
    ('\u{f7}', '\u{fa}'),
    ('\u{fc}', '\u{fc}'),
    ('\u{fe}', '\u{fe}'),
    ('\u{101}', '\u{101}'),
    ('\u{111}', '\u{111}'),
    ('\u{113}', '\u{113}'),
    ('\u{11b}', '\u{11b}'),
    ('\u{126}', '\u{127}'),
    ('\u{12b}', '\u{12b}'),
    ('\u{131}', '\u{133}'),
    ('\u{138}', '\u{138}'),
    ('\u{13f}', '\u{142}'),
    ('\u{144}', '\u{144}'),
    ('\u{148}', '\u{14b}'),
    ('\u{14d}', '\u{14d}'),
    ('\u{152}', '\u{153}'),
    ('\u{166}', '\u{167}'),
    ('\u{16b}', '\u{16b}'),
    ('\u{1ce}', '\u{1ce}'),
    ('\u{1d0}', '\u{1d0}'),
    ('\u{1d2}', '\u{1d2}'),
    ('\u{1d4}', '\u{1d4}'),
    ('\u{1d6}', '\u{1d6}'),
    ('\u{1d8}', '\u{1d8}'),
    ('\u{1da}', '\u{1da}'),
    ('\u{1dc}', '\u{1dc}'),
    ('\u{251}', '\u{251}'),
    ('\u{261}', '\u{261}'),
    ('\u{2c4}', '\u{2c4}'),
    ('\u{2c7}', '\u{2c7}'),
    ('\u{2c9}', '\u{2cb}'),
    ('\u{2cd}', '\u{2cd}'),
    ('\u{2d0}', '\u{2d0}'),
    ('\u{2d8}', '\u{2db}'),
    ('\u{2dd}', '\u{2dd}'),
    ('\u{2df}', '\u{2df}'),
    ('\u{391}', '\u{3a1}'),
    ('\u{3a3}', '\u{3a9}'),
    ('\u{3b1}', '\u{3c1}'),
    ('\u{3c3}', '\u{3c9}'),
    ('\u{401}', '\u{401}'),
    ('\u{410}', '\u{44f}'),
    ('\u{451}', '\u{451}'),
];

/// Returns whether the width of a symbol depends on the terminal. A terminal for Chinese, Japanese or Korean may draw a
/// box-drawing, Greek or Cyrillic character two columns wide.
pub fn has_ambiguous_width(symbol: &str) -> bool {
    !symbol.is_ascii() && (symbol.width_cjk() != symbol.width() || symbol.chars().any(is_ambiguous_letter))
}

fn is_ambiguous_letter(c: char) -> bool {
    let after = LETTERS.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|at| LETTERS.get(at)).is_some_and(|(_, last)| c <= *last)
}

/// Returns the width in columns of a grapheme cluster on a terminal that draws characters of ambiguous width two
/// columns wide. Box-drawing and block characters count as one column, because they are replaced by ASCII characters on
/// such a terminal to keep borders and images aligned.
pub fn wide_width(cluster: &str) -> usize {
    let narrow = cluster.width();
    if is_drawn_wide(cluster) { narrow.max(2) } else { narrow }
}

/// Returns whether the width of a grapheme cluster is ambiguous, so that some terminals draw it two columns wide.
/// Returns `false` for box-drawing and block characters, which are replaced by ASCII characters on such a terminal.
pub fn is_drawn_wide(cluster: &str) -> bool {
    !cluster.chars().all(|c| matches!(c, '\u{2500}'..='\u{259f}')) && has_ambiguous_width(cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_and_letters_of_some_scripts_are_ambiguous() {
        for symbol in ["│", "━", "…", "é", "ü", "я", "Ω", "§", "●"] {
            assert!(has_ambiguous_width(symbol), "{symbol}");
        }
        for symbol in ["a", "日", "ë", "ľ", "א", "▰", "한"] {
            assert!(!has_ambiguous_width(symbol), "{symbol}");
        }
    }

    #[test]
    fn letters_and_signs_are_two_columns_wide_where_borders_become_ascii() {
        for symbol in ["é", "я", "Ω", "§", "½", "±", "“", "…", "①", "■", "日", "я\u{301}"] {
            assert_eq!(wide_width(symbol), 2, "{symbol}");
        }
        for symbol in ["a", "│", "─", "▀", "ë", "א", "▰"] {
            assert_eq!(wide_width(symbol), 1, "{symbol}");
        }
    }
}
