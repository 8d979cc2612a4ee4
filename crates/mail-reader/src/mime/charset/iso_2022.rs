//! Decodes the ISO-2022 family: ISO-2022-JP and its extensions (RFC 1468, RFC 1554), -KR (RFC 1557), -CN (RFC
//! 1922).
//!
//! One decoder handles all variants, because their escape sequences do not conflict, and mails use those of an
//! extension under the label of the base charset.

use super::jisx0213;
use super::planes::cns11643;

/// A variant of the ISO-2022 family, by the character sets that are active at the start of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum Variant {
    /// The variant ISO-2022-JP with its extensions -1, -2, -3, -2004, -EXT and -MS; also cp50220 to cp50222.
    Japanese,
    /// The variant ISO-2022-KR, for Korean.
    Korean,
    /// The variants ISO-2022-CN and -CN-EXT, for Chinese.
    Chinese,
}

/// A character set that an escape sequence designates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    /// The left half of JIS X 0201: ASCII with a yen sign and an overline.
    JisRoman,
    /// The right half of JIS X 0201: half-width katakana.
    Katakana,
    JisX0208,
    JisX0212,
    /// One plane of JIS X 0213; the value is the number of the plane.
    JisX0213(u8),
    Gb2312,
    KsX1001,
    /// One plane of CNS 11643; the value is the number of the plane.
    Cns(u8),
    /// The right half of ISO-8859-1: accented Latin letters.
    Latin1,
    /// The right half of ISO-8859-7: Greek letters.
    Greek,
}

/// The character sets that are active in a text.
struct State {
    g0: Set,
    /// The character set that the control character SO selects.
    g1: Set,
    /// The character set that ESC N selects for one character.
    g2: Set,
    /// The character set that ESC O selects for one character.
    g3: Set,
    shifted: bool,
}

/// Decodes text in a charset of the ISO-2022 family.
pub(super) fn decode(bytes: &[u8], variant: Variant) -> String {
    let g1 = match variant {
        Variant::Korean => Set::KsX1001,
        Variant::Chinese => Set::Gb2312,
        Variant::Japanese => Set::Katakana,
    };
    let mut state = State { g0: Set::Ascii, g1, g2: Set::Latin1, g3: Set::Ascii, shifted: false };
    // Eight-bit katakana occur together with escape sequences; without any escape sequence the label is
    // wrong.
    let has_katakana = variant == Variant::Japanese && bytes.contains(&0x1b);
    let (mut out, mut rest) = (String::with_capacity(bytes.len()), bytes);
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            0x1b => rest = state.escape(after, &mut out),
            0x0e => (state.shifted, rest) = (true, after),
            0x0f => (state.shifted, rest) = (false, after),
            b'\r' | b'\n' => {
                out.push(char::from(byte));
                rest = after;
                // Each line starts in ASCII, even if the previous line did not switch back.
                (state.shifted, state.g0) = (false, Set::Ascii);
            }
            0xa1..=0xdf if has_katakana => {
                out.push(jisx0213::halfwidth_katakana(byte));
                rest = after;
            }
            0x80.. => {
                out.push('\u{fffd}');
                rest = after;
            }
            _ => {
                let is_end = |byte: &u8| matches!(byte, 0x0e | 0x0f | 0x1b | b'\r' | b'\n' | 0x80..);
                let end = rest.iter().position(is_end).unwrap_or(rest.len());
                let (run, after) = rest.split_at(end);
                if state.shifted { state.g1 } else { state.g0 }.decode(run, &mut out);
                rest = after;
            }
        }
    }
    out
}

impl State {
    /// Handles the bytes after ESC and returns the bytes after the sequence. An unknown escape sequence remains
    /// in the text.
    fn escape<'a>(&mut self, after: &'a [u8], out: &mut String) -> &'a [u8] {
        let (length, place, set) = match after {
            [b'(', b'B' | b'H', ..] => (2, &mut self.g0, Set::Ascii),
            [b'(', b'J', ..] => (2, &mut self.g0, Set::JisRoman),
            [b'(', b'I', ..] => (2, &mut self.g0, Set::Katakana),
            [b'$', b'@' | b'B', ..] => (2, &mut self.g0, Set::JisX0208),
            [b'$', b'(', b'@' | b'B', ..] => (3, &mut self.g0, Set::JisX0208),
            [b'$', b'A', ..] => (2, &mut self.g0, Set::Gb2312),
            [b'$', b'(', b'A', ..] => (3, &mut self.g0, Set::Gb2312),
            [b'$', b'(', b'C', ..] => (3, &mut self.g0, Set::KsX1001),
            [b'$', b'(', b'D', ..] => (3, &mut self.g0, Set::JisX0212),
            [b'$', b'(', b'O' | b'Q', ..] => (3, &mut self.g0, Set::JisX0213(1)),
            [b'$', b'(', b'P', ..] => (3, &mut self.g0, Set::JisX0213(2)),
            [b'$', b')', b'C', ..] => (3, &mut self.g1, Set::KsX1001),
            [b'$', b')', b'A' | b'E', ..] => (3, &mut self.g1, Set::Gb2312),
            [b'$', b')', b'G', ..] => (3, &mut self.g1, Set::Cns(1)),
            [b'$', b'*', b'H', ..] => (3, &mut self.g2, Set::Cns(2)),
            [b'$', b'+', plane @ b'I'..=b'M', ..] => (3, &mut self.g3, Set::Cns(plane - b'I' + 3)),
            [b'.', b'A', ..] => (2, &mut self.g2, Set::Latin1),
            [b'.', b'F', ..] => (2, &mut self.g2, Set::Greek),
            [b'&', b'@', ..] => return after.get(2..).unwrap_or_default(),
            [b'N', rest @ ..] => return one_of(self.g2, rest, out),
            [b'O', rest @ ..] => return one_of(self.g3, rest, out),
            _ => {
                out.push('\u{1b}');
                return after;
            }
        };
        *place = set;
        after.get(length..).unwrap_or_default()
    }
}

