//! The word lists (`assets/words`), found in a text all at once.

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

/// A word list, ready to search. It is made at each start of the program, so it is nothing but the
/// words in their order: an automaton of them takes longer to build than a mail takes to read.
pub(super) struct List<C> {
    /// Sorted by their words, each of which is there once.
    entries: Vec<Entry<C>>,
    /// Where the words begin that start with a pair of bytes, and at its next where they end.
    begins: Vec<usize>,
}

struct Entry<C> {
    word: &'static str,
    class: C,
    open_start: bool,
    open_end: bool,
}

static CODES: LazyLock<List<Word>> = LazyLock::new(|| {
    List::parse(include_str!("../../../assets/words/codes.txt"), |class| match class {
        "code" => Some(Word::Code),
        "maybe" => Some(Word::Maybe),
        "pass" => Some(Word::Pass),
        "type" => Some(Word::Type),
        "act" => Some(Word::Act),
        "life" => Some(Word::Life),
        "not" => Some(Word::Not),
        "promo" => Some(Word::Promo),
        "offer" => Some(Word::Offer),
        "once" => Some(Word::Once),
        "figure" => Some(Word::Figure),
        _ => None,
    })
});

static LINKS: LazyLock<List<Press>> = LazyLock::new(|| {
    List::parse(include_str!("../../../assets/words/links.txt"), |class| match class {
        "verify" => Some(Press::Verify),
        "sign-in" => Some(Press::SignIn),
        "reset" => Some(Press::Reset),
        "invite" => Some(Press::Invite),
        "download" => Some(Press::Download),
        "act" => Some(Press::Act),
        "unsubscribe" => Some(Press::Unsubscribe),
        "deny" => Some(Press::Deny),
        "side" => Some(Press::Side),
        _ => None,
    })
});

static SPANS: LazyLock<List<Span>> = LazyLock::new(|| {
    List::parse(include_str!("../../../assets/words/spans.txt"), |class| match class {
        "second" => Some(Span::Second),
        "minute" => Some(Span::Minute),
        "hour" => Some(Span::Hour),
        "day" => Some(Span::Day),
        _ => None,
    })
});

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
    fn parse(text: &'static str, class: impl Fn(&str) -> Option<C>) -> Self {
        let mut entries: Vec<Entry<C>> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t').skip(1);
            let Some(class) = fields.next().and_then(&class) else { continue };
            for stars in fields.next().unwrap_or_default().split(';').map(str::trim) {
                let word = stars.trim_matches('*');
                if word.is_empty() {
                    continue;
                }
                let unspaced = word.chars().any(is_unspaced);
                entries.push(Entry {
                    word,
                    class,
                    open_start: unspaced || stars.starts_with('*'),
                    open_end: unspaced || stars.ends_with('*'),
                });
            }
        }
        // The same word in two classes means what the later line says.
        entries.reverse();
        entries.sort_by_key(|entry| entry.word);
        entries.dedup_by_key(|entry| entry.word);
        let mut begins = vec![0; PAIRS + 1];
        for entry in &entries {
            if let Some(count) = begins.get_mut(pair(entry.word.as_bytes()) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        Self { entries, begins }
    }

    fn find(&self, lower: &str) -> Vec<Found<C>> {
        let (mut found, mut end, mut inside) = (Vec::new(), 0, false);
        for (at, c) in lower.char_indices() {
            let hit = lower.get(at..).and_then(|rest| self.longest(rest, inside));
            if let Some(entry) = hit
                && at + entry.word.len() > end
            {
                end = at + entry.word.len();
                found.push(Found { class: entry.class, range: at..end });
            }
            inside = is_word(c);
        }
        found
    }

    /// The longest word that a text begins with, bounded as it has to be.
    fn longest(&self, text: &str, inside: bool) -> Option<&Entry<C>> {
        let (bytes, third) = (text.as_bytes(), text.as_bytes().get(2).copied());
        let (one, two) = (bytes.get(..1)?, bytes.get(..2).unwrap_or_default());
        let entries = self.starting(two);
        // The words of two bytes stand before the longer ones, whose third byte has to be the text's.
        let (short, long) = entries.split_at(entries.partition_point(|entry| entry.third().is_none()));
        let from = long.partition_point(|entry| entry.third() < third);
        let to = long.partition_point(|entry| entry.third() <= third);
        let long = long.get(from..to).unwrap_or_default();
        long.iter().rev().chain(short).chain(self.starting(one)).find(|entry| {
            text.strip_prefix(entry.word).is_some_and(|after| {
                (entry.open_start || !inside) && (entry.open_end || !after.starts_with(is_word))
            })
        })
    }

    /// The words that start with two bytes, or the word that is one.
    fn starting(&self, bytes: &[u8]) -> &[Entry<C>] {
        let first = pair(bytes);
        let (Some(from), Some(to)) = (self.begins.get(first), self.begins.get(first + 1)) else { return &[] };
        self.entries.get(*from..*to).unwrap_or_default()
    }
}

impl<C> Entry<C> {
    fn third(&self) -> Option<u8> {
        self.word.as_bytes().get(2).copied()
    }
}

/// How many pairs of bytes there are.
const PAIRS: usize = 1 << 16;

/// The first two bytes as one number; a word of one byte goes before a NUL, which no word has.
fn pair(bytes: &[u8]) -> usize {
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
    (byte(0) << 8) | byte(1)
}

/// Letters that go into words which stars or edges bound.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

/// Scripts that set no spaces between words, or glue particles to them.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}
