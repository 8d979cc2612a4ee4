//! Decodes the characters of base64 (RFC 4648, sections 4 and 5).

/// An alphabet of base64.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Alphabet {
    /// The alphabet with `+` and `/` (RFC 4648, section 4).
    Standard,
    /// The alphabet with `-` and `_` (RFC 4648, section 5).
    UrlSafe,
}

/// In unpadded base64 without `+` or `/`, a single dash or underscore proves that the alphabet is URL-safe if there are
/// at least this many letters and digits. In shorter base64, a single dash or underscore may be a stray character.
const MIN_CERTAIN_CHARS: usize = 128;

impl Alphabet {
    /// Returns the alphabet in which `texts` are encoded, judging by the characters `+`, `/`, `-` and `_`. A few dashes
    /// and underscores are ignored if the other characters form complete groups of four, but all characters together do
    /// not.
    pub(super) fn detect<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut letters, mut padding, mut dashes) = (0_usize, 0_usize, 0_usize);
        for text in texts {
            for &byte in text {
                match byte {
                    b'+' | b'/' => return Self::Standard,
                    b'-' | b'_' => dashes += 1,
                    b'=' => padding += 1,
                    byte if byte.is_ascii_alphanumeric() => letters += 1,
                    _ => {}
                }
            }
        }
        let chars = letters + padding;
        let is_superfluous = chars.is_multiple_of(4) && !(chars + dashes).is_multiple_of(4);
        // Without padding, the last group may be incomplete.
        let is_few = padding > 0 || dashes == 1 && letters < MIN_CERTAIN_CHARS;
        if dashes == 0 || is_superfluous && is_few { Self::Standard } else { Self::UrlSafe }
    }

    /// Returns the 6-bit value that `byte` stands for in this alphabet; `None` if the alphabet does not contain the byte.
    pub(super) fn value(self, byte: u8) -> Option<u8> {
        match (self, byte) {
            (Self::UrlSafe, b'-') => Some(62),
            (Self::UrlSafe, b'_') => Some(63),
            (Self::Standard | Self::UrlSafe, byte) => {
                TABLE.get(usize::from(byte)).copied().filter(|&value| value != OTHER)
            }
        }
    }
}

/// Base64 decoder that receives its input in chunks.
pub(super) struct Decoder {
    alphabet: Alphabet,
    out: Vec<u8>,
    bits: u32,
    count: u8,
}

impl Decoder {
    pub(super) fn new(alphabet: Alphabet) -> Self {
        Self { alphabet, out: Vec::new(), bits: 0, count: 0 }
    }

    /// Decodes a chunk of base64. Bytes outside the alphabet are ignored, and padding ends the current group of four
    /// characters.
    pub(super) fn push(&mut self, text: &[u8]) {
        if self.out.is_empty() {
            self.out.reserve_exact(text.len() / 4 * 3);
        }
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            let groups = if self.count == 0 { self.push_groups(rest) } else { 0 };
            if groups > 0 {
                rest = rest.get(groups * 4..).unwrap_or_default();
                continue;
            }
            if let Some(value) = self.alphabet.value(byte) {
                self.bits = self.bits << 6 | u32::from(value);
                self.count += 1;
                if self.count == 4 {
                    self.end_group();
                }
            } else if byte == b'=' {
                self.end_group();
            }
            rest = after;
        }
    }

    /// Decodes the complete groups of four characters at the start of `text`, up to the first byte outside the
    /// alphabet. Returns the number of groups.
    fn push_groups(&mut self, text: &[u8]) -> usize {
        let mut groups = 0;
        for group in text.chunks_exact(4) {
            let mut bits = 0_u32;
            for &byte in group {
                match TABLE.get(usize::from(byte)).copied() {
                    Some(value) if value != OTHER => bits = bits << 6 | u32::from(value),
                    Some(_) | None => return groups,
                }
            }
            let [_, a, b, c] = bits.to_be_bytes();
            self.out.extend_from_slice(&[a, b, c]);
            groups += 1;
        }
        groups
    }

    /// Outputs the bytes of the current group, even if the group has fewer than four characters.
    fn end_group(&mut self) {
        let count = usize::from(self.count);
        if count >= 2 {
            let [_, a, b, c] = (self.bits << (6 * (4 - count))).to_be_bytes();
            self.out.extend_from_slice([a, b, c].get(..count - 1).unwrap_or_default());
        }
        (self.bits, self.count) = (0, 0);
    }

    /// Ends the current base64 string, and returns the decoded bytes.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.end_group();
        std::mem::take(&mut self.out)
    }
}

const OTHER: u8 = 0xff;

/// The value of each byte as a character of the standard alphabet; [`OTHER`] for bytes outside the alphabet.
const TABLE: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte: u8 = 0;
    let mut entries: &mut [u8] = &mut table;
    while let Some((entry, rest)) = entries.split_first_mut() {
        *entry = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => OTHER,
        };
        byte = byte.wrapping_add(1);
        entries = rest;
    }
    table
};
