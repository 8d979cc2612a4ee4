//! Prefix filter that quickly finds which words of a list a URL path can contain, by their first two letters.

/// A prefix filter over the first two letters of up to 128 words.
pub(super) struct Beginnings {
    first: [u128; 256],
    second: [u128; 256],
}

impl Beginnings {
    /// Creates the filter for a list of words. Each word gets one bit, in order.
    pub(super) fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut all = Self { first: [0; 256], second: [0; 256] };
        for (index, word) in words.enumerate() {
            let mut bytes = word.bytes().map(usize::from);
            for (table, byte) in [&mut all.first, &mut all.second].into_iter().zip(&mut bytes) {
                if let Some(bits) = table.get_mut(byte) {
                    *bits |= 1 << index;
                }
            }
        }
        all
    }

    /// Returns a bit mask of the words that may occur in a path, regardless of ASCII case; bit N is the Nth word of
    /// the list.
    pub(super) fn told_in(&self, path: &str) -> u128 {
        let bits = |table: &[u128; 256], byte: u8| {
            table.get(usize::from(byte.to_ascii_lowercase())).copied().unwrap_or_default()
        };
        path.bytes()
            .zip(path.bytes().skip(1))
            .fold(0, |told, (one, next)| told | bits(&self.first, one) & bits(&self.second, next))
    }
}
