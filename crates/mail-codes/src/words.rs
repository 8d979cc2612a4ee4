//! Finds all keywords of a list in one pass over a string. `assets/words` contains the lists.

mod groups;
mod language;
mod ordinary;
mod packed;
mod prefix_filter;
#[cfg(test)]
mod tests;
mod topic;
mod unspaced;
mod validity;

pub(super) use groups::{CodeWord, LinkWord, LinkWords};
pub(super) use language::{Languages, may_be_of};
pub(super) use ordinary::is_ordinary;
pub(super) use topic::Topic;
pub(super) use unspaced::is_unspaced;
pub(super) use validity::ValidityKeyword;

use packed::PackedKeyword;
use prefix_filter::{PrefixFilter, ahead};
use std::ops::Range;
use std::sync::LazyLock;

/// A keyword that was found in a string: its class, its topic, its languages and its byte range.
#[derive(Clone, Debug)]
pub(super) struct KeywordMatch<C> {
    /// The class of the keyword. It is used only by fixed rules, not by the scoring models.
    pub(super) class: C,
    /// The topic of the keyword, which is more specific than the class.
    pub(super) topic: Topic,
    /// The languages in which the keyword is used, as a bit mask. Bit N stands for the language with index N in
    /// [`LANGUAGES`].
    pub(super) languages: u128,
    pub(super) range: Range<usize>,
}

impl<C> KeywordMatch<C> {
    /// Returns whether the keyword labels a number, such as "code" or "order number".
    pub(super) fn names_a_number(&self) -> bool {
        self.topic.code_word().rank().is_some()
    }
}

/// The class of a code-related keyword. These keywords are listed in `codes.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CodeKeyword {
    Code,
    Maybe,
    Pass,
    Type,
    Act,
    Life,
    Not,
    Promo,
    /// A keyword, such as "with code", that can announce either a discount code or a sign-in code.
    Offer,
    /// A keyword that describes a password or number as usable only once.
    Once,
    /// A keyword for the characters of a code, such as "digits" or "figures".
    Figure,
    /// A keyword of another kind; only its topic is used.
    Other,
}

/// The class of a link-related keyword. These keywords are listed in `links.txt`.
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

/// A unit of time. `spans.txt` lists the unit names from which features of the scoring models are computed.
/// `validity.txt` lists the unit names in statements about how long a code is valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TimeUnit {
    Second,
    Minute,
    Hour,
    Day,
}

/// A packed keyword list, divided into blocks. The build script (`compile.rs`) sorts and packs the lists; `packed.rs`
/// documents the format of a block.
struct KeywordBlocks<C: 'static> {
    /// The key of each block, in ascending order. A key is the first four bytes of the block's keywords as a big-endian
    /// number.
    keys: &'static [u32],
    /// The offset in `bytes` at which each block starts, followed by the offset at which the last block ends.
    starts: &'static [u32],
    bytes: &'static [u8],
    /// The classes and topics of the keywords. Each packed keyword contains an index into this table.
    kinds: &'static [(C, Topic)],
}

/// A keyword list that is prepared for searches.
struct KeywordList<C: 'static> {
    blocks: &'static KeywordBlocks<C>,
    /// For each byte, the index of the first block whose keywords start with this byte or a higher one.
    firsts: [usize; 257],
    starts: Starts,
}

/// The filters that find the positions in a string at which a keyword may start.
#[derive(Default)]
struct Starts {
    /// Prefix filter for the keywords that may match inside a word as well as at its start.
    inside: PrefixFilter,
    /// Prefix filter for all keywords.
    any: PrefixFilter,
}

/// A position in a string at which a keyword may start.
struct KeywordStart<'a> {
    at: usize,
    /// The part of the string that starts at this position.
    rest: &'a str,
    /// The first eight bytes of `rest` as a big-endian number; a shorter string is padded with zeros.
    ahead: u64,
    /// Whether the position is in the middle of a word.
    inside: bool,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Sets of languages as bit masks. Each keyword stores the index of its set.
static LANGUAGE_SETS: LazyLock<Vec<u128>> = LazyLock::new(|| packed::unpack_sets(SETS_PACKED));

static CODES: LazyLock<KeywordList<CodeKeyword>> = LazyLock::new(|| KeywordList::new(&CODES_BLOCKS));
static LINKS: LazyLock<KeywordList<LinkKeyword>> = LazyLock::new(|| KeywordList::new(&LINKS_BLOCKS));
static SPANS: LazyLock<KeywordList<TimeUnit>> = LazyLock::new(|| KeywordList::new(&SPANS_BLOCKS));
static VALIDITY: LazyLock<KeywordList<ValidityKeyword>> =
    LazyLock::new(|| KeywordList::new(&VALIDITY_BLOCKS));

/// Finds the names of time units in a lowercase string, in order.
pub(super) fn spans(lower: &str) -> Vec<KeywordMatch<TimeUnit>> {
    SPANS.find(lower)
}

/// Finds the keywords of statements about how long a code is valid in a lowercase string, in order.
pub(super) fn about_validity(lower: &str) -> Vec<KeywordMatch<ValidityKeyword>> {
    VALIDITY.find(lower)
}

/// Finds the code-related keywords in a lowercase string, in order. If several keywords start at the same position,
/// only the longest is returned.
pub(super) fn about_codes(lower: &str) -> Vec<KeywordMatch<CodeKeyword>> {
    CODES.find(lower)
}

/// Finds the link-related keywords in a lowercase string, in order. If several keywords start at the same position,
/// only the longest is returned.
pub(super) fn about_links(lower: &str) -> Vec<KeywordMatch<LinkKeyword>> {
    LINKS.find(lower)
}

