//! Decodes Johab (code page 1361), which encodes each Hangul syllable as three five-bit codes, and also contains the
//! symbols and Hanja of KS X 1001.

/// Decodes Johab-encoded text.
pub(super) fn decode(bytes: &[u8]) -> String {
    let (mut out, mut rest) = (String::with_capacity(bytes.len()), bytes);
    while let Some((&lead, after)) = rest.split_first() {
        rest = after;
        if lead < 0x80 {
            out.push(char::from(lead));
            continue;
        }
        let Some((&trail, after)) = after.split_first() else {
            out.push('\u{fffd}');
            break;
        };
        match decode_pair(lead, trail) {
            Some(c) => {
                out.push(c);
                rest = after;
            }
            None => out.push('\u{fffd}'),
        }
    }
    out
}

fn decode_pair(lead: u8, trail: u8) -> Option<char> {
    match lead {
        0x84..=0xd3 => hangul(u16::from_be_bytes([lead, trail])),
        0xd9..=0xde => ks_x_1001(lead - 0xd9, 1, trail),
        0xe0..=0xf9 => ks_x_1001(lead - 0xe0, 42, trail),
        _ => None,
    }
}

/// The Hangul initial consonants, in the order of their Johab codes.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// The Hangul final consonants, in the order of their Johab codes.
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

fn hangul(code: u16) -> Option<char> {
    let bits = |shift: u16| u32::from(code >> shift & 0x1f);
    // `None` is the code for a missing letter.
    let initial = match bits(10) {
        1 => None,
        code @ 2..=20 => Some(code - 2),
        _ => return None,
    };
    let medial = match bits(5) {
        2 => None,
        code @ 3..=7 => Some(code - 3),
        code @ 10..=15 => Some(code - 5),
        code @ 18..=23 => Some(code - 7),
        code @ 26..=29 => Some(code - 9),
        _ => return None,
    };
    let last = match bits(0) {
        1 => None,
        code @ 2..=17 => Some(code - 1),
        code @ 19..=29 => Some(code - 2),
        _ => return None,
    };
    match (initial, medial, last) {
        (Some(initial), Some(medial), last) => {
            char::from_u32(0xac00 + (initial * 21 + medial) * 28 + last.unwrap_or_default())
        }
        (Some(initial), None, None) => INITIALS.chars().nth(initial as usize),
        (None, Some(medial), None) => char::from_u32(0x314f + medial),
        (None, None, Some(last)) => FINALS.chars().nth(last as usize - 1),
        (None, None, None) => Some('\u{3000}'),
        (Some(_), None, Some(_)) | (None, Some(_), Some(_)) => None,
    }
}

/// Returns the KS X 1001 character for a lead byte and the trail byte `trail`; `None` if the two bytes encode no
/// character. The lead byte is given as `pair`, its index in a range of lead bytes. Each lead byte covers two rows;
/// those of the first lead byte in the range start with `first_row`.
fn ks_x_1001(pair: u8, first_row: u8, trail: u8) -> Option<char> {
    let at = match trail {
        0x31..=0x7e => trail - 0x31,
        0x91..=0xfe => trail - 0x43,
        _ => return None,
    };
    let row = first_row + pair * 2 + at / 94;
    let bytes = [0xa0 + row, 0xa1 + at % 94];
    let (text, has_holes) = encoding_rs::EUC_KR.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|_| !has_holes)
}
