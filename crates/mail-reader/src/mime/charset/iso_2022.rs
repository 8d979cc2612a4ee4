//! Decodes text in the ISO-2022 family: ISO-2022-JP and its extensions (RFC 1468, RFC 1554), ISO-2022-KR (RFC 1557),
//! and ISO-2022-CN (RFC 1922).
//!
//! A single decoder handles all variants, because many mails declare the base charset but use escape sequences of an
//! extension. The escape sequences of the variants do not conflict.

use super::jisx0213;
use super::planes::cns11643;

/// A variant of the ISO-2022 family. The variant determines which character sets are active at the start of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum Variant {
    /// ISO-2022-JP with its extensions -1, -2, -3, -2004, -EXT and -MS, and the code pages 50220 to 50222.
    Japanese,
    /// ISO-2022-KR, for Korean.
    Korean,
    /// ISO-2022-CN and ISO-2022-CN-EXT, for Chinese.
    Chinese,
}

/// A character set that can be designated by an escape sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharacterSet {
    Ascii,
    /// The left half of JIS X 0201: ASCII with a yen sign and an overline.
    JisRoman,
    /// The right half of JIS X 0201: half-width katakana.
    Katakana,
    JisX0208,
    JisX0212,
    /// A plane of JIS X 0213, by its number.
    JisX0213(u8),
    Gb2312,
    KsX1001,
    /// A plane of CNS 11643, by its number.
    Cns(u8),
    /// The right half of ISO-8859-1: accented Latin letters.
    Latin1,
    /// The right half of ISO-8859-7: Greek letters.
    Greek,
}

/// The character sets that are active at the current position in the text.
struct State {
    g0: CharacterSet,
    /// The character set that the control character SO (shift out) activates.
    g1: CharacterSet,
    /// The character set from which `ESC N` selects the next character.
    g2: CharacterSet,
    /// The character set from which `ESC O` selects the next character.
    g3: CharacterSet,
    shifted: bool,
}

/// Decodes text in a charset of the ISO-2022 family.
pub(super) fn decode(bytes: &[u8], variant: Variant) -> String {
    let g1 = match variant {
        Variant::Korean => CharacterSet::KsX1001,
        Variant::Chinese => CharacterSet::Gb2312,
        Variant::Japanese => CharacterSet::Katakana,
    };
    let mut state = State {
        g0: CharacterSet::Ascii,
        g1,
        g2: CharacterSet::Latin1,
        g3: CharacterSet::Ascii,
        shifted: false,
    };
    // Eight-bit katakana only occur together with escape sequences. In text without escape sequences, such bytes show
    // that the label is wrong.
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
                // Each line starts in ASCII, even if the previous line ends in another character set.
                (state.shifted, state.g0) = (false, CharacterSet::Ascii);
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
    /// Processes an escape sequence. `after` contains the bytes after the escape character. An unknown escape sequence
    /// is copied to the output. Returns the bytes after the sequence.
    fn escape<'a>(&mut self, after: &'a [u8], out: &mut String) -> &'a [u8] {
        let (length, place, set) = match after {
            [b'(', b'B' | b'H', ..] => (2, &mut self.g0, CharacterSet::Ascii),
            [b'(', b'J', ..] => (2, &mut self.g0, CharacterSet::JisRoman),
            [b'(', b'I', ..] => (2, &mut self.g0, CharacterSet::Katakana),
            [b'$', b'@' | b'B', ..] => (2, &mut self.g0, CharacterSet::JisX0208),
            [b'$', b'(', b'@' | b'B', ..] => (3, &mut self.g0, CharacterSet::JisX0208),
            [b'$', b'A', ..] => (2, &mut self.g0, CharacterSet::Gb2312),
            [b'$', b'(', b'A', ..] => (3, &mut self.g0, CharacterSet::Gb2312),
            [b'$', b'(', b'C', ..] => (3, &mut self.g0, CharacterSet::KsX1001),
            [b'$', b'(', b'D', ..] => (3, &mut self.g0, CharacterSet::JisX0212),
            [b'$', b'(', b'O' | b'Q', ..] => (3, &mut self.g0, CharacterSet::JisX0213(1)),
            [b'$', b'(', b'P', ..] => (3, &mut self.g0, CharacterSet::JisX0213(2)),
            [b'$', b')', b'C', ..] => (3, &mut self.g1, CharacterSet::KsX1001),
            [b'$', b')', b'A' | b'E', ..] => (3, &mut self.g1, CharacterSet::Gb2312),
            [b'$', b')', b'G', ..] => (3, &mut self.g1, CharacterSet::Cns(1)),
            [b'$', b'*', b'H', ..] => (3, &mut self.g2, CharacterSet::Cns(2)),
            [b'$', b'+', plane @ b'I'..=b'M', ..] => (3, &mut self.g3, CharacterSet::Cns(plane - b'I' + 3)),
            [b'.', b'A', ..] => (2, &mut self.g2, CharacterSet::Latin1),
            [b'.', b'F', ..] => (2, &mut self.g2, CharacterSet::Greek),
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

/// Decodes the first character of `bytes` according to the character set `set`, and returns the remaining bytes.
fn one_of<'a>(set: CharacterSet, bytes: &'a [u8], out: &mut String) -> &'a [u8] {
    let (run, rest) = bytes.split_at(set.width().min(bytes.len()));
    // Some programs set the eighth bit of the character after a single shift.
    let run: Vec<u8> = run.iter().map(|byte| byte & 0x7f).collect();
    set.decode(&run, out);
    rest
}

impl CharacterSet {
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

    /// Decodes a run of bytes below 0x80 according to this character set.
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

/// Passes each pair of bytes in the range 0x21 to 0x7E to `push`, which decodes the pair. Copies spaces and control
/// characters between the pairs to the output.
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
