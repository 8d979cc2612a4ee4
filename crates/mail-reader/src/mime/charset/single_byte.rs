//! Decodes the single-byte charsets that `encoding_rs` does not support, such as code pages of DOS, Mac and mainframes.
//!
//! Each line of `single_byte.txt` contains the name of a charset, followed by the code points of its bytes as
//! hexadecimal numbers and ranges. FFFD marks unassigned bytes. A line with 128 code points describes only the bytes
//! from 0x80 on; the lower bytes are ASCII. The sources are the mapping tables of the Unicode Consortium (VENDORS), RFC
//! 1345, and RFC 1456 for VISCII.

use crate::packed::packed_text;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The table of a single-byte charset, which maps each byte to a character.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::mime) struct Table {
    name: &'static str,
    /// The characters of the bytes 0x00 to 0xFF; U+FFFD for unassigned bytes.
    chars: Vec<char>,
}

static TEXT: LazyLock<String> = LazyLock::new(|| packed_text!("single_byte"));

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| TEXT.lines().filter_map(Table::from_line).collect());

/// Returns the table of the charset with this name in `single_byte.txt`; `None` if the file does not contain the name.
pub(super) fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

impl Table {
    fn from_line(line: &'static str) -> Option<Self> {
        let mut items = line.split(' ');
        let name = items.next()?;
        let mut upper = Vec::with_capacity(256);
        for item in items {
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            let number = |digits| u32::from_str_radix(digits, 16).ok();
            upper.extend(
                (number(first)?..=number(last)?).map(|code| char::from_u32(code).unwrap_or('\u{fffd}')),
            );
        }
        let lower = 256_usize.checked_sub(upper.len())?;
        let ascii = (0..=u8::MAX).take(lower).map(char::from);
        Some(Self { name, chars: ascii.chain(upper).collect() })
    }

    /// Returns the name of the charset in `single_byte.txt`.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns whether the bytes below 0x80 represent ASCII characters in this charset.
    pub(super) fn is_ascii_compatible(&self) -> bool {
        self.chars.iter().take(128).copied().eq((0..128_u8).map(char::from))
    }

    /// Decodes text in this single-byte charset.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let chars =
            bytes.iter().map(|&byte| self.chars.get(usize::from(byte)).copied().unwrap_or('\u{fffd}'));
        // TCVN encodes letters and tone marks separately, but terminals display composed characters better.
        if self.name == "tcvn" { chars.nfc().collect() } else { chars.collect() }
    }
}
