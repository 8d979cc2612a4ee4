//! Decodes UTF-16 (RFC 2781) and UTF-32.

/// A charset whose code units have two or four bytes: UTF-16 or UTF-32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum Utf16Or32 {
    /// The charset is UTF-16 or UCS-2. The value is the byte order of the code units.
    Utf16(ByteOrder),
    /// The charset is UTF-32 or UCS-4. The value is the byte order of the code units.
    Utf32(ByteOrder),
}

/// The byte order that the charset label declares. A byte order mark in the text overrides it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum ByteOrder {
    /// Big-endian: the most significant byte of a code unit comes first.
    Big,
    /// Little-endian: the least significant byte of a code unit comes first.
    Little,
    /// The charset label declares no byte order. The byte order is detected from the positions of zero bytes; if that
    /// fails, little-endian is assumed.
    Unknown,
}

impl Utf16Or32 {
    /// Decodes text in this UTF-16 or UTF-32 charset.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let (order, bytes) = self.order(bytes);
        let is_big = order == ByteOrder::Big;
        match self {
            Self::Utf16(_) => {
                let (units, rest) = bytes.as_chunks::<2>();
                let units = units
                    .iter()
                    .map(|&unit| if is_big { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) });
                let chars = char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}'));
                chars.chain((!is_line_end(rest)).then_some('\u{fffd}')).collect()
            }
            Self::Utf32(_) => {
                let (units, rest) = bytes.as_chunks::<4>();
                let units = units
                    .iter()
                    .map(|&unit| if is_big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) });
                let chars = units.map(|unit| char::from_u32(unit).unwrap_or('\u{fffd}'));
                chars.chain((!is_line_end(rest)).then_some('\u{fffd}')).collect()
            }
        }
    }

    /// Returns the byte order of text, and the text without its byte order mark, if any.
    fn order(self, bytes: &[u8]) -> (ByteOrder, &[u8]) {
        let (width, declared, marks) = match self {
            Self::Utf16(order) => (2, order, [&[0xfe_u8, 0xff][..], &[0xff, 0xfe]]),
            Self::Utf32(order) => (4, order, [&[0, 0, 0xfe, 0xff][..], &[0xff, 0xfe, 0, 0]]),
        };
        if let Some(rest) = bytes.strip_prefix(marks[0]) {
            return (ByteOrder::Big, rest);
        }
        if let Some(rest) = bytes.strip_prefix(marks[1]) {
            return (ByteOrder::Little, rest);
        }
        match declared {
            ByteOrder::Unknown => (guess_order(bytes, width), bytes),
            ByteOrder::Big | ByteOrder::Little => (declared, bytes),
        }
    }
}

/// Returns whether the bytes after the last complete code unit are only a line terminator, which some transfer
/// encodings add. Such a line terminator is ignored.
fn is_line_end(rest: &[u8]) -> bool {
    rest.iter().all(|&byte| matches!(byte, b'\r' | b'\n' | 0))
}

fn guess_order(bytes: &[u8], width: usize) -> ByteOrder {
    let zeros = |at: usize| bytes.chunks_exact(width).filter(|unit| unit.get(at) == Some(&0)).count();
    if zeros(0) > zeros(width - 1) { ByteOrder::Big } else { ByteOrder::Little }
}
