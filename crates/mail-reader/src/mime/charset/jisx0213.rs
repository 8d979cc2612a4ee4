//! Decodes JIS X 0213:2004 in its EUC and Shift JIS encodings (`EUC-JIS-2004`, `Shift_JIS-2004`, and their
//! 2000 versions).

use super::planes::JIS_X_0213;

/// A byte encoding of the JIS X 0213 character set: EUC or Shift JIS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum Jisx0213Encoding {
    /// The EUC encoding of JIS X 0213 (charset labels `EUC-JIS-2004` and `EUC-JISX0213`).
    Euc,
    /// The Shift JIS encoding of JIS X 0213 (charset labels `Shift_JIS-2004` and `Shift_JISX0213`).
    ShiftJis,
}

/// Decodes text in one of the encodings of JIS X 0213.
pub(super) fn decode(bytes: &[u8], encoding: Jisx0213Encoding) -> String {
    let (mut out, mut rest) = (String::with_capacity(bytes.len()), bytes);
    while !rest.is_empty() {
        rest = match encoding {
            Jisx0213Encoding::Euc => next_of_euc(rest, &mut out),
            Jisx0213Encoding::ShiftJis => next_of_shift_jis(rest, &mut out),
        };
    }
    out
}

/// Appends the character in a JIS X 0213 cell to `out`. `plane` is 1 or 2; rows and cells are numbered from 1.
pub(super) fn push_cell(plane: u8, row: u8, cell: u8, out: &mut String) {
    if let Some(c) = JIS_X_0213.get(plane, row, cell) {
        out.push(c);
        out.extend(second_of_pair(plane, row, cell));
        return;
    }
    let euc = [0x8f, 0xa0 + row, 0xa0 + cell];
    // Plane 1 includes JIS X 0208. In cells that are empty in plane 2, EUC has the characters of JIS X 0212.
    let euc = if plane == 1 { &euc[1..] } else { &euc[..] };
    let (text, has_holes) = encoding_rs::EUC_JP.decode_without_bom_handling(euc);
    out.push_str(if has_holes { "\u{fffd}" } else { &text });
}

/// Returns the second code point of a JIS X 0213 cell whose character has two Unicode code points; `None` for all other
/// cells.
fn second_of_pair(plane: u8, row: u8, cell: u8) -> Option<char> {
    match (plane, row, cell) {
        (1, 4, 87..=91) | (1, 5, 87..=94) | (1, 6, 88) => Some('\u{309a}'),
        (1, 11, 36 | 40 | 42 | 44 | 46) => Some('\u{300}'),
        (1, 11, 41 | 43 | 45 | 47) => Some('\u{301}'),
        (1, 11, 69) => Some('\u{2e5}'),
        (1, 11, 70) => Some('\u{2e9}'),
        _ => None,
    }
}

fn next_of_euc<'a>(bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    match bytes {
        [0x8f, row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, rest @ ..] => {
            push_cell(2, row - 0xa0, cell - 0xa0, out);
            rest
        }
        [0x8e, kana @ 0xa1..=0xdf, rest @ ..] => {
            out.push(halfwidth_katakana(*kana));
            rest
        }
        [row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, rest @ ..] => {
            push_cell(1, row - 0xa0, cell - 0xa0, out);
            rest
        }
        _ => next_of_ascii(bytes, out),
    }
}

fn next_of_shift_jis<'a>(bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    match bytes {
        [lead @ (0x81..=0x9f | 0xe0..=0xfc), trail @ (0x40..=0x7e | 0x80..=0xfc), rest @ ..] => {
            let at = if *trail < 0x7f { trail - 0x40 } else { trail - 0x41 };
            let (second, cell) = (at >= 94, at % 94 + 1);
            let (plane, row) = match lead {
                0x81..=0x9f => (1, (lead - 0x81) * 2 + 1 + u8::from(second)),
                0xe0..=0xef => (1, (lead - 0xc1) * 2 + 1 + u8::from(second)),
                _ => (2, row_of_plane_2(*lead, second)),
            };
            push_cell(plane, row, cell, out);
            rest
        }
        [kana @ 0xa1..=0xdf, rest @ ..] => {
            out.push(halfwidth_katakana(*kana));
            rest
        }
        _ => next_of_ascii(bytes, out),
    }
}

/// Returns the row in plane 2 of JIS X 0213 for a Shift JIS lead byte. Two rows share each lead byte; `second` selects
/// the second one. The order of the rows is irregular.
fn row_of_plane_2(lead: u8, second: bool) -> u8 {
    match (lead, second) {
        (0xf0, false) => 1,
        (0xf0, true) => 8,
        (0xf1, false) => 3,
        (0xf1, true) => 4,
        (0xf2, false) => 5,
        (0xf2, true) => 12,
        (0xf3, false) => 13,
        (0xf3, true) => 14,
        (0xf4, false) => 15,
        (0xf4, true) => 78,
        (lead, second) => (lead - 0xf5) * 2 + 79 + u8::from(second),
    }
}

fn next_of_ascii<'a>(bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    let Some((&byte, rest)) = bytes.split_first() else { return &[] };
    out.push(if byte < 0x80 { char::from(byte) } else { '\u{fffd}' });
    rest
}

/// Returns the half-width katakana character for a JIS X 0201 byte. The caller must pass a byte from 0xA1 to 0xDF.
pub(super) fn halfwidth_katakana(byte: u8) -> char {
    char::from_u32(0xff61 + u32::from(byte.wrapping_sub(0xa1))).unwrap_or('\u{fffd}')
}
