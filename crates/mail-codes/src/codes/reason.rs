//! Explains to the user why a code was found, such as `6 digits after 'code', in boxes`.

use super::super::candidate::CodeShape;
use super::super::lines::TextLine;
use super::super::model::CODES;
use super::super::quoted_words::whole_words;
use super::super::words::{CodeKeyword, CodeWord, KeywordMatch};
use super::Scored;
use super::nearest_keyword::nearest_keyword;

/// Minimum contribution of a reason to the score, in thousandths of a logit. The explanation for the user leaves out
/// reasons with a smaller contribution.
const MIN_MENTIONED_EFFECT: i32 = 150;

/// A reason for the score of a code candidate: its wording, the boolean feature that must be true for the reason to
/// apply, and the features that belong to the reason, each with its neutral value. The contribution of the reason is
/// the amount by which the score drops if these features are set to their neutral values.
type ScoreReason = (&'static str, &'static str, &'static [(&'static str, i16)]);

const REASONS: [ScoreReason; 6] = [
    (
        "alone on a line",
        "alone in its line",
        &[
            ("alone in its line", 0),
            ("alone somewhere", 0),
            ("words to the left", 4),
            ("words in the line", 8),
        ],
    ),
    ("in boxes", "in boxes", &[("in boxes", 0)]),
    (
        "set off",
        "emphasised somewhere",
        &[("emphasised", 0), ("emphasised line", 0), ("emphasised somewhere", 0)],
    ),
    ("in both parts of the mail", "in both parts", &[("in both parts", 0), ("times in the mail", 1)]),
    ("in the subject as well", "in the subject", &[("in the subject", 0)]),
    ("part of a link of the mail", "in a link", &[("in a link", 0)]),
];

/// Describes for the user why a code candidate was found, such as `6 digits after 'code', in boxes`.
pub(super) fn reason_text(scored: &Scored<'_>, lines: &[TextLine]) -> String {
    let mut reason = shape(scored);
    if let Some((side, name)) = name(scored, lines) {
        for words in [side, "'", name, "'"] {
            reason.push_str(words);
        }
    }
    let values = scored.features.values();
    for (words, flag, neutral) in REASONS {
        let is_there = CODES.value(values, flag) == Some(1);
        let without = CODES.without(values, neutral).filter(|_| is_there);
        if without.is_some_and(|without| scored.score - CODES.score(&without) >= MIN_MENTIONED_EFFECT) {
            reason.push_str(", ");
            reason.push_str(words);
        }
    }
    reason
}

/// Maximum number of lines above a code candidate that are searched for the keyword that the explanation quotes, such
/// as "verification code".
const MAX_LINES_ABOVE: usize = 5;

/// Returns the nearest keyword, such as "code" or "password", that labels a code candidate, and whether the candidate
/// is after or before the keyword. The keyword is extended to whole words of the mail.
///
/// Returns `None` if there is no such keyword near the candidate, or if the keyword and the candidate overlap.
fn name<'a>(scored: &Scored<'a>, lines: &'a [TextLine]) -> Option<(&'static str, &'a str)> {
    let (line, word) = nearest_keyword(scored, lines, MAX_LINES_ABOVE, is_name)?;
    let candidate = &scored.candidate.range;
    let (side, limits) = if !std::ptr::eq(line, scored.line) {
        (" after ", 0..line.text.len())
    } else if word.range.end <= candidate.start {
        (" after ", 0..candidate.start)
    } else if candidate.end <= word.range.start {
        (" before ", candidate.end..line.text.len())
    } else {
        return None;
    };
    Some((side, whole_words(&line.text, word.range.clone(), limits)?))
}

fn is_name(word: &KeywordMatch<CodeKeyword>) -> bool {
    matches!(word.topic.code_word(), CodeWord::Code | CodeWord::SomeCode | CodeWord::Password)
}

/// Describes the characters of a code candidate, such as `6 digits`.
fn shape(scored: &Scored<'_>) -> String {
    let value = &scored.candidate.value;
    let digits = value.chars().filter(char::is_ascii_digit).count();
    match scored.candidate.shape {
        CodeShape::Digits | CodeShape::Grouped | CodeShape::Spaced => format!("{digits} digits"),
        CodeShape::Letters | CodeShape::LetterGroups => {
            format!("{} letters", value.chars().filter(char::is_ascii_alphabetic).count())
        }
        CodeShape::Prefixed | CodeShape::Mixed | CodeShape::MixedGroups | CodeShape::Words => {
            format!("{} letters and digits", value.chars().filter(char::is_ascii_alphanumeric).count())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn the_reason_quotes_whole_words() {
        for (body, quoted) in [
            ("Twój kod weryfikacyjny: 482951", "after 'kod weryfikacyjny'"),
            ("Ваш код подтверждения: 482951", "after 'код подтверждения'"),
            ("Doğrulama kodunuz: 482951", "after 'kodunuz'"),
            ("Your verification code is 482951.", "after 'verification code'"),
            ("您的验证码为482951", "after '验证码'"),
            ("Your verification code 482951 (code for one sign-in)", "after 'verification code'"),
        ] {
            let reason = reason_of(body);
            assert!(reason.contains(quoted), "{body}: {reason}");
        }
    }

    #[test]
    fn the_reason_names_the_side_of_the_keyword() {
        for (body, quoted) in [
            ("482951 is your verification code.", "6 digits before 'verification code'"),
            ("482951 ist dein Anmeldecode.", "6 digits before 'Anmeldecode'"),
            ("482951 to Twój kod weryfikacyjny.", "6 digits before 'kod weryfikacyjny'"),
            ("482951は認証コードです。", "6 digits before '認証コード'"),
            ("Verification code:\n\n482951", "6 digits after 'Verification code'"),
        ] {
            let reason = reason_of(body);
            assert!(reason.contains(quoted), "{body}: {reason}");
        }
    }

    #[test]
    fn a_keyword_inside_the_candidate_is_no_reason() {
        let reason = reason_of("Type this:\n\nUNICODE");
        assert!(reason.starts_with("7 letters") && !reason.contains("CODE"), "{reason}");
    }

    /// Returns the explanation of why the first code was found in a mail with the text `body`.
    fn reason_of(body: &str) -> String {
        let raw = format!("Subject: Nord\nContent-Type: text/plain; charset=utf-8\n\n{body}\n");
        parse(raw.as_bytes()).findings.codes.remove(0).reason.as_str().to_owned()
    }
}
