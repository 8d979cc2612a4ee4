//! Determines how long a code is valid. A mail may state a period of validity, such as "valid for 5 minutes".
//! A code older than ten minutes counts as stale even within a longer period.

use super::Code;
use super::lines::{TextLine, lower};
use super::words::{self, CodeKeyword, TimeUnit};
use jiff::{SignedDuration, Timestamp};
use std::ops::Range;

/// Age above which a code counts as stale, regardless of the period of validity that its mail states.
pub const MAX_FRESH_AGE: SignedDuration = SignedDuration::from_mins(10);

/// Reason why a code may no longer work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stale {
    /// The code is older than the period of validity that its mail states.
    Expired,
    /// The code is older than [`MAX_FRESH_AGE`], the age above which any code counts as stale.
    Old,
}

impl Code {
    /// Returns the reason why a code that arrived at `arrived_at` may no longer work at time `now`; `None` if the code
    /// is fresh.
    pub fn stale(&self, arrived_at: Timestamp, now: Timestamp) -> Option<Stale> {
        let age = now.duration_since(arrived_at);
        match self.life {
            Some(life) if age > SignedDuration::from_secs(life.into()) => Some(Stale::Expired),
            _ if age > MAX_FRESH_AGE => Some(Stale::Old),
            _ => None,
        }
    }
}

/// Returns the shortest period of validity that a mail states for its codes, in seconds; `None` if the mail states no
/// period. Lines of quoted mails are ignored.
pub(super) fn stated(lines: &[TextLine]) -> Option<u32> {
    lines.iter().filter(|line| !line.quoted && speaks(line)).filter_map(|line| span(&line.text)).min()
}

/// Returns whether a line is about the validity of a code. Such a line contains a validity keyword that is not a unit
/// of time.
fn speaks(line: &TextLine) -> bool {
    let mut lives = line.words.iter().filter(|word| word.class == CodeKeyword::Life).peekable();
    if lives.peek().is_none() {
        return false;
    }
    let times = words::spans(&lower(&line.text));
    let is_time = |range: &Range<usize>| {
        times.iter().any(|time| time.range.start < range.end && range.start < time.range.end)
    };
    lives.any(|word| !is_time(&word.range))
}

/// Returns the first period of time in a normalised line, in seconds; `None` if the line contains no period
/// of time.
fn span(text: &str) -> Option<u32> {
    let text = lower(text);
    words::spans(&text).into_iter().find_map(|found| {
        let before = text.get(..found.range.start)?.trim_end_matches([' ', '-']);
        let from =
            before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| before.ceil_char_boundary(at + 1));
        let number: u32 = before.get(from..)?.parse().ok().filter(|&number| (1..=1000).contains(&number))?;
        let seconds = match found.class {
            TimeUnit::Second => 1,
            TimeUnit::Minute => 60,
            TimeUnit::Hour => 3600,
            TimeUnit::Day => 86_400,
        };
        number.checked_mul(seconds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn the_stated_lifetime_is_parsed() {
        let cases = [
            ("Your code is 482951. It is valid for 5 minutes.", Some(300)),
            ("Your code is 482951. It expires in 24 hours.", Some(86_400)),
            ("Dein Code lautet 482951. Er ist 15 Minuten gültig.", Some(900)),
            ("验证码 482951，5分钟内有效", Some(300)),
            ("Ваш код 482951. Код действителен 3 минуты.", Some(180)),
            ("Your code is 482951. Parking is free for 90 minutes.", None),
        ];
        for (body, expected) in cases {
            let mail = parse(format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n").as_bytes());
            assert_eq!(mail.findings.codes.first().map(|code| code.life), Some(expected), "{body}");
        }
    }

    #[test]
    fn a_code_expires_after_its_lifetime() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let code = |body: &str| parse(format!("\n{body}\n").as_bytes()).findings.codes.remove(0);
        let short = code("Your code is 482951. It is valid for 5 minutes.");
        assert_eq!(
            [4, 5, 6, 11].map(|now| short.stale(at(0), at(now))),
            [None, None, Some(Stale::Expired), Some(Stale::Expired)]
        );
        let unstated = code("Your code is 482951.");
        assert_eq!([6, 10, 11].map(|now| unstated.stale(at(0), at(now))), [None, None, Some(Stale::Old)]);
        let long = code("Your code is 482951. It expires in 1 hour.");
        assert_eq!([11, 61].map(|now| long.stale(at(0), at(now))), [Some(Stale::Old), Some(Stale::Expired)]);
    }
}
