//! Computes features from the whole line that contains a code candidate, and from the whole mail.

use super::super::candidate::Candidate;
use super::super::features::Features;
use super::super::lines::{LineSource, TextLine};
use super::super::words::CodeWord;
use super::{CodeContext, ValueFacts};

/// Adds the features of a code candidate's line, and of the candidate's position in that line.
pub(super) fn add_line(
    features: &mut Features,
    line: &TextLine,
    candidate: &Candidate,
    others: &[Candidate],
) {
    let text = line.text.as_str();
    let before = text.get(..candidate.range.start).unwrap_or_default();
    let after = text.get(candidate.range.end..).unwrap_or_default();
    let bare = |text: &str| !text.chars().any(char::is_alphanumeric);
    let (begins, ends) = (bare(before), bare(after));
    features.flag(["begins its line", ""], begins);
    features.flag(["ends its line", ""], ends);
    features.flag(["alone in its line", ""], begins && ends);
    features.count(["words in the line", ""], line.distances().all(), 60);
    features.count(["words to the left", ""], line.distances().words(0, candidate.range.start), 40);
    features.count(["words to the right", ""], line.distances().words(candidate.range.end, text.len()), 40);
    let shown = text.get(candidate.range.clone()).unwrap_or_default();
    features.flag(["emphasised", ""], line.strong.iter().any(|strong| strong.trim() == shown));
    features.flag(["emphasised line", ""], line.marked);
    features.flag(["in boxes", ""], line.boxed);
    features.flag(["quoted", ""], line.quoted);
    let source = match line.source {
        LineSource::Subject => 0,
        LineSource::Html => 1,
        LineSource::Text => 2,
    };
    features.push(["part", ""], source);
    features.flag(["in a data table", ""], line.cell.is_some_and(|cell| cell.data));
    features.count(["candidates in the line", ""], others.len(), 12);
    let earlier = others.iter().filter(|other| other.range.start < candidate.range.start);
    features.count(["candidates before it", ""], earlier.count(), 12);
    features.flag(["site and number", ""], is_bound(text, before));
    let quotation = quotation(before, after);
    features.count(
        ["words in the quotation", ""],
        line.distances().words(quotation, candidate.range.start),
        10,
    );
    features.flag(["in a quotation", ""], quotation < candidate.range.start);
    let signs = line.signs();
    features.flag(["percent sign in the line", ""], signs.percent);
    features.flag(["currency in the line", ""], signs.currency);
    features.flag(["copyright sign in the line", ""], signs.copyright);
}

/// Returns the byte offset at which the quotation around a code candidate starts. If the candidate is not in a
/// quotation, returns the length of `before`.
fn quotation(before: &str, after: &str) -> usize {
    const OPENING: [char; 6] = ['"', '“', '„', '«', '「', '『'];
    const CLOSING: [char; 5] = ['"', '”', '“', '»', '」'];
    // Nearly all lines have no quotation mark. This loop detects such lines quickly, because it has no branches.
    let may_be_mark = |byte: u8| byte == b'"' || !byte.is_ascii();
    if !after.bytes().fold(false, |any, byte| any | may_be_mark(byte)) {
        return before.len();
    }
    let open = before.rfind(OPENING).map(|at| before.ceil_char_boundary(at + 1));
    open.filter(|_| after.contains(CLOSING)).unwrap_or(before.len())
}

/// Returns whether a line contains a domain-bound code, such as `@example.com #123456`. `before` is the part
/// of the line before the code candidate.
fn is_bound(text: &str, before: &str) -> bool {
    text.starts_with('@')
        && before.ends_with(" #")
        && before.len() > 4
        && before.trim_end_matches(" #").chars().all(|c| !c.is_whitespace())
}

/// Adds the features that all code candidates of a mail share.
pub(super) fn add_mail(features: &mut Features, context: &CodeContext<'_>) {
    for (group, is_there) in CodeWord::ALL.iter().zip(context.subject) {
        features.flag(["subject:", group.name()], is_there);
    }
    for (group, lines) in CodeWord::ALL.iter().zip(context.mail.code_lines) {
        features.count(["lines with:", group.name()], lines, 8);
    }
    features.count(["lines in the mail", ""], context.mail.lines.len(), 60);
    features.count(["lines with amounts", ""], context.amounts, 4);
    features.count(["values in the mail", ""], context.values, 30);
    features.count(["values alone in a line", ""], context.alone, 12);
    features.count(["values emphasised", ""], context.emphasised, 12);
    features.flag(["reply", ""], context.mail.is_reply);
    features.flag(["number in the brackets of the subject", ""], context.tagged);
    features.count(["keywords in the mail", ""], context.keywords, 20);
}

/// Adds the features of a code candidate's value: how often, where and in which form it occurs in the mail.
pub(super) fn add_value(
    features: &mut Features,
    context: &CodeContext<'_>,
    at: usize,
    candidate: &Candidate,
    value: &ValueFacts,
) {
    features.count(["line number", ""], at, 30);
    features.count(["values of this shape", ""], value.alike, 12);
    features.count(["times in the mail", ""], value.times, 6);
    features.flag(["in the subject", ""], value.in_subject);
    features.flag(["number sign somewhere", ""], value.numbered);
    features.flag(["in both parts", ""], value.in_html && value.in_text);
    features.flag(["emphasised somewhere", ""], value.emphasised);
    features.flag(["alone somewhere", ""], value.alone);
    features.count(["rank among values", ""], value.rank, 20);
    let folded = candidate.value.to_ascii_lowercase();
    features.flag(["in a link", ""], candidate.value.len() >= 5 && context.is_in_an_address(&folded));
    features.flag(["part of an address", ""], context.is_in_own_address(&folded));
}