/// Appends one character of a set; returns the bytes after it.
fn one_of<'a>(set: Set, bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    let (run, rest) = bytes.split_at(set.width().min(bytes.len()));
    // Some programs write the character after a single shift in eight bits.
    let run: Vec<u8> = run.iter().map(|byte| byte & 0x7f).collect();
    set.decode(&run, out);
    rest
}

impl Set {
    fn width(self) -> usize {
        match self {
            Self::Ascii | Self::JisRoman | Self::Katakana | Self::Latin1 | Self::Greek => 1,
            Self::JisX0208
            | Self::JisX0212
            | Self::JisX0213(_)
            | Self::Gb2312
            | Self::KsX1001
            | Self::Cns(_) => 2,
        }
    }

    /// Appends the characters of a run of bytes below 80, read in the active character set.
    fn decode(self, run: &[u8], out: &mut String) {
        let upper = || run.iter().map(|byte| byte | 0x80);
        match self {
            Self::Ascii => out.extend(run.iter().map(|&byte| char::from(byte))),
            Self::JisRoman => out.extend(run.iter().map(|&byte| match byte {
                b'\\' => '¥',
                b'~' => '‾',
                _ => char::from(byte),
            })),
            Self::Katakana => out.extend(run.iter().map(|&byte| match byte {
                0x21..=0x5f => jisx0213::halfwidth_katakana(byte | 0x80),
                0..=0x20 => char::from(byte),
                _ => '\u{fffd}',
            })),
            Self::Latin1 => out.extend(upper().map(char::from)),
            Self::Greek => push_decoded(encoding_rs::ISO_8859_7, &upper().collect::<Vec<_>>(), out),
            Self::JisX0208 => push_pairs(run, out, |[row, cell], out| {
                push_decoded(encoding_rs::EUC_JP, &[row | 0x80, cell | 0x80], out);
            }),
            Self::JisX0212 => push_pairs(run, out, |[row, cell], out| {
                push_decoded(encoding_rs::EUC_JP, &[0x8f, row | 0x80, cell | 0x80], out);
            }),
            Self::Gb2312 => push_pairs(run, out, |[row, cell], out| {
                push_decoded(encoding_rs::GBK, &[row | 0x80, cell | 0x80], out);
            }),
            Self::KsX1001 => push_pairs(run, out, |[row, cell], out| {
                push_decoded(encoding_rs::EUC_KR, &[row | 0x80, cell | 0x80], out);
            }),
            Self::JisX0213(plane) => push_pairs(run, out, |[row, cell], out| {
                jisx0213::push_cell(plane, row - 0x20, cell - 0x20, out);
            }),
            Self::Cns(plane) => push_pairs(run, out, |[row, cell], out| {
                out.push(cns11643(plane, row - 0x20, cell - 0x20));
            }),
        }
    }
}

fn push_decoded(encoding: &'static encoding_rs::Encoding, bytes: &[u8], out: &mut String) {
    out.push_str(&encoding.decode_without_bom_handling(bytes).0);
}

/// Appends the character of each pair of bytes from 21 to 7E; spaces and control characters between the pairs
/// are copied.
fn push_pairs(run: &[u8], out: &mut String, push: impl Fn([u8; 2], &mut String)) {
    let mut rest = run;
    while let Some((&byte, after)) = rest.split_first() {
        if let [row @ 0x21..=0x7e, cell @ 0x21..=0x7e, after @ ..] = rest {
            push([*row, *cell], out);
            rest = after;
        } else {
            out.push(if matches!(byte, 0x21..=0x7e) { '\u{fffd}' } else { char::from(byte) });
            rest = after;
        }
    }
}
