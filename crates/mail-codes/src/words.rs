//! Loads the keyword lists of `assets/words`, and finds all keywords of a list in one pass over a string.

// This file exceeds 300 lines because the keyword search and its prefix filter are built from the same lists.

mod groups;
mod language;
mod ordinary;
mod packed;
#[cfg(test)]
mod tests;
mod topic;
mod unspaced;

pub(super) use groups::{CodeWord, LinkWord, LinkWords};
pub(super) use language::{Languages, may_be_of};
pub(super) use ordinary::is_ordinary;
pub(super) use topic::Topic;
pub(super) use unspaced::is_unspaced;

use std::ops::Range;
use std::sync::LazyLock;

/// A keyword that was found in a string: its class, its topic, its languages and its byte range.
#[derive(Clone, Debug)]
pub(super) struct KeywordMatch<C> {
    /// The class of the keyword. Only rules that work without a model use it.
    pub(super) class: C,
    /// The topic of the keyword, which is more specific than the class.
    pub(super) topic: Topic,
    /// The languages in which the keyword is used, as a bit mask. Bit N is the language with index N
    /// in [`LANGUAGES`].
    pub(super) languages: u128,
    pub(super) range: Range<usize>,
}

/// The class of a keyword about codes (list `codes.txt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    Code,
    Maybe,
    Pass,
    Type,
    Act,
    Life,
    Not,
    Promo,
    /// A keyword that announces a discount code or a sign-in code.
    Offer,
    /// A keyword that describes a password or number as usable only once.
    Once,
    /// A keyword for the characters of a code, such as "digits" or "figures".
    Figure,
    /// A keyword of another kind; only its topic is used.
    Other,
}

/// The class of a keyword about links (list `links.txt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LinkKeyword {
    Verify,
    SignIn,
    Reset,
    Invite,
    Download,
    Act,
    Unsubscribe,
    Deny,
    Side,
}

/// A unit of time in which mails state how long a code is valid. The list `spans.txt` contains the names of the units
/// in many languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Span {
    Second,
    Minute,
    Hour,
    Day,
}

/// A keyword list that is prepared for searches. The build script (`compile.rs`) sorts and packs the list, which makes
/// the program smaller and its start faster.
pub(super) struct List<C: 'static> {
    /// The keywords, sorted and without duplicates.
    entries: Vec<Entry<C>>,
    /// For each keyword, its first four bytes as a big-endian number; shorter keywords are padded with zeros.
    keys: Vec<u32>,
    /// For each pair of bytes, the index of the first keyword that starts with this pair or with a higher
    /// pair.
    starts: Vec<u16>,
    /// The keywords with fewer than four bytes: the bytes of each as a big-endian number, padded with zeros, and
    /// its index in `entries`.
    short: Vec<(u32, usize)>,
    /// Prefix filter for the keywords that may match inside a word as well as at its start.
    inside: PrefixFilter,
    /// Prefix filter for all keywords of the list.
    any: PrefixFilter,
}

struct Entry<C> {
    word: &'static str,
    class: C,
    topic: Topic,
    /// Index into [`LANGUAGE_SETS`] of the languages in which the keyword is used.
    languages: u16,
    open_start: bool,
    open_end: bool,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Sets of languages as bit masks. Each keyword stores the index of its set.
static LANGUAGE_SETS: LazyLock<Vec<u128>> = LazyLock::new(|| packed::unpack_sets(SETS_PACKED));

static CODES: LazyLock<List<Word>> = LazyLock::new(|| List::new(CODES_PACKED, CODES_KINDS));
static LINKS: LazyLock<List<LinkKeyword>> = LazyLock::new(|| List::new(LINKS_PACKED, LINKS_KINDS));
static SPANS: LazyLock<List<Span>> = LazyLock::new(|| List::new(SPANS_PACKED, SPANS_KINDS));

/// Finds the names of time units in a lowercase string, in order.
pub(super) fn spans(lower: &str) -> Vec<KeywordMatch<Span>> {
    SPANS.find(lower)
}

/// Finds the keywords about codes in a lowercase string, in order. If several start at the same position, the longest
/// is returned.
pub(super) fn about_codes(lower: &str) -> Vec<KeywordMatch<Word>> {
    CODES.find(lower)
}

/// Finds the keywords about links in a lowercase string, in order. If several start at the same position, the longest
/// is returned.
pub(super) fn about_links(lower: &str) -> Vec<KeywordMatch<LinkKeyword>> {
    LINKS.find(lower)
}

impl<C: Copy> List<C> {
    /// Prepares a packed list. `kinds` are the classes and topics to which its keywords refer.
    fn new(packed: &[u8], kinds: &[(C, Topic)]) -> Self {
        let (text, keywords) = packed::unpack(packed);
        // Each list is prepared once and used until the program ends.
        let text: &'static str = text.leak();
        let entry = |keyword: packed::PackedKeyword| {
            let (class, topic) = *kinds.get(keyword.kind)?;
            let word = text.get(keyword.range)?;
            let (open_start, open_end) = (keyword.open_start, keyword.open_end);
            Some(Entry { word, class, topic, languages: keyword.languages, open_start, open_end })
        };
        Self::of(keywords.into_iter().filter_map(entry).collect())
    }

