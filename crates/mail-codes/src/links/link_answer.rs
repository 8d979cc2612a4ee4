//! Determines whether a link text means "yes" or "no". Many mails have a button for each of these two answers.

use crate::lines::{fold, lower};

/// The answer that a link text gives to the question in a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LinkAnswer {
    /// The link text begins with a word for "yes".
    Yes,
    /// The link text contains a negation, such as "no".
    No,
}

/// Returns the answer that a link text gives; `None` if the text neither begins with a word for "yes" nor contains a
/// negation.
pub(super) fn find_answer(text: &str) -> Option<LinkAnswer> {
    let text = lower(&fold(text));
    let mut words = text.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).filter(|word| !word.is_empty());
    let first = words.next()?;
    if is_no(first) || is_first_no(first) || words.any(is_no) || has_part(&text) {
        return Some(LinkAnswer::No);
    }
    let is_yes = is_yes(first) || YES_PARTS.iter().any(|part| text.starts_with(part));
    is_yes.then_some(LinkAnswer::Yes)
}

/// Returns whether a link text contains one of the negations in [`PARTS`].
fn has_part(text: &str) -> bool {
    let is_ascii = text.is_ascii();
    PARTS.iter().any(|part| (!is_ascii || part.is_ascii()) && text.contains(part))
}

/// Returns whether a character is a combining mark, which is a part of the preceding word. The caller must rule out
/// letters and digits first, because the tested ranges also contain letters and digits.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}')
}

/// Returns whether a word at the beginning of a link text means "yes".
fn is_yes(word: &str) -> bool {
    matches!(
        word,
        "yes"
            | "yep"
            | "ja"
            | "jawohl"
            | "joo"
            | "jah"
            | "oui"
            | "si"
            | "sí"
            | "sì"
            | "sim"
            | "da"
            | "да"
            | "так"
            | "taip"
            | "tak"
            | "ano"
            | "áno"
            | "igen"
            | "kyllä"
            | "evet"
            | "ναι"
            | "نعم"
            | "أجل"
            | "כן"
            | "بله"
            | "हाँ"
            | "हां"
            | "হ্যাঁ"
            | "ஆம்"
            | "అవును"
            | "vâng"
            | "iya"
            | "ndiyo"
            | "bai"
            | "иә"
            | "bəli"
            | "այո"
            | "დიახ"
    )
}

/// Words for "yes" in scripts without spaces between words.
const YES_PARTS: [&str; 6] = ["はい", "네", "예,", "是", "ใช่", "对"];

/// Returns whether a word is a negation at any position in a link text. A negation that has another meaning in a
/// different language does not count.
fn is_no(word: &str) -> bool {
    matches!(
        word,
        "no" | "not"
            | "cannot"
            | "never"
            | "nein"
            | "nicht"
            | "kein"
            | "keine"
            | "non"
            | "pas"
            | "sans"
            | "não"
            | "niet"
            | "nee"
            | "geen"
            | "nej"
            | "inte"
            | "ikke"
            | "ikkje"
            | "ekki"
            | "ei"
            | "nem"
            | "nie"
            | "ne"
            | "není"
            | "nejsem"
            | "нет"
            | "не"
            | "ні"
            | "hayır"
            | "değil"
            | "değilim"
            | "không"
            | "tidak"
            | "bukan"
            | "jangan"
            | "όχι"
            | "δεν"
            | "لا"
            | "ليس"
            | "ليست"
            | "لست"
            | "לא"
            | "نه"
            | "نیستم"
            | "नहीं"
            | "না"
            | "இல்லை"
            | "ոչ"
            | "არა"
            | "жоқ"
    )
}

/// Returns whether a word is a negation only at the beginning of a link text. Elsewhere, the word may have another
/// meaning.
fn is_first_no(word: &str) -> bool {
    matches!(word, "nei" | "ez" | "nu" | "hapana" | "xeyr")
}

/// Negations in scripts without spaces between words, and endings of negated words. Both may occur inside a word of a
/// link text.
const PARTS: [&str; 13] = [
    "しない",
    "いいえ",
    "ません",
    "ではない",
    "じゃない",
    "不",
    "没有",
    "拒",
    "아니",
    "않",
    "ไม่",
    "n't",
    "n’t",
];

#[cfg(test)]
mod tests {
    use super::{LinkAnswer, find_answer};

    #[test]
    fn the_answer_of_a_button_text_is_detected() {
        for text in
            ["Yes, sign me in", "Ja, das war ich", "Oui, c'est moi", "Да, это я", "はい、私です", "Sí"]
        {
            assert_eq!(find_answer(text), Some(LinkAnswer::Yes), "{text}");
        }
        for text in [
            "No, it was not me",
            "This wasn't me",
            "Das war ich nicht",
            "Ce n'était pas moi",
            "Это не я",
            "いいえ",
            "許可しない",
            "Nie zgadzam się",
            "Ben değilim",
            "नहीं, मैं नहीं",
        ] {
            assert_eq!(find_answer(text), Some(LinkAnswer::No), "{text}");
        }
        for text in ["", "Confirm address", "Bevestig nu", "Annehmen", "参加する", "Nota"] {
            assert_eq!(find_answer(text), None, "{text}");
        }
    }
}