/// Finds the code-related and the link-related keywords in a lowercase string, like [`about_codes`] and
/// [`about_links`], but in one pass.
pub(super) fn about_codes_and_links(
    lower: &str,
) -> (Vec<KeywordMatch<CodeKeyword>>, Vec<KeywordMatch<LinkKeyword>>) {
    static STARTS: LazyLock<Starts> = LazyLock::new(|| CODES.starts.with(&LINKS.starts));
    let (mut codes, mut links) = (Vec::new(), Vec::new());
    visit_starts(lower, &STARTS, |start| {
        CODES.add(start, &mut codes);
        LINKS.add(start, &mut links);
    });
    (codes, links)
}

/// Calls `visit` for the positions in a lowercase string at which a keyword may start, in order.
fn visit_starts<'a>(lower: &'a str, starts: &Starts, mut visit: impl FnMut(&KeywordStart<'a>)) {
    let bytes = lower.as_bytes();
    // Whether the byte before the position is a letter or digit.
    let mut is_inside = false;
    for (at, byte) in bytes.iter().enumerate() {
        let was_inside = std::mem::replace(&mut is_inside, byte.is_ascii_alphanumeric());
        let ahead = ahead(bytes, at);
        // Most positions are inside words, where only a few keywords may start.
        let filter = if was_inside { &starts.inside } else { &starts.any };
        if !filter.may_begin(ahead) {
            continue;
        }
        let Some((before, rest)) = lower.split_at_checked(at) else { continue };
        let inside = was_inside || !before.ends_with(|c: char| c.is_ascii()) && before.ends_with(is_word);
        if !inside || starts.inside.may_begin(ahead) {
            visit(&KeywordStart { at, rest, ahead, inside });
        }
    }
}

impl Starts {
    /// Returns filters for the keywords in either of two lists: the union of `self` and `other`.
    fn with(&self, other: &Self) -> Self {
        Self { inside: self.inside.with(&other.inside), any: self.any.with(&other.any) }
    }
}

impl<C: Copy> KeywordList<C> {
    /// Prepares the filters for a packed keyword list.
    fn new(blocks: &'static KeywordBlocks<C>) -> Self {
        let Starts { mut inside, mut any } = Starts::default();
        let mut firsts = [0; 257];
        for (at, key) in blocks.keys.iter().enumerate() {
            packed::visit(*key, blocks.block(at).unwrap_or_default(), |ahead, keyword| {
                any.insert(ahead, keyword.len);
                if keyword.open_start {
                    inside.insert(ahead, keyword.len);
                }
            });
            if let Some(first) = firsts.get_mut(usize::from(key.to_be_bytes()[0]) + 1) {
                *first += 1;
            }
        }
        let mut sum = 0;
        for first in &mut firsts {
            sum += *first;
            *first = sum;
        }
        Self { blocks, firsts, starts: Starts { inside, any } }
    }

    fn find(&self, lower: &str) -> Vec<KeywordMatch<C>> {
        let mut found = Vec::new();
        visit_starts(lower, &self.starts, |start| self.add(start, &mut found));
        found
    }

    /// Adds the longest keyword that starts at this position to `found`, unless a keyword found earlier ends at the
    /// same offset or later.
    fn add(&self, start: &KeywordStart<'_>, found: &mut Vec<KeywordMatch<C>>) {
        if let Some(keyword) = self.longest(start)
            && let end = start.at + keyword.len
            && end > found.last().map_or(0, |found| found.range.end)
            && let Some((class, topic)) = self.blocks.kinds.get(keyword.kind).copied()
        {
            let languages = LANGUAGE_SETS.get(usize::from(keyword.languages)).copied().unwrap_or_default();
            found.push(KeywordMatch { class, topic, languages, range: start.at..end });
        }
    }

    /// Returns the longest keyword that starts at this position and whose required word boundaries are present; `None`
    /// if there is no such keyword.
    fn longest(&self, start: &KeywordStart<'_>) -> Option<PackedKeyword> {
        let KeywordStart { rest, ahead, inside, .. } = *start;
        let filter = if inside { &self.starts.inside } else { &self.starts.any };
        let fits = |keyword: &PackedKeyword| {
            let goes_on = || rest.get(keyword.len..).is_some_and(|after| after.starts_with(is_word));
            (keyword.open_start || !inside) && (keyword.open_end || !goes_on())
        };
        let [first, second, third, fourth, ..] = ahead.to_be_bytes();
        let key = u32::from_be_bytes([first, second, third, fourth]);
        let of_short = filter.may_have_short(ahead);
        [
            (filter.may_have_long(ahead), key),
            (filter.may_have_three(ahead), key & 0xffff_ff00),
            (of_short, key & 0xffff_0000),
            (of_short, key & 0xff00_0000),
        ]
        .into_iter()
        .filter(|(may_have, _)| *may_have)
        .find_map(|(_, key)| packed::longest(self.block(key)?, rest.as_bytes(), fits))
    }

    /// Returns the block of the keywords that start with the four bytes of `key`; `None` if there are no such keywords.
    fn block(&self, key: u32) -> Option<&'static [u8]> {
        let [first, ..] = key.to_be_bytes();
        let [from, to] = [0, 1].map(|next| self.firsts.get(usize::from(first) + next).copied());
        let from = from?;
        self.blocks.block(from + self.blocks.keys.get(from..to?)?.binary_search(&key).ok()?)
    }
}

impl<C> KeywordBlocks<C> {
    /// Returns the packed keywords of the block at index `at`; `None` if there is no such block.
    fn block(&self, at: usize) -> Option<&'static [u8]> {
        let offset = |at: usize| usize::try_from(*self.starts.get(at)?).ok();
        self.bytes.get(offset(at)?..offset(at + 1)?)
    }
}

/// Returns whether a character is part of a word. A keyword that requires a word boundary does not match next
/// to such a character.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}
