//! The word lists (`assets/words`), found in a text all at once.

use aho_corasick::AhoCorasick;
use std::collections::HashMap;
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

/// A word list, ready to search.
pub(super) struct List<C> {
    finder: Option<AhoCorasick>,
    entries: Vec<Entry<C>>,
}

struct Entry<C> {
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
    fn parse(text: &str, class: impl Fn(&str) -> Option<C>) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut entries: Vec<Entry<C>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t').skip(1);
            let Some(class) = fields.next().and_then(&class) else { continue };
            for word in fields.next().unwrap_or_default().split(';') {
                let word = word.trim();
                let bare = word.trim_matches('*');
                if bare.is_empty() {
                    continue;
                }
                let unspaced = bare.chars().any(is_unspaced);
                let entry = Entry {
                    class,
                    open_start: unspaced || word.starts_with('*'),
                    open_end: unspaced || word.ends_with('*'),
                };
                // The same word in two classes means what the later line says.
                if let Some(before) = known.get(bare).and_then(|&at| entries.get_mut(at)) {
                    *before = entry;
                } else {
                    known.insert(bare.to_owned(), entries.len());
                    words.push(bare.to_owned());
                    entries.push(entry);
                }
            }
        }
        Self { finder: AhoCorasick::new(&words).ok(), entries }
    }

    fn find(&self, lower: &str) -> Vec<Found<C>> {
        let Some(finder) = &self.finder else { return Vec::new() };
        let mut found: Vec<Found<C>> = finder
            .find_overlapping_iter(lower)
            .filter_map(|hit| {
                let entry = self.entries.get(hit.pattern().as_usize())?;
                let before = lower.get(..hit.start()).and_then(|text| text.chars().next_back());
                let after = lower.get(hit.end()..).and_then(|text| text.chars().next());
                let fits = (entry.open_start || !before.is_some_and(is_word))
                    && (entry.open_end || !after.is_some_and(is_word));
                fits.then(|| Found { class: entry.class, range: hit.start()..hit.end() })
            })
            .collect();
        found.sort_by_key(|found| (found.range.start, usize::MAX - found.range.end));
        let mut end = 0;
        found.retain(|found| {
            let keep = found.range.end > end;
            end = end.max(found.range.end);
            keep
        });
        found
    }
}

/// Letters that go into words which stars or edges bound.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

/// Scripts that set no spaces between words, or glue particles to them.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}
