//! Rules out positions in a string at which no keyword of a list can start.

/// Bloom filter over the first bytes of keywords, small enough for the CPU cache. It rules out nearly all positions in
/// a string and thus avoids most of the slower lookups.
#[derive(Clone)]
pub(super) struct PrefixFilter {
    /// Bits for one-byte and two-byte keywords. The index of a bit is a pair of bytes. The bit is set if a string that
    /// begins with this pair may begin with such a keyword.
    short: FilterBits,
    /// Bits for three-byte keywords. A bit is set if its index is the hash of such a keyword.
    three: FilterBits,
    /// Bits for keywords of at least four bytes. A bit is set if its index is the hash of the first four bytes of such
    /// a keyword.
    long: FilterBits,
    /// Bits for four-byte and five-byte keywords. A bit is set if its index is the hash of the first four bytes of such
    /// a keyword.
    four: FilterBits,
    /// Bits for keywords of at least six bytes. A bit is set if its index is the hash of the first six bytes of such a
    /// keyword.
    six: FilterBits,
}

type FilterBits = Box<[u64; 1 << 10]>;

impl Default for PrefixFilter {
    fn default() -> Self {
        let none = || Box::new([0; 1 << 10]);
        Self { short: none(), three: none(), long: none(), four: none(), six: none() }
    }
}

impl PrefixFilter {
    /// Adds a keyword with a length of `len` bytes to the filter. `ahead` contains the first eight bytes of the
    /// keyword; a shorter keyword is padded with zeros.
    pub(super) fn insert(&mut self, ahead: u64, len: usize) {
        match len {
            // Any byte may follow a keyword of one byte.
            0 | 1 => (0..=u8::MAX).for_each(|second| set(&mut self.short, pair(ahead) | u16::from(second))),
            2 => set(&mut self.short, pair(ahead)),
            3 => set(&mut self.three, hash(ahead, 3)),
            4 | 5 => {
                set(&mut self.long, hash(ahead, 4));
                set(&mut self.four, hash(ahead, 4));
            }
            _ => {
                set(&mut self.long, hash(ahead, 4));
                set(&mut self.six, hash(ahead, 6));
            }
        }
    }

    /// Returns a filter for the keywords in `self` or `other`: the union of both filters.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        let pairs = [
            (&mut both.short, &other.short),
            (&mut both.three, &other.three),
            (&mut both.long, &other.long),
            (&mut both.four, &other.four),
            (&mut both.six, &other.six),
        ];
        for (bits, other) in pairs {
            bits.iter_mut().zip(other.iter()).for_each(|(bits, other)| *bits |= other);
        }
        both
    }

    /// Returns whether a string whose first eight bytes are `ahead` may begin with a keyword. This test is fast, but
    /// rules out fewer strings than the tests for specific keyword lengths.
    #[inline]
    pub(super) fn may_begin(&self, ahead: u64) -> bool {
        has(&self.long, hash(ahead, 4)) || self.may_have_three(ahead) || self.may_have_short(ahead)
    }

    /// Returns whether a string whose first eight bytes are `ahead` may begin with a keyword of four or more bytes.
    pub(super) fn may_have_long(&self, ahead: u64) -> bool {
        has(&self.six, hash(ahead, 6)) || has(&self.four, hash(ahead, 4))
    }

    /// Returns whether a string whose first eight bytes are `ahead` may begin with a keyword of three bytes.
    #[inline]
    pub(super) fn may_have_three(&self, ahead: u64) -> bool {
        has(&self.three, hash(ahead, 3))
    }

    /// Returns whether a string whose first eight bytes are `ahead` may begin with a keyword of one or two bytes.
    #[inline]
    pub(super) fn may_have_short(&self, ahead: u64) -> bool {
        has(&self.short, pair(ahead))
    }
}

/// Returns the eight bytes at offset `at` as a big-endian number; zeros replace the bytes beyond the end of `bytes`.
#[inline]
pub(super) fn ahead(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(ahead) = rest.first_chunk() {
        return u64::from_be_bytes(*ahead);
    }
    let mut ahead = [0; 8];
    ahead.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(ahead)
}

/// Returns the first two bytes of `ahead`.
#[inline]
fn pair(ahead: u64) -> u16 {
    let [first, second, ..] = ahead.to_be_bytes();
    u16::from_be_bytes([first, second])
}

/// Hashes the first `count` bytes of `ahead` to a 16-bit value (Fibonacci hashing).
#[inline]
fn hash(ahead: u64, count: u32) -> u16 {
    pair((ahead >> (64 - 8 * count)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn set(bits: &mut FilterBits, key: u16) {
    if let Some(bits) = bits.get_mut(usize::from(key >> 6)) {
        *bits |= 1 << (key & 63);
    }
}

#[inline]
fn has(bits: &FilterBits, key: u16) -> bool {
    bits.get(usize::from(key >> 6)).is_some_and(|bits| bits >> (key & 63) & 1 == 1)
}
