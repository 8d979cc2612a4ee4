//! Detects the lines that introduce quoted mails. Only the structure of these lines is evaluated, because their wording
//! depends on the language of the mail client.

/// Maximum length in bytes of an attribution, the text that names the author of a quoted mail. Longer text does not
/// count as an attribution.
const MAX_ATTRIBUTION_BYTES: usize = 400;
/// Maximum number of characters in the name of a header field in a quoted mail. A line with a longer name does not
/// count as a header line.
const MAX_FIELD_NAME_CHARS: usize = 24;
/// Maximum length in bytes of a divider above a quoted mail. A longer line does not count as a divider.
const MAX_DIVIDER_BYTES: usize = 120;

/// Splits a line into its quoting depth and its text. The quoting depth is the number of leading `>` characters.
pub(in crate::richtext) fn split_depth(line: &str) -> (u8, &str) {
    let mut depth = 0_u8;
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('>') {
        depth = depth.saturating_add(1);
        rest = inner.strip_prefix(' ').filter(|inner| inner.starts_with('>')).unwrap_or(inner);
    }
    if depth == 0 { (0, line) } else { (depth.min(20), rest.strip_prefix(' ').unwrap_or(rest)) }
}

/// Returns whether a line is an attribution, such as "On 3 March at 10:20 Ada <ada@mail.example> wrote:". An
/// attribution ends with a colon, and contains an e-mail address or a date.
pub(super) fn is_attribution(line: &str) -> bool {
    let line = line.trim();
    if line.len() > MAX_ATTRIBUTION_BYTES || !line.ends_with([':', '：']) {
        return false;
    }
    let address = line.contains('@') && line.contains('.');
    address || has_date(line)
}

/// Returns whether a string contains a time of day, or a year and another number.
pub(super) fn has_date(text: &str) -> bool {
    let numbers = || text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let time = text
        .split(|c: char| !(c.is_ascii_digit() || c == ':'))
        .filter_map(|word| word.trim_matches(':').split_once(':'))
        .any(|(hour, minute)| (1..=2).contains(&hour.len()) && minute.len() >= 2);
    let year =
        numbers().any(|digits| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")));
    time || (year && numbers().count() > 1)
}

/// Returns whether a line is a divider, that is, whether it consists only of dashes or underscores, or of words with
/// dashes or underscores on both sides.
pub(super) fn is_divider(line: &str) -> bool {
    let line = line.trim().trim_start_matches('*').trim_end_matches('*').trim();
    if line.len() > MAX_DIVIDER_BYTES {
        return false;
    }
    let is_dash = |c: char| matches!(c, '-' | '_' | '–' | '—' | '─');
    let words = line.trim_matches(is_dash);
    let begin = line.chars().take_while(|c| is_dash(*c)).count();
    let end = line.chars().rev().take_while(|c| is_dash(*c)).count();
    if words.is_empty() { begin >= 10 } else { begin >= 3 && end >= 3 && words.chars().count() < 60 }
}

/// Returns whether a line looks like a header field of a quoted mail, with a short name, a colon and a value.
pub(super) fn is_header_line(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['*', '>', ' ']);
    let Some((name, value)) = line.split_once([':', '：']) else { return false };
    let name = name.trim().trim_matches('*');
    !name.is_empty()
        && name.chars().count() <= MAX_FIELD_NAME_CHARS
        && name.chars().any(char::is_alphabetic)
        && !name.contains("//")
        && !value.trim().trim_matches('*').is_empty()
        && !value.starts_with("//")
        && !value.trim_start().starts_with("http")
}

/// Returns whether a header field of a quoted mail contains an e-mail address in angle or square brackets, as most mail
/// clients write the sender.
pub(super) fn is_sender(line: &str) -> bool {
    let bracket = line.find(['<', '[']).and_then(|at| line.get(at..)).unwrap_or_default();
    bracket.contains('@') && bracket.contains(['>', ']'])
}

#[cfg(test)]
mod tests {
    use super::{is_attribution, is_divider, is_header_line};

    #[test]
    fn attribution_lines_are_known_in_many_languages() {
        for line in [
            "On Tue, 3 Mar 2026 at 10:20, Ada Byron <ada@mail.example> wrote:",
            "Am 03.03.2026 um 10:20 schrieb Ada Byron:",
            "Le mar. 3 mars 2026 à 10:20, Ada Byron <ada@mail.example> a écrit :",
            "вт, 3 мар. 2026 г. в 10:20, Ада <ada@mail.example>:",
            "2026年3月3日(火) 10:20 <ada@mail.example>:",
            "Ada 于2026年3月3日周二 10:20写道：",
            "El 3/3/26 a las 10:20, Ada escribió:",
            "W dniu 2026-03-03 pisze Ada Byron:",
        ] {
            assert!(is_attribution(line), "{line}");
        }
        for line in ["Here are three things:", "The code:", "See you at 10:20", "Version 3:", "Room 2020:"] {
            assert!(!is_attribution(line), "{line}");
        }
    }

    #[test]
    fn dividers_and_headers_are_distinguished_from_text() {
        for line in [
            "-----Original Message-----",
            "-------- Weitergeleitete Nachricht --------",
            "________________________________",
        ] {
            assert!(is_divider(line), "{line}");
        }
        for line in ["--", "-- ", "- a point", "----", "--------- a line that only begins so"] {
            assert!(!is_divider(line), "{line}");
        }
        assert!(is_header_line("From: Ada <ada@mail.example>") && is_header_line("*Gesendet:* Dienstag"));
        assert!(
            !is_header_line("Hello Ada,")
                && !is_header_line("https://mail.example/")
                && !is_header_line("Note:")
        );
    }
}
