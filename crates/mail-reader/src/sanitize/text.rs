//! Determines which characters may be written to a terminal; all other characters are replaced or dropped.
//!
//! A character that could control the terminal is replaced by a visible one, so that the user notices an attack. A
//! character that is merely invisible, such as a soft hyphen or a zero-width space, is dropped, because half of all
//! newsletters use such characters as filler.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Maximum number of consecutive combining marks; further marks are dropped. Four marks are sufficient for pointed
/// Hebrew, Thai and Tibetan, and too few to overlap other lines.
const MAX_MARKS: usize = 4;

/// Maximum number of zero-width joiners in one emoji; further joiners are dropped, which splits the emoji. The longest
/// Unicode emojis contain three joiners. Terminals disagree about the width of longer emojis, and may draw them over
/// other text.
const MAX_JOINERS: usize = 3;

/// Distance between tab stops, in columns.
const TAB_COLUMNS: usize = 8;

/// The first combining mark in Unicode. Lower code points are not combining marks and therefore need no lookup.
const FIRST_MARK: char = '\u{300}';
const ZWJ: char = '\u{200d}';
const STAND_IN: char = '\u{fffd}';

/// The action that the sanitiser takes for a given character.
enum CharAction {
    Keep,
    Drop,
    Become(char),
}

/// Returns `true` only if a string needs no sanitising. The check is fast but incomplete, so it may return `false` for
/// such a string, too.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) || (!text.is_ascii() && text.chars().all(is_letter))
}

/// Returns `true` for frequent characters that the sanitiser keeps in any context. All other characters require a table
/// lookup.
fn is_letter(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '\u{a1}'..='\u{ac}'
            | '\u{ae}'..='\u{24f}'
            | '\u{400}'..='\u{482}'
            | '\u{48a}'..='\u{52f}'
            | '\u{2010}'..='\u{2027}'
            | '\u{20ac}'
            | '\u{2500}'..='\u{257f}'
            | '\u{3001}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fc}'
            | '\u{4e00}'..='\u{9fa5}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{ff01}'..='\u{ff5e}'
    )
}

/// Sanitises a string for display on one line. No character in the result can control the terminal.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut marks, mut joiners) = (0, 0);
    let mut last: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let output = match action_for(c) {
            CharAction::Keep => c,
            CharAction::Become(other) => other,
            CharAction::Drop if c == ZWJ && joiners < MAX_JOINERS && joins(last, chars.peek().copied()) => {
                joiners += 1;
                c
            }
            CharAction::Drop => continue,
        };
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if selects(output) && !last.is_some_and(can_be_selected) {
            continue;
        }
        if output >= FIRST_MARK && (is_combining_mark(output) || is_skin_tone(output)) && !selects(output) {
            marks += 1;
            if marks > MAX_MARKS {
                continue;
            }
        } else {
            marks = 0;
            if last != Some(ZWJ) && output != ZWJ && !selects(output) {
                joiners = 0;
            }
        }
        out.push(output);
        last = Some(output);
    }
    out
}

/// Splits text into lines at all Unicode line breaks.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r'])).unwrap_or(text);
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest?;
        let Some(at) = current.find(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) else {
            rest = None;
            return Some(current);
        };
        let (line, tail) = current.split_at(at);
        let tail = tail.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut chars = tail.chars();
            chars.next();
            chars.as_str()
        });
        rest = Some(tail);
        Some(line)
    })
}

/// Replaces tabs with spaces up to the next tab stop. Each character counts as one column.
pub(super) fn expand_tabs(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains('\t') {
        return line.into();
    }
    let mut out = String::with_capacity(line.len() + TAB_COLUMNS);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let gap = TAB_COLUMNS - column % TAB_COLUMNS;
            out.extend(std::iter::repeat_n(' ', gap));
            column += gap;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out.into()
}

fn action_for(c: char) -> CharAction {
    match c {
        ' '..='~' => CharAction::Keep,
        // Line ends, tabs, the no-break space, the other spaces of Unicode, and the blank Braille cell.
        '\t'
        | '\n'
        | '\u{b}'
        | '\u{c}'
        | '\r'
        | '\u{85}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{2800}' => CharAction::Become(' '),
        '\0'..='\u{1f}' => CharAction::Become(char::from_u32(0x2400 + u32::from(c)).unwrap_or(STAND_IN)),
        '\u{7f}' => CharAction::Become('\u{2421}'),
        // C1 control characters, and the bidi embeddings, overrides and isolates, which would reorder the
        // text after them.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            CharAction::Become(STAND_IN)
        }
        c if is_invisible(c) => CharAction::Drop,
        // These characters exist in every version of Unicode, so they need no table lookup.
        STAND_IN
        | '\u{a1}'..='\u{24f}'
        | '\u{400}'..='\u{52f}'
        | '\u{4e00}'..='\u{9fa5}'
        | '\u{ac00}'..='\u{d7a3}' => CharAction::Keep,
        c if c.script() == Script::Unknown => CharAction::Become(STAND_IN),
        _ => CharAction::Keep,
    }
}

/// Returns whether the sanitiser drops a character because it is invisible and has no useful effect in a terminal.
/// Examples are soft hyphens, joiners, direction marks, fillers, tags and variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Returns whether a character is a variation selector (VS15 or VS16), which selects the text or emoji
/// presentation of the character before it.
fn selects(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Returns whether the variation selectors VS15 and VS16 may follow a character, that is, whether the character is a
/// keycap base or a symbol.
fn can_be_selected(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*' | '\u{a9}' | '\u{ae}') || is_pictograph(c)
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns whether a character is a skin tone modifier, which applies to the preceding emoji.
fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Returns whether a zero-width joiner between these two characters joins them into one emoji. All other zero-width
/// joiners are dropped.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(|c| is_pictograph(c) || selects(c)) && after.is_some_and(is_pictograph)
}

#[cfg(test)]
mod tests {
    use super::{clean, is_letter};

    #[test]
    fn the_check_for_clean_text_is_correct() {
        let letters: Vec<char> = ('\0'..=char::MAX).filter(|&c| is_letter(c)).collect();
        for &c in &letters {
            let text = format!("{c}{c}{c}{c}{c}{c}");
            assert_eq!(clean(&text), text, "{c:?}");
        }
        let all: String = letters.into_iter().collect();
        assert_eq!(clean(&all), all);
    }
}
