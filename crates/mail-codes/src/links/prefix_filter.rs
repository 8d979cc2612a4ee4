//! Finds the keywords that a URL path may contain. The search is fast because it compares only the first three bytes of
//! each keyword.

/// A filter for up to 128 keywords. For each of the first three byte positions and each byte value, a bit mask marks
/// the keywords that have this value in that position.
pub(super) struct PathPrefixFilter {
    first: [u128; 256],
    second: [u128; 256],
    third: [u128; 256],
}

impl PathPrefixFilter {
    /// Creates the filter for a list of keywords; the keyword with index N gets bit N.
    pub(super) fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let mut all = Self { first: [0; 256], second: [0; 256], third: [0; 256] };
        for (index, word) in words.enumerate() {
            let mut bytes = word.bytes().map(usize::from);
            for (table, byte) in [&mut all.first, &mut all.second, &mut all.third].into_iter().zip(&mut bytes)
            {
                if let Some(bits) = table.get_mut(byte) {
                    *bits |= 1 << index;
                }
            }
        }
        all
    }

    /// Returns a bit mask of the keywords that a path may contain, ignoring ASCII case. Bit N stands for the keyword
    /// with index N.
    pub(super) fn possible_words(&self, path: &str) -> u128 {
        let bits = |table: &[u128; 256], byte: u8| {
            table.get(usize::from(byte.to_ascii_lowercase())).copied().unwrap_or_default()
        };
        path.as_bytes().windows(3).fold(0, |found, three| match three {
            [one, next, last] => {
                found | bits(&self.first, *one) & bits(&self.second, *next) & bits(&self.third, *last)
            }
            _ => found,
        })
    }
}