    fn of(entries: Vec<Entry<C>>) -> Self {
        let (mut inside, mut any) = (PrefixFilter::default(), PrefixFilter::default());
        let key = |entry: &Entry<C>| u32::from_be_bytes(ahead(entry.word.as_bytes(), 0));
        let keys: Vec<u32> = entries.iter().map(key).collect();
        let mut starts = Vec::with_capacity(PAIRS + 1);
        for (index, key) in (0..).zip(&keys) {
            let pair = usize::try_from(key >> 16).unwrap_or_default();
            starts.resize(starts.len().max(pair + 1), index);
        }
        starts.resize(PAIRS + 1, u16::try_from(keys.len()).unwrap_or(u16::MAX));
        let short = entries.iter().enumerate().filter(|(_, entry)| entry.word.len() < 4);
        let short = short.map(|(index, entry)| (key(entry), index)).collect();
        for entry in &entries {
            any.insert(entry.word);
            if entry.open_start {
                inside.insert(entry.word);
            }
        }
        Self { entries, keys, starts, short, inside, any }
    }

    fn find(&self, lower: &str) -> Vec<KeywordMatch<C>> {
        let (mut found, mut end) = (Vec::new(), 0);
        let bytes = lower.as_bytes();
        let mut previous = b' ';
        for (at, byte) in bytes.iter().enumerate() {
            // Most positions are inside words, where only a few keywords may start.
            let last = std::mem::replace(&mut previous, *byte);
            let beginnings = if last.is_ascii_alphanumeric() { &self.inside } else { &self.any };
            if !beginnings.may_begin(*byte, bytes.get(at + 1).copied().unwrap_or_default()) {
                continue;
            }
            let ahead = ahead(bytes, at);
            if !beginnings.may_have(ahead) {
                continue;
            }
            let Some((before, rest)) = lower.split_at_checked(at) else { continue };
            let inside = last.is_ascii_alphanumeric() || !last.is_ascii() && before.ends_with(is_word);
            if inside && !self.inside.may_have(ahead) {
                continue;
            }
            if let Some(entry) = self.longest(rest, ahead, inside)
                && at + entry.word.len() > end
            {
                end = at + entry.word.len();
                let languages = LANGUAGE_SETS.get(usize::from(entry.languages)).copied().unwrap_or_default();
                found.push(KeywordMatch {
                    class: entry.class,
                    topic: entry.topic,
                    languages,
                    range: at..end,
                });
            }
        }
        found
    }

    /// Returns the longest keyword that is a prefix of `text`; `None` if there is no such keyword. The word
    /// boundaries that a keyword requires must be present. `ahead` contains the first four bytes of `text`,
    /// and `inside` indicates whether `text` starts in the middle of a word.
    fn longest(&self, text: &str, ahead: [u8; 4], inside: bool) -> Option<&Entry<C>> {
        let key = u32::from_be_bytes(ahead);
        let pair = usize::try_from(key >> 16).unwrap_or_default();
        let start = |pair: usize| self.starts.get(pair).map(|start| usize::from(*start));
        let (first, end) = (start(pair)?, start(pair + 1)?);
        let keys = self.keys.get(first..end)?;
        let from = first + keys.partition_point(|&known| known < key);
        let same = self.keys.get(from..)?.iter().take_while(|&&known| known == key).count();
        Self::longest_of(self.entries.get(from..from + same)?, text, inside).or_else(|| {
            let [first, second, third, _] = ahead;
            let of_three = has(&self.any.three, hash([first, second, third, 0]));
            let of_two = has(&self.any.short, u16::from_le_bytes([first, second]));
            let starts = [(of_three, 0xffff_ff00), (of_two, 0xffff_0000), (of_two, 0xff00_0000)];
            starts.iter().filter(|(may_have, _)| *may_have).find_map(|(_, bytes)| {
                let start = key & bytes;
                let at = self.short.binary_search_by_key(&start, |(key, _)| *key).ok()?;
                let (_, index) = self.short.get(at)?;
                self.entries.get(*index).filter(|entry| entry.begins(text, inside))
            })
        })
    }

