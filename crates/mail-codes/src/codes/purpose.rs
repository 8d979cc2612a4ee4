//! Determines the purpose of a code: to prove the user's identity, to open a parcel locker or a door, or to get a
//! discount.

use super::Scored;
use super::nearest_keyword::nearest_keyword;
use crate::lines::TextLine;
use crate::words::{CodeWord, KeywordMatch, Topic};

/// The purpose of a code, such as a sign-in or a discount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodePurpose {
    /// The code proves that the user received the mail, or that the user is who they claim to be.
    Proof,
    /// The code opens a parcel locker or a door, or the user gives the code to a courier.
    Pin,
    /// The code is a voucher, a discount code or a gift card. It appears only in the list of code candidates, and is
    /// never shown as the code of the mail.
    Voucher,
}

impl CodePurpose {
    /// All code purposes, in declaration order.
    pub const ALL: [Self; 3] = [Self::Proof, Self::Pin, Self::Voucher];

    /// Returns the identifier of the purpose in JSON, such as `voucher`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proof => "code",
            Self::Pin => "pin",
            Self::Voucher => "voucher",
        }
    }

    /// Returns the purpose with this JSON identifier; `None` if the identifier is unknown.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == label)
    }
}

/// Minimum number of digits in a voucher code without letters. A shorter number is not treated as a voucher, because it
/// is probably an amount or a year.
const MIN_VOUCHER_DIGITS: usize = 8;
/// Maximum number of lines above a code candidate that are searched for keywords indicating the candidate's purpose.
const MAX_LINES_ABOVE: usize = 3;

/// Returns the purpose of a code candidate according to the nearest keyword that labels a number, such as "voucher
/// code". `has_parcel` and `has_voucher` indicate whether the mail contains keywords for parcels and for vouchers.
pub(super) fn code_purpose(
    scored: &Scored<'_>,
    lines: &[TextLine],
    has_parcel: bool,
    has_voucher: bool,
) -> CodePurpose {
    let value = &scored.candidate.value;
    let is_voucher = || {
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        value.bytes().any(|byte| byte.is_ascii_alphabetic()) || digits >= MIN_VOUCHER_DIGITS
    };
    let name = nearest_keyword(scored, lines, MAX_LINES_ABOVE, KeywordMatch::names_a_number)
        .map(|(_, word)| word.topic.code_word());
    let names_voucher = name == Some(CodeWord::Voucher) || name == Some(CodeWord::Offer) && has_voucher;
    let names_code = matches!(name, Some(CodeWord::Code | CodeWord::SomeCode) | None);
    if names_voucher && is_voucher() {
        CodePurpose::Voucher
    } else if names_code && (has_parcel || is_at_a_door(scored, lines)) {
        CodePurpose::Pin
    } else {
        CodePurpose::Proof
    }
}

/// Returns whether a keyword that indicates an entry or pick-up code (doors, parcel lockers, couriers) is in the code
/// candidate's line or in the lines directly above it.
fn is_at_a_door(scored: &Scored<'_>, lines: &[TextLine]) -> bool {
    let above = lines.get(..scored.at).unwrap_or_default().iter().rev().take(MAX_LINES_ABOVE);
    let near = above.take_while(|other| other.source == scored.line.source).chain([scored.line]);
    near.flat_map(|line| &line.words).any(|word| word.topic == Topic::Entry)
}

/// Returns whether any line of the mail contains a keyword with this topic.
pub(super) fn mentions(lines: &[TextLine], topic: Topic) -> bool {
    lines.iter().flat_map(|line| &line.words).any(|word| word.topic == topic)
}

#[cfg(test)]
mod tests {
    use super::CodePurpose::{self, Pin, Proof, Voucher};
    use crate::parse;

    fn purpose(subject: &str, body: &str, value: &str) -> Option<(CodePurpose, bool)> {
        let raw = format!("Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n");
        let codes = parse(raw.as_bytes()).findings.codes;
        let code = codes.into_iter().find(|code| code.value.as_str() == value)?;
        Some((code.purpose, code.confidence.is_confident()))
    }

    #[test]
    fn a_voucher_is_listed_and_not_claimed() {
        for (subject, body, value) in [
            ("A gift for you", "Your voucher code: SPRING-4471", "SPRING-4471"),
            ("Your gift card", "Gift card code: 7K4M-9QX2-LP03\nValue: 25 EUR", "7K4M-9QX2-LP03"),
            ("Gutschein", "Ihr Gutscheincode lautet NORD2026X.", "NORD2026X"),
            ("10 % off", "Enter promo code SAVE20NOW at checkout.", "SAVE20NOW"),
        ] {
            assert_eq!(purpose(subject, body, value), Some((Voucher, false)), "{body}");
        }
    }

    #[test]
    fn sign_in_codes_and_locker_pins_have_their_purpose() {
        assert_eq!(purpose("Sign in", "Your verification code is 482951.", "482951"), Some((Proof, true)));
        let parcel = "Your parcel is in locker 12. Your pickup code:\n\n482951\n";
        assert_eq!(purpose("Your parcel", parcel, "482951").map(|(purpose, _)| purpose), Some(Pin));
        let door = "Welcome! The code for the front door is 4829.";
        assert_eq!(purpose("Your stay", door, "4829"), Some((Pin, true)));
    }
}
