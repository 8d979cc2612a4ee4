//! Parses the time in the `Date` header field (RFC 5322, sections 3.3 and 4.3). The seconds, the day name and the time
//! zone may be missing, and the year may have two digits. Also accepts the formats of the C function `asctime` and of
//! RFC 3339.

mod zone;

use super::encoded_word;
use super::folding;
use super::lexer;
use crate::mime::charset::Charset;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Maximum number of bytes of a `Date` field that are parsed; the rest is ignored.
const MAX_BYTES: usize = 500;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Returns the time in the value of a `Date` header field; `None` if the value is invalid.
pub(super) fn parse(raw: &[u8]) -> Option<Timestamp> {
    let raw = raw.get(..MAX_BYTES).unwrap_or(raw);
    let line = encoded_word::decode_text(&folding::unfold(raw), Charset::UTF_8);
    let outside = String::from_utf8_lossy(&lexer::without_comments(line.as_bytes())).into_owned();
    let words: Vec<&str> = tokens(&outside).collect();
    let (date, behind) = calendar_day(&words)?;
    let clock = behind.iter().enumerate().find_map(|(at, word)| Some((at, TimeOfDay::parse(word)?)));
    let (mut clock, rest) = match clock {
        Some((at, clock)) => (clock, behind.get(at + 1..).unwrap_or_default()),
        // A date without a time of day means the start of the day.
        None => (TimeOfDay::default(), behind.as_slice()),
    };
    if let Some(half) = rest.first().and_then(|word| Half::parse(word)) {
        clock.hour = half.of_day(clock.hour)?;
    }
    let stated = clock.offset.or_else(|| rest.iter().find_map(|word| zone::offset(word)));
    // In `09:12:44 (CET)`, the comment contains the time zone, which is used if the value contains no other
    // one.
    let offset = stated.or_else(|| words_of_comments(&line).find_map(zone::offset)).unwrap_or_default();
    clock.on(date)?.checked_sub(offset).ok()
}

fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '"' | ';' | '(' | ')');
    line.split(ends).filter(|word| !word.is_empty())
}

fn words_of_comments(line: &str) -> impl Iterator<Item = &str> {
    line.split('(').skip(1).filter_map(|text| text.split(')').next()).flat_map(tokens)
}

/// Parses the date in the words of a `Date` header field. Also returns the remaining words, which contain the time of
/// day and the time zone. Returns `None` if the words contain no valid date.
fn calendar_day<'a>(words: &[&'a str]) -> Option<(Date, Vec<&'a str>)> {
    for (at, word) in words.iter().enumerate() {
        // Formats such as `2026-11-03T09:12:44Z`, `2026/11/03`, `3-Nov-2026`.
        let (day, time) =
            word.split_once(['T', 't']).filter(|(day, _)| is_numeric_day(day)).unwrap_or((word, ""));
        let parts: Vec<&str> = day.split(['-', '/']).collect();
        if let [first, second, third] = parts[..] {
            let date =
                if first.len() == 4 { numeric(first, second, third) } else { named(first, second, third) };
            if let Some(date) = date {
                let time = Some(time).filter(|time| !time.is_empty());
                return Some((date, time.into_iter().chain(rest(words, at + 1)).collect()));
            }
        }
    }
    // The format `3 Nov 2026`.
    for (at, three) in words.windows(3).enumerate() {
        if let [day, month, year] = *three
            && let Some(date) = named(day, month, year)
        {
            return Some((date, rest(words, at + 3).collect()));
        }
    }
    // Formats such as `Nov 3 09:12:44 2026`, `Nov 3 09:12:44 CET 2026`, `Nov 3, 2026 09:12:44`.
    for (at, two) in words.windows(2).enumerate() {
        let [month, day] = *two else { continue };
        let behind: Vec<&str> = rest(words, at + 2).collect();
        let is_year = |word: &&&str| word.len() == 4 && year(word).is_some();
        let Some(date) = behind.iter().find(is_year).and_then(|year| named(day, month, year)) else {
            continue;
        };
        return Some((date, behind));
    }
    None
}

