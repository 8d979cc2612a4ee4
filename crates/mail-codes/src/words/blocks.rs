//! Divides a sorted keyword list into blocks, and packs the blocks into a compact format. Only the build script uses
//! this file.

use super::packed::{OPEN_END, OPEN_START, longest, unpack_sets, visit};
use super::{ClassRow, Keyword};
use std::error::Error;

/// A packed keyword list, divided into blocks. A block contains the keywords that share the same first four bytes.
#[derive(Default)]
pub(super) struct PackedBlocks {
    /// The key of each block, in ascending order. A key is the first four bytes of the block's keywords.
    pub(super) keys: Vec<u32>,
    /// The offset in `bytes` at which each block starts, followed by the offset at which the last block ends.
    pub(super) starts: Vec<u32>,
    pub(super) bytes: Vec<u8>,
}

impl PackedBlocks {
    /// Returns the bytes of the block at index `at`; `None` if there is no such block.
    fn block(&self, at: usize) -> Option<&[u8]> {
        let offset = |at: usize| usize::try_from(*self.starts.get(at)?).ok();
        self.bytes.get(offset(at)?..offset(at + 1)?)
    }
}

/// Packs a keyword list into the format that `packed.rs` documents. Adds new sets of languages to `sets`.
pub(super) fn packed_list(
    keywords: &[Keyword<'_>],
    classes: &[ClassRow],
    sets: &mut Vec<u128>,
) -> Result<PackedBlocks, Box<dyn Error>> {
    let (mut blocks, mut before) = (PackedBlocks::default(), "");
    for Keyword { word, class, topic, languages, open_start, open_end } in keywords {
        let set = sets.iter().position(|set| set == languages).unwrap_or(sets.len());
        if set == sets.len() {
            sets.push(*languages);
        }
        let key = key(word.as_bytes());
        if blocks.keys.last() != Some(&key) {
            blocks.keys.push(key);
            blocks.starts.push(u32::try_from(blocks.bytes.len())?);
            before = word.get(..word.floor_char_boundary(4)).unwrap_or_default();
        }
        let shared = before.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count().min(255);
        let own = word.as_bytes().get(shared..).unwrap_or_default();
        let kind = classes.iter().position(|(_, of_class, of_topic)| of_class == class && of_topic == topic);
        let mut kind = u8::try_from(kind.ok_or("a class is in no list")?)?;
        if kind & (OPEN_START | OPEN_END) != 0 {
            return Err("more than 64 classes".into());
        }
        kind |= if *open_start { OPEN_START } else { 0 } | if *open_end { OPEN_END } else { 0 };
        blocks.bytes.extend([u8::try_from(shared)?, u8::try_from(own.len())?]);
        blocks.bytes.extend(own);
        blocks.bytes.push(kind);
        blocks.bytes.extend(u16::try_from(set)?.to_le_bytes());
        before = word;
    }
    blocks.starts.push(u32::try_from(blocks.bytes.len())?);
    if keywords.iter().all(|keyword| holds(&blocks, keyword, sets)) && count(&blocks) == keywords.len() {
        Ok(blocks)
    } else {
        Err("a packed list differs from its source".into())
    }
}

/// Returns the number of keywords in a packed keyword list.
fn count(blocks: &PackedBlocks) -> usize {
    let mut count = 0;
    for at in 0..blocks.keys.len() {
        let key = blocks.keys.get(at).copied().unwrap_or_default();
        visit(key, blocks.block(at).unwrap_or_default(), |_, _| count += 1);
    }
    count
}

/// Returns the key of a keyword: its first four bytes as a big-endian number. A shorter keyword is padded with zeros.
fn key(keyword: &[u8]) -> u32 {
    let mut key = [0; 4];
    key.iter_mut().zip(keyword).for_each(|(to, from)| *to = *from);
    u32::from_be_bytes(key)
}

/// Formats numbers as the elements of a Rust array, with `_` as the thousands separator.
pub(super) fn elements(numbers: &[u32]) -> String {
    let mut text = String::new();
    for number in numbers {
        let digits = number.to_string();
        for (at, digit) in digits.chars().enumerate() {
            text.push_str(if at > 0 && (digits.len() - at) % 3 == 0 { "_" } else { "" });
            text.push(digit);
        }
        text.push_str(", ");
    }
    text
}

/// Returns whether a packed keyword list contains `keyword` with the same languages and flags.
fn holds(blocks: &PackedBlocks, keyword: &Keyword<'_>, sets: &[u128]) -> bool {
    let text = keyword.word.as_bytes();
    let key = key(text);
    let block = blocks.keys.binary_search(&key).ok().and_then(|at| blocks.block(at));
    let found = block.and_then(|block| longest(block, text, |_| true));
    found.is_some_and(|found| {
        found.len == text.len()
            && sets.get(usize::from(found.languages)) == Some(&keyword.languages)
            && (found.open_start, found.open_end) == (keyword.open_start, keyword.open_end)
    })
}

/// Packs sets of languages into the format that `packed.rs` documents.
pub(super) fn packed_sets(sets: &[u128]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    for set in sets {
        let languages = (0..128_u8).filter(|bit| set >> bit & 1 == 1);
        bytes.push(u8::try_from(languages.clone().count())?);
        bytes.extend(languages);
    }
    if unpack_sets(&bytes) == sets { Ok(bytes) } else { Err("the packed sets of languages differ".into()) }
}
