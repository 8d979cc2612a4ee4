//! Parses the text of a filter into its terms.

use super::{Needle, Term, Test};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mail_reader::sanitize::SafeText;
use std::ops::Range;

/// A word in the user's filter text. If `literal` is `true`, the word was in quotes and is not parsed as a term such as
/// `from:`.
#[derive(Default)]
pub(super) struct FilterWord {
    text: String,
    literal: bool,
    /// Byte range of the word, including its quotes, in the user's filter text.
    pub(super) typed: Range<usize>,
}

/// Splits the filter text at white space outside quotes. An unclosed quote extends to the end of the text, because the
/// user is still typing.
pub(super) fn parse_terms(text: &str) -> Vec<FilterWord> {
    let mut words = Vec::new();
    let mut word = FilterWord::default();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => {
                word.literal |= word.text.is_empty() || word.text == "-";
                quoted = !quoted;
            }
            c if c.is_whitespace() && !quoted => {
                let next = FilterWord { typed: at + c.len_utf8()..0, ..FilterWord::default() };
                word.typed.end = at;
                words.push(std::mem::replace(&mut word, next));
            }
            c => word.text.push(c),
        }
    }
    word.typed.end = text.len();
    words.push(word);
    words.retain(|word| !word.text.is_empty());
    words
}

pub(super) fn parse_term(word: &FilterWord, now: Timestamp, zone: &TimeZone) -> Result<Term, SafeText> {
    let (not, text) = match word.text.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word.text.as_str()),
    };
    let lower = text.to_lowercase();
    let test = match lower.split_once(':') {
        Some((name, value)) if !word.literal && is_name(name) && !value.starts_with("//") => {
            parse_named_term(name, value, now, zone)?
        }
        _ => Test::Anywhere(Needle::new(&lower)),
    };
    Ok(Term { not, test })
}

/// Returns `true` if `name`, the text before a colon, can be the name of a filter term. A name consists of ASCII
/// letters only, so `12:30` is a plain word.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())
}

fn parse_named_term(name: &str, value: &str, now: Timestamp, zone: &TimeZone) -> Result<Test, SafeText> {
    let word = || match value {
        "" => Err(SafeText::from(format!("{name}: needs a word"))),
        word => Ok(Needle::new(word)),
    };
    Ok(match (name, value) {
        ("from", _) => Test::From(word()?),
        ("subject", _) => Test::Subject(word()?),
        ("to", _) => Test::To(word()?),
        ("has", "code") => Test::HasCode,
        ("has", "link") => Test::HasLink,
        ("has", "attachment" | "attachments" | "file") => Test::HasAttachment,
        ("has", _) => return Err("has: takes code, link or attachment".into()),
        ("is", "unread") => Test::Unread,
        ("is", "read") => Test::Read,
        ("is", "starred") => Test::Starred,
        ("is", _) => return Err("is: takes unread, read or starred".into()),
        ("before", _) => Test::Before(parse_date(name, value, now, zone)?),
        ("after", _) => Test::After(parse_date(name, value, now, zone)?),
        _ => {
            return Err(format!(
                "no {name}: here, but from: subject: to: has: is: before: after: (a word with a colon goes in \"quotes\")"
            )
            .into());
        }
    })
}

/// Parses the date in a filter term: `2026-03-01` (the start of that day), `today`, `yesterday`, or a time span before
/// `now`, such as `45m`, `3h`, `2d` or `1w`. For any other text, returns an error message that starts with the term
/// `name`.
fn parse_date(name: &str, value: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, SafeText> {
    let wrong =
        || SafeText::from(format!("{name}: takes a day like 2026-03-01, today, or so long ago: 3h, 2d"));
    let start_of = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok().ok_or_else(wrong);
    let today = now.to_zoned_datetime(zone.clone()).date();
    match value {
        "today" => return start_of(today),
        "yesterday" => return start_of(today.yesterday().ok().ok_or_else(wrong)?),
        _ => {}
    }
    if let Some(ago) = parse_span(value) {
        return now.checked_sub(ago).ok().ok_or_else(wrong);
    }
    start_of(value.parse().ok().ok_or_else(wrong)?)
}

fn parse_span(value: &str) -> Option<SignedDuration> {
    let unit = value.chars().last()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: i64 = value.strip_suffix(unit)?.parse().ok().filter(|count| *count >= 0)?;
    Some(SignedDuration::from_secs(count.checked_mul(seconds)?))
}
