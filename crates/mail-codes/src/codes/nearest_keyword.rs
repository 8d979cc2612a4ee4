//! Finds the keyword that is nearest to a code candidate.

use super::Scored;
use crate::lines::TextLine;
use crate::words::{CodeKeyword, KeywordMatch};

/// Returns the keyword that is nearest to a code candidate among those that satisfy `is_wanted`, with the line that
/// contains the keyword. Searches the candidate's line first. If that line has no such keyword and no word precedes the
/// candidate, searches at most `lines_above` lines above that line. Returns `None` if no keyword is found.
pub(super) fn nearest_keyword<'a>(
    scored: &Scored<'a>,
    lines: &'a [TextLine],
    lines_above: usize,
    is_wanted: impl Fn(&KeywordMatch<CodeKeyword>) -> bool,
) -> Option<(&'a TextLine, &'a KeywordMatch<CodeKeyword>)> {
    let line = scored.line;
    let range = &scored.candidate.range;
    let distance = |word: &KeywordMatch<CodeKeyword>| {
        if word.range.end <= range.start {
            range.start - word.range.end
        } else {
            word.range.start.saturating_sub(range.end)
        }
    };
    let wanted = line.words.iter().filter(|word| is_wanted(word));
    if let Some(word) = wanted.min_by_key(|word| distance(word)) {
        return Some((line, word));
    }
    if line.text.get(..range.start)?.chars().any(char::is_alphanumeric) {
        return None;
    }
    let above = lines.get(..scored.at)?.iter().rev().take(lines_above);
    above
        .take_while(|other| other.source == line.source)
        .find_map(|other| Some((other, other.words.iter().rev().find(|word| is_wanted(word))?)))
}
