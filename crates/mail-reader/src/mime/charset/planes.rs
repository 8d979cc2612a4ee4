//! Decodes character sets with planes of 94 rows and 94 cells (JIS X 0213 and CNS 11643), and EUC-TW, the encoding of
//! CNS 11643.
//!
//! Each line of the table files contains a plane, a row and a cell, followed by the characters of this cell and of the
//! cells after it. `jisx0213.txt` contains the characters that are not in JIS X 0208 (source: the mapping of JIS X
//! 0213:2004 by the Unicode Consortium). `cns11643.txt` contains planes 1 and 2 (source: Unihan, `kIRG_TSource` and
//! `kCNS1992`). `cns11643-rare.txt` contains planes 3 to 7 and 15 (source: the mapping of EUC-TW in the GNU C library,
//! which agrees with Unihan in planes 1 and 2).

use crate::packed::packed_text;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A table of the characters in a character set, by plane, row and cell.
pub(super) struct Planes(HashMap<(u8, u8, u8), char>);

/// The characters that JIS X 0213 adds to JIS X 0208.
pub(super) static JIS_X_0213: LazyLock<Planes> = LazyLock::new(|| Planes::new(&packed_text!("jisx0213")));
/// The characters of CNS 11643 in planes 1 and 2.
static CNS_11643: LazyLock<Planes> = LazyLock::new(|| Planes::new(&packed_text!("cns11643")));
/// The characters of CNS 11643 in planes 3 to 7 and 15. This table is loaded only when needed, because these characters
/// are rare.
static CNS_11643_RARE: LazyLock<Planes> = LazyLock::new(|| Planes::new(&packed_text!("cns11643-rare")));

impl Planes {
    fn new(data: &str) -> Self {
        let mut chars = HashMap::new();
        for line in data.lines() {
            let Some((place, text)) = line.split_once(' ') else { continue };
            let mut place = place.split('-').filter_map(|number| number.parse::<u8>().ok());
            let (Some(plane), Some(row), Some(first)) = (place.next(), place.next(), place.next()) else {
                continue;
            };
            chars.extend((first..=94).zip(text.chars()).map(|(cell, c)| ((plane, row, cell), c)));
        }
        Self(chars)
    }

    /// Returns the character of a cell; `None` if the cell is not assigned. Rows and cells are numbered from 1.
    pub(super) fn get(&self, plane: u8, row: u8, cell: u8) -> Option<char> {
        self.0.get(&(plane, row, cell)).copied()
    }
}

/// Returns the character of a CNS 11643 cell, or the replacement character (U+FFFD) if the cell is not assigned.
pub(super) fn cns11643(plane: u8, row: u8, cell: u8) -> char {
    let planes = if plane > 2 { &CNS_11643_RARE } else { &CNS_11643 };
    planes.get(plane, row, cell).unwrap_or('\u{fffd}')
}

/// Decodes EUC-TW text. A pair of bytes is a character in plane 1. In the other planes, the pair is preceded by the
/// byte 0x8E and the plane number.
pub(super) fn decode_euc_tw(bytes: &[u8]) -> String {
    let (mut out, mut rest) = (String::with_capacity(bytes.len()), bytes);
    while let Some((&byte, after)) = rest.split_first() {
        rest = match rest {
            [0x8e, plane @ 0xa1..=0xb0, row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, after @ ..] => {
                out.push(cns11643(plane - 0xa0, row - 0xa0, cell - 0xa0));
                after
            }
            [row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, after @ ..] => {
                out.push(cns11643(1, row - 0xa0, cell - 0xa0));
                after
            }
            _ => {
                out.push(if byte < 0x80 { char::from(byte) } else { '\u{fffd}' });
                after
            }
        };
    }
    out
}
