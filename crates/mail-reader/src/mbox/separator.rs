//! Detects the `From ` lines that separate the mails of an mbox file.

/// Maximum length in bytes of an mbox `From ` line; a longer line is treated as content of a mail.
pub(super) const MAX_SEPARATOR_BYTES: usize = 1_000;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Returns whether a line separates two mails in an mbox file, that is, whether it consists of `From `, a sender, and a
/// date at the end of the line.
///
/// The date has the format of the C function `asctime` (`Tue Nov  3 09:00:00 2026`) or of RFC 5322
/// (`3 Nov 2026 09:00:00 +0000`). In the first format, a time zone may precede or follow the year. `remote from HOST`
/// may follow the date. An ordinary sentence that starts with `From` does not end with a date.
pub fn is_separator(line: &[u8]) -> bool {
    if line.len() > MAX_SEPARATOR_BYTES || !line.starts_with(b"From ") {
        return false;
    }
    let line = String::from_utf8_lossy(line);
    let words: Vec<&str> = line.split_ascii_whitespace().skip(1).collect();
    let words = match words.as_slice() {
        [words @ .., "remote", "from", _host] => words,
        words => words,
    };
    words.iter().enumerate().any(|(at, word)| is_month(word) && is_date(words, at))
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|month| word.eq_ignore_ascii_case(month))
}

/// Returns whether the last words of a line form a date. `month` is the index of the name of the month.
fn is_date(words: &[&str], month: usize) -> bool {
    let (before, behind) = words.split_at(month);
    match behind {
        [_, day, time, rest @ ..] if is_day(day) && is_time(time) => {
            rest.len() <= 3
                && rest.iter().filter(|word| is_year(word)).count() == 1
                && rest.iter().all(|word| is_year(word) || is_zone(word))
        }
        [_, year, time, rest @ ..] if is_year(year) && is_time(time) => {
            before.last().is_some_and(|day| is_day(day))
                && rest.len() <= 2
                && rest.iter().all(|word| is_zone(word))
        }
        _ => false,
    }
}

fn is_day(word: &str) -> bool {
    word.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a word is a time of day, such as `09:00` or `09:00:00`.
fn is_time(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    let is_number =
        |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_number)
}

/// Returns whether a word is a time zone, such as `+0000`, `-03:30`, `UTC` or `(CEST)`.
fn is_zone(word: &str) -> bool {
    if let Some(offset) = word.strip_prefix(['+', '-']) {
        let digits = offset.replace(':', "");
        return digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    }
    let name = word.trim_start_matches('(').trim_end_matches(')');
    (1..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::is_separator;

    #[test]
    fn a_from_line_with_a_date_is_a_separator() {
        for line in [
            "From a@b.example Tue Nov  3 09:00:00 2026\n",
            "From a@b.example Tue Nov  3 09:00:00 2026\r\n",
            "From a@b.example Tue Nov  3 09:00:00 2026\t\n",
            "From - Tue Nov 03 09:00:00 2026",
            "From MAILER-DAEMON Tue Nov  3 09:00 2026",
            "From a b@c.example Tue Nov  3 09:00:00 CET 2026",
            "From 17@xxx Tue Nov 03 09:00:00 +0000 2026",
            "From a@b.example Tue Nov  3 09:00:00 2026 +0100 (CET)",
            "From a@b.example Tue, 3 Nov 2026 09:00:00 +0100",
            "From host!user Tue Nov  3 09:00:00 2026 remote from host",
            "From a@b.example  Nov  3 09:00:00 2026",
        ] {
            assert!(is_separator(line.as_bytes()), "{line:?}");
        }
    }

    #[test]
    fn a_sentence_is_not_a_separator() {
        for line in [
            "From here on",
            "From Nov 3 2026 at 09:00 the office is closed",
            "From Tue Nov  3 09:00:00 2026 on, nobody answers",
            "From a@b.example",
            "From: a@b.example Tue Nov  3 09:00:00 2026",
            ">From a@b.example Tue Nov  3 09:00:00 2026",
            " From a@b.example Tue Nov  3 09:00:00 2026",
            "From May 32 09:00:00 2026",
            "",
        ] {
            assert!(!is_separator(line.as_bytes()), "{line:?}");
        }
        let long = format!("From {} Tue Nov  3 09:00:00 2026", "a".repeat(2_000));
        assert!(!is_separator(long.as_bytes()));
    }
}
