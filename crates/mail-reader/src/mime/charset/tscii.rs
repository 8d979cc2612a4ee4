//! Decodes TSCII 1.7, an eight-bit charset for Tamil. TSCII stores characters in visual order: a vowel sign that is
//! displayed to the left of a consonant is stored before the consonant.

/// The Tamil text for each byte from 0x80 on; `-` marks an unassigned byte.
const LETTERS: &str = "௦ ௧ ஸ்ரீ ஜ ஷ ஸ ஹ க்ஷ ஜ் ஷ் ஸ் ஹ் க்ஷ் ௨ ௩ ௪ \
     ௫ ‘ ’ “ ” ௬ ௭ ௮ ௯ ஙு ஞு ஙூ ஞூ ௰ ௱ ௲ \
     - ா ி ீ ு ூ ெ ே ை © ௗ அ ஆ இ ஈ உ \
     ஊ எ ஏ ஐ ஒ ஓ ஔ ஃ க ங ச ஞ ட ண த ந \
     ப ம ய ர ல வ ழ ள ற ன டி டீ கு சு டு ணு \
     து நு பு மு யு ரு லு வு ழு ளு று னு கூ சூ டூ ணூ \
     தூ நூ பூ மூ யூ ரூ லூ வூ ழூ ளூ றூ னூ க் ங் ச் ஞ் \
     ட் ண் த் ந் ப் ம் ய் ர் ல் வ் ழ் ள் ற் ன் இ -";

/// The vowel sign E, which is stored before its consonant.
const SIGN_E: u8 = 0xa6;
/// The vowel sign EE, which is stored before its consonant.
const SIGN_EE: u8 = 0xa7;
/// The vowel sign AI, which is stored before its consonant.
const SIGN_AI: u8 = 0xa8;
/// The vowel sign AA, which is stored after its consonant. It is also the second half of the vowel signs O and OO.
const SIGN_AA: u8 = 0xa1;
/// The AU length mark, which is stored after the consonant as the second half of the vowel sign AU.
const MARK_AU: u8 = 0xaa;

/// Decodes TSCII-encoded text.
pub(super) fn decode(bytes: &[u8]) -> String {
    let letters: Vec<&str> = LETTERS.split(' ').collect();
    let letter = |byte: u8| match byte {
        0xa0 => "\u{a0}",
        _ => match byte.checked_sub(0x80).and_then(|at| letters.get(usize::from(at))) {
            Some(&"-") | None => "\u{fffd}",
            Some(letter) => letter,
        },
    };
    let (mut out, mut rest) = (String::with_capacity(bytes.len() * 2), bytes);
    while let Some((&byte, after)) = rest.split_first() {
        rest = match rest {
            [SIGN_E, consonant, SIGN_AA, after @ ..] if is_consonant(*consonant) => {
                out.extend([letter(*consonant), "ொ"]);
                after
            }
            [SIGN_EE, consonant, SIGN_AA, after @ ..] if is_consonant(*consonant) => {
                out.extend([letter(*consonant), "ோ"]);
                after
            }
            [SIGN_E | SIGN_EE, consonant, MARK_AU, after @ ..] if is_consonant(*consonant) => {
                out.extend([letter(*consonant), "ௌ"]);
                after
            }
            [sign @ SIGN_E..=SIGN_AI, consonant, after @ ..] if is_consonant(*consonant) => {
                out.extend([letter(*consonant), letter(*sign)]);
                after
            }
            _ if byte < 0x80 => {
                out.push(char::from(byte));
                after
            }
            _ => {
                out.push_str(letter(byte));
                after
            }
        };
    }
    out
}

/// Returns whether a byte is a consonant that may have a vowel sign.
fn is_consonant(byte: u8) -> bool {
    matches!(byte, 0x83..=0x87 | 0xb8..=0xc9)
}
