//! Sorts the scored code candidates of a mail by confidence, and converts the best ones to codes.

use super::purpose::{self, CodePurpose};
use super::{Scored, reason};
use crate::lines::TextLine;
use crate::model::CODES;
use crate::words::Topic;
use crate::{Code, CodeKind, Confidence};
use jiff::Timestamp;
use mail_reader::sanitize::SafeText;

/// Maximum number of codes that are returned for a mail; the codes with the lowest scores are dropped.
const MAX_CODES: usize = 12;
/// Maximum confidence of a voucher code. It is below the confidence that the inbox requires, so a voucher code appears
/// only in the list of code candidates.
const MAX_VOUCHER: Confidence = Confidence(490);
/// Minimum confidence of a code; code candidates with a lower confidence are dropped.
const MIN_CONFIDENCE: Confidence = Confidence(20);
/// Maximum difference, in per mille, between the confidences of two codes that count as equally likely.
const EQUAL_PER_MILLE: u16 = 15;

/// The time when a mail was sent, and the period for which its codes are valid.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) life: Option<u32>,
    pub(super) sent_at: Option<Timestamp>,
}

/// Returns whether a code candidate with this score is returned as a code.
pub(super) fn is_listed(score: i32) -> bool {
    CODES.confidence(score) >= MIN_CONFIDENCE
}

/// Sorts code candidates by score, and converts the best ones to codes. Codes without enough confidence for the inbox,
/// such as vouchers, follow all other codes.
pub(super) fn rank(mut all: Vec<Scored<'_>>, lines: &[TextLine], times: Times) -> Vec<Code> {
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.candidate.value.cmp(&b.candidate.value)));
    all.truncate(MAX_CODES);
    let has_parcel = purpose::mentions(lines, Topic::Parcel);
    let has_voucher = purpose::mentions(lines, Topic::Voucher);
    let purposes: Vec<CodePurpose> =
        all.iter().map(|scored| purpose::code_purpose(scored, lines, has_parcel, has_voucher)).collect();
    let confidences: Vec<Confidence> = all
        .iter()
        .zip(&purposes)
        .map(|(scored, purpose)| match purpose {
            CodePurpose::Voucher => CODES.confidence(scored.score).clamp(MIN_CONFIDENCE, MAX_VOUCHER),
            CodePurpose::Proof | CodePurpose::Pin => CODES.confidence(scored.score),
        })
        .collect();
    let top = confidences.iter().copied().max().unwrap_or_default();
    let is_rival = |confidence: Confidence| {
        confidence.is_confident() && confidence.thousandths() + EQUAL_PER_MILLE >= top.thousandths()
    };
    let rivals = confidences.iter().filter(|confidence| is_rival(**confidence)).count();
    let listed = all.into_iter().zip(confidences).zip(purposes);
    let listed = listed.filter(|((_, confidence), _)| *confidence >= MIN_CONFIDENCE);
    let mut codes: Vec<Code> = listed
        .map(|((scored, confidence), purpose)| {
            let ambiguous = rivals > 1 && is_rival(confidence);
            let mut reason = reason::reason_text(&scored, lines);
            if ambiguous {
                reason.push_str("; another code is as likely");
            }
            let value = &scored.candidate.value;
            let is_digits = value.chars().all(|c| c.is_ascii_digit() || c == '-');
            Code {
                value: SafeText::new(value),
                confidence,
                kind: if is_digits { CodeKind::Digits } else { CodeKind::Alphanumeric },
                purpose,
                life: times.life,
                sent_at: times.sent_at,
                ambiguous,
                reason: SafeText::new(&reason),
            }
        })
        .collect();
    // A voucher can have a high score but a low confidence, so it moves behind the confident codes. The sort
    // is stable.
    codes.sort_by_key(|code| !code.confidence.is_confident());
    codes
}