    /// Returns the longest keyword in `entries` that is a prefix of `text`; `None` if there is no such keyword. The
    /// keywords in `entries` are sorted and have the same first four bytes. `inside` indicates whether `text` starts
    /// in the middle of a word.
    fn longest_of<'a>(mut entries: &'a [Entry<C>], text: &str, inside: bool) -> Option<&'a Entry<C>> {
        // A keyword that is a prefix of the text is sorted before the text, and the longest such keyword
        // comes last. Going backwards, the entries between them share ever shorter prefixes with the text.
        let mut shared = text;
        loop {
            let (before, _) = entries.split_at(entries.partition_point(|entry| entry.word <= shared));
            let (last, rest) = before.split_last()?;
            if last.begins(text, inside) {
                return Some(last);
            }
            shared = in_common(text, last.word);
            if shared.is_empty() {
                return None;
            }
            entries = rest;
        }
    }
}

impl<C> Entry<C> {
    /// Returns whether `text` starts with this keyword, and has the word boundaries that the keyword
    /// requires. `inside` indicates whether `text` starts in the middle of a word.
    fn begins(&self, text: &str, inside: bool) -> bool {
        text.strip_prefix(self.word).is_some_and(|after| {
            (self.open_start || !inside) && (self.open_end || !after.starts_with(is_word))
        })
    }
}

/// Returns the longest common prefix of two strings; it never ends inside a character.
fn in_common<'a>(text: &'a str, other: &str) -> &'a str {
    let mut end = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Returns the four bytes at the offset `at`; zeros replace the bytes beyond the end of `bytes`.
fn ahead(bytes: &[u8], at: usize) -> [u8; 4] {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(ahead) = rest.first_chunk() {
        return *ahead;
    }
    let mut ahead = [0; 4];
    ahead.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    ahead
}

/// Number of possible pairs of bytes.
const PAIRS: usize = 1 << 16;

/// Bloom filter over the first four bytes of keywords, small enough for the CPU cache. It rules out nearly
/// all positions in a string, which avoids the slower lookups.
struct PrefixFilter {
    /// For each pair of bytes, whether a keyword may start with it.
    pairs: Bits,
    /// Bits for keywords with one or two bytes, indexed by a pair of bytes.
    short: Bits,
    /// Bits for keywords with three bytes, indexed by a hash of these bytes.
    three: Bits,
    /// Bits for keywords with four or more bytes, indexed by a hash of the first four bytes.
    long: Bits,
}

type Bits = Box<[u64; 1 << 10]>;

impl Default for PrefixFilter {
    fn default() -> Self {
        let none = || Box::new([0; 1 << 10]);
        Self { pairs: none(), short: none(), three: none(), long: none() }
    }
}

impl PrefixFilter {
    fn insert(&mut self, word: &str) {
        let every = 0..=u8::MAX;
        if let [first, second, ..] = *word.as_bytes() {
            set(&mut self.pairs, u16::from_le_bytes([first, second]));
        }
        match *word.as_bytes() {
            [first, second, third, fourth, ..] => set(&mut self.long, hash([first, second, third, fourth])),
            [first, second, third] => set(&mut self.three, hash([first, second, third, 0])),
            [first, second] => set(&mut self.short, u16::from_le_bytes([first, second])),
            // Any byte may follow a keyword of one byte.
            [first] => every.for_each(|second| {
                set(&mut self.pairs, u16::from_le_bytes([first, second]));
                set(&mut self.short, u16::from_le_bytes([first, second]));
            }),
            [] => {}
        }
    }

    /// Returns whether any keyword may start with these two bytes.
    fn may_begin(&self, first: u8, second: u8) -> bool {
        has(&self.pairs, u16::from_le_bytes([first, second]))
    }

    fn may_have(&self, ahead: [u8; 4]) -> bool {
        let [first, second, third, _] = ahead;
        has(&self.long, hash(ahead))
            || has(&self.short, u16::from_le_bytes([first, second]))
            || has(&self.three, hash([first, second, third, 0]))
    }
}

/// Hashes four bytes to a 16-bit value (Fibonacci hashing).
fn hash(bytes: [u8; 4]) -> u16 {
    let [.., third, fourth] = u32::from_le_bytes(bytes).wrapping_mul(0x9e37_79b1).to_le_bytes();
    u16::from_le_bytes([third, fourth])
}

fn set(bits: &mut Bits, key: u16) {
    if let Some(bits) = bits.get_mut(usize::from(key >> 6)) {
        *bits |= 1 << (key & 63);
    }
}

fn has(bits: &Bits, key: u16) -> bool {
    bits.get(usize::from(key >> 6)).is_some_and(|bits| bits >> (key & 63) & 1 == 1)
}

/// Returns whether a character is part of a word. A keyword that requires a word boundary does not match next
/// to such a character.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}
