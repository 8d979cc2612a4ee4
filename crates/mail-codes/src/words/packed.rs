//! Reads a keyword list that the build script has packed. The build script uses this file too, to check what it packs.
//!
//! A list is sorted, so that many keywords start like the keyword before them. Each keyword is stored as:
//!
//! - the number of bytes that the keyword shares with the keyword before it,
//! - the number of the bytes that follow, and these bytes,
//! - one byte with the index of its kind and two flags,
//! - the index of its set of languages, in two bytes.

use std::ops::Range;

/// Flag in the byte with the index of a keyword's kind: the keyword may also match inside a word.
pub(crate) const OPEN_START: u8 = 0x80;
/// Flag in the byte with the index of a keyword's kind: further letters of a word may follow the keyword.
pub(crate) const OPEN_END: u8 = 0x40;

/// A keyword of a packed list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PackedKeyword {
    /// The byte range of the keyword in the text that contains all keywords.
    pub(crate) range: Range<usize>,
    /// Index of the class and the topic of the keyword in the table of its list.
    pub(crate) kind: usize,
    /// Index of the set of languages in which the keyword is used.
    pub(crate) languages: u16,
    pub(crate) open_start: bool,
    pub(crate) open_end: bool,
}

/// Returns the text that contains all keywords of a packed list, and the keywords in the order of the list.
pub(crate) fn unpack(packed: &[u8]) -> (String, Vec<PackedKeyword>) {
    let (mut text, mut keywords) = (Vec::new(), Vec::new());
    let (mut rest, mut before) = (packed, 0..0);
    while let Some((keyword, after)) = next(rest, &mut text, &before) {
        (rest, before) = (after, keyword.range.clone());
        keywords.push(keyword);
    }
    (String::from_utf8(text).unwrap_or_default(), keywords)
}

/// Reads one keyword and appends it to `text`. `before` is the range of the keyword before it.
fn next<'a>(
    packed: &'a [u8],
    text: &mut Vec<u8>,
    before: &Range<usize>,
) -> Option<(PackedKeyword, &'a [u8])> {
    let ([shared, len], rest) = packed.split_first_chunk()?;
    let (own, rest) = rest.split_at_checked(usize::from(*len))?;
    let ([kind, low, high], rest) = rest.split_first_chunk()?;
    let start = text.len();
    let shared = usize::from(*shared).min(before.len());
    text.extend_from_within(before.start..before.start + shared);
    text.extend_from_slice(own);
    let keyword = PackedKeyword {
        range: start..text.len(),
        kind: usize::from(kind & !(OPEN_START | OPEN_END)),
        languages: u16::from_le_bytes([*low, *high]),
        open_start: kind & OPEN_START != 0,
        open_end: kind & OPEN_END != 0,
    };
    Some((keyword, rest))
}

/// Returns the packed sets of languages as bit masks. A set is stored as the number of its languages, followed by a
/// byte for each: its index in the list of languages.
pub(crate) fn unpack_sets(packed: &[u8]) -> Vec<u128> {
    let (mut sets, mut rest) = (Vec::new(), packed);
    while let Some((languages, after)) =
        rest.split_first().and_then(|(count, rest)| rest.split_at_checked(usize::from(*count)))
    {
        let bit = |language: &u8| 1_u128.checked_shl(u32::from(*language)).unwrap_or_default();
        sets.push(languages.iter().map(bit).fold(0, |set, bit| set | bit));
        rest = after;
    }
    sets
}
