//! The word lists (`assets/words`), found in a text all at once.

mod unspaced;

pub(super) use unspaced::is_unspaced;

use std::ops::Range;
use std::sync::LazyLock;

/// What a found word means; which classes there are is up to the list.
#[derive(Clone, Debug)]
pub(super) struct Found<C> {
    pub(super) class: C,
    pub(super) range: Range<usize>,
}

/// Classes of `codes.txt`.
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
    /// Announces a code that may be a discount or a way in.
    Offer,
    /// Says that a password or a number holds once.
    Once,
    /// Digits, figures, characters: what a code is called where it has no name.
    Figure,
}

/// Classes of `links.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Press {
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

/// Classes of `spans.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Span {
    Second,
    Minute,
    Hour,
    Day,
}

/// A word list, ready to search. It was sorted when the program was compiled (`compile.rs`), so that
/// nothing has to be built at each start.
pub(super) struct List<C: 'static> {
    /// Sorted by their words, each of which is there once.
    entries: &'static [Entry<C>],
    /// What words begin with that may stand inside a longer word.
    inside: Beginnings,
    /// What any word begins with.
    any: Beginnings,
}

struct Entry<C> {
    word: &'static str,
    class: C,
    open_start: bool,
    open_end: bool,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

static CODES: LazyLock<List<Word>> = LazyLock::new(|| List::new(CODES_SORTED));
static LINKS: LazyLock<List<Press>> = LazyLock::new(|| List::new(LINKS_SORTED));
static SPANS: LazyLock<List<Span>> = LazyLock::new(|| List::new(SPANS_SORTED));

/// Spans of time in a text of lower case.
pub(super) fn spans(lower: &str) -> Vec<Found<Span>> {
    SPANS.find(lower)
}

/// Words about codes in a text of lower case, in their order; the longest where several begin
/// or overlap.
pub(super) fn about_codes(lower: &str) -> Vec<Found<Word>> {
    CODES.find(lower)
}

/// Words about links in a text of lower case.
pub(super) fn about_links(lower: &str) -> Vec<Found<Press>> {
    LINKS.find(lower)
}

impl<C: Copy> List<C> {
    fn new(entries: &'static [Entry<C>]) -> Self {
        let (mut inside, mut any) = (Beginnings::default(), Beginnings::default());
        for entry in entries {
            any.insert(entry.word);
            if entry.open_start {
                inside.insert(entry.word);
            }
        }
        Self { entries, inside, any }
    }

    fn find(&self, lower: &str) -> Vec<Found<C>> {
        let (mut found, mut end) = (Vec::new(), 0);
        let mut ahead = [0; 3];
        for (next, byte) in lower.bytes().chain([0, 0]).enumerate() {
            ahead = [ahead[1], ahead[2], byte];
            let Some(at) = next.checked_sub(2).filter(|_| self.any.may_have(ahead)) else { continue };
            let Some((before, rest)) = lower.split_at_checked(at) else { continue };
            let inside = before.ends_with(is_word);
            if inside && !self.inside.may_have(ahead) {
                continue;
            }
            if let Some(entry) = self.longest(rest, inside)
                && at + entry.word.len() > end
            {
                end = at + entry.word.len();
                found.push(Found { class: entry.class, range: at..end });
            }
        }
        found
    }

    /// The longest word that a text begins with, bounded as it has to be.
    fn longest(&self, text: &str, inside: bool) -> Option<&Entry<C>> {
        // Words that the text begins with are sorted before it, the longest last; those between share
        // less and less with it.
        let mut entries = self.entries;
        let mut shared = text;
        loop {
            let (before, _) = entries.split_at(entries.partition_point(|entry| entry.word <= shared));
            let (last, rest) = before.split_last()?;
            if let Some(after) = text.strip_prefix(last.word) {
                let fits = (last.open_start || !inside) && (last.open_end || !after.starts_with(is_word));
                if fits {
                    return Some(last);
                }
            }
            shared = in_common(text, last.word);
            if shared.is_empty() {
                return None;
            }
            entries = rest;
        }
    }
}

/// What two texts begin with alike, in whole characters.
fn in_common<'a>(text: &'a str, other: &str) -> &'a str {
    let mut end = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What words begin with, three bytes of it, in as little room as a processor keeps at hand: nearly
/// all places in a text are told by it to begin no word.
struct Beginnings(Box<[u64; 1 << 10]>);

impl Default for Beginnings {
    fn default() -> Self {
        Self(Box::new([0; 1 << 10]))
    }
}

impl Beginnings {
    fn insert(&mut self, word: &str) {
        let every = || 0..=u8::MAX;
        match *word.as_bytes() {
            [first, second, third, ..] => self.set([first, second, third]),
            // What follows a short word may be anything.
            [first, second] => every().for_each(|third| self.set([first, second, third])),
            [first] => every().for_each(|second| every().for_each(|third| self.set([first, second, third]))),
            [] => {}
        }
    }

    fn set(&mut self, bytes: [u8; 3]) {
        let (at, bit) = Self::place(bytes);
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= 1 << bit;
        }
    }

    fn may_have(&self, bytes: [u8; 3]) -> bool {
        let (at, bit) = Self::place(bytes);
        self.0.get(at).is_some_and(|bits| bits >> bit & 1 == 1)
    }

    fn place([first, second, third]: [u8; 3]) -> (usize, u32) {
        // Fibonacci hashing, to 16 bits.
        let hash = u32::from_le_bytes([first, second, third, 0]).wrapping_mul(0x9e37_79b1) >> 16;
        ((hash >> 6) as usize, hash & 63)
    }
}

/// Letters that go into words which stars or edges bound.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}
