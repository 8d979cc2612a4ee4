//! Reproducible pseudo-random numbers for fault injection and captcha images. They must not be used for secrets.

/// Mixes bits with the finaliser of `SplitMix64` (Steele, Lea, Flood 2014), so that each input bit affects each output
/// bit.
pub(super) fn splitmix64(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Converts bits to a pseudo-random number from 0 (inclusive) to 1 (exclusive).
#[expect(
    clippy::cast_precision_loss,
    reason = "both numbers are at most 2^53, which a double represents exactly"
)]
pub(super) fn unit_f64(bits: u64) -> f64 {
    (splitmix64(bits) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A pseudo-random number generator whose sequence depends only on its seed.
#[derive(Debug)]
pub(super) struct SeededRng(u64);

impl SeededRng {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next pseudo-random number from `low` (inclusive) to `high` (exclusive).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = splitmix64(self.0);
        low + unit_f64(self.0) * (high - low)
    }
}
