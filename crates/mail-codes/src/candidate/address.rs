//! Finds the URLs, e-mail addresses, host names and IPv4 addresses in a line in a single pass.
//!
//! Four forms are tried at each character, in this order; `(?i)`, `\s` and `\S` apply to Unicode, `\b` to ASCII:
//! `(?:[a-z][a-z0-9+.-]*://|www\.)\S+`, `[^\s@<>()]+@[^\s@<>()]+`, `\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?` and
//! `\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b`. The tests compare the result with these regular expressions.

use std::ops::Range;

/// Returns the byte ranges of the addresses in a line, in order. The ranges do not overlap.
pub(crate) fn addresses(line: &str) -> Vec<Range<usize>> {
    if may_hold_address(line.as_bytes()) { find(line) } else { Vec::new() }
}

/// Returns whether a line can contain an address, judging by the punctuation in the line. Most lines without an address
/// are ruled out in this way, without the slower search in [`find`].
fn may_hold_address(line: &[u8]) -> bool {
    // The search ignores case, and some letters of other scripts are case variants of Latin letters.
    let letter = |at: usize| line.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let mut numbers = 0;
    memchr::memchr3_iter(b'.', b'@', b':', line).any(|at| match line.get(at) {
        Some(b'@') => true,
        Some(b':') => line.get(at + 1..at + 3) == Some(b"//"),
        _ if letter(at + 1) && letter(at + 2) => true,
        _ => {
            numbers += usize::from(line.get(at + 1).is_some_and(u8::is_ascii_digit));
            let before = at.checked_sub(1).and_then(|before| line.get(before));
            numbers >= 3 || before.is_some_and(|byte| matches!(byte, b'w' | b'W') || !byte.is_ascii())
        }
    })
}

/// Searches the whole line for addresses.
fn find(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut scheme, mut mailbox, mut host) =
        (SearchedRange::default(), SearchedRange::default(), SearchedRange::default());
    let mut at = 0;
    while let Some(c) = rest(line, at).chars().next() {
        let end = url(line, at, &mut scheme)
            .or_else(|| mailbox.matched(at, |from| mailbox_from(line, from)))
            .or_else(|| host_name(line, at, &mut host))
            .or_else(|| ipv4(line.as_bytes(), at));
        if let Some(end) = end {
            found.push(at..end);
        }
        at = end.unwrap_or(at + c.len_utf8());
    }
    found
}

/// The result of searching a part of a line for one kind of address. All matches that start in this part end at the
/// same offset. Each part is therefore searched only once, and the whole search takes linear time.
#[derive(Default)]
struct SearchedRange {
    /// The byte offset at which the searched part of the line ends.
    end: usize,
    /// Every match in the searched part of the line starts before this byte offset; 0 if there is no match.
    last_start: usize,
    /// The one byte offset at which every match that starts in the searched part of the line ends; 0 if there is no
    /// match.
    matched: usize,
}

impl SearchedRange {
    /// Returns the end of the match that starts at `at`; `None` if there is no match. Calls `search` only if `at` is
    /// beyond the part of the line that has been searched.
    fn matched(&mut self, at: usize, search: impl FnOnce(usize) -> Self) -> Option<usize> {
        if at >= self.end {
            *self = search(at);
        }
        (at < self.last_start).then_some(self.matched)
    }

    /// Returns the result for a part of a line that ends at `end` and contains no match.
    fn without_match(end: usize) -> Self {
        Self { end, last_start: 0, matched: 0 }
    }
}

/// Returns the end of the URL, or of the host name with the prefix `www.`, that starts at `at`; `None` if there is
/// none.
fn url(line: &str, at: usize, scheme: &mut SearchedRange) -> Option<usize> {
    let is_scheme = rest(line, at).starts_with(is_letter);
    let by_scheme = is_scheme.then(|| scheme.matched(at, |from| scheme_from(line, from))).flatten();
    by_scheme.or_else(|| {
        line.get(at..at + 4).filter(|prefix| prefix.eq_ignore_ascii_case("www."))?;
        let after = at + 4;
        Some(run(line, after, |c| !c.is_whitespace())).filter(|end| *end > after)
    })
}

fn scheme_from(line: &str, from: usize) -> SearchedRange {
    let end = run(line, from, |c| is_letter(c) || c.is_ascii_digit() || matches!(c, '+' | '.' | '-'));
    let after = end + "://".len();
    if !rest(line, end).starts_with("://") {
        return SearchedRange::without_match(end);
    }
    let matched = run(line, after, |c| !c.is_whitespace());
    if matched > after {
        SearchedRange { end, last_start: end, matched }
    } else {
        SearchedRange::without_match(end)
    }
}

