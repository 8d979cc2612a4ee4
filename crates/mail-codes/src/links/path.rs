//! Finds the keywords in the path, query and fragment of a URL.

use super::path_table::{PATH_ROWS, PathRow};
use super::prefix_filter::PathPrefixFilter;
use crate::LinkKind;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use url::Url;

/// The keywords that a URL contains, as a bit mask. Bit N is set if the URL contains a keyword from the row with index
/// N in [`PATH_ROWS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct PathKeywords(u64);

impl PathKeywords {
    /// Finds the keywords in the path, query and fragment of a URL.
    pub(super) fn find(after_host: &str) -> Self {
        // A capital after a lowercase letter starts a new word.
        let is_one = |a: &u8, b: &u8| {
            a.is_ascii_alphabetic()
                && b.is_ascii_alphabetic()
                && !(a.is_ascii_lowercase() && b.is_ascii_uppercase())
        };
        let pieces = after_host.as_bytes().chunk_by(is_one);
        let words = pieces.filter(|piece| piece.first().is_some_and(u8::is_ascii_alphabetic));
        let of_pieces = words.fold(0, |rows, piece| rows | WORDS.rows_with(piece));
        Self(of_pieces | WORDS.rows_with_part(after_host))
    }

    /// Returns the page classes that the keywords indicate, as a bit mask. Bit N stands for the class with index N in
    /// [`super::path_table::PathClass::NAMES`].
    pub(super) fn classes(self) -> u32 {
        self.rows().filter_map(|row| row.class).fold(0, |classes, class| classes | 1 << class as u32)
    }

    /// Returns the link purposes that the keywords indicate; the most specific purpose comes first.
    pub(super) fn kinds(self) -> impl Iterator<Item = LinkKind> {
        self.rows().filter_map(|row| row.kind)
    }

    fn rows(self) -> impl Iterator<Item = &'static PathRow> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            PATH_ROWS.get(usize::try_from(index).ok()?)
        })
    }
}

/// Returns the path, query and fragment of a URL.
pub(super) fn after_host(url: &Url) -> String {
    let mut rest = String::from(url.path());
    for (mark, piece) in [('?', url.query()), ('#', url.fragment())] {
        rest.push(mark);
        rest.push_str(piece.unwrap_or_default());
    }
    rest
}

/// Maximum length in bytes of the keywords in [`PATH_ROWS`] that match only as whole words. Longer words in a URL are
/// not looked up.
const MAX_WORD_BYTES: usize = 16;

/// The keywords of [`PATH_ROWS`], prepared for fast lookups.
struct Words {
    /// The keywords that match only as whole words, sorted, each with a bit mask of the rows of [`PATH_ROWS`] that
    /// contain it.
    whole: Vec<(&'static str, u64)>,
    /// For each letter, a bit mask of the lengths in bytes of those keywords in `whole` that start with the letter. The
    /// index of a letter in the array is the lowest five bits of its ASCII code.
    lengths: [u32; 32],
    /// The keywords that also match inside a word, each with the index of its row in [`PATH_ROWS`].
    parts: Vec<(&'static str, usize)>,
    prefix_filter: PathPrefixFilter,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut known: BTreeMap<&str, u64> = BTreeMap::new();
    let mut parts = Vec::new();
    for (index, row) in PATH_ROWS.iter().enumerate() {
        for word in row.words {
            *known.entry(word).or_default() |= 1 << index;
        }
        parts.extend(row.parts.iter().map(|part| (*part, index)));
    }
    let prefix_filter = PathPrefixFilter::new(parts.iter().map(|(part, _)| *part));
    let mut lengths = [0; 32];
    for word in known.keys() {
        let first = word.bytes().next().map(|byte| usize::from(byte & 0x1f));
        if let Some(lengths) = first.and_then(|first| lengths.get_mut(first)) {
            *lengths |= 1 << word.len();
        }
    }
    Words { whole: known.into_iter().collect(), lengths, parts, prefix_filter }
});

impl Words {
    /// Returns a bit mask of the rows of [`PATH_ROWS`] that contain `word` as a whole-word keyword, ignoring case; 0 if
    /// no row contains it.
    fn rows_with(&self, word: &[u8]) -> u64 {
        let mut lower = [0; MAX_WORD_BYTES];
        let first = word.first().map_or(0, |byte| usize::from(byte & 0x1f));
        let lengths = self.lengths.get(first).copied().unwrap_or_default();
        let Some(lower) = lower.get_mut(..word.len()).filter(|_| lengths >> word.len() & 1 == 1) else {
            return 0;
        };
        lower.iter_mut().zip(word).for_each(|(to, byte)| *to = byte.to_ascii_lowercase());
        let at = self.whole.binary_search_by(|(known, _)| known.as_bytes().cmp(lower)).ok();
        at.and_then(|at| self.whole.get(at)).map_or(0, |(_, rows)| *rows)
    }

    /// Returns a bit mask of the rows of [`PATH_ROWS`] with a keyword that occurs anywhere in a path, ignoring case.
    /// Considers only keywords that also match inside a word.
    fn rows_with_part(&self, path: &str) -> u64 {
        let begun = self.prefix_filter.possible_words(path);
        if begun == 0 {
            return 0;
        }
        let path = path.to_ascii_lowercase();
        let all = self.parts.iter().enumerate().filter(|(index, _)| begun >> index & 1 == 1);
        all.filter(|(_, (part, _))| path.contains(part)).fold(0, |rows, (_, (_, row))| rows | 1 << row)
    }
}

#[cfg(test)]
mod tests {
    use super::PathKeywords;
    use crate::LinkKind::{self, ChangeAddress, Decline, Delete, Invite, Reset, SignIn, Verify};

    #[test]
    fn a_path_shows_its_purposes_and_the_most_specific_first() {
        let kinds = |path: &str| PathKeywords::find(path).kinds().collect::<Vec<LinkKind>>();
        assert_eq!(kinds("/users/confirm-new-email?code=1"), [ChangeAddress, Verify]);
        assert_eq!(kinds("/?accountDeletionConfirm=1"), [Delete, Verify]);
        assert_eq!(kinds("/signin/verify?k=1"), [SignIn, Verify]);
        assert_eq!(kinds("/?entryPoint=changePassword"), [Reset]);
        assert_eq!(kinds("/invite/decline"), [Decline, Invite]);
        assert_eq!(kinds("/blog/loginless"), []);
    }
}
