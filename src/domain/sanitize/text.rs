//! Which characters may reach a terminal, and what stands in for the others.
//!
//! What could act on the terminal is shown by a stand-in, so that an attack can be seen; what
//! only hides (zero-width filler, soft hyphens) is dropped, since half of all newsletters pad
//! with it.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// How many combining marks may follow one another: enough for pointed Hebrew, Thai and
/// Tibetan, too few for a tower.
const MAX_MARKS: usize = 4;

/// Columns between tab stops.
const TAB: usize = 8;

/// No combining mark comes before it.
const FIRST_MARK: char = '\u{300}';
const ZWJ: char = '\u{200d}';
const STAND_IN: char = '\u{fffd}';

/// What becomes of a character.
enum Fate {
    Keep,
    Drop,
    Become(char),
}

/// Whether the text needs no cleaning at all; it may be said of some that it does although it does not.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) || (!text.is_ascii() && text.chars().all(is_letter))
}

/// Whether a character is kept as it is, whatever stands beside it. Not all such are told, only those that
/// most mails are written in.
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
            | '\u{3001}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fc}'
            | '\u{4e00}'..='\u{9fa5}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{ff01}'..='\u{ff5e}'
    )
}

/// The text on one line, without anything that steers a terminal.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut last: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let kept = match fate(c) {
            Fate::Keep => c,
            Fate::Become(other) => other,
            Fate::Drop if c == ZWJ && joins(last, chars.peek().copied()) => c,
            Fate::Drop => continue,
        };
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if selects(kept) && !last.is_some_and(can_be_selected) {
            continue;
        }
        if kept >= FIRST_MARK && is_combining_mark(kept) && !selects(kept) {
            marks += 1;
            if marks > MAX_MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        out.push(kept);
        last = Some(kept);
    }
    out
}

/// The lines of a text, by every line break that Unicode knows.
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

/// Tabs as spaces up to the next tab stop, counted in characters.
pub(super) fn expand_tabs(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains('\t') {
        return line.into();
    }
    let mut out = String::with_capacity(line.len() + TAB);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let gap = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', gap));
            column += gap;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out.into()
}

fn fate(c: char) -> Fate {
    match c {
        ' '..='~' => Fate::Keep,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Become(' '),
        '\0'..='\u{1f}' => Fate::Become(char::from_u32(0x2400 + u32::from(c)).unwrap_or(STAND_IN)),
        '\u{7f}' => Fate::Become('\u{2421}'),
        // C1 controls; embeddings, overrides and isolates, which reorder what follows them.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Fate::Become(STAND_IN),
        // No-break space, the general spaces and the blank Braille cell.
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' => {
            Fate::Become(' ')
        }
        c if is_invisible(c) => Fate::Drop,
        // Letters that every version of Unicode knows: the tables need not be asked.
        STAND_IN
        | '\u{a1}'..='\u{24f}'
        | '\u{400}'..='\u{52f}'
        | '\u{4e00}'..='\u{9fa5}'
        | '\u{ac00}'..='\u{d7a3}' => Fate::Keep,
        c if c.script() == Script::Unknown => Fate::Become(STAND_IN),
        _ => Fate::Keep,
    }
}

/// Characters that take no room, or room with nothing in it, and change nothing that a
/// terminal shows well: soft hyphen, joiners, marks of direction, fillers, tags, selectors.
pub(crate) fn is_invisible(c: char) -> bool {
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

/// Text or emoji presentation (VS15, VS16).
fn selects(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Keycap bases and symbols: what VS15 and VS16 are defined for.
fn can_be_selected(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*' | '\u{a9}' | '\u{ae}') || is_pictograph(c)
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a joiner between these two holds an emoji together.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(|c| is_pictograph(c) || selects(c)) && after.is_some_and(is_pictograph)
}

#[cfg(test)]
mod tests {
    use super::{clean, is_letter};

    #[test]
    fn what_is_taken_for_clean_is() {
        let letters: Vec<char> = ('\0'..=char::MAX).filter(|&c| is_letter(c)).collect();
        for &c in &letters {
            let text = format!("{c}{c}{c}{c}{c}{c}");
            assert_eq!(clean(&text), text, "{c:?}");
        }
        let all: String = letters.into_iter().collect();
        assert_eq!(clean(&all), all);
    }
}