fn mailbox_from(line: &str, from: usize) -> SearchedRange {
    let is_part = |c: char| !c.is_whitespace() && !matches!(c, '@' | '<' | '>' | '(' | ')');
    let end = run(line, from, is_part);
    let after = end + 1;
    let matched = if rest(line, end).starts_with('@') { run(line, after, is_part) } else { 0 };
    if matched > after {
        SearchedRange { end, last_start: end, matched }
    } else {
        SearchedRange::without_match(end)
    }
}

/// Returns the end of the host name that starts at `at`, including the path after it; `None` if there is no host name.
fn host_name(line: &str, at: usize, host: &mut SearchedRange) -> Option<usize> {
    let starts = is_boundary(line.as_bytes(), at) && rest(line, at).starts_with(is_label);
    let end = starts.then(|| host.matched(at, |from| host_from(line, from))).flatten()?;
    let path = rest(line, end).starts_with('/');
    Some(if path { run(line, end, |c| !c.is_whitespace()) } else { end })
}

/// Searches for host names from the byte offset `from` on. Each host name ends in the last label that begins with two
/// letters, so all host names in the searched part end at the same offset.
fn host_from(line: &str, from: usize) -> SearchedRange {
    let mut outcome = SearchedRange::without_match(run(line, from, is_label));
    while rest(line, outcome.end).starts_with('.') {
        let start = outcome.end + 1;
        let label = run(line, start, is_label);
        let letters = run(line, start, is_letter);
        if label == start {
            break;
        }
        if rest(line, start).get(..letters - start).is_some_and(|letters| letters.chars().nth(1).is_some()) {
            outcome = SearchedRange { end: label, last_start: start - 1, matched: letters };
        }
        outcome.end = label;
    }
    outcome
}

/// Returns the end of the IPv4 address that starts at `at`; `None` if there is none.
fn ipv4(bytes: &[u8], at: usize) -> Option<usize> {
    if !is_boundary(bytes, at) {
        return None;
    }
    let mut end = at;
    for part in 0..4 {
        if part > 0 {
            end = bytes.get(end).filter(|byte| **byte == b'.').map(|_| end + 1)?;
        }
        let digits = bytes.get(end..)?.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        end += Some(digits).filter(|digits| (1..=3).contains(digits))?;
    }
    is_boundary(bytes, end).then_some(end)
}

/// Returns whether a word of ASCII characters starts or ends at `at`.
fn is_boundary(bytes: &[u8], at: usize) -> bool {
    let is_word = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    is_word(at.checked_sub(1)) != is_word(Some(at))
}

/// Returns whether a character is a letter from a to z in any case. The long s and the Kelvin sign are case variants of
/// such letters.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{17f}' | '\u{212a}')
}

/// Returns whether a character can occur in a label of a host name.
fn is_label(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit() || c == '-'
}

/// Returns the byte offset of the first character at or after `start` that does not satisfy `is_part`; the length of
/// `line` if there is none.
fn run(line: &str, start: usize, is_part: impl Fn(char) -> bool) -> usize {
    let rest = rest(line, start);
    start + rest.find(|c| !is_part(c)).unwrap_or(rest.len())
}

fn rest(line: &str, at: usize) -> &str {
    line.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{find, may_hold_address};
    use proptest::prelude::*;
    use regex::Regex;
    use std::sync::LazyLock;

    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:[a-z][a-z0-9+.-]*://|www\.)\S+|[^\s@<>()]+@[^\s@<>()]+|(?-u:\b)(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?|(?-u:\b)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?-u:\b)").unwrap()
    });

    fn check(line: &str) -> Result<(), TestCaseError> {
        let expected: Vec<_> = ADDRESS.find_iter(line).map(|hit| hit.range()).collect();
        prop_assert!(expected.is_empty() || may_hold_address(line.as_bytes()));
        prop_assert_eq!(find(line), expected, "{}", line);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn the_scanner_matches_like_the_regular_expression(line in "[0-9a/@:. wW_<(é\u{17f}\u{212a}\u{a0}-]{0,24}") {
            check(&line)?;
        }

        #[test]
        fn host_names_match_like_the_regular_expression(line in "([a1_é-]{0,3}[./ ]){0,8}") {
            check(&line)?;
        }

        #[test]
        fn numbers_and_dots_match_like_the_regular_expression(line in "([0-9]{0,4}[._a ]){0,8}") {
            check(&line)?;
        }

        #[test]
        fn urls_match_like_the_regular_expression(line in "((http|x|1|[+])?(://|:/|@|www[.]|[.]| |é|ab){1,2}){0,6}") {
            check(&line)?;
        }
    }

    #[test]
    fn a_long_line_is_searched_in_linear_time() {
        // Searching each start to the end of the line would take 10^11 steps.
        for part in ["a", "a-", "a.", "1.", "a.-", "w.", "é", "a@@", "a:/", "www."] {
            let line = part.repeat(200_000);
            assert!(find(&line).len() <= line.len());
        }
    }
}
