//! Detects writing systems without spaces between words. The build script (`build.rs`) also uses this file.

/// Returns whether a character belongs to a script that has no spaces between words or attaches particles to words:
/// Thai, Lao, Tibetan, Burmese, Khmer, kana, Han and Hangul.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{fff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{3005}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
    )
}
