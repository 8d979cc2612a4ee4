//! Reads the keyword lists that the build script has packed. The build script also uses this file, to check the packed
//! lists.
//!
//! A list is sorted and divided into blocks. The keywords of a block have the same first four bytes, the key of the
//! block. A keyword with fewer bytes has a block of its own, and zeros at the end of its key. Each keyword of a block
//! is stored as:
//!
//! - the number of bytes that the keyword shares with the keyword before it; the first keyword shares bytes with the
//!   key,
//! - the number of the bytes that follow, and these bytes,
//! - one byte with two flags and the index of the keyword's kind (its class and topic),
//! - the index of its set of languages, in two bytes.

/// Flag in the byte that contains the index of a keyword's kind (its class and topic): the keyword may also match
/// inside a word.
pub(crate) const OPEN_START: u8 = 0x80;
/// Flag in the byte that contains the index of a keyword's kind (its class and topic): the keyword may also match if
/// more letters follow it in the same word.
pub(crate) const OPEN_END: u8 = 0x40;

/// A keyword in a packed keyword list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PackedKeyword {
    /// Length of the keyword in bytes.
    pub(crate) len: usize,
    /// Index into the table of classes and topics that belongs to the keyword list.
    pub(crate) kind: usize,
    /// Index of the set of languages in which the keyword is used.
    pub(crate) languages: u16,
    pub(crate) open_start: bool,
    pub(crate) open_end: bool,
}

/// Returns the longest keyword in `block` that `text` begins with and that satisfies `fits`; `None` if there is no such
/// keyword. The caller must make sure that `text` begins with the key of the block, not counting zeros at the end of
/// the key.
pub(crate) fn longest(
    block: &[u8],
    text: &[u8],
    fits: impl Fn(&PackedKeyword) -> bool,
) -> Option<PackedKeyword> {
    // Number of bytes that the previous keyword has in common with the text.
    let mut matched = usize::from(*block.first()?);
    let (mut best, mut rest) = (None, block);
    while let Some((shared, own, keyword, after)) = next(rest) {
        rest = after;
        if shared > matched {
            continue;
        }
        let ahead = text.get(shared..).unwrap_or_default();
        let same = own.iter().zip(ahead).take_while(|(a, b)| a == b).count();
        // The keywords are sorted, so all remaining ones come after the text too.
        let is_after = shared < matched || same < own.len() && own.get(same) > ahead.get(same);
        if is_after {
            break;
        }
        matched = shared + same;
        if same == own.len() && fits(&keyword) {
            best = Some(keyword);
        }
    }
    best
}

/// Calls `visit` for each keyword of a block. The first argument of `visit` is the first eight bytes of the keyword as
/// a big-endian number; a shorter keyword is padded with zeros. `key` is the key of the block.
pub(crate) fn visit(key: u32, block: &[u8], mut visit: impl FnMut(u64, PackedKeyword)) {
    let mut first = [0; 8];
    first.iter_mut().zip(key.to_be_bytes()).for_each(|(to, from)| *to = from);
    let mut rest = block;
    while let Some((shared, own, keyword, after)) = next(rest) {
        rest = after;
        let changed = first.get_mut(shared..).unwrap_or_default();
        let mut own = own.iter();
        for byte in changed {
            *byte = own.next().copied().unwrap_or_default();
        }
        visit(u64::from_be_bytes(first), keyword);
    }
}

/// Reads the first keyword in `packed`. Returns the number of bytes that this keyword shares with the keyword before
/// it, its other bytes, its data, and the rest of `packed`. Returns `None` if `packed` does not start with a complete
/// keyword.
pub(crate) fn next(packed: &[u8]) -> Option<(usize, &[u8], PackedKeyword, &[u8])> {
    let ([shared, len], rest) = packed.split_first_chunk()?;
    let (own, rest) = rest.split_at_checked(usize::from(*len))?;
    let ([kind, low, high], rest) = rest.split_first_chunk()?;
    let keyword = PackedKeyword {
        len: usize::from(*shared) + own.len(),
        kind: usize::from(kind & !(OPEN_START | OPEN_END)),
        languages: u16::from_le_bytes([*low, *high]),
        open_start: kind & OPEN_START != 0,
        open_end: kind & OPEN_END != 0,
    };
    Some((usize::from(*shared), own, keyword, rest))
}

/// Unpacks sets of languages into bit masks. A packed set consists of the number of its languages, and one byte for
/// each language: the index of the language in the list of languages.
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
