//! Decodes character sets with 94 rows of 94 cells (JIS X 0213 and CNS 11643), and EUC-TW, which encodes CNS
//! 11643.
//!
//! Each line of the tables contains plane, row and first cell, and then the characters of the following cells.
//! `jisx0213.txt` lists the characters that JIS X 0208 lacks (source: the mapping of JIS X 0213:2004 by the
//! Unicode Consortium). `cns11643.txt` lists planes 1 and 2 (source: Unihan, `kIRG_TSource` and `kCNS1992`).
//! `cns11643-rare.txt` lists planes 3 to 7 and 15 (source: the mapping of EUC-TW in the GNU C library, which
//! agrees with Unihan in planes 1 and 2).

use std::collections::HashMap;
use std::sync::LazyLock;

/// The characters of a character set by plane, row and cell.
pub(super) struct Planes(HashMap<(u8, u8, u8), char>);

/// The characters that JIS X 0213 adds to JIS X 0208.
pub(super) static JIS_X_0213: LazyLock<Planes> = LazyLock::new(|| Planes::new(include_str!("jisx0213.txt")));
/// The characters of CNS 11643 in planes 1 and 2.
static CNS_11643: LazyLock<Planes> = LazyLock::new(|| Planes::new(include_str!("cns11643.txt")));
/// The characters of CNS 11643 in the other planes. They are rare, so they are loaded separately.
static CNS_11643_RARE: LazyLock<Planes> = LazyLock::new(|| Planes::new(include_str!("cns11643-rare.txt")));

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

    /// Returns the character of a cell; rows and cells are counted from 1.
    pub(super) fn get(&self, plane: u8, row: u8, cell: u8) -> Option<char> {
        self.0.get(&(plane, row, cell)).copied()
    }
}

/// Returns the character of a cell of CNS 11643, or the replacement character if the cell is empty.
pub(super) fn cns11643(plane: u8, row: u8, cell: u8) -> char {
    let planes = if plane > 2 { &CNS_11643_RARE } else { &CNS_11643 };
    planes.get(plane, row, cell).unwrap_or('\u{fffd}')
}

/// Decodes EUC-TW. A byte pair is a character of plane 1; before a pair of another plane stand 8E and the
/// number of the plane.
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
