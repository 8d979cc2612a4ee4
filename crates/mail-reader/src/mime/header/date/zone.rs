//! Parses the time zone in the `Date` header field (RFC 5322, sections 3.3 and 4.3).

use jiff::SignedDuration;

/// Maximum offset of a time zone from UTC in minutes; larger offsets are invalid.
const MAX_MINUTES: i64 = 14 * 60;

/// Names of time zones with their offsets from UTC in minutes, positive east of Greenwich. The list contains the names
/// in RFC 5322, section 4.3, and other names that mail clients write. Ambiguous names such as IST are left out, except
/// for names that the RFC defines. For example, CST means Central Standard Time, not China Standard Time.
const NAMES: &[(&str, i64)] = &[
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("nst", -210),
    ("ndt", -150),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("msd", 240),
    ("sast", 120),
    ("pkt", 300),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
];

/// Returns the offset of a time zone from UTC; `None` if the word is not a known time zone. The caller treats such a
/// word as UTC, as RFC 5322 specifies for unknown time zones and for single-letter military zones.
pub(super) fn offset(word: &str) -> Option<SignedDuration> {
    let word = word.trim_matches(['(', ')', '"', '\'']);
    if word.starts_with(['+', '-']) {
        return digits(word);
    }
    let name = word.find(['+', '-']).map_or(word, |at| word.get(..at).unwrap_or(word));
    let known = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    let minutes = known.map(|(_, minutes)| *minutes)?;
    // Formats such as `GMT+2` and `UTC-03:00`.
    let behind = word.get(name.len()..).filter(|rest| !rest.is_empty());
    match behind {
        Some(rest) if minutes == 0 => digits(rest),
        Some(_) => None,
        None => Some(SignedDuration::from_mins(minutes)),
    }
}

/// Parses a numeric time zone, such as `+0100`, `-03:30`, `+1` or `+130`; `None` if it is invalid.
fn digits(word: &str) -> Option<SignedDuration> {
    let east = word.starts_with('+');
    let digits: String = word.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    let all = hours * 60 + minutes;
    let possible = minutes < 60 && all <= MAX_MINUTES;
    possible.then(|| SignedDuration::from_mins(if east { all } else { -all }))
}