fn rest<'a, 'b>(words: &'b [&'a str], from: usize) -> impl Iterator<Item = &'a str> + 'b {
    words.get(from..).unwrap_or_default().iter().copied()
}

fn is_numeric_day(word: &str) -> bool {
    word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/'))
}

fn numeric(year_word: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year(year_word)?, number(month)?, number(day)?).ok()
}

fn named(day: &str, month: &str, year_word: &str) -> Option<Date> {
    Date::new(year(year_word)?, self::month(month)?, number(day)?).ok()
}

/// Returns the number of a month (1 to 12), given at least the first three letters of its English name; `None` if the
/// word is not a month.
fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let at = MONTHS.iter().position(|month| month.starts_with(&word));
    let at = if word == "sept" { Some(8) } else { at };
    i8::try_from(at? + 1).ok()
}

/// Parses a year; `None` if the word is not a year. Years of two or three digits are interpreted according to RFC 5322,
/// section 4.3.
fn year(word: &str) -> Option<i16> {
    let year: i16 = number(word)?;
    match word.len() {
        2 if year < 50 => Some(2000 + year),
        2 | 3 => Some(1900 + year),
        4 => Some(year).filter(|year| *year >= 1900),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(word: &str) -> Option<T> {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    if digits { word.parse().ok() } else { None }
}

/// A time of day, and any offset from UTC that directly follows it.
#[derive(Clone, Copy, Default)]
struct TimeOfDay {
    hour: i8,
    minute: i8,
    second: i8,
    /// The offset from UTC directly after the time of day, as in `09:12:44+01:00`; `None` if no offset follows.
    offset: Option<SignedDuration>,
}

impl TimeOfDay {
    /// Parses a time of day, such as `09:12`, `9:12:44`, `09:12:44.123Z`, `09.12.44` or `9:12pm`; `None` if
    /// the word has another format.
    fn parse(word: &str) -> Option<Self> {
        let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(word.len());
        let (time, behind) = word.split_at(end);
        let separator = if time.contains(':') { ':' } else { '.' };
        let parts: Vec<&str> = time.split(separator).collect();
        let (hour, minute, second) = match parts[..] {
            [hour, minute] if separator == ':' => (hour, minute, "0"),
            [hour, minute, second] => (hour, minute, second),
            _ => return None,
        };
        // Fractions of a second are dropped, because they are not displayed anywhere.
        let second = second.split('.').next().unwrap_or_default();
        let mut clock = Self {
            hour: number(hour)?,
            minute: number(minute)?,
            second: number(second)?,
            offset: zone::offset(behind),
        };
        if let Some(half) = Half::parse(behind) {
            clock.hour = half.of_day(clock.hour)?;
        }
        Some(clock)
    }

    /// Combines a date with this time of day into a point in time in UTC; `None` if the time of day is invalid.
    fn on(self, date: Date) -> Option<Timestamp> {
        let (date, hour) = match self.hour {
            24 if self.minute == 0 && self.second == 0 => (date.tomorrow().ok()?, 0),
            hour => (date, hour),
        };
        // A leap second (60) is converted to the second before it.
        let second = if self.second == 60 { 59 } else { self.second };
        let time = jiff::civil::Time::new(hour, self.minute, second, 0).ok()?;
        TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok()
    }
}

/// The half of the day in twelve-hour time: a.m. or p.m.
#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

impl Half {
    fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "am" | "a.m." => Some(Self::Morning),
            "pm" | "p.m." => Some(Self::Afternoon),
            _ => None,
        }
    }

    /// Converts an hour in twelve-hour time to an hour of the day (0 to 23). An hour of 0 or from 13 to 24 is returned
    /// unchanged; `None` if the hour is negative or greater than 24.
    fn of_day(self, hour: i8) -> Option<i8> {
        match (self, hour) {
            (Self::Morning, 12) => Some(0),
            (Self::Afternoon, 1..=11) => Some(hour + 12),
            (_, 0..=24) => Some(hour),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
