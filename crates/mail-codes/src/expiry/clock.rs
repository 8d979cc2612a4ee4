//! Finds the time of day until which a code is valid, as in `valid until 14:05`.

use crate::words::{KeywordMatch, ValidityKeyword};
use jiff::Timestamp;
use mail_reader::mail::Mail;
use std::ops::Range;

/// Maximum length in bytes of the text between a keyword such as "until" and the time of day.
const MAX_GAP_BYTES: usize = 12;
/// Number of bytes after the time of day that may not contain a digit, because the digit may belong to a date.
const DATE_BYTES: usize = 14;
/// Maximum period of validity in seconds that a time of day states. A longer one is probably in another time zone, or
/// on another day.
const MAX_SECONDS: i64 = 3 * 3600;
const DAY: i64 = 86_400;

/// The time at which a mail was sent, with the time zone of the sender.
#[derive(Clone, Copy, Debug)]
pub(super) struct SentAt {
    at: Timestamp,
    /// The difference between the sender's time and UTC, in seconds.
    offset: i64,
}

impl SentAt {
    /// Returns when a mail was sent, according to its `Date` header field; `None` if the field is missing or invalid.
    pub(super) fn from_mail(mail: &Mail) -> Option<Self> {
        let at = mail.date?;
        let field = mail.headers.iter().find(|field| field.name.as_str().eq_ignore_ascii_case("date"))?;
        let zone = field.value.as_str().split_whitespace().find_map(|part| {
            let (sign, digits) = part
                .strip_prefix('+')
                .map(|digits| (1, digits))
                .or_else(|| Some((-1, part.strip_prefix('-')?)))?;
            let number: i64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
            Some(sign * (number / 100 * 3600 + number % 100 * 60))
        });
        Some(Self { at, offset: zone.unwrap_or_default() })
    }
}

/// Returns the number of seconds from the time at which a mail was sent until the time of day that a lowercase sentence
/// states as the end of a validity. Returns `None` if there is no such time, or if it is too far away.
pub(super) fn until(text: &str, words: &[KeywordMatch<ValidityKeyword>], sent_at: SentAt) -> Option<u32> {
    let mut untils = words.iter().filter(|word| word.class == ValidityKeyword::Until);
    let clock = untils.find_map(|word| beside(text, &word.range))?;
    let after = text.get(clock.end..)?;
    let is_utc = after.trim_start().starts_with("utc") || after.trim_start().starts_with("gmt");
    let offset = if is_utc { 0 } else { sent_at.offset };
    let sent = (sent_at.at.as_second() + offset).rem_euclid(DAY);
    let left = (time_of_day(text.get(clock)?, after)? - sent).rem_euclid(DAY);
    u32::try_from(left).ok().filter(|_| (1..=MAX_SECONDS).contains(&left))
}

/// Returns the byte range of the time of day beside a keyword such as "until"; `None` if there is none, or if a date
/// may follow.
fn beside(text: &str, keyword: &Range<usize>) -> Option<Range<usize>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let clocks = text.match_indices(':').filter_map(|(colon, _)| {
        let before = text.get(..colon)?;
        let start = before.trim_end_matches(is_digit).len();
        let after = text.get(colon + 1..)?;
        let end = text.len() - after.trim_start_matches(is_digit).len();
        let is_clock = (1..=2).contains(&(colon - start)) && end - colon == 3;
        is_clock.then_some(start..end)
    });
    clocks.into_iter().find(|clock| {
        let gap =
            if keyword.end <= clock.start { keyword.end..clock.start } else { clock.end..keyword.start };
        let gap = text.get(gap).filter(|gap| gap.len() <= MAX_GAP_BYTES && !gap.contains(is_digit));
        let after = text.get(clock.end..).unwrap_or_default();
        gap.is_some() && !after.chars().take(DATE_BYTES).any(|c| c.is_ascii_digit() || c == ':')
    })
}

/// Returns a time of day such as `14:05` in seconds. `after` is the text behind it, which may start with `am` or `pm`.
fn time_of_day(clock: &str, after: &str) -> Option<i64> {
    let (hours, minutes) = clock.split_once(':')?;
    let hours: i64 = hours.parse().ok().filter(|hours| (0..=24).contains(hours))?;
    let minutes: i64 = minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
    let after = after.trim_start();
    let hours = if after.starts_with("pm") || after.starts_with("p.m") {
        hours % 12 + 12
    } else if after.starts_with("am") || after.starts_with("a.m") {
        hours % 12
    } else {
        hours
    };
    Some(hours * 3600 + minutes * 60)
}
